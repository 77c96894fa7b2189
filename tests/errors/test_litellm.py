"""LiteLLM takes the errors by name for what they are, at the providers whose answers it tells apart by their words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import litellm
import pytest

import llm_intercept
from llm_intercept import intercept
from llm_intercept.replies.failures import STATUSES

MODELS: dict[str, dict[str, Any]] = {
    "openai": {"model": "openai/gpt-4o"},
    "azure": {"model": "azure/gpt-4o", "api_base": "https://me.openai.azure.com", "api_version": "2024-10-21"},
    "anthropic": {"model": "anthropic/claude-opus-4-8"},
    "gemini": {"model": "gemini/gemini-2.5-flash"},
    "bedrock": {"model": "bedrock/converse/anthropic.claude-3-sonnet-20240229-v1:0", "aws_region_name": "us-east-1"},
    "mistral": {"model": "mistral/mistral-large-latest"},
    "cohere": {"model": "cohere_chat/command-r"},
    "together": {"model": "together_ai/a/m"},
}

#: Where most raise the same.
MOST = {
    "bad_request": "BadRequestError",
    "content_filtered": "BadRequestError",
    "context_length_exceeded": "ContextWindowExceededError",
    "invalid_key": "AuthenticationError",
    "model_not_found": "NotFoundError",
    "overloaded": "ServiceUnavailableError",
    "quota_exhausted": "RateLimitError",
    "rate_limit": "RateLimitError",
    "server_error": "InternalServerError",
}

RAISED = {
    "openai": MOST,
    "azure": {**MOST, "content_filtered": "ContentPolicyViolationError", "server_error": "APIError"},
    "anthropic": {
        **MOST,
        "content_filtered": "ContentPolicyViolationError",
        "overloaded": "InternalServerError",
        "quota_exhausted": "PaymentRequiredError",
    },
    "gemini": {**MOST, "overloaded": "InternalServerError"},
    "bedrock": {**MOST, "quota_exhausted": "BadRequestError", "server_error": "ServiceUnavailableError"},
    "mistral": {
        **MOST,
        "context_length_exceeded": "BadRequestError",
        "model_not_found": "BadRequestError",
        "overloaded": "RateLimitError",
    },
    "cohere": MOST,
    "together": {**MOST, "quota_exhausted": "APIError"},
}


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """LiteLLM's log takes the thread's event loop, and makes one where there is none, which nobody closes."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


def name_of(asked: dict[str, Any], stream: bool) -> str:
    messages = [{"role": "user", "content": "Hi"}]
    try:
        list(litellm.completion(messages=messages, num_retries=0, stream=stream, **asked))
    except Exception as failure:
        # A stream's error of the moment stands inside the one that LiteLLM's router listens for.
        return type(getattr(failure, "original_exception", None) or failure).__name__
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("provider", MODELS)
def test_litellm_tells_them_apart(provider: str, stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(litellm, "suppress_debug_info", True)
    raised = {}
    for kind in STATUSES:
        with intercept(getattr(llm_intercept, kind)()):
            raised[kind] = name_of({"max_retries": 0, **MODELS[provider]}, stream)
    assert raised == RAISED[provider]
