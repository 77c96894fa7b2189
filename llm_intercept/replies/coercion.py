"""From what a user gives to a part; what looks right but is not gets an error that names the right way."""

from __future__ import annotations

import json
from typing import Any

from llm_intercept.framing.json import dumps
from llm_intercept.replies.parts import Object, Part, Text

__all__ = ["as_part"]

_RIGHT_WAY = "give what the model says: reply('text', tool_call('name', ...)), or error(429) for a provider's error"

#: Modules whose objects are a provider's or an HTTP library's own answer.
_FOREIGN = frozenset(
    {
        "openai",
        "anthropic",
        "litellm",
        "mistralai",
        "google",
        "groq",
        "cohere",
        "httpx",
        "httpx2",
        "requests",
        "urllib3",
        "aiohttp",
    }
)


def as_part(value: object) -> Part:
    """One part of a reply; `TypeError` for what is none."""
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, Part):
        return value
    if isinstance(value, BaseException) or (isinstance(value, type) and issubclass(value, BaseException)):
        raise TypeError(f"{value!r} is an exception, and a provider sends none: {_RIGHT_WAY}")
    if type(value).__module__.partition(".")[0] in _FOREIGN:
        raise TypeError(f"a {type(value).__module__}.{type(value).__qualname__} is no reply: {_RIGHT_WAY}")
    if isinstance(value, dict):
        return Object(_plain(value))
    dump_json = getattr(value, "model_dump_json", None)
    if dump_json is not None and not isinstance(value, type):
        return Object(json.loads(dump_json(by_alias=True)))
    raise TypeError(f"{type(value).__name__} {value!r} is no part of a reply: {_RIGHT_WAY}")


def _plain(value: dict[Any, Any]) -> Any:
    name = _provider_shape(value)
    if name is not None:
        raise TypeError(f"this dict has the shape of {name}: {_RIGHT_WAY}")
    try:
        return json.loads(dumps(value))
    except (TypeError, ValueError) as wrong:
        raise TypeError(f"an object given as a reply must be JSON: {wrong}") from None


def _provider_shape(value: dict[Any, Any]) -> str | None:
    match value:
        case {"choices": [{"message": _} | {"delta": _} | {"text": _}, *_]}:
            return "an OpenAI chat completion"
        case {"candidates": [{"content": _}, *_]}:
            return "a Gemini response"
        case {"type": "message", "role": _, "content": _}:
            return "an Anthropic message"
        case {"role": "system" | "user" | "assistant" | "tool", "content": str() | list() | None}:
            return "a message"
        case _:
            return None
