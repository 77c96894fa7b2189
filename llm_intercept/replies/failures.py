"""The provider's errors by name; what each provider says for one stands with its dialects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llm_intercept.replies.reply import ErrorReply, error

__all__ = [
    "bad_request", "context_length_exceeded", "invalid_key", "model_not_found", "overloaded", "quota_exhausted", "rate_limit", "server_error",
]  # fmt: skip


def _named(kind: str, status: int, message: str | None, options: dict[str, Any]) -> ErrorReply:
    return replace(error(status, message, **options), kind=kind)


def bad_request(message: str | None = None, **options: Any) -> ErrorReply:
    """A request that the provider does not accept. Takes what `error` takes."""
    return _named("bad_request", 400, message, options)


def context_length_exceeded(message: str | None = None, **options: Any) -> ErrorReply:
    """A prompt that is longer than the model's context. Takes what `error` takes."""
    return _named("context_length_exceeded", 400, message, options)


def invalid_key(message: str | None = None, **options: Any) -> ErrorReply:
    """A key that the provider does not know. Takes what `error` takes."""
    return _named("invalid_key", 401, message, options)


def model_not_found(message: str | None = None, **options: Any) -> ErrorReply:
    """A model that does not exist. Takes what `error` takes."""
    return _named("model_not_found", 404, message, options)


def overloaded(message: str | None = None, **options: Any) -> ErrorReply:
    """A provider that is overloaded; at Anthropic, a 529. Takes what `error` takes."""
    return _named("overloaded", 503, message, options)


def quota_exhausted(message: str | None = None, **options: Any) -> ErrorReply:
    """A quota, or credit, that is used up; at Anthropic, a `billing_error`. Takes what `error` takes."""
    return _named("quota_exhausted", 429, message, options)


def rate_limit(message: str | None = None, **options: Any) -> ErrorReply:
    """Too many requests, or tokens. Takes what `error` takes."""
    return _named("rate_limit", 429, message, options)


def server_error(message: str | None = None, **options: Any) -> ErrorReply:
    """An error inside the provider. Takes what `error` takes."""
    return _named("server_error", 500, message, options)
