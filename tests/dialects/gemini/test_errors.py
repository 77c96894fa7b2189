"""Errors in Google's own envelope, on every one of its endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import Interceptor, error
from tests.dialects.gemini.asked import GEMINI, INTERACTIONS, VERTEX, judged, post, said

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    529: "INTERNAL",
}

URLS = [
    *(f"{host}:{method}" for host in (GEMINI, VERTEX) for method in ("generateContent", "streamGenerateContent?alt=sse")),
    INTERACTIONS,
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_has_its_canonical_name(status: int, url: str) -> None:
    body = {"model": "m", "input": "Hi", "contents": [{"parts": [{"text": "?"}]}]}
    answer = post(Interceptor(error(status)), url, body)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    told = judged("generate error", answer.json)["error"]
    assert (told["code"], told["status"]) == (status, STATUSES[status])
    assert told["message"]


@pytest.mark.parametrize("host", [GEMINI, VERTEX])
def test_a_stream_that_is_an_array_wraps_its_error(host: str) -> None:
    url = f"{host}:streamGenerateContent"
    (told,) = said(error(429, "slow"), url).json
    assert told["error"]["message"] == "slow"
    assert post(Interceptor("Hi"), url, b"{").json[0]["error"]["code"] == 400


@pytest.mark.parametrize(
    ("given", "details"),
    [
        (error(429, retry_after=1.5), {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.5s"}),
        (
            error(400, "no", code="API_KEY_INVALID"),
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"},
        ),
        (
            error(400, "no", param="contents"),
            {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "contents", "description": "no"}]},
        ),
    ],
)
def test_details_are_googles(given: Any, details: Any) -> None:
    told = judged("generate error", said(given).json)["error"]
    assert told["details"] == [details]


def test_a_status_may_be_named() -> None:
    assert said(error(400, type="FAILED_PRECONDITION")).json["error"]["status"] == "FAILED_PRECONDITION"
    assert "details" not in said(error(400)).json["error"]
