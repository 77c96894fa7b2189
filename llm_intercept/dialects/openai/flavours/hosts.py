"""The providers whose answers have a shape of their own."""

from __future__ import annotations

from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai import citations, errors, headers, logprobs, named_errors, thoughts, usages
from llm_intercept.dialects.openai.flavour import ABSENT, FINISHES, Completions, Flavour
from llm_intercept.dialects.openai.flavours.pieces import fingerprint, hexadecimal, no_keys, placed, short, uuid
from llm_intercept.replies.parts import Citation
from llm_intercept.synthesis.stamp import Stamp

__all__ = ["CEREBRAS", "DEEPSEEK", "FIREWORKS", "GROQ", "MISTRAL", "OPENROUTER", "PERPLEXITY", "TOGETHER", "WRITER", "XAI", "ZAI"]

# Groq. Reference: https://console.groq.com/docs/api-reference#chat-create


def _request(draft: Draft) -> str:
    return "req_" + draft.stamp.id("request", 26)


def _groq(draft: Draft) -> dict[str, Any]:
    x_groq = {"id": _request(draft), "seed": 815229201}
    return {"service_tier": "on_demand", **fingerprint(draft), "usage_breakdown": None, "x_groq": x_groq}


GROQ = Flavour(
    "groq",
    stream_error="error",
    finishes={reason: word for reason, word in FINISHES.items() if reason != "content_filter"},
    id=lambda stamp: f"chatcmpl-{stamp.uuid('completion')}",
    tool_id=short,
    thoughts=thoughts.REASONING,
    annotation=citations.document,
    logprobs=logprobs.contents,
    top=_groq,
    silent=ABSENT,
    first={"role": "assistant", "content": ""},
    chunk_top=fingerprint,
    first_top=lambda draft: {"x_groq": {"id": _request(draft)}},
    last_top=lambda draft: {"x_groq": {"id": _request(draft), "usage": usages.groq(draft)}},
    whole_tools=True,
    envelope=errors.groq,
    named=named_errors.GROQ,
    headers=headers.groq,
    usage=usages.groq,
)


# Together. Reference: https://docs.together.ai/reference/chat-completions-1


def _together_id(stamp: Stamp) -> str:
    return f"o{stamp.id('prefix', 6)}-{stamp.id('middle', 6)}-{stamp.id('completion', 16)}"


def _seeded(_: Draft, _finish: str | None) -> dict[str, Any]:
    return {"logprobs": None, "seed": None}


TOGETHER = Flavour(
    "together",
    id=_together_id,
    finishes={reason: word for reason, word in FINISHES.items() if reason != "content_filter"},
    tool=placed,
    thoughts=thoughts.REASONING,
    logprobs=logprobs.together,
    chunk_logprobs=logprobs.together_chunk,
    top=lambda _: {"prompt": [], "metadata": {"weight_version": "default"}},
    message={"reasoning": None},
    silent="",
    choice=_seeded,
    every={"role": "assistant", "content": ""},
    chunk_choice=lambda *_: {"seed": None},
    usage_in="last",
    whole_tools=True,
    envelope=errors.together,
    named=named_errors.TOGETHER,
    headers=headers.together,
    completions=Completions(
        "text.completion",
        "completion.chunk",
        top=lambda _: {"prompt": []},
        token=lambda text: {"token": {"id": 0, "text": text, "logprob": 0.0, "special": False}},
    ),
)

# Mistral. Reference: https://docs.mistral.ai/api/#tag/chat
MISTRAL = Flavour(
    "mistral",
    finishes={
        **{reason: word for reason, word in FINISHES.items() if reason != "content_filter"},
        "context_window": "model_length",
    },
    id=hexadecimal,
    tool_id=short,
    tool=lambda index: {"index": index},
    thoughts=thoughts.CHUNKS,
    logprobs=logprobs.mistral,
    message={"tool_calls": None},
    silent="",
    choice=no_keys,
    first={"role": "assistant", "content": ""},
    last={"content": ""},
    chunk_choice=no_keys,
    usage_in="last",
    whole_tools=True,
    envelope=errors.mistral,
    named=named_errors.MISTRAL,
    headers=headers.mistral,
    usage=usages.mistral,
)

# DeepSeek. Reference: https://api-docs.deepseek.com/api/create-chat-completion
DEEPSEEK = Flavour(
    "deepseek",
    id=uuid,
    tool_id=lambda stamp, label: f"call_00_{stamp.id(label, 24)}",
    tool=placed,
    silent="",
    top=fingerprint,
    first={"role": "assistant", "content": ""},
    last={"content": ""},
    chunk_top=fingerprint,
    usage_in="last",
    said={
        402: ("unknown_error", "invalid_request_error", "Insufficient Balance"),
        401: ("authentication_error", "invalid_request_error", "Authentication Fails"),
    },
    named=named_errors.DEEPSEEK,
    usage=usages.deepseek,
)

# xAI. Reference: https://docs.x.ai/docs/api-reference#chat-completions
XAI = Flavour(
    "xai",
    id=uuid,
    sources=citations.links,
    refuses=True,
    top=fingerprint,
    message={"refusal": None},
    silent="",
    choice=no_keys,
    every={"role": "assistant"},
    chunk_top=fingerprint,
    chunk_choice=no_keys,
    usage_in="own",
    whole_tools=True,
    envelope=errors.xai,
    named=named_errors.XAI,
    usage=usages.xai,
)


