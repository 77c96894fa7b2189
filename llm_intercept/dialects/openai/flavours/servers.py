"""Servers that anybody can run: text-generation-inference, which is Hugging Face's own, Ollama, LM Studio."""

from __future__ import annotations

from llm_intercept.dialects.openai import errors, logprobs, named_errors, thoughts
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours.pieces import no_keys, placed

__all__ = ["HUGGINGFACE", "LMSTUDIO", "OLLAMA"]

# Hugging Face's own servers (text-generation-inference), and its router's choice among others.
# Reference: https://huggingface.co/docs/inference-providers/tasks/chat-completion
HUGGINGFACE = Flavour(
    "huggingface",
    thoughts=thoughts.REASONING,
    top=lambda _: {"system_fingerprint": "3.3.4-native"},
    every={"role": "assistant"},
    chunk_top=lambda _: {"system_fingerprint": "3.3.4-native"},
    usage_in="asked",
    envelope=errors.huggingface,
    named=named_errors.HUGGINGFACE,
    routes=True,
)

#: What runs at home. References: https://docs.ollama.com/openai, https://lmstudio.ai/docs/app/api/endpoints/openai
OLLAMA = Flavour(
    "ollama",
    model="default",
    thoughts=thoughts.REASONING,
    logprobs=logprobs.contents,
    top=lambda _: {"system_fingerprint": "fp_ollama"},
    tool=placed,
    silent="",
    choice=no_keys,
    every={"role": "assistant", "content": ""},
    chunk_top=lambda _: {"system_fingerprint": "fp_ollama"},
    chunk_choice=no_keys,
    whole_tools=True,
)
LMSTUDIO = Flavour(
    "lmstudio",
    model="default",
    top=lambda draft: {"system_fingerprint": draft.model, "stats": {}},
    silent="",
    every={"role": "assistant"},
    chunk_top=lambda draft: {"system_fingerprint": draft.model},
)
