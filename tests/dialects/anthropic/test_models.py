"""Every body and every event is what anthropic's models say, and a stream says what the body says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest
from anthropic.lib.streaming import _beta_messages, _messages
from anthropic.types import RawMessageStreamEvent
from anthropic.types.beta import BetaRawMessageStreamEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from llm_intercept import Interceptor, error, native, reply, thinking, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.dialects.anthropic.asked import BETA_MORE, BETA_REPLIES, MORE, REPLIES, REQUEST, events, post, send

JUDGES = judges_of("anthropic")

CASES = [("messages", one, two) for one in REPLIES for two in MORE]
CASES += [("beta", one, two) for one in {**REPLIES, **BETA_REPLIES} for two in {**MORE, **BETA_MORE}]

cases = pytest.mark.parametrize(
    ("to", "said", "more"),
    [
        pytest.param(to, {**REPLIES, **BETA_REPLIES}[one], {**MORE, **BETA_MORE}[two], id=f"{to}-{one}-{two}")
        for to, one, two in CASES
    ],
)

#: What the judges' bodies and events are called.
NAMES: Mapping[str, str] = {"messages": "messages", "beta": "beta messages"}

_READ: Mapping[str, TypeAdapter[Any]] = {
    "messages": TypeAdapter(RawMessageStreamEvent),
    "beta": TypeAdapter(BetaRawMessageStreamEvent),
}


def without_pings(streamed: httpx2.Response) -> list[Any]:
    """The events that the SDK's models see: it drops pings before."""
    return [event for event in events(streamed) if event["type"] != "ping"]


def accumulated(to: str, streamed: httpx2.Response) -> Any:
    """What the SDK's own helper makes of a stream."""
    message: Any = None
    buffers: dict[int, bytes] = {}
    accumulate: Callable[..., Any] = _messages.accumulate_event if to == "messages" else _beta_messages.accumulate_event
    more = {} if to == "messages" else {"request_headers": httpx2.Headers()}
    for event in without_pings(streamed):
        read = _READ[to].validate_python(event)
        message = accumulate(event=read, current_snapshot=message, json_bufs=buffers, **more)
    return message


def meaning(message: Any) -> Any:
    """A message without what is made up for each answer."""
    if isinstance(message, dict):
        made_up = {"id", "signature", "data", "encrypted_index", "expires_at"}
        return {key: meaning(value) for key, value in message.items() if key not in made_up and value is not None}
    return [meaning(one) for one in message] if isinstance(message, list) else message


@cases
def test_a_body_is_what_the_model_says(to: str, said: Any, more: Mapping[str, Any]) -> None:
    assert JUDGES[f"{NAMES[to]} body"].check(post(said, to, **more).content) == []


@cases
def test_every_event_is_what_the_model_says(to: str, said: Any, more: Mapping[str, Any]) -> None:
    streamed = without_pings(post(said, to, stream=True, **more))
    assert [path for event in streamed for path in JUDGES[f"{NAMES[to]} event"].check(event)] == []


@cases
def test_the_accumulated_stream_is_the_body(to: str, said: Any, more: Mapping[str, Any]) -> None:
    body = post(said, to, **more).json()
    streamed = accumulated(to, post(said, to, stream=True, **more)).to_dict()
    for block in body["content"]:  # where the SDK reads an empty list of them as none
        block.get("citations") == [] and block.pop("citations")
    assert meaning(streamed) == meaning(body)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
said_parts = st.lists(
    texts
    | texts.map(thinking)
    | st.dictionaries(texts, texts | st.integers(-9, 9), max_size=3).map(lambda given: tool_call("f", given))
    | texts.map(lambda text: native({"type": "server_tool_use", "id": "s", "name": "web_fetch", "input": {"url": text}})),
    min_size=1,
    max_size=5,
)


@given(parts=said_parts, size=st.integers(1, 30))
def test_a_stream_of_any_parts_says_what_the_body_says(parts: list[Any], size: int) -> None:
    said = reply(*parts, chunk_size=size)
    assert meaning(accumulated("messages", post(said, stream=True)).to_dict()) == meaning(post(said).json())


@pytest.mark.parametrize("edited", [False, True])
def test_a_count_is_what_the_model_says(edited: bool) -> None:
    more = BETA_MORE["edits"] if edited else {}
    assert JUDGES["beta count_tokens body"].check(post("unheard", "count", **more).content) == []
    if not edited:
        assert JUDGES["count_tokens body"].check(post("unheard", "count").content) == []


#: All that an answer reads of its request: each with another of its kind.
VARIANTS = [
    {},
    {"stop_sequences": ["A"]},
    {"stop_sequences": ["B"]},
    {"container": "c1"},
    {"container": {"id": "c2"}},
    {"container": {"skills": [{"type": "custom", "skill_id": "s", "version": "1"}]}},
    {"context_management": {}},
    {"inference_geo": "us"},
    {"inference_geo": "eu"},
    {"speed": "fast"},
    {"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "text", "data": "b"}}]}]},
    {"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "text", "data": "ab"}}]}]},
]


@pytest.mark.parametrize("to", ["beta", "vertex"])
def test_a_reply_that_answered_others_answers_each_call_as_a_new_one_does(to: str) -> None:
    def said() -> Any:
        return reply(*REPLIES["documents cited"].parts, finish="stop_sequence")

    again = Interceptor(said())
    for _ in range(3):
        for more in VARIANTS:
            request = {**REQUEST, **more}
            assert meaning(send(again, to, request).json()) == meaning(send(Interceptor(said()), to, request).json())


@pytest.mark.parametrize("to", ["count", "vertex", "vertex stream", "vertex count", "complete"])
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 422, 429, 500, 504, 529])
def test_an_error_is_what_the_model_says(to: str, status: int) -> None:
    llm = Interceptor(error(status))
    if to in ("count", "vertex count"):
        llm.on(operation="count_tokens").reply(error(status))
    answer = send(llm, to, {**REQUEST, "prompt": "x"})
    assert answer.status_code == status
    assert JUDGES["messages error"].check(answer.content) == []
    assert answer.headers["request-id"] == answer.json()["request_id"]
