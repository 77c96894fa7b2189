"""Every body, every stream event and every error validates strictly against the SDK's own models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from llm_intercept import error, reply, tool_call
from tests.dialects.wire import URLS, judge, post

PARIS = {"city": "Paris", "days": [1, 2.5, None, True], "nested": {"text": "naïve 👩‍👩‍👧"}}

REPLIES: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "whole": reply("Paris", chunk_size=100),
    "tool call": tool_call("weather", PARIS),
    "tool call without arguments": tool_call("now"),
    "parallel tool calls": reply(tool_call("weather", PARIS), tool_call("weather", city="Rome"), tool_call("now")),
    "text and tool": reply("Let me look.", tool_call("weather", PARIS)),
    "interleaved": reply("One. ", tool_call("weather", PARIS), "Two. ", tool_call("now"), "Three."),
    "an object": {"city": "Paris"},
    "given": reply("Hi", tool_call("now").with_id("t-7"), id="id-7", model="m-7", usage={"input": 1, "output": 2}),
    **{f"finish {name}": reply("Hi", finish=name) for name in ("stop", "stop_sequence", "length", "tool_calls", "content_filter")},
}

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "n": {"n": 2},
    "usage": {"stream_options": {"include_usage": True}},
    "n and usage": {"n": 3, "stream_options": {"include_usage": True}},
    "stop": {"stop_sequences": ["END"]},
}

#: What our answers hold and the models do not, by dialect, kind and path, and why.
ALLOWED: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("openai", "body"): {},
    ("openai", "event"): {},
    ("openai", "error"): {},
    ("anthropic", "body"): {},
    ("anthropic", "event"): {},
    ("anthropic", "error"): {
        "error.details": "the SDK reads its exception's `error_code` there, and its typed errors have it; the error's union has not"
    },
}

every_dialect = pytest.mark.parametrize("dialect", URLS)
asked = pytest.mark.parametrize(("dialect", "more"), [
    pytest.param(dialect, REQUESTS[name], id=f"{dialect}-{name}")
    for dialect, names in {"openai": ("plain", "n", "usage", "n and usage"), "anthropic": ("plain", "stop")}.items()
    for name in names
])  # fmt: skip


def unknown(dialect: str, kind: str, documents: Iterable[bytes]) -> set[str]:
    """What the models do not know of documents that they would have."""
    return {path for one in documents for path in judge(dialect, kind).check(one)}


@pytest.mark.parametrize("said", REPLIES.values(), ids=REPLIES)
@asked
def test_a_body_is_what_the_model_says(dialect: str, more: Mapping[str, Any], said: Any) -> None:
    answer = post(dialect, said, **{key: asked for key, asked in more.items() if key != "stream_options"})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert unknown(dialect, "body", [answer.body]) <= {*ALLOWED[dialect, "body"]}


@pytest.mark.parametrize("said", REPLIES.values(), ids=REPLIES)
@asked
def test_every_event_is_what_the_model_says(dialect: str, more: Mapping[str, Any], said: Any) -> None:
    answer = post(dialect, said, stream=True, **more)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    events = answer.events
    if dialect == "openai":
        assert events.pop() == (None, b"[DONE]")
        assert {name for name, _ in events} == {None}
    else:
        # The SDK drops pings before its models see them.
        events = [(name, data) for name, data in events if (name, data) != ("ping", b'{"type":"ping"}')]
        assert [name for name, _ in events] == [json.loads(data)["type"] for _, data in events]
    assert unknown(dialect, "event", [data for _, data in events]) <= {*ALLOWED[dialect, "event"]}


#: Statuses whose type the SDK's union of errors does not have; the provider's reference has them.
NOT_MODELLED = {409: "conflict_error", 413: "request_too_large"}


@pytest.mark.parametrize("code", [None, "my_code"])
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504, 529, 599])
@every_dialect
def test_an_error_is_what_the_model_says(dialect: str, status: int, stream: bool, code: str | None) -> None:
    answer = post(dialect, error(status, code=code), stream=stream)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    if dialect == "anthropic" and status in NOT_MODELLED:
        assert answer.json["error"]["type"] == NOT_MODELLED[status]
        with pytest.raises(ValueError, match=NOT_MODELLED[status]):
            unknown(dialect, "error", [answer.body])
        return
    assert unknown(dialect, "error", [answer.body]) <= {*ALLOWED[dialect, "error"]}


@pytest.mark.parametrize(("dialect", "kind"), ALLOWED)
def test_nothing_stands_on_the_list_in_vain(dialect: str, kind: str) -> None:
    said = error(400, code="x") if kind == "error" else reply("a", tool_call("b"))
    answer = post(dialect, said, stream=kind == "event")
    documents = [answer.body] if kind != "event" else [data for name, data in answer.events if name != "ping" and data != b"[DONE]"]
    assert unknown(dialect, kind, documents) == {*ALLOWED[dialect, kind]}
