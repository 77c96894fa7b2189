"""The fields of a request's objects, and in which words the provider refuses those that are missing or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from llm_intercept.dialects.endpoint import Malformed

__all__ = ["blocks", "mapping", "required", "text", "wrong"]

_JSON_TYPES = {str: "string", dict: "dictionary", list: "list", bool: "boolean"}

_T = TypeVar("_T", str, dict[str, Any], list[Any])


def wrong(owner: Mapping[str, Any], key: str, kind: type, where: str = "") -> Malformed:
    """The refusal of a key that is missing, or not of its type."""
    problem = f"Input should be a valid {_JSON_TYPES[kind]}" if key in owner else "Field required"
    return Malformed(f"{where}{key}: {problem}")


def required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T:
    """The value of a key that must be there and of one type."""
    value = owner.get(key)
    if isinstance(value, kind):
        return value
    raise wrong(owner, key, kind, where)


def mapping(value: Any, where: str) -> dict[str, Any]:
    """A value that must be an object."""
    if isinstance(value, dict):
        return value
    raise Malformed(f"{where}: Input should be a valid dictionary")


def blocks(owner: dict[str, Any], key: str, where: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each block under a key, its type, and what stands before its own keys' names; a type unknown to us is one too."""
    for number, block in enumerate(required(owner, key, list, where)):
        kind = required(mapping(block, f"{where}{key}.{number}"), "type", str, f"{where}{key}.{number}.")
        yield block, kind, f"{where}{key}.{number}.{kind}."


def text(owner: dict[str, Any], key: str, where: str) -> str:
    """The text under a key: a string, or the text blocks of a list."""
    content = owner[key]
    if isinstance(content, str):
        return content
    return "".join([required(block, "text", str, at) for block, kind, at in blocks(owner, key, where) if kind == "text"])
