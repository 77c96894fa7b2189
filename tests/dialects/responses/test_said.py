"""What a reply says as a response: each part as its item, body and stream alike, strictly valid."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    audio,
    citation,
    disconnect,
    image,
    native,
    pause,
    refusal,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from llm_intercept.doctor.judges import judges_of
from tests.dialects.responses.asked import BASE, create, recorded, send, stream
from tests.shapes import compare, kind

JUDGES = judges_of("openai")

WEB = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "x"}}
MCP = {
    "type": "mcp_call",
    "id": "mcp_1",
    "status": "completed",
    "arguments": '{"a":1}',
    "name": "n",
    "server_label": "s",
    "output": "o",
}
CODE = {"type": "code_interpreter_call", "id": "ci_1", "status": "completed", "code": "1+1", "container_id": "c", "outputs": []}
TEXT = {"type": "output_text", "text": "As it stands.", "annotations": [], "logprobs": []}
NOTE = {"type": "url_citation", "start_index": 0, "end_index": 2, "title": "t", "url": "https://e.org"}
MESSAGE = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{**TEXT, "annotations": [NOTE]}],
}
REASONING = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "Short."}],
    "content": [{"type": "reasoning_text", "text": "Long."}],
}
CUSTOM = {"tools": [{"type": "custom", "name": "shout"}]}
LOGPROBS = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}

REPLIES: dict[str, tuple[Any, dict[str, Any]]] = {
    "text": ("Paris is a city.", {}),
    "empty text": ("", {}),
    "nothing": (reply(), {}),
    "logprobs": ("Paris is a city.", LOGPROBS),
    "citations": (
        reply("Paris", citation(url="https://e.org", title="E", quote="ari"), " or Rome", citation(document="file-1"), "."),
        {},
    ),
    "citation of words that are not there": (reply("Paris", citation(url="https://e.org", quote="Rome")), {}),
    "logprobs and citations": (reply("Paris", citation(url="https://e.org"), " it is"), LOGPROBS),
    "refusal": (refusal("I cannot."), {}),
    "text, then refusals": (reply("Well.", refusal("No."), refusal("No!")), {}),
    "tool call": (tool_call("f", a=1), {}),
    "tool calls in between": (reply("First.", tool_call("f"), "Then.", tool_call("g", "{")), {}),
    "custom tool call": (tool_call("shout", "aaa"), CUSTOM),
    "thinking": (reply(thinking("Hm, yes."), "Paris."), {"reasoning": {"summary": "auto"}}),
    "sealed thinking": (reply(thinking("Hm."), "Paris."), {"include": ["reasoning.encrypted_content"]}),
    "signed thinking": (reply(thinking("Hm.", signature="abc"), "Paris."), {}),
    "redacted thinking": (reply(thinking("Hm.", redacted=True), "Paris."), {}),
    "empty thinking": (reply(thinking(""), "Paris."), {}),
    "image": (image(b"\x89PNG"), {"tools": [{"type": "image_generation"}]}),
    "native web search": (reply(native(WEB), "Found it."), {"tools": [{"type": "web_search"}]}),
    "native code": (native(CODE), {}),
    "native mcp call": (native(MCP), {}),
    "native mcp list": (native({"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "s", "tools": []}), {}),
    "native message": (native(MESSAGE), {}),
    "native reasoning": (native(REASONING), {}),
    "native function call": (
        native({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}", "status": "completed"}),
        {},
    ),
    "native compaction": (native({"type": "compaction", "id": "cmp_1", "encrypted_content": "abc"}), {}),
    "cut": (reply("Once upon", finish="length"), {}),
    "cut after a native item": (reply(native(WEB), finish="length"), {}),
    "cut before a word": (reply(finish="length"), {}),
    "cut in a thought": (reply(thinking("Hm"), finish="length"), {}),
    "filtered": (reply("Once upon", finish="content_filter"), {}),
    "given usage": (reply("Hi", usage={"input": 9, "output": 7, "reasoning": 3, "cached": 2, "cache_write": 1}), {}),
    "pauses": (reply(pause(0), "a", pause(0), native(WEB), thinking("b")), {}),
}

every_reply = pytest.mark.parametrize(("said", "more"), REPLIES.values(), ids=REPLIES)
every_home = pytest.mark.parametrize(
    "base", [BASE, "https://api.deepseek.com", "https://api.groq.com/openai/v1"], ids=["openai", "deepseek", "groq"]
)


@every_reply
@every_home
def test_a_stream_ends_in_the_body_and_every_item_is_done_as_it_stands_there(base: str, said: Any, more: dict[str, Any]) -> None:
    body = create(Interceptor(said), base, **more)
    events = stream(Interceptor(said), base, **more)
    last = events[-1]
    assert last["type"] == f"response.{body['status']}"
    told = last["response"]
    assert {event["item"]["type"] for event in events if event["type"] == "response.output_item.done"} == {
        item["type"] for item in body["output"]
    }
    assert [event["item"] for event in events if event["type"] == "response.output_item.done"] == told["output"]
    assert told["usage"] == body["usage"]
    # ids come from the request, which differs in `stream`
    assert bare(told["output"]) == bare(body["output"])
    added = [event["item"] for event in events if event["type"] == "response.output_item.added"]
    assert [{*item} for item in added] == [{*item} for item in told["output"]]
    assert all(item.get("status", "in_progress") == "in_progress" for item in added)


def bare(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in item.items() if key not in ("id", "call_id", "encrypted_content")} for item in items]


@every_reply
def test_the_deltas_of_a_stream_add_up_to_what_is_done(said: Any, more: dict[str, Any]) -> None:
    sums: dict[Any, str] = {}
    tokens: dict[Any, list[Any]] = {}
    for event in stream(Interceptor(said), **more):
        place = (event.get("item_id"), event.get("content_index"), event.get("summary_index"), event["type"].rpartition(".")[0])
        if event["type"].endswith(".delta"):
            sums[place] = sums.get(place, "") + event["delta"]
            tokens[place] = [*tokens.get(place, ()), *event.get("logprobs", ())]
        elif event["type"].endswith(".done") and place[0] is not None and "part" not in event:
            key = next(key for key in ("text", "refusal", "arguments", "input", "code") if key in event)
            assert sums.get(place, "") == event[key]
            assert tokens.get(place, []) == event.get("logprobs", [])


@pytest.mark.parametrize("provider", ["openai", "deepseek"])
@pytest.mark.parametrize("said", ["Paris.", reply(thinking("Hm."), "Paris.")], ids=["text", "thinking"])
def test_what_every_recorded_answer_has_ours_has_too(provider: str, said: Any) -> None:
    base, operation = (BASE, "v1-responses") if provider == "openai" else ("https://api.deepseek.com", "responses")
    sealed = {"include": ["reasoning.encrypted_content"]}
    body = compare(kind(provider, operation, "body"), [create(Interceptor(said), base, **sealed)], JUDGES["responses body"].check)
    assert (body.missing, body.surplus, body.refused) == ((), (), ())
    seen = 0
    for event in stream(Interceptor(said), base):
        inner = [value["type"] for value in event.values() if isinstance(value, dict) and "type" in value]
        part = " ".join(["event", event["type"], *inner])
        if part in recorded(provider):
            found = compare(kind(provider, operation, part), [event], JUDGES["responses event"].check)
            assert (found.missing, found.surplus, found.refused) == ((), (), ())
            seen += 1
    assert seen > 8


@settings(max_examples=60, deadline=None)
@given(text=st.text(), size=st.integers(1, 9), logprobs=st.booleans())
def test_any_text_in_pieces_of_any_size_is_the_body_s(text: str, size: int, logprobs: bool) -> None:
    said, more = reply(text, chunk_size=size), LOGPROBS if logprobs else {}
    events = stream(Interceptor(said), **more)
    deltas = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    part = create(Interceptor(said), **more)["output"][0]["content"][0]
    assert deltas == part["text"] == text
    assert "".join(token["token"] for token in part["logprobs"]) == (text if logprobs else "")


@pytest.mark.parametrize(
    ("more", "other"),
    [
        ({}, {"instructions": "Be brief."}),
        ({"tools": [{"type": "custom", "name": "f"}]}, {"tools": [{"type": "function", "name": "f"}]}),
        ({"background": True}, {}),
        (LOGPROBS, {"include": ["reasoning.encrypted_content"]}),
        ({"metadata": {"a": "b"}}, {"metadata": {}}),
    ],
)
def test_a_reply_that_answers_two_calls_in_turn_answers_each_as_if_it_were_alone(
    more: dict[str, Any], other: dict[str, Any]
) -> None:
    parts = ("Hi", tool_call("f"), thinking("Hm."))
    shared, alone = Interceptor(reply(*parts)), Interceptor(*[reply(*parts) for _ in range(6)])
    for asked in (more, other) * 3:
        assert create(shared, **asked) == create(alone, **asked)


def test_tools_and_formats_are_repeated_with_their_defaults() -> None:
    tools = [
        {"type": "function", "name": "f", "parameters": None},
        {"type": "web_search", "user_location": {"type": "approximate", "city": "Rome"}},
        {"type": "mcp", "server_label": "s", "server_url": "https://s", "authorization": "secret", "headers": {"a": "secret"}},
        {"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "g"}]},
    ]
    form = {"type": "json_schema", "name": "x", "schema": {"type": "object"}}
    told = create(
        Interceptor(tool_call("g")),
        model="gpt-5",
        tools=tools,
        text={"format": form, "verbosity": "low"},
        reasoning={"effort": "low"},
        service_tier="flex",
        conversation={"id": "conv_1"},
        prompt_cache_options={"mode": "implicit", "ttl": "30m"},
        include=[],
    )
    assert "secret" not in json.dumps(told)
    assert told["tools"][0] == {"type": "function", "name": "f", "description": None, "parameters": None, "strict": True}
    assert told["tools"][1]["user_location"] == {
        "type": "approximate", "city": "Rome", "country": "US", "region": None, "timezone": None,
    }  # fmt: skip
    assert told["tools"][3]["tools"][0]["strict"] is True
    assert told["text"] == {"format": {**form, "description": None, "strict": False}, "verbosity": "low"}
    assert told["reasoning"] == {"effort": "low", "summary": None}
    assert (told["service_tier"], told["conversation"]) == ("flex", {"id": "conv_1"})
    assert told["output"][0]["namespace"] == "n"


def test_an_mcp_call_that_went_wrong_has_failed() -> None:
    wrong = {**MCP, "output": None, "error": {"type": "http_error", "code": 500, "message": "m"}}
    kinds = [event["type"] for event in stream(Interceptor(native(wrong)))]
    assert "response.mcp_call.failed" in kinds
    assert "response.mcp_call.completed" not in kinds


@pytest.mark.parametrize("held", [{"type": "message", "content": "?"}, {"type": "of tomorrow"}, {}, {"type": "function_call"}])
def test_what_is_given_as_it_stands_is_not_checked(held: dict[str, Any]) -> None:
    for body in ({}, {"stream": True}):
        answer = send(Interceptor(native(held)), "POST", "/responses", {"model": "m", "input": "Hi", **body})
        assert answer.status_code == 200
        assert json.dumps(held, separators=(",", ":")) in answer.text


def test_events_and_breaks_stand_where_they_were_put() -> None:
    events = send(
        Interceptor(reply("Once ", stream_event({"type": "new"}, name="new"), "upon", chunk_size=9)),
        "POST",
        "/responses",
        {"model": "m", "input": "Hi", "stream": True},
    ).text
    assert events.index('"Once "') < events.index('event: new\ndata: {"type":"new"}') < events.index('"upon"')
    llm = Interceptor(reply("Once ", disconnect(), "upon"))
    with pytest.raises(httpx2.RemoteProtocolError):
        send(llm, "POST", "/responses", {"model": "m", "input": "Hi", "stream": True})


@pytest.mark.parametrize(
    ("said", "what"),
    [(audio(b"RIFF"), "cannot say audio"), (reply("x", finish="stop_sequence"), "the finish reason 'stop_sequence'")],
    ids=["a sound", "a stop sequence"],
)
def test_what_the_wire_cannot_carry_is_refused_and_named(said: Any, what: str) -> None:
    with pytest.raises(CannotSay, match=what) as refused:
        send(Interceptor(said), "POST", "/responses", {"model": "m", "input": "Hi"})
    assert "test_said.py" in str(refused.value)
