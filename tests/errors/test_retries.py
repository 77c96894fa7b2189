"""How often each SDK asks again, left as it is: an error of the moment is tried again at once, one that stays is not."""

from __future__ import annotations

from typing import Any

import pytest

import llm_intercept
from llm_intercept import intercept
from llm_intercept.replies.failures import STATUSES
from tests.errors.sdks import raised

#: What its SDK leaves to itself, and the attempts at what it asks again for; the others are made once.
AGAIN: dict[str, tuple[dict[str, Any], int, set[str]]] = {
    "openai": ({"max_retries": 2}, 3, {"rate_limit", "quota_exhausted", "overloaded", "server_error"}),
    "azure": ({"max_retries": 2}, 3, {"rate_limit", "quota_exhausted", "overloaded", "server_error"}),
    "anthropic": ({"max_retries": 2}, 3, {"rate_limit", "overloaded", "server_error"}),
    "groq": ({"max_retries": 2}, 3, {"rate_limit", "quota_exhausted", "overloaded", "server_error"}),
    "bedrock": (
        {"retries": {"mode": "standard", "total_max_attempts": 2}},
        2,
        {"rate_limit", "overloaded", "server_error"},
    ),
    "gemini": ({}, 1, set()),
    "mistral": ({}, 1, set()),
    "ollama": ({}, 1, set()),
}


@pytest.mark.parametrize("sdk", AGAIN)
def test_an_sdk_asks_again_for_what_may_pass(sdk: str) -> None:
    options, attempts, again = AGAIN[sdk]
    asked = {}
    for kind in STATUSES:
        with intercept(getattr(llm_intercept, kind)()) as llm:
            raised(sdk, stream=False, is_async=False, **options)
        asked[kind] = len(llm.calls)
    assert asked == {kind: attempts if kind in again else 1 for kind in STATUSES}


@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_a_time_to_wait_is_told_in_the_header(sdk: str) -> None:
    with intercept(llm_intercept.rate_limit(7)) as llm:
        failure: Any = raised(sdk, stream=False, is_async=False)
    assert failure.response.headers["retry-after"] == "7"
    assert "retry-after-ms" not in failure.response.headers
    assert len(llm.calls) == 1
