"""Fields of Google's requests, named in camelCase or snake_case, and the words in which a wrong one is refused.

Reference: https://protobuf.dev/programming-guides/json/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.json import load
from llm_intercept.wire import Request

__all__ = ["body", "field", "listed", "snake", "typed", "wrong"]

_T = TypeVar("_T", str, int, bool, dict[str, Any])

_TYPES: Mapping[type, str] = {str: "TYPE_STRING", int: "TYPE_INT32", bool: "TYPE_BOOL", dict: "TYPE_MESSAGE"}


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """A JSON name in snake_case."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def field(owner: Mapping[str, Any], name: str) -> Any:
    """The value under a name in camelCase, or the same name in snake_case; None where there is none."""
    value = owner.get(name)
    return owner.get(snake(name)) if value is None else value


def wrong(where: str, kind: type, value: Any) -> Malformed:
    """The refusal of a value of another type than the field's."""
    message = f"Invalid value at '{where}' ({_TYPES[kind]}), {_shown(value)}"
    return Malformed(message, param=where)


def typed(owner: Mapping[str, Any], name: str, kind: type[_T], where: str = "") -> _T | None:
    """The value of a field of one type, or None."""
    value = owner.get(name)  # `field`, without the call: a request is asked for two dozen of them
    if value is None:
        value = owner.get(snake(name))
    if value is None or type(value) is kind:
        return value
    raise wrong(f"{where}{snake(name)}", kind, value)


def listed(owner: Mapping[str, Any], name: str, where: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """The messages of a repeated field, each with where it stands; one message alone is a list of it."""
    value = field(owner, name)
    at = f"{where}{snake(name)}"
    for index, one in enumerate([] if value is None else value if isinstance(value, list) else [value]):
        if not isinstance(one, dict):
            raise wrong(f"{at}[{index}]", dict, one)
        yield one, f"{at}[{index}]."


def body(request: Request) -> dict[str, Any]:
    """The request's message."""
    try:
        value = load(request.body)
    except ValueError:
        raise Malformed("Invalid JSON payload received. Unexpected token.") from None
    if isinstance(value, dict):
        return value
    raise Malformed('Invalid JSON payload received. Unknown name "": Root element must be a message.')


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "Starting an object on a scalar field"
        case list():
            return "Proto field is not repeating, cannot start list."
        case str():
            return f'"{value[:60]}"'
        case _:
            return str(value)
