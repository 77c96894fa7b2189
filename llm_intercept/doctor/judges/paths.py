"""How a place in a JSON document is written: keys by dots, a list item as [its type], or [] where it has none."""

from __future__ import annotations

from typing import Any

__all__ = ["item", "join", "kind_of"]

_KINDS = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def kind_of(value: Any) -> str:
    """The JSON type of a value."""
    return _KINDS[type(value)]


def join(at: str, key: str) -> str:
    """A key of the object at a path."""
    return f"{at}.{key}" if at else key


def item(at: str, value: Any) -> str:
    """An item of the list at a path."""
    tag = value.get("type") if isinstance(value, dict) else None
    return f"{at}[{tag if isinstance(tag, str) else ''}]"
