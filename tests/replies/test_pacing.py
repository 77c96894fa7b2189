"""Pacing is pauses in a response's frames: the stream's between its pieces, the body's before it, in every dialect."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from llm_intercept import Interceptor, Pace, audio, disconnect, pause, reply, thinking, tool_call
from llm_intercept.wire import Pause, Response
from tests.dialects.spoken import WRITERS, Asked, User

TOKEN = 1e-6
FAST = Pace(ttft=2 * TOKEN, tokens_per_second=1 / TOKEN)


def asked(llm: Interceptor, dialect: str = "openai chat", *, stream: bool = True) -> Response:
    """The response to one call, as a value."""
    writer = WRITERS[dialect]
    body = writer.write(Asked((User("Hello"),), stream=stream), writer.model)
    url = writer.streaming_url if stream and writer.streaming_url else writer.url
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        headers = dict(writer.streaming_headers or {}) if stream else {}
        http.post(url, json=body, headers=headers).raise_for_status()
    response = llm.calls[-1].response
    assert response is not None
    return response


def before(response: Response) -> list[float]:
    return [frame.seconds for frame in response.prelude if isinstance(frame, Pause)]


def between(response: Response) -> list[float]:
    return [frame.seconds for frame in response.frames if isinstance(frame, Pause)]


@pytest.mark.parametrize("dialect", WRITERS)
def test_every_dialect_paces_its_stream_and_waits_as_long_before_its_body(dialect: str) -> None:
    llm = Interceptor(reply("abcdefghi", pace=FAST), hosts="*")
    stream, body = asked(llm, dialect), asked(llm, dialect, stream=False)
    assert (before(stream), between(stream)) == ([2 * TOKEN], [TOKEN, TOKEN])
    assert (before(body), between(body)) == ([2 * TOKEN, 2 * TOKEN], [])


@pytest.mark.parametrize("dialect", WRITERS)
def test_what_comes_whole_takes_the_time_of_its_pieces(dialect: str) -> None:
    arguments = '{"at":"there"}'
    llm = Interceptor(reply("abc", tool_call("look", arguments), pace=FAST, chunk_size=7), hosts="*")
    stream, body = asked(llm, dialect), asked(llm, dialect, stream=False)
    assert between(stream) == [TOKEN, TOKEN]
    assert before(body) == [2 * TOKEN, 2 * TOKEN]


@pytest.mark.parametrize("parts", [["abcdef", thinking("ghijkl")], [thinking("abc"), "def", tool_call("f", '{"a":1}')]], ids=str)
@pytest.mark.parametrize("dialect", ["anthropic messages", "gemini", "gemini interactions", "openai responses"])
def test_a_paced_stream_says_what_one_that_is_not_says(dialect: str, parts: list[Any]) -> None:
    plain, paced = Interceptor(reply(*parts)), Interceptor(reply(*parts, pace=FAST))
    assert asked(paced, dialect).body == asked(plain, dialect).body
    assert asked(paced, dialect, stream=False).body == asked(plain, dialect, stream=False).body


def test_chunks_are_the_tokens_and_pauses_of_their_own_come_on_top() -> None:
    llm = Interceptor(reply(chunks=["Once ", pause(3 * TOKEN), "upon", " a time"], pace=FAST))
    assert between(asked(llm)) == [3 * TOKEN, TOKEN, TOKEN]
    assert before(asked(llm, stream=False)) == [2 * TOKEN, pytest.approx(5 * TOKEN)]


def test_a_delay_comes_before_the_first_token() -> None:
    llm = Interceptor(reply("abcdef", delay=5 * TOKEN, pace=Pace(ttft=TOKEN)))
    assert (before(asked(llm)), between(asked(llm))) == ([5 * TOKEN, TOKEN], [])
    assert before(asked(llm, stream=False)) == [5 * TOKEN, TOKEN]


def test_what_comes_after_a_fault_takes_no_time() -> None:
    llm = Interceptor(reply("abcdef", disconnect(), "ghi", pace=FAST))
    for stream in (True, False):
        with pytest.raises(httpx2.RemoteProtocolError):
            asked(llm, stream=stream)
    streamed, whole = [call.response for call in llm.calls]
    assert streamed is not None
    assert whole is not None
    assert between(streamed) == [TOKEN]
    assert before(whole) == [2 * TOKEN, TOKEN]


def test_a_connection_that_breaks_before_the_first_byte_is_not_paced() -> None:
    llm = Interceptor(reply(disconnect(), delay=TOKEN, pace=FAST))
    with pytest.raises(httpx2.RemoteProtocolError):
        asked(llm)
    assert before(llm.calls[-1].response) == [TOKEN]  # type: ignore[arg-type]  # it has one


def test_the_nearest_pace_holds() -> None:
    llm = Interceptor("otherwise", pace=Pace(ttft=7 * TOKEN))
    llm.on("Hello", stream=True).reply("a", pace=Pace(ttft=3 * TOKEN))
    assert before(asked(llm)) == [3 * TOKEN]
    assert before(asked(llm, stream=False)) == [7 * TOKEN]


@pytest.mark.parametrize(
    "said", [None, {"a": 1}, lambda call: reply("b"), lambda call: "c"], ids=["default", "object", "reply", "text"]
)
def test_the_interceptors_pace_is_that_of_whatever_is_said(said: Any) -> None:
    llm = Interceptor(*([] if said is None else [said]), pace=Pace(ttft=TOKEN))
    assert before(asked(llm)) == [TOKEN]


def test_an_operation_that_says_no_completion_has_its_first_token_only() -> None:
    llm = Interceptor(pace=FAST)
    llm.on(operation="speech").reply(audio(b"RIFF"))
    llm.on(operation="embeddings").reply()
    with httpx2.Client(transport=llm.httpx2_transport, base_url="https://api.openai.com/v1") as http:
        http.post("/audio/speech", json={"model": "tts-1", "input": "Hi", "voice": "alloy", "stream_format": "sse"})
        http.post("/embeddings", json={"model": "text-embedding-3-small", "input": "Hi"})
    assert [(before(call.response), between(call.response)) for call in llm.calls] == [([2 * TOKEN], [])] * 2  # type: ignore[arg-type]


def test_jitter_follows_the_seed_and_the_request() -> None:
    pace = Pace(ttft=TOKEN, tokens_per_second=1 / TOKEN, jitter=0.5)
    first, again, other = (Interceptor(reply("a" * 300, pace=pace), seed=seed) for seed in (1, 1, 2))
    drawn = [(before(one), between(one)) for one in (asked(first), asked(again), asked(other), asked(first))]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert drawn[0] != drawn[3], "the same request once more is another"
    waits = drawn[0][1]
    assert all(0.5 * TOKEN <= one <= 1.5 * TOKEN for one in waits)
    assert max(waits) - min(waits) > 0.8 * TOKEN
    assert sum(waits) == pytest.approx(99 * TOKEN, rel=0.1)


def test_a_pace_is_a_value_that_reads_as_it_was_made() -> None:
    assert repr(Pace()) == "Pace()"
    assert repr(reply("a", pace=Pace(ttft=0.4, jitter=0.1))) == "reply('a', pace=Pace(ttft=0.4, jitter=0.1))"
    assert Pace(1, 2) == Pace(ttft=1, tokens_per_second=2, jitter=0)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"ttft": -1}, "Pace(ttft=) is a time of 0 or more seconds, got -1"),
        ({"ttft": float("inf")}, "Pace(ttft=) is a time of 0 or more seconds, got inf"),
        ({"ttft": float("nan")}, "Pace(ttft=) is a time of 0 or more seconds, got nan"),
        ({"ttft": "1"}, "Pace(ttft=) is a time of 0 or more seconds, got '1'"),
        ({"ttft": True}, "Pace(ttft=) is a time of 0 or more seconds, got True"),
        ({"tokens_per_second": 0}, "Pace(tokens_per_second=) is a number above 0, or None, got 0"),
        ({"tokens_per_second": "5"}, "Pace(tokens_per_second=) is a number above 0, or None, got '5'"),
        ({"tokens_per_second": float("inf")}, "Pace(tokens_per_second=) is a number above 0, or None, got inf"),
        ({"jitter": 1.5}, "Pace(jitter=) is a share from 0 to 1, got 1.5"),
        ({"jitter": None}, "Pace(jitter=) is a share from 0 to 1, got None"),
    ],
)
def test_a_pace_that_is_none_is_refused(given: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as refused:
        Pace(**given)
    assert str(refused.value) == text


def test_what_is_no_pace_is_refused() -> None:
    with pytest.raises(TypeError) as refused:
        reply("a", pace=0.5)  # type: ignore[arg-type]
    assert str(refused.value) == "pace=0.5: Pace(ttft=, tokens_per_second=, jitter=) is wanted"
    with pytest.raises(TypeError) as refused:
        Interceptor(pace=json)
    assert str(refused.value).endswith("Pace(ttft=, tokens_per_second=, jitter=) is wanted")
