"""Faults on every wire: each comes to frames that can be played, and the provider's own error ends a stream in its own way."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    corrupt,
    disconnect,
    drip,
    duplicate,
    overloaded,
    pause,
    rate_limit,
    read_timeout,
    reorder,
    reply,
    reset,
    stall,
    stream_error,
    tool_call,
    truncate,
    unknown_event,
)
from llm_intercept.doctor.wires.kinds import KINDS
from llm_intercept.doctor.wires.posted import posted
from llm_intercept.framing.sse import DONE
from llm_intercept.wire import Fail, Pause, Response

STREAMED = {name: kind for name, kind in KINDS.items() if "event" in kind.parts}


def answered(name: str, said: Any, part: str) -> Response:
    kind = KINDS[name]
    url, asked = kind.request("plain", part)
    return posted(said, url, asked, kind.accept)


def data(response: Response) -> list[bytes]:
    return [frame for frame in response.frames if isinstance(frame, bytes)]


counts = st.dictionaries(st.sampled_from(["after", "after_events", "after_bytes"]), st.integers(0, 40), max_size=1)
few = st.dictionaries(st.sampled_from(["after", "after_events"]), st.integers(0, 40), max_size=1)
faults = st.one_of(
    *(st.builds(lambda given, make=make: make(**given), counts) for make in (disconnect, reset, read_timeout, truncate, corrupt)),
    *(st.builds(lambda given, make=make: make(**given), few) for make in (duplicate, reorder, unknown_event, stream_error)),
    st.builds(lambda given: stall(1, **given), counts),
    st.builds(lambda given: drip(0.5, size=9, **given), counts),
)
spoken = st.one_of(st.sampled_from(["Once ", "upon a time", ""]), st.just(pause(0.5)))
said = st.lists(spoken | faults, min_size=1, max_size=5)


@pytest.mark.parametrize("part", ["body", "event"])
@pytest.mark.parametrize("name", STREAMED)
@given(said=said)
@settings(max_examples=15, deadline=None)
def test_any_faults_anywhere_can_be_played_or_are_refused(name: str, part: str, said: list[Any]) -> None:
    try:
        response = answered(name, reply(*said), part)
    except CannotSay:
        return
    frames = [*response.prelude, *response.frames]
    assert all(type(frame) in (bytes, Pause, Fail) for frame in frames)
    assert frames == [*response.prelude, *response.frames]
    broken = [frame for frame in frames if isinstance(frame, Fail)]
    length = dict(response.headers).get(b"content-length")
    if length is not None and not broken:
        assert int(length) == len(response.body)


@pytest.mark.parametrize("name", STREAMED)
def test_a_stream_breaks_after_as_many_events_and_bytes_as_are_counted(name: str) -> None:
    whole = data(answered(name, reply("Once upon a time"), "event"))
    for count in (0, 1, len(whole) - 2):
        (*events, last) = answered(name, reply("Once upon a time", disconnect(after_events=count)), "event").frames
        assert (events, last) == (whole[:count], Fail("disconnect"))
    for count in (0, 1, 150):
        (*pieces, last) = answered(name, reply("Once upon a time", reset(after_bytes=count)), "event").frames
        assert (b"".join(pieces), last) == (b"".join(whole)[:count], Fail("reset"))


#: The last event of a stream that ends in an error: what of it tells.
ENDS: dict[str, bytes] = {
    "openai chat": b'data: {"error":{"message":"Slow.","type":"requests","param":null,"code":"rate_limit_exceeded"}}\n\n',
    "openai responses": b'event: error\ndata: {"type":"error","code":"rate_limit_exceeded","message":"Slow.","param":null,'
    b'"sequence_number":6}\n\n',
    "groq chat": b"event: error\ndata: {",
    "anthropic messages": b'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"Slow."},',
    "claude on Vertex": b'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"Slow."},',
    "gemini": b'data: {"error":{"code":429,"message":"Slow.","status":"RESOURCE_EXHAUSTED",',
    "gemini interactions": b'event: error\ndata: {"error":{',
    "cohere v2 chat": b'event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"Slow."}}\n\n',
    "mistral conversations": b'event: conversation.response.error\ndata: {"type":"conversation.response.error","created_at":"',
    "ollama chat": b'{"error":"Slow."}\n',
    "ollama generate": b'{"error":"Slow."}\n',
}


@pytest.mark.parametrize("name", STREAMED)
def test_an_error_ends_a_stream_after_what_was_said(name: str) -> None:
    whole = data(answered(name, reply("Once upon"), "event"))
    *before, last = data(answered(name, reply("Once", stream_error(rate_limit(message="Slow.")), " upon"), "event"))
    if last == DONE:
        last = before.pop()
    assert last.startswith(ENDS.get(name, b""))
    assert b"Slow." in last or name == "gemini as an array"
    assert len(before) < len(whole)
    assert all(type(frame) is bytes for frame in answered(name, reply("a", stream_error()), "event").frames)


def test_an_error_in_an_array_is_its_last_element() -> None:
    said = answered("gemini as an array", reply("Once", stream_error("overloaded")), "event")
    assert [*json.loads(said.body)[-1]] == ["error"]


@pytest.mark.parametrize("name", ["bedrock converse", "claude on Bedrock"])
def test_an_error_of_bedrocks_stream_is_a_modelled_exception(name: str) -> None:
    last = data(answered(name, reply("Once", stream_error("rate_limit")), "event"))[-1]
    assert b":exception-type\x07\x00\x13throttlingException" in last
    with pytest.raises(
        CannotSay, match=r"cannot say an error in a stream\.\n  reply: reply\('Once', stream_error\(invalid_key\(\)\)\)"
    ):
        answered(name, reply("Once", stream_error("invalid_key")), "event")
    assert answered(name, reply("Once", stream_error("invalid_key")), "body").status == 403


@pytest.mark.parametrize("name", STREAMED)
def test_a_body_is_the_error_that_would_end_its_stream(name: str) -> None:
    assert answered(name, reply("Once", stream_error(overloaded("No.", status=503)), pause(1)), "body").status == 503


def test_an_event_that_nobody_knows_has_the_framing_of_its_stream() -> None:
    said = answered("anthropic messages", reply("Once", unknown_event({"type": "new"}, name="new")), "event")
    assert b'event: new\ndata: {"type":"new"}\n\n' in data(said)
    assert b'{"type":"unknown_event"}\n' in data(answered("ollama chat", reply("Once", unknown_event()), "event"))


def test_a_tool_call_that_comes_whole_breaks_before_it_or_after_it() -> None:
    given = reply("Hm.", tool_call("weather", city="Paris"), disconnect(after=2))
    assert not any(b"weather" in frame for frame in data(answered("gemini", given, "event")))
    given = reply("Hm.", tool_call("weather", city="Paris"), disconnect(after=99))
    assert any(b"weather" in frame for frame in data(answered("gemini", given, "event")))


SOUND = ("https://api.openai.com/v1/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "Once upon a time there was."})
EVENTS = (SOUND[0], {**SOUND[1], "model": "gpt-4o-mini-tts", "stream_format": "sse"})


def test_a_sound_breaks_after_as_many_pieces_as_are_counted() -> None:
    for url, asked in (SOUND, EVENTS):
        whole = data(posted(None, url, asked))
        (*frames, last) = posted(reply(disconnect(after=2)), url, asked).frames
        assert (frames, last) == (whole[:2], Fail("disconnect"))
        *frames, last = posted(reply(duplicate(after_events=1)), url, asked).frames
        assert frames[:3] == [whole[0], whole[1], whole[1]]
        assert len(whole) > 2


def test_a_sound_has_no_events_to_tell_of_errors_in() -> None:
    with pytest.raises(CannotSay, match=r"openai speech cannot say stream_error\(\) where what streams is no events"):
        posted(reply(stream_error()), *SOUND)
    assert b'"error"' in data(posted(reply(stream_error()), *EVENTS))[-1]
    assert b'"unknown_event"' in data(posted(reply(unknown_event()), *EVENTS))[0]


def test_a_body_of_an_operation_breaks_like_any_other() -> None:
    url, asked = "https://api.openai.com/v1/embeddings", {"model": "m", "input": "Hi"}
    whole = posted(None, url, asked)
    assert posted(reply(truncate()), url, asked).body == whole.body[: len(whole.body) // 2]
    assert posted(reply(stream_error(503)), url, asked).status == 503


#: Where streams that no SDK's models judge are asked for, and what the last event of one holds that ends in an error.
ELSEWHERE: dict[str, tuple[str, dict[str, Any], bytes]] = {
    "cohere generate": (
        "https://api.cohere.com/v1/generate",
        {"prompt": "Hi", "stream": True},
        b'{"is_finished":true,"event_type":"stream-error","finish_reason":"ERROR","err":"Slow."}',
    ),
    "watsonx": (
        "https://us-south.ml.cloud.ibm.com/ml/v1/text/generation_stream?version=2024-10-10",
        {"model_id": "m", "input": "Hi"},
        b'event: error\ndata: {"errors":[{"code":',
    ),
    "dashscope": (
        "https://dashscope.aliyuncs.com/api/v1/services/aigc/text-generation/generation",
        {"model": "m", "input": {"messages": [{"role": "user", "content": "Hi"}]}, "parameters": {"incremental_output": True}},
        b'event:error\n:HTTP_STATUS/200\ndata:{"code":',
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_an_error_ends_a_stream_elsewhere(name: str) -> None:
    url, asked, end = ELSEWHERE[name]
    llm = Interceptor(reply("Once", stream_error(rate_limit(message="Slow."))))
    with httpx.Client(transport=llm.httpx_transport) as client:
        said = client.post(url, json=asked, headers={"x-dashscope-sse": "enable"}).content
    assert b"Onc" in said.partition(end)[0]
    assert b"Slow." in said
    assert end in said
