"""The models that each provider lists: a few of those it serves. Any other name is known, too, where it is asked for alone.

To add a model: its name in the provider's row.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import parse_qs

from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["add", "forget", "is_gone", "listed", "made", "page", "page_size", "query"]

_GPT_OSS = ("openai/gpt-oss-120b", "openai/gpt-oss-20b")

_MODELS: Mapping[str, tuple[str, ...]] = {
    "openai": ("gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "o3", "o4-mini",
               "gpt-image-1", "gpt-4o-mini-tts", "gpt-4o-transcribe", "whisper-1", "tts-1", "text-embedding-3-large",
               "text-embedding-3-small", "text-embedding-ada-002", "omni-moderation-latest", "gpt-3.5-turbo"),
    "azure": ("gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4o", "gpt-4o-mini", "o3", "text-embedding-3-large", "text-embedding-3-small"),
    "anthropic": ("claude-opus-4-5-20251101", "claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929",
                  "claude-opus-4-1-20250805", "claude-opus-4-20250514", "claude-sonnet-4-20250514", "claude-3-7-sonnet-20250219",
                  "claude-3-5-haiku-20241022", "claude-3-haiku-20240307"),
    "gemini": ("gemini-3-pro-preview", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-flash-image",
               "gemini-2.5-flash-preview-tts", "gemini-2.0-flash", "gemini-embedding-001", "imagen-4.0-generate-001"),
    "vertex": ("gemini-3-pro-preview", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-flash-image",
               "gemini-2.0-flash-001", "gemini-embedding-001", "imagen-4.0-generate-001"),
    "bedrock": ("openai.gpt-oss-120b", "openai.gpt-oss-20b"),
    "mistral": ("mistral-large-latest", "mistral-medium-latest", "mistral-small-latest", "magistral-medium-latest",
                "codestral-latest", "ministral-8b-latest", "pixtral-large-latest", "voxtral-mini-latest", "mistral-embed",
                "mistral-moderation-latest", "mistral-ocr-latest"),
    "cohere": ("command-a-03-2025", "command-a-vision-07-2025", "command-r7b-12-2024", "command-r-plus-08-2024",
               "command-r-08-2024", "embed-v4.0", "embed-english-v3.0", "embed-multilingual-v3.0", "rerank-v3.5",
               "rerank-english-v3.0"),
    "groq": ("llama-3.3-70b-versatile", "llama-3.1-8b-instant", *_GPT_OSS, "moonshotai/kimi-k2-instruct-0905", "qwen/qwen3-32b",
             "meta-llama/llama-4-scout-17b-16e-instruct", "meta-llama/llama-guard-4-12b", "whisper-large-v3",
             "whisper-large-v3-turbo"),
    "together": ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-V3.1", "Qwen/Qwen3-235B-A22B-Instruct-2507-tput",
                 *_GPT_OSS, "BAAI/bge-base-en-v1.5", "Salesforce/Llama-Rank-V1", "black-forest-labs/FLUX.1-schnell"),
    "fireworks": ("accounts/fireworks/models/llama-v3p3-70b-instruct", "accounts/fireworks/models/deepseek-v3p1",
                  "accounts/fireworks/models/gpt-oss-120b", "accounts/fireworks/models/kimi-k2-instruct-0905"),
    "deepseek": ("deepseek-chat", "deepseek-reasoner"),
    "xai": ("grok-4-1-fast-reasoning", "grok-4-1-fast-non-reasoning", "grok-4-0709", "grok-code-fast-1", "grok-3", "grok-3-mini",
            "grok-2-image-1212"),
    "openrouter": ("anthropic/claude-sonnet-4.5", "openai/gpt-5", "openai/gpt-4o-mini", "google/gemini-2.5-flash",
                   "deepseek/deepseek-chat-v3.1", "meta-llama/llama-3.3-70b-instruct", "x-ai/grok-4-fast"),
    "cerebras": ("llama3.1-8b", "llama-3.3-70b", "gpt-oss-120b", "qwen-3-32b", "zai-glm-4.6"),
    "perplexity": ("sonar", "sonar-pro", "sonar-reasoning-pro", "sonar-deep-research"),
    "ollama": ("llama3.2:latest", "qwen3:8b", "gemma3:4b", "gpt-oss:20b", "nomic-embed-text:latest"),
    "lmstudio": ("qwen/qwen3-4b", "openai/gpt-oss-20b", "text-embedding-nomic-embed-text-v1.5"),
    "replicate": ("meta/meta-llama-3-70b-instruct", "openai/gpt-5", "black-forest-labs/flux-schnell"),
    "watsonx": ("ibm/granite-4-h-small", "ibm/granite-3-3-8b-instruct", "meta-llama/llama-3-3-70b-instruct",
                "mistralai/mistral-medium-2505", "ibm/granite-embedding-278m-multilingual",
                "cross-encoder/ms-marco-minilm-l-12-v2"),
    "dashscope": ("qwen3-max", "qwen-plus", "qwen-turbo", "qwen3-vl-plus", "text-embedding-v4", "qwen3-rerank"),
    "writer": ("palmyra-x5", "palmyra-x4", "palmyra-med", "palmyra-fin", "palmyra-creative"),
    "huggingface": ("meta-llama/Llama-3.3-70B-Instruct", "deepseek-ai/DeepSeek-V3.1", *_GPT_OSS, "Qwen/Qwen3-32B"),
    "moonshot": ("kimi-k2-0905-preview", "kimi-k2-turbo-preview", "kimi-latest"),
    "zai": ("glm-4.6", "glm-4.5", "glm-4.5-air", "glm-4.5v"),
    "sambanova": ("Meta-Llama-3.3-70B-Instruct", "DeepSeek-V3.1", "gpt-oss-120b"),
    "nvidia": ("meta/llama-3.3-70b-instruct", "nvidia/llama-3.3-nemotron-super-49b-v1.5", *_GPT_OSS),
}  # fmt: skip

#: What anybody else serves.
_ANYBODY = ("meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen3-32B", *_GPT_OSS)

#: The earliest second at which a model was made (2024-01-01), and how many there are: two years'.
_EPOCH, _SPAN = 1_704_067_200, 63_072_000


def listed(provider: str, past: Past) -> list[str]:
    """The names of the models that a provider lists: its own, and what was added here, without those that were deleted here."""
    names = (*_MODELS.get(provider, _ANYBODY), *(past.find(_added(provider)) or ()))
    return [name for name in dict.fromkeys(names) if not is_gone(provider, name, past)]


def add(provider: str, name: str, past: Past) -> None:
    """List one more model."""
    past.keep(_key(provider, name), name)  # it is there again if it was deleted
    past.keep(_added(provider), (*(past.find(_added(provider)) or ()), name))


def forget(provider: str, name: str, past: Past) -> None:
    """Delete a model, if it is listed: what was never here cannot go."""
    if name in listed(provider, past):
        past.forget(_key(provider, name))


def is_gone(provider: str, name: str, past: Past) -> bool:
    """Whether a model was deleted here."""
    return past.gone(_key(provider, name))


def _key(provider: str, name: str) -> str:
    return f"model {provider} {name}"


def _added(provider: str) -> str:
    """Under which the names of all that were added are kept."""
    return f"models of {provider}"


def made(name: str) -> int:
    """When a model was made, made up: always the same Unix time."""
    return _EPOCH + int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") % _SPAN


def query(request: Request) -> dict[str, str]:
    """The query's parameters, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(request.target.partition("?")[2].partition("#")[0]).items()}


def page_size(given: str | None, usual: int, most: int, refusal: Malformed) -> int:
    """How many a page has; a query that names no such number is refused."""
    if given is None:
        return usual
    if not (given.isascii() and given.isdigit()) or not 0 < int(given) <= most:
        raise refusal
    return int(given)


def page(names: list[str], start: int, size: int) -> tuple[list[str], str | None]:
    """One page of names, and the name of the next, its start in decimal; None after the last."""
    end = start + size
    return names[start:end], str(end) if end < len(names) else None
