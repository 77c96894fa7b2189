"""What stands around all answers of the responses API, and the refusals that its endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.openai.asking import JSON_TYPES, wrong_type
from llm_intercept.dialects.openai.errors import problem
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders

__all__ = ["OpenAIEndpoint", "not_found", "optional"]

_T = TypeVar("_T", str, dict[str, Any], list[Any])


class OpenAIEndpoint(Endpoint):
    """What the endpoints of responses and conversations have in common: each provider's headers and envelope of errors."""

    home: ClassVar[str] = "openai"
    stateful: ClassVar[bool] = True

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return flavour_of(call.provider, call.request).headers(stamp)

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Any:
        flavour = flavour_of(call.provider, call.request)
        return flavour.envelope(problem(error, flavour.said, stamp))


def optional(owner: Mapping[str, Any], key: str, kind: type[_T]) -> _T | None:
    """The value of a key that may be null or absent, else is of one type."""
    value = owner.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise wrong_type(key, JSON_TYPES[kind], value)


def not_found(what: str, named: str) -> Malformed:
    """The refusal of an id that was deleted."""
    return Malformed(f"{what} with id '{named}' not found.", status=404)
