"""requests: one post, a stream read by lines, sessions, retrying adapters; raw bodies, since there is no SDK above."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from llm_intercept import Interceptor, error, intercept, reply, tool_call
from llm_intercept import wrap as wrapped

BODIES = {
    "https://api.openai.com/v1/chat/completions": {"model": "m", "messages": [{"role": "user", "content": "?"}]},
    "https://api.anthropic.com/v1/messages": {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}]},
}

every_url = pytest.mark.parametrize("url", BODIES)


def said(url: str, body: dict) -> str:
    """The text of a body."""
    return body["choices"][0]["message"]["content"] if "openai" in url else body["content"][0]["text"]


def streamed(url: str, lines: Iterator[str]) -> str:
    """The text of a stream's lines."""
    events = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    if "openai" in url:
        return "".join(event["choices"][0]["delta"].get("content") or "" for event in events)
    return "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta")


def posted(url: str) -> requests.Response:
    """A stream, opened."""
    return requests.post(url, json={**BODIES[url], "stream": True}, stream=True, timeout=5)


@every_url
def test_a_post_is_answered(url: str) -> None:
    with intercept("Paris, naïve 👩‍👩‍👧.") as llm:
        response = requests.post(url, json=BODIES[url], timeout=5)
    assert (response.status_code, response.reason) == (200, "OK")
    assert said(url, response.json()) == "Paris, naïve 👩‍👩‍👧."
    assert int(response.headers["content-length"]) == len(response.content)
    assert llm.calls.one.request.library == "urllib3"
    assert llm.calls.one.outcome == "complete"


@pytest.mark.parametrize("chunk", [1, 7, 512])
@every_url
def test_a_stream_is_read_by_lines(url: str, chunk: int) -> None:
    with intercept("Paris, naïve 👩‍👩‍👧.") as llm, posted(url) as response:
        response.encoding = "utf-8"
        text = streamed(url, response.iter_lines(chunk_size=chunk, decode_unicode=True))
    assert text == "Paris, naïve 👩‍👩‍👧."
    assert response.headers["transfer-encoding"] == "chunked"
    assert llm.calls.one.outcome == "complete"


@every_url
def test_a_stream_that_is_closed_early_is_cancelled(url: str) -> None:
    with intercept("x" * 3000) as llm, posted(url) as response:
        assert next(response.iter_lines(chunk_size=1)) is not None
    assert llm.calls.one.outcome == "cancelled"
    assert len(llm.calls.one.delivered) < 3000


@every_url
def test_a_session_is_answered_again_and_again(url: str) -> None:
    with requests.Session() as session:
        session.headers["authorization"] = "Bearer sk-secret"
        with intercept("one", reply("two", tool_call("now"))) as llm:
            for _ in range(2):
                session.post(url, json=BODIES[url], timeout=5).raise_for_status()
    assert llm.calls.total == 2
    assert llm.calls.last.headers.key_matches("sk-secret")
    assert "sk-secret" not in repr(llm.calls.last.headers)


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@every_url
def test_a_retrying_adapter_retries_each_error(url: str, stream: bool) -> None:
    session = requests.Session()
    retry = Retry(total=3, status_forcelist=[429, 500], allowed_methods=None, backoff_factor=0, respect_retry_after_header=True)
    session.mount("https://", HTTPAdapter(max_retries=retry))
    began = time.perf_counter()
    with intercept(error(429), error(500), "ok") as llm, session:
        response = session.post(url, json={**BODIES[url], "stream": stream}, stream=stream, timeout=5)
        response.raise_for_status()
        assert streamed(url, response.iter_lines(decode_unicode=True)) == "ok" if stream else said(url, response.json()) == "ok"
    assert time.perf_counter() - began < 0.5
    assert llm.calls.total == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 529])
@every_url
def test_an_error_is_a_response_with_the_providers_envelope(url: str, status: int) -> None:
    with intercept(error(status)):
        response = requests.post(url, json=BODIES[url], timeout=5)
    assert response.status_code == status
    assert response.json()["error"]["message"]
    with pytest.raises(requests.HTTPError, match=str(status)):
        response.raise_for_status()


@every_url
def test_an_adapter_and_a_wrapped_session_answer_with_no_block(url: str) -> None:
    llm = Interceptor("Paris.")
    with requests.Session() as mounted, requests.Session() as session:
        mounted.mount("https://", llm.requests_adapter)
        assert said(url, mounted.post(url, json=BODIES[url], timeout=5).json()) == "Paris."
        with wrapped(session, "Rome."):
            assert said(url, session.post(url, json=BODIES[url], timeout=5).json()) == "Rome."


@pytest.mark.parametrize("kind", ["generator", "bytes", "text"])
@every_url
def test_a_body_of_any_kind_is_read(url: str, kind: str) -> None:
    document = json.dumps(BODIES[url]).encode()
    data = {"generator": iter([document[:9], document[9:]]), "bytes": document, "text": document.decode()}[kind]
    with intercept("Paris.") as llm:
        assert said(url, requests.post(url, data=data, timeout=5).json()) == "Paris."
    assert llm.calls.one.json == BODIES[url]
