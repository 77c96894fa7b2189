"""OpenAI itself, what is compatible with it, and Azure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai import citations, errors, headers, named_errors, thoughts, usages
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours.pieces import fingerprint

__all__ = ["AZURE", "COMPATIBLE", "OPENAI"]


def _tier(draft: Draft) -> dict[str, Any]:
    """The tier that was asked for, if that is one that can be asked for."""
    asked = draft.call.parameters.get("service_tier")
    tier = asked if asked in ("flex", "scale", "priority", "fast") else "default"
    return {"service_tier": tier, **fingerprint(draft)}


OPENAI = Flavour(
    "openai",
    strict=True,
    thoughts=None,
    annotation=citations.url,
    refuses=True,
    speaks=True,
    top=_tier,
    message={"refusal": None, "annotations": []},
    first={"role": "assistant", "content": "", "refusal": None},
    chunk_top=_tier,
    padded=True,
    named=named_errors.OPENAI,
    headers=headers.openai,
    usage=usages.openai,
)

#: Other servers do what OpenAI does, and most of them show what the model thinks.
COMPATIBLE = replace(
    OPENAI,
    name="compatible",
    strict=False,
    thoughts=thoughts.REASONING_CONTENT,
    padded=False,
    named=named_errors.COMPATIBLE,
)


_NOT_FOUND = {"filtered": False, "detected": False}
_PROMPT = {**errors.SAFE, "jailbreak": _NOT_FOUND}
_ANSWER = {**errors.SAFE, "protected_material_code": _NOT_FOUND, "protected_material_text": _NOT_FOUND}


def _filtered(_: Draft) -> dict[str, Any]:
    return {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _PROMPT}]}


def _azure_prelude(draft: Draft) -> dict[str, Any]:
    return {"choices": [], "created": 0, "id": "", "model": "", "object": "", **_filtered(draft)}


def _judged(_: Draft, finish: str | None) -> dict[str, Any]:
    match finish:
        case "content_filter":
            found = {**_ANSWER, "violence": {"filtered": True, "severity": "high"}}
        case "tool_calls":
            found = {}  # what is called is not judged
        case _:
            found = _ANSWER
    return {"content_filter_results": found, "logprobs": None}


def _azure_chunk(draft: Draft, finish: str | None) -> dict[str, Any]:
    return _judged(draft, finish) if finish else {"content_filter_results": {}, "logprobs": None}


# References: https://learn.microsoft.com/azure/ai-foundry/openai/reference, its content filtering:
# https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
AZURE = replace(
    OPENAI,
    name="azure",
    routes=True,
    model="gpt-4o",  # an endpoint of one model needs no name
    top=lambda draft: {**fingerprint(draft), **_filtered(draft)},
    choice=_judged,
    prelude=_azure_prelude,
    chunk_top=fingerprint,
    chunk_choice=_azure_chunk,
    padded=False,
    said={401: ("invalid_request_error", "401", "Access denied due to invalid subscription key or wrong API endpoint.")},
    envelope=errors.azure,
    named=named_errors.AZURE,
    headers=headers.azure,
)
