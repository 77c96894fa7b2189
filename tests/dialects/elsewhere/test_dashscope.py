"""DashScope's own generation, judged by its SDK."""

from __future__ import annotations

import json
from typing import Any

import anyio
import httpx2
import pytest
from dashscope import AioGeneration, Generation, MultiModalConversation
from dashscope.api_entities.aio_session import close_shared_aio_session
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    citation,
    error,
    image,
    intercept,
    native,
    pause,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from llm_intercept.wire import Pause

URL = "https://dashscope.aliyuncs.com/api/v1/services/aigc/text-generation/generation"
USER = [{"role": "user", "content": "hello"}]
ASKED = {"model": "qwen-plus", "messages": USER, "result_format": "message", "api_key": "k"}

REPLIES: dict[str, Any] = {
    "text": "Paris, of course.",
    "nothing": reply(),
    "tool calls": reply("Let me look.", tool_call("now"), tool_call("weather", city="Paris")),
    "malformed arguments": tool_call("weather", '{"city'),
    "thinking": reply(thinking("A city."), "Paris."),
    "interleaved": reply("One. ", tool_call("now"), "Two."),
    "cut": reply("Par", finish="length"),
}


def merged(chunks: list[Any]) -> dict[str, Any]:
    """What the increments of a stream add up to."""
    said: dict[str, Any] = {"content": "", "reasoning_content": "", "calls": {}}
    for chunk in chunks:
        message = chunk.output.choices[0].message
        said["content"] += message["content"]
        said["reasoning_content"] += message.get("reasoning_content") or ""
        for call in message.get("tool_calls") or ():
            known = said["calls"].setdefault(call["index"], ["", ""])
            known[0] += call["function"]["name"]
            known[1] += call["function"]["arguments"]
    return said


def whole(message: Any) -> dict[str, Any]:
    """The same of one message."""
    calls = {call["index"]: [call["function"]["name"], call["function"]["arguments"]] for call in message.get("tool_calls") or ()}
    return {"content": message["content"], "reasoning_content": message.get("reasoning_content") or "", "calls": calls}


@pytest.mark.parametrize("said", REPLIES.values(), ids=REPLIES)
def test_body_and_both_streams_say_the_same(said: Any) -> None:
    with intercept(said) as llm:
        body = Generation.call(**ASKED)
        increments = list(Generation.call(**ASKED, stream=True, incremental_output=True))
        grown = list(Generation.call(**{**ASKED, "model": "qwen-max"}, stream=True))
    assert (body.status_code, llm.calls[0].prompt) == (200, "hello")
    choice = body.output.choices[0]
    assert merged(increments) == whole(choice.message) == whole(grown[-1].output.choices[0].message)
    for chunks in (increments, grown):
        ends = [chunk.output.choices[0].finish_reason for chunk in chunks]
        assert ends == ["null"] * (len(chunks) - 1) + [choice.finish_reason]
        counts = [chunk.usage["output_tokens"] for chunk in chunks]
        assert counts == sorted(counts)
        assert chunks[-1].usage == body.usage
    usage = body.usage
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_async_over_aiohttp() -> None:
    async def ask() -> None:
        with intercept("Paris."):
            assert (await AioGeneration.call(**ASKED)).output.choices[0].message.content == "Paris."
            chunks = [chunk async for chunk in await AioGeneration.call(**ASKED, stream=True, incremental_output=True)]
            assert merged(chunks)["content"] == "Paris."
        await close_shared_aio_session()

    anyio.run(ask)


def test_a_prompt_is_answered_with_text() -> None:
    with intercept("Paris.") as llm:
        asked = {"model": "qwen-plus", "prompt": "hello", "api_key": "k"}
        assert Generation.call(**asked).output.text == "Paris."
        assert [chunk.output.text for chunk in Generation.call(**asked, stream=True)] == ["Par", "Paris.", "Paris."]
    assert llm.calls[0].prompt == "hello"


def test_a_multimodal_message_s_content_is_a_list() -> None:
    told = [{"role": "user", "content": [{"text": "hello"}, {"image": "https://a.test/x.png"}]}]
    asked = {"model": "qwen-vl-plus", "messages": told, "api_key": "k"}
    with intercept(reply("Here: ", image(b"png"), native({"box": [1, 2]}), thinking("hm"))) as llm:
        content = MultiModalConversation.call(**asked).output.choices[0].message.content
        assert content == [{"text": "Here: "}, {"image": "data:image/png;base64,cG5n"}, {"box": [1, 2]}]
        chunks = list(MultiModalConversation.call(**asked, stream=True, incremental_output=True))
        streamed = [one for chunk in chunks for one in chunk.output.choices[0].message.content or ()]
        assert [one for one in streamed if "text" not in one] == content[1:]
    assert llm.calls[0].prompt == "hello"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 4))
