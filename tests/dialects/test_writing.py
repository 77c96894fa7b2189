"""What a dialect writes: the same bytes however often, pauses and faults where they stand, and what it cannot say."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx2
import pytest

from llm_intercept import CannotSay, Interceptor, disconnect, error, pause, reply, tool_call
from llm_intercept.call import Call
from llm_intercept.dialects import ENDPOINTS, Dialect
from llm_intercept.replies.passages import Passage, Utterance
from llm_intercept.replies.reply import Reply, Usage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Fail, Pause, Request
from tests.dialects.test_models import REPLIES
from tests.dialects.wire import REQUESTS, URLS, post, send

every_dialect = pytest.mark.parametrize("dialect", URLS)


def anew(said: Any) -> Any:
    """An equal reply that has answered nothing yet."""
    return copy.copy(said) if isinstance(said, Reply) else said


@pytest.mark.parametrize("options", [{}, {"count_tokens": len}], ids=["estimated", "counted"])
@pytest.mark.parametrize("said", REPLIES.values(), ids=REPLIES)
@pytest.mark.parametrize(
    ("dialect", "more"),
    [("openai", {}), ("openai", {"n": 2}), ("anthropic", {}), ("anthropic", {"stop_sequences": ["END"]})],
)
def test_a_reply_that_answered_before_gives_the_bytes_of_a_new_one(
    dialect: str, more: dict[str, Any], said: Any, options: dict[str, Any]
) -> None:
    again, once = Interceptor(said, **options), Interceptor(*[anew(said) for _ in range(4)], **options)
    for model, text in (("m", "?"), ("m", "?"), ('other "model" é', "A longer question."), ("m", "")):
        request = {**REQUESTS[dialect], **more, "model": model, "messages": [{"role": "user", "content": text}]}
        answers = [send(llm, dialect, request) for llm in (again, once)]
        assert answers[0].body == answers[1].body
        assert [*answers[0].headers.items()] == [*answers[1].headers.items()]


@every_dialect
def test_ids_differ_from_call_to_call_and_are_the_same_in_the_next_run(dialect: str) -> None:
    def ids(seed: int) -> list[str]:
        llm = Interceptor("Hi", seed=seed)
        return [send(llm, dialect, REQUESTS[dialect]).json["id"] for _ in range(4)]

    assert len({*ids(0)}) == 4
    assert ids(0) == ids(0)
    assert not {*ids(0)} & {*ids(1)}


@every_dialect
def test_every_event_of_a_stream_has_the_ids_of_its_start(dialect: str) -> None:
    events = [json.loads(data) for _, data in post(dialect, "Hi you", stream=True).events if data != b"[DONE]"]
    if dialect == "openai":
        assert len({(event["id"], event["created"], event["model"], event["system_fingerprint"]) for event in events}) == 1
    else:
        assert [event["message"]["id"][:6] for event in events if "message" in event] == ["msg_01"]


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("arguments", ["", "{", "[]", "5", "null", '"x"', '{"a": NaN}', '{"a": 1e999}', '{"a": 1} x'])
def test_tool_arguments_that_are_no_object_are_sent_raw_or_refused(arguments: str, stream: bool) -> None:
    assert arguments in heard(send(Interceptor(tool_call("f", arguments)), "openai", {**REQUESTS["openai"], "stream": stream}).body)
    llm, asked = Interceptor(tool_call("f", arguments)), {**REQUESTS["anthropic"], "stream": stream}
    if stream:
        events = [json.loads(data) for _, data in send(llm, "anthropic", asked).events]
        assert "".join(event.get("delta", {}).get("partial_json", "") for event in events) == arguments
        return
    with pytest.raises(CannotSay, match="anthropic messages cannot say tool arguments that are no JSON object") as refused:
        send(llm, "anthropic", asked)
    assert "test_writing.py" in str(refused.value)
    assert llm.failures == [refused.value]


def heard(body: bytes) -> str:
    """The tool arguments in openai's body or stream, joined."""
    events = (
        [json.loads(body)] if body.startswith(b"{") else [json.loads(line[6:]) for line in body.split(b"\n\n") if line[6:7] == b"{"]
    )
    choices = [choice for event in events for choice in event["choices"]]
    calls = [use for choice in choices for use in (choice.get("message") or choice["delta"]).get("tool_calls", ())]
    return "".join(use["function"]["arguments"] for use in calls)


