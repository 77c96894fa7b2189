"""Each provider's errors stand in its own envelope, and its headers are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import error
from tests.dialects.openai.asked import CHATS, chat

#: What each says to `error(429, "Slow down.", type="t", code="c", param="p")`.
ENVELOPES: Mapping[str, Any] = {
    "openai": {"error": {"message": "Slow down.", "type": "t", "param": "p", "code": "c"}},
    "compatible": {"error": {"message": "Slow down.", "type": "t", "param": "p", "code": "c"}},
    "azure": {"error": {"message": "Slow down.", "type": "t", "param": "p", "code": "c"}},
    "groq": {"error": {"message": "Slow down.", "type": "t", "param": "p", "code": "c"}},
    "mistral": {"object": "error", "message": "Slow down.", "type": "t", "param": "p", "code": "c"},
    "cerebras": {"message": "Slow down.", "type": "t", "param": "p", "code": "c"},
    "fireworks": {"error": {"object": "error", "type": "t", "code": "c", "message": "Slow down."}},
    "perplexity": {"error": {"message": "Slow down.", "type": "t", "code": 429}},
    "xai": {"code": "c", "error": "Slow down."},
    "zai": {"error": {"code": "c", "message": "Slow down."}},
    "writer": {"tpe": "t", "errors": [{"description": "Slow down.", "key": "c"}], "extras": {}},
    "huggingface": {"error": "Slow down."},
    "databricks": {"error_code": "c", "message": "Slow down."},
}


@pytest.mark.parametrize("who", ENVELOPES)
def test_an_error_stands_in_the_providers_envelope(who: str) -> None:
    answer = chat(who, error(429, "Slow down.", type="t", code="c", param="p"))
    assert (answer.status, answer.json) == (429, ENVELOPES[who])


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 418, 422, 429, 500, 503, 529])
@pytest.mark.parametrize("who", CHATS)
def test_an_error_says_something_of_its_own(who: str, status: int) -> None:
    answer = chat(who, error(status))
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.body) > 20
    assert chat(who, error(status, "My own words.")).body.count(b"My own words.") >= 1


def test_openrouters_error_tells_what_its_upstream_said() -> None:
    said = chat("openrouter", error(429)).json
    assert said["error"]["code"] == 429
    assert said["error"]["message"] == "Provider returned error"
    assert said["error"]["metadata"]["provider_name"]
    assert said["user_id"].startswith("user_")
    assert "metadata" not in chat("openrouter", error(401)).json["error"]


def test_azures_filter_tells_why_it_refused() -> None:
    said = chat("azure", error(400, code="content_filter")).json["error"]
    assert said["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert said["innererror"]["content_filter_result"]["violence"]["filtered"] is True
    assert "innererror" not in chat("azure", error(400)).json["error"]
    assert chat("azure", error(401)).json["error"]["code"] == "401"


def test_groq_leaves_out_what_does_not_apply() -> None:
    assert set(chat("groq", error(400)).json["error"]) == {"message", "type"}


def test_together_names_the_request() -> None:
    assert set(chat("together", error(400)).json) == {"id", "error"}


@pytest.mark.parametrize("param", [None, "messages.0"])
def test_mistral_tells_what_does_not_validate(param: str | None) -> None:
    (detail,) = chat("mistral", error(422, "No.", param=param)).json["detail"]
    assert detail["msg"] == "No."
    assert detail["loc"] == (["body", "messages", "0"] if param else ["body"])


#: Headers that each provider's answers have.
HEADERS: Mapping[str, set[str]] = {
    "openai": {"x-request-id", "openai-processing-ms", "openai-version", "x-ratelimit-remaining-tokens"},
    "azure": {"apim-request-id", "x-request-id", "x-ms-region", "x-ratelimit-remaining-requests"},
    "groq": {"x-request-id", "x-groq-region", "x-ratelimit-reset-tokens"},
    "mistral": {"mistral-correlation-id", "x-ratelimit-remaining-tokens-minute"},
    "together": {"x-request-id", "x-ratelimit-remaining"},
    "deepseek": {"x-request-id"},
}


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("who", HEADERS)
def test_headers_are_the_providers_own(who: str, stream: bool) -> None:
    assert HEADERS[who] <= {*chat(who, "Hi", stream=stream).headers}
    assert HEADERS[who] <= {*chat(who, error(429)).headers}


def test_groqs_request_id_is_the_one_that_its_body_tells() -> None:
    answer = chat("groq", "Hi")
    assert answer.headers["x-request-id"] == answer.json["x_groq"]["id"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"functions": {}}, "functions"),
        ({"functions": ["f"]}, "functions[0].function"),
        ({"functions": [{}]}, "functions[0].function.name"),
        ({"messages": [{"role": "assistant", "function_call": "f"}]}, "messages[0].function_call"),
        ({"messages": [{"role": "assistant", "function_call": {"name": "f"}}]}, "messages[0].function_call.arguments"),
        ({"stream_options": 1}, "stream_options"),
        ({"n": 0}, "n"),
    ],
)
def test_a_malformed_call_is_refused_in_the_providers_envelope(body: Mapping[str, Any], param: str) -> None:
    for who in ("openai", "cerebras"):
        answer = chat(who, "Hi", **body)
        said = answer.json.get("error", answer.json)
        assert (answer.status, said["param"]) == (400, param)
