"""What a provider says for an error that has a name, where its status alone does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from llm_intercept.replies.reply import ErrorReply

if TYPE_CHECKING:
    from llm_intercept.call import Call

__all__ = ["worded"]


class _Words(NamedTuple):
    """A status, a type, a code and a message, in which `{model}` is the call's."""

    status: int
    type: str | None
    code: str | None
    message: str


#: By provider and kind. What is missing here is said as the provider says its status.
_WORDS: Mapping[tuple[str, str], _Words] = {
    ("openai", "context_length_exceeded"): _Words(
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
    ),
    ("openai", "quota_exhausted"): _Words(
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    ("openai", "model_not_found"): _Words(
        404, "invalid_request_error", "model_not_found", "The model `{model}` does not exist or you do not have access to it."
    ),
    ("anthropic", "context_length_exceeded"): _Words(
        400, "invalid_request_error", None, "prompt is too long: 200001 tokens > 200000 maximum"
    ),
    ("anthropic", "quota_exhausted"): _Words(
        402, "billing_error", None, "Your credit balance is too low to access the Anthropic API."
    ),
    ("anthropic", "model_not_found"): _Words(404, "not_found_error", None, "model: {model}"),
    ("anthropic", "overloaded"): _Words(529, "overloaded_error", None, "Overloaded"),
}


def worded(error: ErrorReply, call: Call) -> ErrorReply:
    """The error as the call's provider says it; what was given stays."""
    words = _WORDS.get((call.provider, error.kind))
    if words is None:
        return error
    return replace(
        error,
        status=words.status,
        type=error.type or words.type,
        code=error.code or words.code,
        message=error.message or words.message.replace("{model}", call.model),
    )
