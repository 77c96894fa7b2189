"""Our answers against the shapes of replies that the providers themselves sent (`tests.shapes`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import error, reply, tool_call
from tests.dialects.wire import judge, post
from tests.shapes import KINDS, compare
from tests.shapes.recording import Kind, documents, event_name

#: The recorded operation of each dialect.
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "openai": ("openai", "v1-chat-completions"),
    "anthropic": ("anthropic", "v1-messages"),
}

SERVER_TOOLS = "the recorded stream used the provider's own tools; ours says what it was given"

#: What every recording of a part has and ours has not, and why.
LACKING: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("anthropic", "event message_delta"): dict.fromkeys(
        ("usage.server_tool_use", "usage.server_tool_use.web_fetch_requests", "usage.server_tool_use.web_search_requests"),
        SERVER_TOOLS,
    ),
}

#: What was recorded and ours is never asked for here.
UNASKED: Mapping[tuple[str, str], str] = {
    ("anthropic", part): SERVER_TOOLS
    for part in (
        "event content_block_delta citations_delta",
        "event content_block_start server_tool_use",
        "event content_block_start web_search_tool_result",
    )
}


def answers(dialect: str) -> list[Any]:
    """Bodies, a stream and an error of one dialect."""
    usage = {"stream_options": {"include_usage": True}} if dialect == "openai" else {}
    return [
        post(dialect, reply("Hi")),
        post(dialect, reply(tool_call("now", a=1))),
        post(dialect, reply("Hi", tool_call("now", a=1))),
        post(dialect, "Hi", stream=True, **usage),
        post(dialect, reply("Hi", tool_call("now", a=1)), stream=True, **usage),
        post(dialect, error(400)),
    ]


def ours() -> dict[tuple[str, str], list[Any]]:
    """The documents of our answers, by dialect and part."""
    found: dict[tuple[str, str], list[Any]] = {}
    for dialect in OPERATIONS:
        for answer in answers(dialect):
            for document in documents(answer.status, answer.headers["content-type"], answer.body):
                found.setdefault((dialect, document.part), []).append(document.value)
    return found


OURS = ours()


def recorded(dialect: str, part: str) -> Kind:
    """The recorded kind of a part."""
    return Kind(*OPERATIONS[dialect], part)


@pytest.mark.parametrize(("dialect", "part"), [key for key in OURS if recorded(*key) in KINDS])
def test_ours_has_what_every_recording_has_and_nothing_that_is_ours_alone(dialect: str, part: str) -> None:
    known = None if part == "event ping" else judge(dialect, part.partition(" ")[0]).check  # the SDK has no model of pings
    compared = compare(KINDS[recorded(dialect, part)], OURS[dialect, part], known)
    assert {*compared.missing} == {*LACKING.get((dialect, part), ())}
    assert compared.surplus == ()
    assert compared.refused == ()


@pytest.mark.parametrize("dialect", OPERATIONS)
def test_every_recorded_part_is_among_ours(dialect: str) -> None:
    parts = {kind.part for kind in KINDS if kind[:2] == OPERATIONS[dialect]}
    assert {(dialect, part) for part in parts} - {*OURS} == {key for key in UNASKED if key[0] == dialect}


def test_a_tool_use_block_starts_as_it_stands_in_a_body() -> None:
    started = OURS["anthropic", "event content_block_start tool_use"][0]
    body = OURS["anthropic", "body"][1]
    assert started["content_block"].keys() == body["content"][0].keys()


def test_the_order_of_an_openai_stream_is_the_recorded_one() -> None:
    events = post("openai", "Hi you", stream=True, stream_options={"include_usage": True}).events
    assert events[-1] == (None, b"[DONE]")
    kinds = [event_name(json.loads(data)) for _, data in events[:-1]]
    assert kinds == ["role", "content", "content", "finish", "usage"]


def test_the_order_of_an_anthropic_stream_is_the_recorded_one() -> None:
    names = [name for name, _ in post("anthropic", reply("Hi", tool_call("now", a=1)), stream=True).events]
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert names[0] == "message_start"
    assert sorted({*names}) == sorted({*block, "message_start", "message_delta", "message_stop", "ping"})
    assert names[-2:] == ["message_delta", "message_stop"]
    order = [name for name in names if name.startswith("content_block") and name != "content_block_delta"]
    assert order == ["content_block_start", "content_block_stop"] * 2


@pytest.mark.parametrize(
    ("dialect", "status", "envelope"),
    [
        (
            "openai",
            400,
            {"message": "Invalid 'messages[3]'.", "type": "invalid_request_error", "param": "messages[3]", "code": "invalid_value"},
        ),
        ("anthropic", 400, {"type": "invalid_request_error", "message": "This model does not support effort level 'xhigh'."}),
    ],
)
def test_a_recorded_error_can_be_said_word_for_word(dialect: str, status: int, envelope: dict[str, str]) -> None:
    said = {key: value for key, value in envelope.items() if key != "type"}
    assert post(dialect, error(status, **said)).json["error"] == envelope
