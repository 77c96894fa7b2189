"""Errors by name, as each SDK raises them: the provider's own status and words, in a body, a stream and async."""

from __future__ import annotations

from typing import Any

import pytest

import llm_intercept
from llm_intercept import (
    bad_request,
    content_filtered,
    error,
    intercept,
    invalid_key,
    overloaded,
    quota_exhausted,
    rate_limit,
)
from llm_intercept.replies.failures import STATUSES
from llm_intercept.replies.reply import ErrorReply
from tests.errors.asked import answered, ask
from tests.errors.page import PAGE, page
from tests.errors.raised import RAISED
from tests.errors.sdks import ASYNC, SYNC, TOLD, raised

WAYS = [
    *((name, stream, False) for name in SYNC for stream in (False, True)),
    *((name, stream, True) for name in ASYNC for stream in (False, True)),
]


def named(kind: str) -> ErrorReply:
    return getattr(llm_intercept, kind)()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("sdk", "stream", "is_async"), WAYS)
def test_each_sdk_raises_what_its_provider_says(sdk: str, stream: bool, is_async: bool) -> None:
    told = {}
    for kind in STATUSES:
        with intercept(named(kind)):
            told[kind] = TOLD[sdk](raised(sdk, stream, is_async))
    assert told == RAISED[sdk]


def test_the_page_of_the_documentation_tells_what_is_said() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.errors.page"


def test_what_is_given_goes_before_what_the_provider_says() -> None:
    status, body = answered("anthropic", overloaded("Later.", type="api_error", retry_after=2))
    assert (status, body["error"]) == (529, {"type": "api_error", "message": "Later."})
    assert answered("anthropic", overloaded(status=503))[0] == 503
    assert answered("openai", quota_exhausted("No.", status=402, code="c", param="p")) == (
        402,
        {"error": {"message": "No.", "type": "insufficient_quota", "param": "p", "code": "c"}},
    )


def test_the_words_of_a_name_stay_when_a_message_is_given() -> None:
    assert answered("openai", rate_limit(message="Slow."))[1]["error"]["code"] == "rate_limit_exceeded"
    assert answered("compatible", invalid_key("No."))[1]["error"]["code"] == "invalid_api_key"
    assert answered("compatible", error(401, "No."))[1]["error"]["code"] is None


def test_a_bad_request_names_what_is_wrong() -> None:
    assert answered("openai", bad_request("Unsupported.", param="temperature"))[1]["error"]["param"] == "temperature"
    assert answered("gemini", bad_request("Unsupported.", param="temperature"))[1]["error"]["details"][0]["fieldViolations"] == [
        {"field": "temperature", "description": "Unsupported."}
    ]
    assert answered("mistral", bad_request("Unsupported.", param="temperature")) == (
        422,
        {"detail": [{"type": "value_error", "loc": ["body", "temperature"], "msg": "Unsupported.", "input": None}]},
    )


def test_azures_filter_tells_why() -> None:
    said = answered("azure", content_filtered())[1]["error"]
    assert (said["type"], said["param"], said["code"], said["status"]) == (None, "prompt", "content_filter", 400)
    assert said["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert said["innererror"]["content_filter_result"]["violence"] == {"filtered": True, "severity": "high"}


def details(answer: ErrorReply) -> dict[str, Any]:
    found = answered("gemini", answer)[1]["error"]["details"]
    return {one["@type"].removeprefix("type.googleapis.com/google.rpc."): one for one in found}


def test_gemini_tells_which_quota_is_used_up_and_when_to_try_again() -> None:
    by_minute, by_day = details(rate_limit()), details(quota_exhausted())
    assert [found["QuotaFailure"]["violations"][0]["quotaId"] for found in (by_minute, by_day)] == [
        "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
    ]
    assert by_minute["RetryInfo"]["retryDelay"] == "0s"
    assert details(rate_limit(20))["RetryInfo"]["retryDelay"] == "20s"
    assert len(answered("gemini", rate_limit(20))[1]["error"]["details"]) == 3
    assert details(invalid_key())["ErrorInfo"]["reason"] == "API_KEY_INVALID"


def test_who_has_no_words_of_its_own_says_what_the_status_says() -> None:
    assert answered("voyage", quota_exhausted()) == answered("voyage", error(429))
    assert answered("voyage", quota_exhausted())[0] == 429
    assert answered("replicate", content_filtered()) == answered("replicate", error(400))


def test_claude_on_vertex_has_no_credit_of_anthropics() -> None:
    status, body = answered("claude on vertex", quota_exhausted())
    assert (status, body["error"]["type"]) == (429, "rate_limit_error")
    assert "aiplatform.googleapis.com" in body["error"]["message"]


@pytest.mark.parametrize("name", ["claude on bedrock", "gpt on bedrock"])
def test_a_models_own_wire_on_bedrock_fails_in_bedrocks_words(name: str) -> None:
    answer = ask(name, quota_exhausted())
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"].partition(":")[0] == "ServiceQuotaExceededException"
    assert answer.json() == {"message": "Your request exceeds the service quota for your account."}


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (overloaded(), "overloaded()"),
        (overloaded("Later.", retry_after=2), "overloaded(message='Later.', retry_after=2)"),
        (rate_limit(2), "rate_limit(retry_after=2)"),
        (bad_request(param="temperature"), "bad_request(param='temperature')"),
        (quota_exhausted(status=402, headers={"x-a": "b"}), "quota_exhausted(headers={'x-a': 'b'}, status=402)"),
        (error(429, "Slow."), "error(429, message='Slow.')"),
    ],
)
def test_a_repr_is_the_call_that_makes_it(answer: ErrorReply, shown: str) -> None:
    assert repr(answer) == shown
    assert eval(shown, vars(llm_intercept)) == answer


@pytest.mark.parametrize("kind", STATUSES)
def test_a_name_has_its_usual_status_and_takes_what_an_error_takes(kind: str) -> None:
    assert named(kind).status == STATUSES[kind]
    with pytest.raises(ValueError, match="an HTTP status from 400 to 599, got 200"):
        getattr(llm_intercept, kind)(status=200)
