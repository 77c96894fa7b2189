"""What all of Cohere's wire APIs have in common: errors, headers, ids, and how a stream is framed.

References: https://docs.cohere.com/reference/about, https://docs.cohere.com/reference/errors
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import load
from llm_intercept.framing.ndjson import STREAM_JSON, unbroken
from llm_intercept.framing.sse import DONE, ServerSentEvents
from llm_intercept.replies.reply import ErrorReply, Usage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["Cohere", "CohereEndpoint", "billed", "objects", "optional", "required", "texts_or_objects"]

#: Status to message.
_ERRORS: Mapping[int, str] = {
    400: "invalid request: the request is not valid.",
    401: "invalid api token",
    402: "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue",
    403: "you are not authorized to access this resource",
    404: "resource not found",
    408: "request timed out",
    413: "request entity too large",
    422: "invalid request: the request could not be processed.",
    429: "Please wait and try again later",
    498: "invalid token: a denied token stands in the request",
    499: "request cancelled",
    500: "internal server error, please try again",
    501: "not implemented",
    503: "service unavailable, please try again later",
    504: "gateway timeout, please try again later",
}

_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}

_T = TypeVar("_T", str, int, bool, dict[str, Any], list[Any])


class _Events(ServerSentEvents):
    """Server-sent events that end with one more, as OpenAI's do, and that an SDK may read line by line."""

    def event(self, data: Any, name: str | None = None) -> bytes:
        return unbroken(super().event(data, name))

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        fill = super().filler(data, name)
        return lambda piece: unbroken(fill(piece))

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        yield from frames
        yield DONE


_EVENTS = _Events()


#: What is said of an error that has a name. Reference: https://docs.cohere.com/reference/errors
_NAMED: NamedErrors = {
    "content_filtered": Words(400, "blocked output: please adjust your prompt and try again"),
    "context_length_exceeded": Words(
        400,
        "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 128001. Try using a shorter prompt.",
    ),
    "quota_exhausted": Words(429, "You are past the per month request limit for this model, please wait and try again later."),
}


class CohereEndpoint(Endpoint):
    """The base of all that Cohere serves."""

    home: ClassVar[str] = "cohere"

    def body_of(self, request: Request) -> dict[str, Any]:
        """The request's body; raises `Malformed`."""
        try:
            body = load(request.body)
        except ValueError as wrong:
            raise Malformed(f"invalid json syntax: {wrong}") from None
        if not isinstance(body, dict):
            raise _wrong_type("body", body, dict)
        return body

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return (
            (b"access-control-expose-headers", b"X-Debug-Trace-ID"),
            (b"x-debug-trace-id", stamp.id("request", 32).encode()),
            (b"x-endpoint-monthly-call-limit", b"1000"),
            (b"x-trial-endpoint-call-limit", b"40"),
            (b"x-trial-endpoint-call-remaining", b"39"),
            (b"x-envoy-upstream-service-time", b"42"),
        )

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        if error.status == 404 and call.model:
            message = (
                f"model '{call.model}' not found, make sure the correct model ID was used and that you have access to the model."
            )
        return {"id": stamp.uuid("request"), "message": error.message or message}


class Cohere(CohereEndpoint, Dialect):
    """The base of Cohere's wire APIs that say replies; `lines` is whether they stream lines unless they are asked for events."""

    lines = False

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.uuid("completion")

    def framing(self, call: Call) -> Framing:
        """Lines for who accepts JSON and no events; what an API streams by itself for who accepts anything."""
        accepted = b",".join(value for name, value in call.request.headers if name.lower() == b"accept").lower()
        if b"text/event-stream" in accepted:
            return _EVENTS
        return STREAM_JSON if self.lines or (b"application/json" in accepted and b"*/*" not in accepted) else _EVENTS


def billed(usage: Usage) -> dict[str, Any]:
    """Token counts, as bodies of both versions have them."""
    counts = {"input_tokens": usage.input, "output_tokens": usage.output}
    return {"billed_units": counts, "tokens": counts, "cached_tokens": usage.cached}


def _wrong_type(name: str, value: Any, kind: type) -> Malformed:
    found = _JSON_TYPES.get(type(value), "null")
    return Malformed(f"invalid type: parameter {name} is of type {found} but should be of type {_JSON_TYPES[kind]}.")


def required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T:
    """The value of a key that must be there and of one type."""
    value = owner.get(key)
    if isinstance(value, kind):
        return value
    if value is None:
        raise Malformed(f"invalid request: required '{where}{key}' param is missing or empty.")
    raise _wrong_type(where + key, value, kind)


def optional(owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T | None:
    """The value of a key that is of one type if it is there."""
    return None if owner.get(key) is None else required(owner, key, kind, where)


def objects(owner: Mapping[str, Any], key: str, where: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Each object of a list that may be there, and what stands before its own keys' names."""
    for index, value in enumerate(optional(owner, key, list, where) or ()):
        at = f"{where}{key}[{index}]"
        if not isinstance(value, dict):
            raise _wrong_type(at, value, dict)
        yield value, f"{at}."


def texts_or_objects(owner: Mapping[str, Any], key: str) -> None:
    """Refuse a list that may be there and that holds something else."""
    for index, value in enumerate(optional(owner, key, list) or ()):
        if not isinstance(value, str | dict):
            raise _wrong_type(f"{key}[{index}]", value, dict)
