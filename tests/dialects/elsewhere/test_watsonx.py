"""watsonx.ai, asked by LiteLLM, and by hand."""

from __future__ import annotations

import json
from typing import Any

import anyio
import httpx2
import litellm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import CannotSay, Interceptor, citation, error, intercept, pause, reply, thinking, tool_call
from llm_intercept.wire import Pause

HOST = "https://us-south.ml.cloud.ibm.com"
USER = [{"role": "user", "content": "hello"}]
ASKED = {"model": "watsonx/ibm/granite-3-8b-instruct", "messages": USER, "project_id": "p", "api_base": HOST}


def post(llm: Interceptor, path: str, **body: Any) -> httpx2.Response:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        found: httpx2.Response = client.post(f"{HOST}/ml/v1/{path}?version=2024-09-10", json=body)
        return found


def events(response: httpx2.Response) -> list[Any]:
    """The data of each event, which is numbered and named."""
    blocks = [block.split("\n") for block in response.text.split("\n\n") if block]
    assert [block[:2] for block in blocks] == [[f"id: {number}", "event: message"] for number in range(1, len(blocks) + 1)]
    return [json.loads(block[2].removeprefix("data: ")) for block in blocks]


def test_litellm_is_answered_body_and_stream_sync_and_async() -> None:
    with intercept(reply("Hello there.", tool_call("now", a=1))) as llm:
        said = litellm.completion(**ASKED).choices[0].message
        assert (said.content, said.tool_calls[0].function.arguments) == ("Hello there.", '{"a":1}')
        pieces = list(litellm.completion(**ASKED, stream=True))

        async def ask() -> list[Any]:
            return [chunk async for chunk in await litellm.acompletion(**ASKED, stream=True)]

        for chunks in (pieces, anyio.run(ask)):
            deltas = [chunk.choices[0].delta for chunk in chunks]
            assert "".join(delta.content or "" for delta in deltas) == "Hello there."
            arguments = [call.function.arguments for delta in deltas for call in delta.tool_calls or ()]
            assert "".join(arguments) == '{"a":1}'
    assert [(call.provider, call.model, call.prompt) for call in llm.calls] == [
        ("watsonx", "ibm/granite-3-8b-instruct", "hello")
    ] * 3


def test_a_chat_has_ibms_words_around_it() -> None:
    answered = post(Interceptor("Hi."), "text/chat", model_id="ibm/granite", messages=USER, project_id="p").json()
    assert (answered["model_id"], answered["choices"][0]["message"]["content"]) == ("ibm/granite", "Hi.")
    assert answered["created_at"].endswith("Z")
    deployed = post(Interceptor("Hi."), "deployments/mine/text/chat", messages=USER).json()
    assert deployed["model_id"] == "mine"
    chunks = events(post(Interceptor("Hi."), "text/chat_stream", model_id="m", messages=USER))
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks[:-1]) == "Hi."


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 4))
def test_a_generation_s_stream_is_its_body(text: str, size: int) -> None:
    asked = {"model_id": "m", "input": "Once", "project_id": "p"}
    said = reply(text, pause(0), chunk_size=size, finish="length")
    llm = Interceptor(said)
    (whole,) = post(llm, "text/generation", **asked).json()["results"]
    found = [event["results"][0] for event in events(post(llm, "text/generation_stream", **asked))]
    assert "".join(result["generated_text"] for result in found) == whole["generated_text"] == text
    assert {result["stop_reason"] for result in found[:-1]} <= {"not_finished"}
    assert (found[-1]["stop_reason"], found[-1]["generated_token_count"]) == ("max_tokens", whole["generated_token_count"])
    assert (llm.calls[0].operation, llm.calls[0].prompt) == ("completion", "Once")
    assert Pause(0.0) in list(llm.calls[1].response.frames)


@pytest.mark.parametrize("said", [tool_call("now"), thinking("x"), reply("a", citation(url="u")), reply("a", finish="tool_calls")])
def test_a_generation_is_text_alone(said: Any) -> None:
    with pytest.raises(CannotSay):
        post(Interceptor(said), "text/generation", model_id="m", input="x")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500, 502, 503])
@pytest.mark.parametrize("path", ["text/chat", "text/generation"])
def test_an_error_is_ibms(path: str, status: int) -> None:
    failed = post(Interceptor(error(status)), path, model_id="m", input="x", messages=USER)
    assert failed.json()["status_code"] == failed.status_code == status
    assert {*failed.json()["errors"][0]} == {"code", "message", "more_info"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("text/generation", b"{"),
        ("text/generation", b"[]"),
        ("text/generation", b'{"input":5,"model_id":"m"}'),
        ("text/generation", b'{"input":"x"}'),
        ("text/chat", b'{"messages":[]}'),
        ("text/chat", b"{"),
    ],
)
def test_malformed_requests_are_refused(path: str, body: bytes) -> None:
    with httpx2.Client(transport=Interceptor("Hi.").httpx2_transport) as http:
        refused = http.post(f"{HOST}/ml/v1/{path}", content=body)
    assert (refused.status_code, refused.json()["status_code"]) == (400, 400)
