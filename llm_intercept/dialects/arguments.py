"""A tool call's arguments for wires that carry them as an object, where others carry their text."""

from __future__ import annotations

from typing import Any

from llm_intercept.framing.json import dumps, load, to_bytes

__all__ = ["as_object"]


def as_object(arguments: str) -> dict[str, Any] | None:
    """The object that a text of arguments is; None for a text that is none, which such a wire cannot say."""
    try:
        value = load(to_bytes(arguments))
        dumps(value)  # refuses a number too large for a float, which is read as an infinity
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
