"""What stands around all answers of the responses API, and the refusals that its endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.failing import NamedErrors
from llm_intercept.dialects.openai.asking import JSON_TYPES, wrong_type
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.openai.named_errors import RESPONSES

__all__ = ["ResponsesEndpoint", "not_found", "optional"]

_T = TypeVar("_T", str, dict[str, Any], list[Any])


class ResponsesEndpoint(OpenAIEndpoint):
    """What the endpoints of responses and conversations have in common: what they answer depends on what was said before."""

    stateful: ClassVar[bool] = True

    def named_errors(self, call: Call) -> NamedErrors:
        return {**super().named_errors(call), **RESPONSES}


def optional(owner: Mapping[str, Any], key: str, kind: type[_T]) -> _T | None:
    """The value of a key that may be null or absent, else is of one type."""
    value = owner.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise wrong_type(key, JSON_TYPES[kind], value)


def not_found(what: str, named: str) -> Malformed:
    """The refusal of an id that was deleted."""
    return Malformed(f"{what} with id '{named}' not found.", status=404)
