"""A provider's own fields, given with a reply: over the body, and over the events of a stream that hold them."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import CannotSay, Interceptor, reply, tool_call
from llm_intercept.dialects.payload import merged
from tests.rules.asking import anthropic_client, openai_client

USER: Any = [{"role": "user", "content": "Hi"}]
GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash"
BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1:0"


def posted(given: object, url: str, **body: Any) -> str:
    with httpx2.Client(transport=Interceptor(given).httpx2_transport) as client:
        return client.post(url, json=body).text


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith(("data: {", "{"))]
    return [json.loads(line) for line in lines]


def find(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


#: Url, body, what makes it a stream, the payload, where it stands in the body, where in the stream (from the last event on).
WIRES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], list[tuple[Any, ...]], list[tuple[Any, ...]]]] = [
    (
        "https://api.openai.com/v1/chat/completions",
        {"model": "gpt-5", "messages": USER},
        {"stream": True, "stream_options": {"include_usage": True}},
        {"service_tier": "flex", "choices": [{"message": {"odd": 1}}], "usage": {"odd": 2}, "new": {"a": []}},
        [("service_tier",), ("choices", 0, "message", "odd"), ("usage", "odd"), ("new",)],
        [(0, "service_tier"), (-2, "choices", 0, "delta", "odd"), (-1, "usage", "odd"), (1, "new")],
    ),
    (
        "https://api.openai.com/v1/completions",
        {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
        {"stream": True},
        {"odd": 1, "choices": [{"odd": 2}]},
        [("odd",), ("choices", 0, "odd")],
        [(0, "odd"), (-1, "choices", 0, "odd")],
    ),
    (
        "https://api.openai.com/v1/responses",
        {"model": "gpt-5", "input": "Hi"},
        {"stream": True},
        {"service_tier": "flex", "output": [{"odd": 1}], "usage": {"odd": 2}},
        [("service_tier",), ("output", 0, "odd"), ("usage", "odd")],
        [(0, "response", "service_tier"), (-1, "response", "output", 0, "odd"), (-1, "response", "usage", "odd")],
    ),
    (
        "https://api.anthropic.com/v1/messages",
        {"model": "claude-sonnet-5", "max_tokens": 9, "messages": USER},
        {"stream": True},
        {"container": {"id": "c"}, "stop_details": {"odd": 1}, "usage": {"odd": 2}},
        [("container", "id"), ("stop_details", "odd"), ("usage", "odd")],
        [(0, "message", "container", "id"), (-2, "delta", "stop_details", "odd"), (-2, "usage", "odd")],
    ),
    (
        "https://api.cohere.com/v2/chat",
        {"model": "command-a-03-2025", "messages": USER},
        {"stream": True},
        {"id": "mine", "usage": {"odd": 1}, "new": 2},
        [("id",), ("usage", "odd"), ("new",)],
        [(0, "id"), (-1, "delta", "usage", "odd"), (-1, "delta", "new")],
    ),
    (
        "https://ollama.com/api/chat",
        {"model": "llama3", "messages": USER, "stream": False},
        {"stream": True},
        {"odd": 1, "message": {"odd": 2}},
        [("odd",), ("message", "odd")],
        [(-1, "odd"), (-1, "message", "odd")],
    ),
]


@pytest.mark.parametrize(("url", "body", "streamed", "payload", "whole", "pieces"), WIRES, ids=lambda one: str(one)[:40])
def test_a_payload_stands_in_body_and_stream(
    url: str, body: dict[str, Any], streamed: dict[str, Any], payload: dict[str, Any], whole: list[Any], pieces: list[Any]
) -> None:
    said = reply("Hello.", payload=payload)
    given = json.loads(posted(said, url, **body))
    told = events(posted(said, url, **{**body, **streamed}))
    plain = events(posted("Hello.", url, **{**body, **streamed}))
    assert len(told) == len(plain)
    assert [find(given, path) for path in whole] == [find(told, path) for path in pieces]
    for path in whole:
        assert find(given, path) == find(payload, path)


def test_gemini_s_payload_stands_in_body_and_stream() -> None:
    said = reply("Hello.", payload={"modelVersion": "odd", "candidates": [{"avgLogprobs": -0.5}], "usageMetadata": {"odd": 1}})
    asked = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    body = json.loads(posted(said, f"{GOOGLE}:generateContent", **asked))
    first, *_, last = events(posted(said, f"{GOOGLE}:streamGenerateContent?alt=sse", **asked))
    assert (body["modelVersion"], body["candidates"][0]["avgLogprobs"], body["usageMetadata"]["odd"]) == ("odd", -0.5, 1)
    assert (first["modelVersion"], last["candidates"][0]["avgLogprobs"], last["usageMetadata"]["odd"]) == ("odd", -0.5, 1)
    assert "avgLogprobs" not in first["candidates"][0]


def test_bedrock_s_payload_stands_in_body_and_stream() -> None:
    said = reply("Hello.", payload={"trace": {"odd": "one"}, "stopReason": "odd_reason"})
    asked = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    assert json.loads(posted(said, f"{BEDROCK}/converse", **asked))["trace"] == {"odd": "one"}
    stream = posted(said, f"{BEDROCK}/converse-stream", **asked)
    assert '"trace":{"odd":"one"}' in stream
    assert '"stopReason":"odd_reason"' in stream


def test_the_real_sdks_see_it() -> None:
    with Interceptor(reply("Hello.", tool_call("f"), payload={"service_tier": "flex", "system_fingerprint": None})):
        made = openai_client().chat.completions.create(model="gpt-5", messages=USER)
        assert (made.service_tier, made.system_fingerprint, made.choices[0].message.content) == ("flex", None, "Hello.")
    with Interceptor(reply("Hello.", payload={"container": {"id": "c", "expires_at": "2026-01-01T00:00:00Z", "skills": None}})):
        with anthropic_client().messages.stream(model="claude-sonnet-5", max_tokens=9, messages=USER) as stream:
            final = stream.get_final_message()
        assert final.container is not None
        assert final.container.id == "c"


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"choices": {"message": 1}}, "that payload: at $.choices there is a list, and an object was given"),
        ({"choices": [{"message": "x"}]}, "that payload: at $.choices[0].message there is an object, and 'x' was given"),
        ({"model": {"a": 1}}, "that payload: at $.model there is 'gpt-5', and an object was given"),
        ({"choices": 3}, "that payload: at $.choices there is a list, and 3 was given"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_payload_that_does_not_go_over_the_synthesized_one_is_refused(payload: Any, why: str, stream: bool) -> None:
    with pytest.raises(CannotSay) as refused:
        posted(
            reply("Hi", payload=payload), "https://api.openai.com/v1/chat/completions", model="gpt-5", messages=USER, stream=stream
        )
    assert str(refused.value).startswith(f"openai chat cannot say {why}.\n")


@pytest.mark.parametrize(
    ("url", "body", "key"),
    [
        ("https://api.anthropic.com/v1/messages", {"model": "c", "max_tokens": 9, "messages": USER}, "content"),
        ("https://api.cohere.com/v2/chat", {"model": "c", "messages": USER}, "message"),
        ("https://api.cohere.com/v1/chat", {"model": "c", "message": "Hi"}, "odd"),
    ],
)
def test_what_no_event_of_a_stream_holds_is_refused(url: str, body: dict[str, Any], key: str) -> None:
    with pytest.raises(CannotSay, match=f"'{key}' of a payload in a stream"):
        posted(reply("Hi", payload={key: {}}), url, **body, stream=True)


@pytest.mark.parametrize("payload", ["x", [1], {"a": {1}}, {"a": float("nan")}], ids=str)
def test_a_payload_is_a_mapping_of_json_values(payload: Any) -> None:
    with pytest.raises(TypeError, match="payload="):
        reply("Hi", payload=payload)


def test_a_payload_is_a_copy_and_shows_itself() -> None:
    given: dict[str, Any] = {"a": [1]}
    made = reply("Hi", payload=given)
    given["a"].append(2)
    assert repr(made) == "reply('Hi', payload={'a': [1]})"


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3), lambda one: st.lists(one) | st.dictionaries(st.text(max_size=2), one)
)


@given(VALUES)
def test_nothing_over_a_value_is_the_value_and_a_value_over_itself_too(value: Any) -> None:
    assert merged(value, value) == value
    if isinstance(value, dict | list):
        assert merged(value, type(value)()) == value
