"""The provider's errors by name. What a provider says for one stands with its dialects, in `named_errors`.

To add a name: one entry in `STATUSES`, one function, and the words of whoever has words of its own for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from llm_intercept.replies.reply import ErrorReply, error

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "STATUSES", "bad_request", "content_filtered", "context_length_exceeded", "invalid_key", "model_not_found", "overloaded",
    "quota_exhausted", "rate_limit", "server_error",
]  # fmt: skip

#: The usual status of each; a provider may have its own.
STATUSES: Mapping[str, int] = {
    "bad_request": 400,
    "content_filtered": 400,
    "context_length_exceeded": 400,
    "invalid_key": 401,
    "model_not_found": 404,
    "overloaded": 503,
    "quota_exhausted": 429,
    "rate_limit": 429,
    "server_error": 500,
}


class _Own(TypedDict, total=False):
    """What `error` takes besides the message; `status` goes before the provider's own for the name."""

    status: int
    type: str | None
    code: str | None
    param: str | None
    headers: Mapping[str, str] | None


class _Options(_Own, total=False):
    """And the time to wait."""

    retry_after: float | None


def _named(kind: str, message: str | None, options: _Options) -> ErrorReply:
    given: _Options = {"status": STATUSES[kind], **options}
    return replace(error(message=message, **given), kind=kind, fixed="status" in options)


def bad_request(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A request that the provider does not accept; `param` names what is wrong.

    Takes what `error` takes.

        llm.on("weather").reply(bad_request("Unsupported value.", param="temperature"))
    """
    return _named("bad_request", message, options)


def content_filtered(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A request that the provider's filter refuses; at Azure it tells why.

    Takes what `error` takes. An answer that a filter cuts off is no error: `reply("Once", finish="content_filter")`.

        llm.on("explosives").reply(content_filtered())
    """
    return _named("content_filtered", message, options)


def context_length_exceeded(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A prompt that is longer than the model's context.

    Takes what `error` takes.

        llm.on(where=lambda call: len(call.prompt) > 9_000).reply(context_length_exceeded())
    """
    return _named("context_length_exceeded", message, options)


def invalid_key(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A key that the provider does not know.

    Takes what `error` takes.

        llm.on(header={"authorization": "Bearer old"}).reply(invalid_key())
    """
    return _named("invalid_key", message, options)


def model_not_found(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A model that does not exist, or is not for this key.

    Takes what `error` takes.

        llm.on(model="gpt-9").reply(model_not_found())
    """
    return _named("model_not_found", message, options)


def overloaded(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A provider that has too much to do: at Anthropic a 529.

    Takes what `error` takes.

        llm.on("weather").replies(overloaded(), "Sunny.")
    """
    return _named("overloaded", message, options)


def quota_exhausted(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """A quota, or credit, that is used up; asking again does not help.

    Takes what `error` takes.

        llm.on("weather").reply(quota_exhausted())
    """
    return _named("quota_exhausted", message, options)


def rate_limit(retry_after: float | None = None, message: str | None = None, **options: Unpack[_Own]) -> ErrorReply:
    """Too many requests, or tokens, in too short a time.

    Takes what `error` takes, `retry_after`, in seconds, first.

        llm.on("weather").replies(rate_limit(2), "Sunny.")
    """
    return _named("rate_limit", message, {**options, "retry_after": retry_after})


def server_error(message: str | None = None, **options: Unpack[_Options]) -> ErrorReply:
    """An error inside the provider.

    Takes what `error` takes.

        llm.on("weather").replies(server_error(), "Sunny.")
    """
    return _named("server_error", message, options)
