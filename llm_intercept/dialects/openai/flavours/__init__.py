"""Who speaks OpenAI's wire, and how: a flavour a provider. One that has none here speaks it as most compatible servers do.

To add a provider whose answers differ: one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from llm_intercept.dialects.openai import errors, headers
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours.first import AZURE, COMPATIBLE, OPENAI
from llm_intercept.dialects.openai.flavours.hosts import (
    CEREBRAS,
    DEEPSEEK,
    FIREWORKS,
    GROQ,
    MISTRAL,
    OPENROUTER,
    PERPLEXITY,
    TOGETHER,
    WRITER,
    XAI,
    ZAI,
)
from llm_intercept.dialects.openai.flavours.pieces import uuid
from llm_intercept.dialects.openai.flavours.servers import HUGGINGFACE, LMSTUDIO, OLLAMA
from llm_intercept.wire import Request

__all__ = ["FLAVOURS", "flavour_of"]

_SAMBANOVA = {"system_fingerprint": "fastcoe"}

FLAVOURS: Mapping[str, Flavour] = {
    "openai": OPENAI,
    "azure": AZURE,
    "github": replace(AZURE, name="github", headers=headers.plain),
    "groq": GROQ,
    "together": TOGETHER,
    "mistral": MISTRAL,
    "deepseek": DEEPSEEK,
    "xai": XAI,
    "openrouter": OPENROUTER,
    "cerebras": CEREBRAS,
    "fireworks": FIREWORKS,
    "perplexity": PERPLEXITY,
    "zai": ZAI,
    "writer": WRITER,
    "huggingface": HUGGINGFACE,
    "ollama": OLLAMA,
    "lmstudio": LMSTUDIO,
    "sambanova": replace(COMPATIBLE, name="sambanova", id=uuid, top=lambda _: _SAMBANOVA, chunk_top=lambda _: _SAMBANOVA),
    "databricks": replace(COMPATIBLE, name="databricks", usage_in="last", envelope=errors.databricks),
}

#: Whose servers answer behind Hugging Face's router, by the first part of the path; the others answer as its own do.
#: Reference: https://huggingface.co/docs/inference-providers/index
_ROUTED: Mapping[str, Flavour] = {
    "cerebras": CEREBRAS,
    "cohere": COMPATIBLE,
    "featherless-ai": COMPATIBLE,
    "fireworks-ai": FIREWORKS,
    "groq": GROQ,
    "hyperbolic": COMPATIBLE,
    "nebius": COMPATIBLE,
    "novita": COMPATIBLE,
    "nscale": COMPATIBLE,
    "sambanova": FLAVOURS["sambanova"],
    "together": TOGETHER,
    "zai-org": ZAI,
}


def _home(request: Request) -> Flavour:
    """OpenAI itself, or what stands in for it at another address."""
    return OPENAI if request.host.endswith("api.openai.com") else COMPATIBLE


def _routed(request: Request) -> Flavour:
    return _ROUTED.get(request.path.split("/")[1], HUGGINGFACE)


#: Who answers in more ways than one, and how it is told from the request.
_BY_REQUEST: Mapping[str, Callable[[Request], Flavour]] = {"openai": _home, "huggingface": _routed}


def flavour_of(provider: str, request: Request) -> Flavour:
    """The flavour in which a provider answers a request."""
    choose = _BY_REQUEST.get(provider)
    return FLAVOURS.get(provider, COMPATIBLE) if choose is None else choose(request)