# OpenRouter. References: https://openrouter.ai/docs/api-reference/overview, https://openrouter.ai/docs/api-reference/streaming


def _upstream(_: Draft) -> dict[str, Any]:
    return {"provider": "OpenAI"}


def _native(_: Draft, finish: str | None) -> dict[str, Any]:
    return {"logprobs": None, "native_finish_reason": finish}


def _quoted(citation: Citation, start: int, end: int) -> dict[str, Any] | None:
    said = citations.url(citation, start, end)
    if said is not None:
        said["url_citation"]["content"] = citation.quote or ""
    return said


OPENROUTER = Flavour(
    "openrouter",
    id=lambda stamp: f"gen-{stamp.created}-{stamp.id('completion', 20)}",
    tool=placed,
    thoughts=thoughts.DETAILS,
    annotation=_quoted,
    refuses=True,
    draws=True,
    top=lambda draft: {**_upstream(draft), "system_fingerprint": None},
    message={"refusal": None, "reasoning": None},
    silent="",
    choice=_native,
    comment=b": OPENROUTER PROCESSING\n\n",
    every={"role": "assistant", "content": ""},
    chunk_top=_upstream,
    chunk_choice=_native,
    usage_in="own",
    said={429: ("rate_limit", None, "Provider returned error")},
    envelope=errors.openrouter,
    named=named_errors.OPENROUTER,
    usage=usages.openrouter,
)


# Cerebras. Reference: https://inference-docs.cerebras.ai/api-reference/chat-completions


def _cerebras(draft: Draft) -> dict[str, Any]:
    return {"system_fingerprint": "fp_" + draft.stamp.id("fingerprint", 20)}


def _timed(draft: Draft) -> dict[str, Any]:
    return {"time_info": {**usages.TIMES, "created": draft.stamp.created}}


CEREBRAS = Flavour(
    "cerebras",
    id=lambda stamp: f"chatcmpl-{stamp.uuid('completion')}",
    tool_id=short,
    thoughts=thoughts.REASONING,
    top=lambda draft: {**_cerebras(draft), **_timed(draft)},
    silent=ABSENT,
    choice=no_keys,
    first={"role": "assistant"},
    chunk_top=_cerebras,
    chunk_choice=no_keys,
    last_top=_timed,
    usage_in="last",
    whole_tools=True,
    envelope=errors.cerebras,
    named=named_errors.CEREBRAS,
    usage=usages.cerebras,
)

# Fireworks. Reference: https://docs.fireworks.ai/api-reference/post-chatcompletions
FIREWORKS = Flavour(
    "fireworks",
    id=uuid,
    finishes={reason: word for reason, word in FINISHES.items() if reason != "content_filter"},
    logprobs=logprobs.fireworks,
    choice=no_keys,
    first={"role": "assistant"},
    chunk_choice=no_keys,
    usage_in="last",
    envelope=errors.fireworks,
    named=named_errors.FIREWORKS,
    usage=usages.cached,
)


# Perplexity. Reference: https://docs.perplexity.ai/api-reference/chat-completions-post


def _beside(_: Draft, _finish: str | None) -> dict[str, Any]:
    return {"delta": {"role": "assistant", "content": ""}}


def _so_far(draft: Draft, finish: str | None) -> dict[str, Any]:
    """What was said, beside the last delta."""
    said = draft.values if finish else ()
    texts = [value["content"] for value in said if "content" in value]
    return {"message": {"role": "assistant", "content": "".join(texts)}}


PERPLEXITY = Flavour(
    "perplexity",
    stream_error="error",
    finishes={
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "context_window": "length",
        "tool_calls": "stop",
        "refusal": "stop",
    },
    id=uuid,
    thoughts=thoughts.TAGS,
    sources=citations.results,
    logprobs=None,
    silent="",
    choice=_beside,
    every={"role": "assistant", "content": ""},
    chunk_choice=_so_far,
    usage_in="last",
    whole_tools=True,
    envelope=errors.numbered,
    usage=usages.perplexity,
)

# Z.ai. Reference: https://docs.z.ai/api-reference/llm/chat-completion
ZAI = Flavour(
    "zai",
    finishes={**FINISHES, "content_filter": "sensitive", "context_window": "model_context_window_exceeded"},
    id=hexadecimal,
    tool=placed,
    top=lambda draft: {"request_id": hexadecimal(draft.stamp)},
    silent="",
    choice=no_keys,
    every={"role": "assistant"},
    last={"content": ""},
    chunk_choice=no_keys,
    usage_in="last",
    whole_tools=True,
    envelope=errors.zai,
    usage=usages.zai,
)

# Writer. Reference: https://dev.writer.com/api-reference/completion-api/chat-completion
WRITER = Flavour(
    "writer",
    id=uuid,
    tool=placed,
    thoughts=None,
    refuses=True,
    top=lambda _: {"service_tier": None, "system_fingerprint": "v1"},
    message={"tool_calls": None, "graph_data": None, "llm_data": None, "refusal": None},
    silent="",
    first={"role": "assistant", "content": ""},
    chunk_top=lambda _: {"service_tier": None, "system_fingerprint": "v1"},
    usage_in="last",
    envelope=errors.writer,
    usage=usages.writer,
)
