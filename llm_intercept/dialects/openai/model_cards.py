"""How each provider that speaks OpenAI's wire tells of its models: what stands on a model's card, and around the list of all.

To add a provider whose cards differ: one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from llm_intercept.dialects.catalogue import made

__all__ = ["Cards", "cards_of"]

_WINDOW = 131_072


def _list(cards: list[dict[str, Any]]) -> Any:
    return {"object": "list", "data": cards}


@dataclass(frozen=True, slots=True)
class Cards:
    """One provider's way: `card` is a model's, by its name, `all` the list of some."""

    card: Callable[[str], dict[str, Any]]
    all: Callable[[list[dict[str, Any]]], Any] = _list


def _named(name: str) -> str:
    """A model's name for people: of `openai/gpt-oss-20b`, Gpt Oss 20b."""
    return name.rpartition("/")[2].replace("-", " ").title()


def _plain(owner: str) -> Callable[[str], dict[str, Any]]:
    return lambda name: {"id": name, "object": "model", "created": made(name), "owned_by": _owner(name, owner)}


def _owner(name: str, usual: str) -> str:
    return name.partition("/")[0] if "/" in name else usual


def _openai(name: str) -> dict[str, Any]:
    owner = f"user-{name.split(':')[2]}" if name.startswith("ft:") and name.count(":") > 2 else "system"
    return {"id": name, "object": "model", "created": made(name), "owned_by": owner}


def _azure(name: str) -> dict[str, Any]:
    """Reference: https://learn.microsoft.com/rest/api/azureopenai/models/list"""
    embeds = "embedding" in name
    abilities = {"fine_tune": False, "inference": True, "completion": False, "chat_completion": not embeds, "embeddings": embeds}
    told = {**_plain("azure")(name), "status": "succeeded", "created_at": made(name), "updated_at": made(name)}
    dates = {"deprecation": {"inference": made(name) + 63_072_000}}
    return {**told, "capabilities": abilities, "lifecycle_status": "generally-available", **dates}


def _groq(name: str) -> dict[str, Any]:
    """Reference: https://console.groq.com/docs/api-reference#models-list"""
    told = {**_plain("Meta")(name), "active": True, "context_window": _WINDOW}
    return {**told, "public_apps": None, "max_completion_tokens": 32_768}


def _together(name: str) -> dict[str, Any]:
    """Reference: https://docs.together.ai/reference/models-1"""
    kind = "embedding" if "bge" in name else "rerank" if "Rank" in name else "image" if "FLUX" in name else "chat"
    price = {"hourly": 0, "input": 0.88, "output": 0.88, "base": 0, "finetune": 0}
    told = {"id": name, "object": "model", "created": made(name), "type": kind, "running": False}
    return {
        **told,
        "display_name": _named(name),
        "organization": _owner(name, "Together"),
        "link": f"https://huggingface.co/{name}",
        "license": "other",
        "context_length": _WINDOW,
        "config": {"chat_template": None, "stop": [], "bos_token": None, "eos_token": None},
        "pricing": price,
    }


def _openrouter(name: str) -> dict[str, Any]:
    """Reference: https://openrouter.ai/docs/api-reference/list-available-models"""
    price = {"prompt": "0.000001", "completion": "0.000004", "request": "0", "image": "0", "web_search": "0"}
    form = {
        "modality": "text->text",
        "input_modalities": ["text"],
        "output_modalities": ["text"],
        "tokenizer": "Other",
        "instruct_type": None,
    }
    return {
        "id": name,
        "canonical_slug": name,
        "hugging_face_id": None,
        "name": _named(name),
        "created": made(name),
        "description": f"{_named(name)}.",
        "context_length": _WINDOW,
        "architecture": form,
        "pricing": {**price, "internal_reasoning": "0"},
        "top_provider": {"context_length": _WINDOW, "max_completion_tokens": 32_768, "is_moderated": False},
        "per_request_limits": None,
        "supported_parameters": ["max_tokens", "temperature", "top_p", "tools", "tool_choice", "response_format"],
        "default_parameters": {},
    }


def _deepseek(name: str) -> dict[str, Any]:
    """Reference: https://api-docs.deepseek.com/api/list-models"""
    return {"id": name, "object": "model", "owned_by": "deepseek"}


def _fireworks(name: str) -> dict[str, Any]:
    """Reference: https://docs.fireworks.ai/tools-sdks/openai-compatibility"""
    told = {**_plain("fireworks")(name), "owned_by": "fireworks", "kind": "HF_BASE_MODEL", "supports_chat": True}
    return {**told, "supports_image_input": False, "supports_tools": True, "context_length": _WINDOW}


def _served(name: str) -> dict[str, Any]:
    """VLLM's. Reference: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"""
    told = {"id": name, "object": "model", "created": made(name), "owned_by": "vllm", "root": name, "parent": None}
    may = ("create_engine", "sampling", "logprobs", "search_indices", "view", "fine_tuning")
    rights = {
        "id": f"modelperm-{made(name):x}",
        "object": "model_permission",
        "created": made(name),
        **{f"allow_{what}": what in ("sampling", "logprobs", "view") for what in may},
        "organization": "*",
        "group": None,
        "is_blocking": False,
    }
    return {**told, "max_model_len": _WINDOW, "permission": [rights]}


def _writer(name: str) -> dict[str, Any]:
    """Reference: https://dev.writer.com/api-reference/completion-api/list-models"""
    return {"id": name, "name": _named(name)}


#: By provider; one that has none here tells what vLLM does on a host that is nobody's, and what OpenAI does on its own.
_CARDS: Mapping[str, Cards] = {
    "openai": Cards(_openai),
    "azure": Cards(_azure),
    "groq": Cards(_groq),
    "together": Cards(_together, all=lambda cards: cards),
    "openrouter": Cards(_openrouter, all=lambda cards: {"data": cards}),
    "deepseek": Cards(_deepseek),
    "fireworks": Cards(_fireworks),
    "cerebras": Cards(_plain("Cerebras")),
    "xai": Cards(_plain("xai")),
    "ollama": Cards(_plain("library")),
    "lmstudio": Cards(lambda name: {"id": name, "object": "model", "owned_by": "organization_owner"}),
    "writer": Cards(_writer, all=lambda cards: {"models": cards}),
    "gemini": Cards(lambda name: {"id": f"models/{name.removeprefix('models/')}", "object": "model", "owned_by": "google"}),
    "compatible": Cards(_served),
}


def cards_of(row: str) -> Cards:
    """How models are told of in a row of the table."""
    return _CARDS.get(row) or Cards(_plain(row))
