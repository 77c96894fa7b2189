"""Requests, responses and frames, as values."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept.wire import Fail, Pause, Request, Response


def request(**given: Any) -> Request:
    asked = {"scheme": "https", "host": "api.test", "port": None, "target": "/v1?a=b", "headers": (), "body": b"{}", **given}
    return Request(method="POST", library="httpx", **asked)


@pytest.mark.parametrize(
    ("given", "url", "path"),
    [
        ({}, "https://api.test/v1?a=b", "/v1"),
        ({"port": 8080}, "https://api.test:8080/v1?a=b", "/v1"),
        ({"scheme": "http", "host": "::1", "port": 80}, "http://[::1]:80/v1?a=b", "/v1"),
        ({"target": "/v1#stream"}, "https://api.test/v1#stream", "/v1"),
        ({"target": "/v1/?a#b?c"}, "https://api.test/v1/?a#b?c", "/v1/"),
        ({"target": "/"}, "https://api.test/", "/"),
    ],
    ids=str,
)
def test_a_request_knows_its_url_and_its_path(given: dict[str, Any], url: str, path: str) -> None:
    assert (request(**given).url, request(**given).path) == (url, path)


@pytest.mark.parametrize(("name", "value"), [("x-a", "1"), ("X-A", "1"), ("x-b", "é"), ("x-c", None)])
def test_a_header_is_found_by_its_name_in_any_case_the_first_one_wins(name: str, value: str | None) -> None:
    headers = ((b"X-a", b"1"), (b"x-A", b"2"), (b"x-b", b"\xe9"))
    assert request(headers=headers).header(name) == value


def test_a_requests_repr_hides_its_secrets() -> None:
    shown = repr(request(target="/v1?key=sk-secret&a=b", headers=((b"x-api-key", b"sk-secret"),), body=b"sk-secret"))
    assert "sk-secret" not in shown
    assert "/v1" in shown


def test_a_responses_body_is_its_bytes_without_what_happens_between() -> None:
    assert Response(200, (), (b"a", Pause(1), b"b", Fail("reset"))).body == b"ab"


def test_a_response_can_be_played_again() -> None:
    response = Response(200, (), (b"a", b"b"))
    assert list(response.frames) == list(response.frames) == [b"a", b"b"]
    assert response.prelude == ()
