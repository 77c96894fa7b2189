"""Errors by name, as the SDKs raise them."""

from __future__ import annotations

from typing import Any

import anthropic
import openai
import pytest

import llm_intercept
from llm_intercept import intercept

OPENAI: list[tuple[str, type[openai.APIStatusError], int, str | None]] = [
    ("bad_request", openai.BadRequestError, 400, None),
    ("context_length_exceeded", openai.BadRequestError, 400, "context_length_exceeded"),
    ("invalid_key", openai.AuthenticationError, 401, "invalid_api_key"),
    ("model_not_found", openai.NotFoundError, 404, "model_not_found"),
    ("overloaded", openai.InternalServerError, 503, None),
    ("quota_exhausted", openai.RateLimitError, 429, "insufficient_quota"),
    ("rate_limit", openai.RateLimitError, 429, "rate_limit_exceeded"),
    ("server_error", openai.InternalServerError, 500, None),
]

ANTHROPIC = [
    ("bad_request", 400, "invalid_request_error", "Invalid request."),
    ("context_length_exceeded", 400, "invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum"),
    ("invalid_key", 401, "authentication_error", "invalid x-api-key"),
    ("model_not_found", 404, "not_found_error", "model: claude-x"),
    ("overloaded", 529, "overloaded_error", "Overloaded"),
    ("quota_exhausted", 402, "billing_error", "Your credit balance is too low to access the Anthropic API."),
    ("rate_limit", 429, "rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."),
    ("server_error", 500, "api_error", "Internal server error"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "kind", "status", "code"), OPENAI)
def test_openai_raises_its_own(name: str, kind: type[openai.APIStatusError], status: int, code: str | None, stream: bool) -> None:
    messages: Any = [{"role": "user", "content": "Hi"}]
    with intercept(getattr(llm_intercept, name)()), pytest.raises(kind) as raised:
        openai.OpenAI(api_key="k", max_retries=0).chat.completions.create(model="gpt-x", messages=messages, stream=stream)
    assert (raised.value.status_code, raised.value.code) == (status, code)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "status", "type_", "message"), ANTHROPIC)
def test_anthropic_raises_its_own(name: str, status: int, type_: str, message: str, stream: bool) -> None:
    messages: Any = [{"role": "user", "content": "Hi"}]
    with intercept(getattr(llm_intercept, name)()), pytest.raises(anthropic.APIStatusError) as raised:
        client = anthropic.Anthropic(api_key="k", max_retries=0)
        client.messages.create(model="claude-x", max_tokens=9, messages=messages, stream=stream)
    body: Any = raised.value.body
    assert (raised.value.status_code, body["type"], body["error"]) == (status, "error", {"type": type_, "message": message})


def test_what_is_given_goes_before_what_the_provider_says() -> None:
    given = llm_intercept.overloaded("Later.", retry_after=2)
    with intercept(given), pytest.raises(anthropic.APIStatusError) as raised:
        client = anthropic.Anthropic(api_key="k", max_retries=0)
        client.messages.create(model="claude-x", max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
    body: Any = raised.value.body
    assert (body["error"]["message"], raised.value.response.headers["retry-after"]) == ("Later.", "2")