DIALECTS = [endpoint for endpoint in ENDPOINTS if isinstance(endpoint, Dialect)]


class Smell:
    """A part of tomorrow."""

    def __repr__(self) -> str:
        return "<a smell>"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_part_that_a_dialect_does_not_know_is_refused_by_name(dialect: Dialect) -> None:
    said: Any = reply("x")
    call = Call(Request("POST", "https", "host", None, "/", (), b"{}", "none"), "openai", "chat", dialect.name, json={})
    passages = (Passage(Smell(), ()),)  # type: ignore[arg-type]
    with pytest.raises(CannotSay, match=f"{dialect.name} cannot say .*<a smell>"):
        dialect.draft(said, Utterance(passages), call, Stamp("0" * 128), Usage(1, 1))


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@every_dialect
def test_a_pause_stands_where_it_was_put(dialect: str, stream: bool) -> None:
    llm = Interceptor(reply("Once ", pause(0.01), "upon", tool_call("now"), pause(0.02), delay=0.005))
    assert send(llm, dialect, {**REQUESTS[dialect], "stream": stream}).status == 200
    response = llm.calls.one.response
    frames = [*response.frames]
    assert response.prelude == ((Pause(0.005),) if stream else (Pause(0.005), Pause(0.03)))
    assert [frame for frame in frames if not isinstance(frame, bytes)] == ([Pause(0.01), Pause(0.02)] if stream else [])
    if stream:
        at = frames.index(Pause(0.01))
        assert b'"e "' in frames[at - 1]
        assert b'"upo' in frames[at + 1]


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@every_dialect
def test_a_fault_breaks_the_answer_where_it_was_put(dialect: str, stream: bool) -> None:
    llm = Interceptor(reply("Once ", disconnect(), "upon"))
    with pytest.raises(httpx2.RemoteProtocolError):
        send(llm, dialect, {**REQUESTS[dialect], "stream": stream})
    call = llm.calls.one
    assert call.outcome == "failed"
    assert Fail("disconnect") in [*call.response.frames]
    if stream:
        assert b'"Onc"' in call.delivered
        assert b"upo" not in call.delivered
    else:
        assert len(call.delivered) < int(dict(call.response.headers)[b"content-length"])


@every_dialect
def test_a_fault_at_the_start_is_before_the_first_byte(dialect: str) -> None:
    llm = Interceptor(reply(disconnect(), "Once"))
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        send(llm, dialect, REQUESTS[dialect])
    assert llm.calls.one.response.prelude == (Fail("disconnect"),)
    assert llm.calls.one.delivered == b""


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
@every_dialect
def test_a_retryable_error_asks_for_a_retry_at_once(dialect: str, status: int) -> None:
    answer = post(dialect, error(status))
    assert answer.headers["retry-after-ms"] == "1"
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("stop", [["END", "STOP"], [], None])
def test_the_stop_sequence_of_anthropic_is_the_first_that_was_asked_for(stop: list[str] | None) -> None:
    wanted = stop[0] if stop else None
    more = {} if stop is None else {"stop_sequences": stop}
    said = reply("Hi", finish="stop_sequence")
    assert post("anthropic", said, **more).json["stop_sequence"] == wanted
    events = [json.loads(data) for _, data in post("anthropic", said, stream=True, **more).events]
    assert events[0]["message"]["stop_sequence"] is None
    assert [event["delta"]["stop_sequence"] for event in events if event["type"] == "message_delta"] == [wanted]


@every_dialect
def test_a_very_long_reply_is_written_anew_each_time(dialect: str) -> None:
    llm, text = Interceptor("é" * 70_000), "é" * 70_000
    for _ in range(3):
        assert text in send(llm, dialect, REQUESTS[dialect]).body.decode()
    kept = [one for one in DIALECTS for reply_, *_ in one._templates.values() if reply_ == reply(text)]
    assert kept == []
