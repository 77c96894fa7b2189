"""Who speaks OpenAI's wire, and how: a flavour a provider. One that has none here speaks it as most compatible servers do.

To add a provider whose answers differ: one entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from llm_intercept.dialects.openai import errors, headers
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours.clouds import WATSONX
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
    "watsonx": WATSONX,
    "databricks": replace(COMPATIBLE, name="databricks", usage_in="last", envelope=errors.databricks),
}

#: Who answers behind a provider that lets others answer, by its name and the first part of the path: whoever Hugging Face's router
#: sends a call to, and whatever other models Azure has, which show what they think.
#: References: https://huggingface.co/docs/inference-providers/index, https://learn.microsoft.com/rest/api/aifoundry/modelinference
_ROUTED: Mapping[tuple[str, str], Flavour] = {
    ("azure", "models"): replace(AZURE, name="azure models", thoughts=COMPATIBLE.thoughts),
    ("huggingface", "cerebras"): CEREBRAS,
    ("huggingface", "featherless-ai"): COMPATIBLE,
    ("huggingface", "fireworks-ai"): FIREWORKS,
    ("huggingface", "groq"): GROQ,
    ("huggingface", "hyperbolic"): COMPATIBLE,
    ("huggingface", "nebius"): COMPATIBLE,
    ("huggingface", "novita"): COMPATIBLE,
    ("huggingface", "nscale"): COMPATIBLE,
    ("huggingface", "sambanova"): FLAVOURS["sambanova"],
    ("huggingface", "together"): TOGETHER,
    ("huggingface", "zai-org"): ZAI,
}


@lru_cache(maxsize=4096)
def _at(provider: str, host: str) -> Flavour:
    """A provider's flavour; what stands in for OpenAI at another address is merely compatible."""
    away = provider == OPENAI.name and not host.endswith("api.openai.com")
    return COMPATIBLE if away else FLAVOURS.get(provider, COMPATIBLE)


def flavour_of(provider: str, request: Request) -> Flavour:
    """The flavour in which a provider answers a request."""
    flavour = _at(provider, request.host)
    return _ROUTED.get((provider, request.path.split("/")[1]), flavour) if flavour.routes else flavour
