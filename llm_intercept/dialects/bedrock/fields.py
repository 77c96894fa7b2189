"""How Bedrock looks at a request's JSON, and in which words it refuses what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from llm_intercept.dialects.endpoint import Malformed

__all__ = ["members", "optional", "refused", "required", "structure"]

_WANTED: Mapping[type, str] = {str: "String", dict: "Structure", list: "List"}

_FOUND: Mapping[type, str] = {
    str: "STRING_VALUE",
    int: "NUMBER_VALUE",
    float: "NUMBER_VALUE",
    bool: "BOOLEAN_VALUE",
    type(None): "NULL_VALUE",
}

_T = TypeVar("_T", str, dict[str, Any], list[Any])


def refused(at: str, why: str) -> Malformed:
    """A request whose types are right, and a value is not."""
    return Malformed(f"1 validation error detected: Value at '{at}' failed to satisfy constraint: {why}")


def _misplaced(value: Any, kind: type) -> Malformed:
    match value:
        case dict():
            problem = "Start of structure or map found where not expected."
        case list():
            problem = "Start of list found where not expected."
        case _:
            problem = f"{_FOUND[type(value)]} can not be converted to a {_WANTED[kind]}"
    return Malformed(problem, code="SerializationException")


def structure(value: Any) -> dict[str, Any]:
    """A value that is an object."""
    if isinstance(value, dict):
        return value
    raise _misplaced(value, dict)


def optional(owner: Mapping[str, Any], key: str, kind: type[_T]) -> _T | None:
    """The value of a key that is of one type if it is there."""
    value = owner.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise _misplaced(value, kind)


def required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T:
    """The value of a key that must be there and of one type."""
    value = optional(owner, key, kind)
    if value is None:
        raise refused(where + key, "Member must not be null")
    return value


def members(owner: Mapping[str, Any], key: str, where: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Each object of a list that may be there, and what stands before its own keys' names."""
    for number, value in enumerate(optional(owner, key, list) or (), 1):
        yield structure(value), f"{where}{key}.{number}.member."