def test_a_stream_is_its_body_whatever_is_said(text: str, size: int) -> None:
    llm = Interceptor(reply(text, chunk_size=size))
    body = {"model": "m", "input": {"messages": USER}, "parameters": {"incremental_output": True}}
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        streamed = http.post(URL, json=body, headers={"x-dashscope-sse": "enable"})
        plain = http.post(URL, json=body).json()
    events = [block.split("\n") for block in streamed.text.split("\n\n") if block]
    assert [event[0] for event in events] == [f"id:{number}" for number in range(1, len(events) + 1)]
    said = [json.loads(event[3].removeprefix("data:"))["output"]["choices"][0]["message"]["content"] for event in events]
    assert "".join(said) == text == plain["output"]["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    "said",
    [
        image(b"png"), native({"a": 1}), thinking("x", redacted=True), thinking("x", signature="s"), reply("a", citation(url="u")),
        reply("a", finish="pause"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_it_has_no_words_for_is_refused(said: Any) -> None:
    with intercept(said) as llm:
        with llm.expect_failure() as failed:
            Generation.call(**ASKED)
        assert isinstance(failed.value, CannotSay)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500, 502, 503])
def test_an_error_is_the_sdks_response(status: int) -> None:
    with intercept(error(status)):
        failed = Generation.call(**ASKED)
    assert failed.status_code == status
    assert failed.code
    assert failed.message
    assert failed.request_id


def test_what_a_call_wants_is_read() -> None:
    tools = [{"type": "function", "function": {"name": "now", "description": "d", "parameters": {"type": "object"}}}]
    use = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    told = [
        *USER,
        {"role": "assistant", "content": "", "tool_calls": [use]},
        {"role": "tool", "content": "9", "tool_call_id": "c1"},
    ]
    schema = {"type": "object"}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    choices = {"none": "none", "auto": "auto"}
    for choice in ("none", "auto", {"type": "function", "function": {"name": "now"}}):
        asked = {**ASKED, "messages": told, "tools": tools, "tool_choice": choice, "n": 2, "response_format": wanted}
        with intercept(reply("a", pause(0))) as llm:
            answered = Generation.call(**asked)
        call = llm.calls.one.call
        assert call.tool_choice.mode == (choices[choice] if isinstance(choice, str) else "named")
        assert ([tool.name for tool in call.tools], call.n, call.schema) == (["now"], 2, schema)
        assert [message.role for message in call.messages] == ["user", "assistant", "tool"]
        assert (call.messages[1].tool_uses[0].id, call.messages[2].tool_use_id) == ("c1", "c1")
        assert [one.index for one in answered.output.choices] == [0, 1]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"{}", b'{"model":5}', b'{"model":"m"}', b'{"model":"m","input":{},"parameters":5}',
        b'{"model":"m","input":{"messages":5}}', b'{"model":"m","input":{"messages":[5]}}',
        b'{"model":"m","input":{"messages":[{"role":"robot"}]}}',
        b'{"model":"m","input":{"prompt":"x"},"parameters":{"tools":[5]}}',
    ],
)  # fmt: skip
def test_malformed_requests_are_refused(body: bytes) -> None:
    with httpx2.Client(transport=Interceptor("Hi.").httpx2_transport) as http:
        refused = http.post(URL, content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "InvalidParameter")


def test_a_pause_stands_in_the_stream_where_it_was_put() -> None:
    with intercept(reply("Once ", pause(0), "upon")) as llm:
        list(Generation.call(**ASKED, stream=True))
    assert Pause(0.0) in list(llm.calls.one.response.frames)


def test_an_event_of_tomorrow_is_in_the_stream() -> None:
    body = {"model": "m", "input": {"messages": USER}}
    with httpx2.Client(transport=Interceptor(reply("a", stream_event({"new": 1}))).httpx2_transport) as http:
        streamed = http.post(URL, json=body, headers={"x-dashscope-sse": "enable"}).text
    assert 'id:2\nevent:result\n:HTTP_STATUS/200\ndata:{"new":1}\n\n' in streamed
