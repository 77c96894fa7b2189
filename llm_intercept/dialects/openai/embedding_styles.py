"""How each provider's embeddings differ on OpenAI's wire, by flavour: what else stands in a body, and how vectors are encoded.

To add a provider whose bodies differ: one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_intercept.dialects.embeddings import Embedded
from llm_intercept.synthesis.vectors import BY_NAME, int8, packed, ubinary

__all__ = ["Style", "style_of"]

Encoding = Callable[[tuple[float, ...]], Any]

_ENCODINGS: Mapping[str, Encoding] = {name: BY_NAME[name] for name in ("float", "base64")}

#: Perplexity's own, signed bytes. Reference: https://docs.perplexity.ai/api-reference/embeddings-post
_PACKED: Mapping[str, Encoding] = {
    **_ENCODINGS,
    "base64_int8": lambda vector: packed(int8(vector)),
    "base64_binary": lambda vector: packed(ubinary(vector)),
}


def _counts(said: Embedded) -> dict[str, Any]:
    return {"prompt_tokens": said.tokens, "total_tokens": said.tokens}


def _nothing(_: Embedded) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Style:
    """One provider's way.

    `top` are the keys of a body besides everybody's, the usage among them. `encodings` are the words for how a vector is told,
    `encoding` the one that is taken where none is named, `asked` the parameter that names one.
    """

    top: Callable[[Embedded], dict[str, Any]] = lambda said: {"usage": _counts(said)}
    encodings: Mapping[str, Encoding] = field(default_factory=lambda: _ENCODINGS)
    encoding: str = "float"
    asked: str = "encoding_format"


def _served(said: Embedded) -> dict[str, Any]:
    """vLLM's, which hosts run. Reference: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"""
    usage = {**_counts(said), "completion_tokens": 0, "prompt_tokens_details": None}
    return {"id": f"embd-{said.stamp.id('completion', 32)}", "created": said.stamp.created, "usage": usage}


def _named(said: Embedded) -> dict[str, Any]:
    return {"id": said.stamp.uuid("completion"), "usage": _counts(said)}


def _openrouter(said: Embedded) -> dict[str, Any]:
    usage = {**_counts(said), "cost": said.tokens * 2e-08}
    return {"id": f"gen-emb-{said.stamp.created}-{said.stamp.id('completion', 20)}", "provider": "OpenAI", "usage": usage}


def _perplexity(said: Embedded) -> dict[str, Any]:
    cost = {"currency": "USD", "input_cost": said.tokens * 4e-09, "total_cost": said.tokens * 4e-09}
    return {"usage": {**_counts(said), "cost": cost}}


_PLAIN = Style()

#: By the name of the provider's flavour, or of the provider.
_STYLES: Mapping[str, Style] = {
    # References: https://learn.microsoft.com/rest/api/aifoundry/model-inference/get-embeddings/get-embeddings
    "azure models": Style(_named, BY_NAME),
    # https://docs.together.ai/reference/embeddings
    "together": Style(_nothing),
    # https://openrouter.ai/docs/api-reference/embeddings
    "openrouter": Style(_openrouter),
    # https://api.jina.ai/redoc#tag/embeddings
    "jina": Style(encodings=BY_NAME, asked="embedding_type"),
    "perplexity": Style(_perplexity, _PACKED, "base64_int8"),
    # https://help.aliyun.com/zh/model-studio/text-embedding-synchronous-api
    "dashscope": Style(_named),
    # https://docs.databricks.com/machine-learning/foundation-model-apis/api-reference#embedding-response
    "databricks": Style(_named),
    "nebius": Style(_served),
    "deepinfra": Style(_served),
    "compatible": Style(encodings=BY_NAME),
}


def style_of(provider: str, flavour: str) -> Style:
    """How a provider tells embeddings."""
    return _STYLES.get(provider) or _STYLES.get(flavour) or _PLAIN
