"""Bad input gets the provider's own refusal: its status, its envelope, its words; and nothing of ours is ever raised."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from anthropic.types import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion

from llm_intercept import Interceptor
from tests.dialects.wire import REQUESTS, URLS, USER, Answered, judge, send

DIALECTS = tuple(URLS)
every_dialect = pytest.mark.parametrize("dialect", DIALECTS)

NO_JSON: Mapping[str, bytes] = {
    "nothing": b"",
    "blank": b" \n",
    "words": b"hello",
    "truncated": b'{"model": "m", "messages": [{"role": "us',
    "trailing comma": b'{"model": "m",}',
    "two documents": b"{}{}",
    "single quotes": b"{'model': 'm'}",
    "invalid UTF-8": b'{"model": "\xff\xfe", "messages": []}',
    "UTF-16": '{"model": "m"}'.encode("utf-16"),
    "cut UTF-8": b'{"model": "m\xe2\x82", "messages": []}',
    "lone surrogate": b'{"model": "\\ud800", "messages": []}',
    "lone surrogate in a text": b'{"model": "m", "messages": [{"role": "user", "content": "\\udc00"}]}',
    "deep arrays": b"[" * 100_000,
    "deep arrays, closed": b"[" * 5_000 + b"]" * 5_000,
    "deep objects": b'{"a":' * 100_000,
    "deep in a key": b'{"model": "m", "messages": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "NaN": b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}], "temperature": NaN}',
    "Infinity": b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}], "temperature": -Infinity}',
    "control character": b'{"model": "a\nb"}',
    "form": b"model=m&messages=x",
}

NO_OBJECT: Mapping[str, bytes] = {
    "null": b"null", "true": b"true", "number": b"5", "float": b"5.5", "text": b'"x"', "array": b"[]", "array of objects": b"[{}]",
    "huge int": b"1" * 4_000, "string of JSON": b'"{}"',
}  # fmt: skip

TOOL = {"type": "function", "function": {"name": "now"}}
USE = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}


def said(*messages: Any) -> dict[str, Any]:
    """The key that holds these messages."""
    return {"messages": list(messages)}


def used(**changed: Any) -> dict[str, Any]:
    """The messages with one tool call in which some keys are another; None takes the key out."""
    use = {key: value for key, value in {**USE, **changed}.items() if value is not None}
    return said(USER, {"role": "assistant", "tool_calls": [use]})


GONE = object()
OBJECTS, CONTENT = "an array of objects", "one of a string or array of objects"

ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"

Refusal = tuple[str | None, str | None, str]


def wrong(param: str, expected: str = "", got: str = "") -> Refusal:
    """How openai refuses a value of a wrong type."""
    return param, "invalid_type", f"Invalid type for '{param}': " + (f"expected {expected}, but got {got} instead." if got else "")


def missing(param: str) -> Refusal:
    """How openai refuses a request without a value."""
    return param, "missing_required_parameter", f"Missing required parameter: '{param}'."


#: openai: changed keys of a valid request; then the error's param, its code, and what its message starts with.
OPENAI: Mapping[str, tuple[dict[str, Any], Refusal]] = {
    "no model": ({"model": GONE}, (None, None, "you must provide a model parameter")),
    "null model": ({"model": None}, (None, None, "you must provide a model parameter")),
    "number as model": ({"model": 5}, wrong("model", "a string", "an integer")),
    "zero as model": ({"model": 0}, wrong("model", "a string", "an integer")),
    "array as model": ({"model": ["m"]}, wrong("model", "a string", "an array")),
    "no messages": ({"messages": GONE}, missing("messages")),
    "text as messages": ({"messages": "hi"}, wrong("messages", OBJECTS, "a string")),
    "null messages": ({"messages": None}, wrong("messages", OBJECTS, "null")),
    "object as messages": ({"messages": {}}, wrong("messages", OBJECTS, "an object")),
    "text as message": (said("hi"), wrong("messages[0]", "an object", "a string")),
    "null as message": (said(USER, None), wrong("messages[1]", "an object", "null")),
    "no role": (said({"content": "hi"}), missing("messages[0].role")),
    "unknown role": (
        said({"role": "robot", "content": "hi"}),
        ("messages[0].role", "invalid_value", f"Invalid value: 'robot'. Supported values are: {ROLES}."),
    ),
    "null role": (said({"role": None, "content": "hi"}), wrong("messages[0].role")),
    "number as role": (said({"role": 5, "content": "hi"}), wrong("messages[0].role")),
    "number as content": (
        said({"role": "user", "content": 5}),
        wrong("messages[0].content", CONTENT, "an integer"),
    ),
    "object as content": (
        said({"role": "user", "content": {}}),
        wrong("messages[0].content", CONTENT, "an object"),
    ),
    "text as part": (said({"role": "user", "content": ["hi"]}), wrong("messages[0].content[0]", "an object", "a string")),
    "part without type": (said({"role": "user", "content": [{"text": "hi"}]}), missing("messages[0].content[0].type")),
    "number as a part's type": (
        said({"role": "user", "content": [{"type": 5}]}),
        wrong("messages[0].content[0].type", "a string", "an integer"),
    ),
    "null as a part's type": (
        said({"role": "user", "content": [{"type": None}]}),
        wrong("messages[0].content[0].type", "a string", "null"),
    ),
    "part without text": (said({"role": "user", "content": [{"type": "text"}]}), missing("messages[0].content[0].text")),
    "number as text": (
        said({"role": "user", "content": [{"type": "text", "text": 5}]}),
        wrong("messages[0].content[0].text", "a string", "an integer"),
    ),
    "object as tool_calls": (
        said(USER, {"role": "assistant", "tool_calls": {"a": 1}}),
        wrong("messages[1].tool_calls", OBJECTS, "an object"),
    ),
    "empty object as tool_calls": (
        said(USER, {"role": "assistant", "tool_calls": {}}),
        wrong("messages[1].tool_calls", OBJECTS, "an object"),
    ),
    "text as tool call": (
        said(USER, {"role": "assistant", "tool_calls": ["now"]}),
        wrong("messages[1].tool_calls[0]", "an object", "a string"),
    ),
    "false as tool_calls": (said(USER, {"role": "assistant", "tool_calls": False}), wrong("messages[1].tool_calls")),
    "tool call without type": (used(type=None), missing("messages[1].tool_calls[0].type")),
    "number as a tool call's type": (used(type=5), wrong("messages[1].tool_calls[0].type", "a string", "an integer")),
    "custom tool call without custom": (used(type="custom"), missing("messages[1].tool_calls[0].custom")),
    "custom tool call without input": (
        used(type="custom", custom={"name": "code"}),
        missing("messages[1].tool_calls[0].custom.input"),
    ),
    "tool call without id": (used(id=None), missing("messages[1].tool_calls[0].id")),
    "tool call without function": (used(function=None), missing("messages[1].tool_calls[0].function")),
    "text as function": (used(function="now"), wrong("messages[1].tool_calls[0].function", "an object", "a string")),
    "tool call without arguments": (used(function={"name": "now"}), missing("messages[1].tool_calls[0].function.arguments")),
    "object as arguments": (
        used(function={"name": "now", "arguments": {}}),
        wrong("messages[1].tool_calls[0].function.arguments", "a string", "an object"),
    ),
    "number as name": (
        used(function={"name": 5, "arguments": "{}"}),
        wrong("messages[1].tool_calls[0].function.name", "a string", "an integer"),
    ),
    "object as tools": ({"tools": {}}, wrong("tools", OBJECTS, "an object")),
    "text as tool": ({"tools": [TOOL, "now"]}, wrong("tools[1]", "an object", "a string")),
    "tool without type": ({"tools": [{"function": {"name": "now"}}]}, missing("tools[0].type")),
    "null as a tool's type": ({"tools": [{**TOOL, "type": None}]}, wrong("tools[0].type", "a string", "null")),
    "custom tool without custom": ({"tools": [{**TOOL, "type": "custom"}]}, missing("tools[0].custom")),
    "tool without function": ({"tools": [{"type": "function"}]}, missing("tools[0].function")),
    "text as a tool's function": (
        {"tools": [{"type": "function", "function": "now"}]},
        wrong("tools[0].function", "an object", "a string"),
    ),
    "tool without name": ({"tools": [{"type": "function", "function": {}}]}, missing("tools[0].function.name")),
    "number as a tool's name": (
        {"tools": [{"type": "function", "function": {"name": 5}}]},
        wrong("tools[0].function.name", "a string", "an integer"),
    ),
    "text as n": ({"n": "2"}, wrong("n", "an integer", "a string")),
    "true as n": ({"n": True}, wrong("n", "an integer", "a boolean")),
    "false as n": ({"n": False}, wrong("n", "an integer", "a boolean")),
    "empty text as n": ({"n": ""}, wrong("n", "an integer", "a string")),
    "n of zero": (
        {"n": 0},
        ("n", "integer_below_min_value", "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."),
    ),
    "n below zero": (
        {"n": -1},
        ("n", "integer_below_min_value", "Invalid 'n': integer below minimum value. Expected a value >= 1, but got -1 instead."),
    ),
    "n too large": (
        {"n": 129},
        ("n", "integer_above_max_value", "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead."),
    ),
    "text as stream": ({"stream": "yes"}, wrong("stream", "a boolean", "a string")),
    "zero as stream": ({"stream": 0}, wrong("stream", "a boolean", "an integer")),
    "text as stream_options": ({"stream_options": "x"}, wrong("stream_options", "an object", "a string")),
}  # fmt: skip


BLOCK = {"type": "tool_use", "id": "t1", "name": "now", "input": {}}


def result(*content: Any) -> dict[str, Any]:
    """A tool's result of these blocks."""
    return {"type": "tool_result", "tool_use_id": "t1", "content": list(content)}


#: anthropic: changed keys of a valid request, and what the error's message starts with.
ANTHROPIC: Mapping[str, tuple[dict[str, Any], str]] = {
    "no model": ({"model": GONE}, "model: Field required"),
    "null model": ({"model": None}, "model: Input should be a valid string"),
    "number as model": ({"model": 5}, "model: Input should be a valid string"),
    "no messages": ({"messages": GONE}, "messages: Field required"),
    "text as messages": ({"messages": "hi"}, "messages: Input should be a valid list"),
    "null messages": ({"messages": None}, "messages: Input should be a valid list"),
    "text as message": (said("hi"), "messages.0: Input should be a valid dictionary"),
    "null as message": (said(USER, None), "messages.1: Input should be a valid dictionary"),
    "no role": (said({"content": "hi"}), "messages.0.role: Field required"),
    "unknown role": (said({"role": "robot", "content": "hi"}), "messages.0.role: Input should be 'user' or 'assistant'"),
    "null role": (said({"role": None, "content": "hi"}), "messages.0.role: Input should be 'user' or 'assistant'"),
    "array as role": (said({"role": ["user"], "content": "hi"}), "messages.0.role: Input should be 'user' or 'assistant'"),
    "no content": (said({"role": "user"}), "messages.0.content: Field required"),
    "number as content": (said({"role": "user", "content": 5}), "messages.0.content: Input should be a valid list"),
    "null content": (said({"role": "user", "content": None}), "messages.0.content: Input should be a valid list"),
    "text as block": (said({"role": "user", "content": ["hi"]}), "messages.0.content.0: Input should be a valid dictionary"),
    "block without type": (said({"role": "user", "content": [{"text": "hi"}]}), "messages.0.content.0.type: Field required"),
    "number as a block's type": (
        said({"role": "user", "content": [{"type": 5}]}),
        "messages.0.content.0.type: Input should be a valid string",
    ),
    "block without text": (said({"role": "user", "content": [{"type": "text"}]}), "messages.0.content.0.text.text: Field required"),
    "number as text": (
        said({"role": "user", "content": [{"type": "text", "text": 5}]}),
        "messages.0.content.0.text.text: Input should be a valid string",
    ),
    "number as a result's content": (
        said({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": 5}]}),
        "messages.0.content.0.tool_result.content: Input should be a valid list",
    ),
    "number as text of a later result": (
        said({"role": "user", "content": [{"type": "text", "text": "so"}, result({"type": "text", "text": 5})]}),
        "messages.0.content.1.tool_result.content.0.text.text: Input should be a valid string",
    ),
    "text as block of a result": (
        said({"role": "user", "content": [result({"type": "text", "text": "so"}, "hi")]}),
        "messages.0.content.0.tool_result.content.1: Input should be a valid dictionary",
    ),
    "result without id": (
        said({"role": "user", "content": [{"type": "tool_result", "content": "x"}]}),
        "messages.0.content.0.tool_result.tool_use_id: Field required",
    ),
    "number as a result's id": (
        said({"role": "user", "content": [{"type": "tool_result", "tool_use_id": 5}]}),
        "messages.0.content.0.tool_result.tool_use_id: Input should be a valid string",
    ),
    "use without id": (
        said(USER, {"role": "assistant", "content": [{"type": "tool_use", "name": "now", "input": {}}]}),
        "messages.1.content.0.tool_use.id: Field required",
    ),
    "use without input": (
        said(USER, {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "now"}]}),
        "messages.1.content.0.tool_use.input: Field required",
    ),
    "number as a use's name": (
        said(USER, {"role": "assistant", "content": [{**BLOCK, "name": 5}]}),
        "messages.1.content.0.tool_use.name: Input should be a valid string",
    ),
    "text as a use's input": (
        said(USER, {"role": "assistant", "content": [{**BLOCK, "input": "x"}]}),
        "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
    ),
    "number as system": ({"system": 5}, "system: Input should be a valid list"),
    "text as system block": ({"system": ["hi"]}, "system.0: Input should be a valid dictionary"),
    "system block without text": ({"system": [{"type": "text"}]}, "system.0.text.text: Field required"),
    "object as tools": ({"tools": {}}, "tools: Input should be a valid list"),
    "text as tool": ({"tools": ["now"]}, "tools.0: Input should be a valid dictionary"),
    "system block without type": ({"system": [{"text": "hi"}]}, "system.0.type: Field required"),
    "tool without name": ({"tools": [{"input_schema": {"type": "object"}}]}, "tools.0.custom.name: Field required"),
    "custom tool without name": ({"tools": [{"type": "custom"}]}, "tools.0.custom.name: Field required"),
    "number as a tool's name": ({"tools": [{"name": 5}]}, "tools.0.custom.name: Input should be a valid string"),
    "number as a tool's type": ({"tools": [{"type": 5, "name": "x"}]}, "tools.0.type: Input should be a valid string"),
    "text as stream": ({"stream": "x"}, "stream: Input should be a valid boolean"),
}  # fmt: skip


def changed(dialect: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """A valid request with some keys changed, or gone."""
    return {key: value for key, value in {**REQUESTS[dialect], **keys}.items() if value is not GONE}


def sdk(dialect: str, llm: Interceptor) -> tuple[Any, type[Any]]:
    """The SDK's client over the explicit transport, and the class that its completion has."""
    http = httpx2.Client(transport=llm.httpx2_transport)
    if dialect == "openai":
        return openai.OpenAI(api_key="k", http_client=http), ChatCompletion
    return anthropic.Anthropic(api_key="k", http_client=http), Message


def refused(dialect: str, body: Any) -> Any:
    """The SDK's own error for a body, bytes or JSON; one attempt, and nothing that the interceptor has to tell."""
    llm = Interceptor("Paris.")
    client, kind = sdk(dialect, llm)
    path = "/chat/completions" if dialect == "openai" else "/v1/messages"
    given = {"content": body} if isinstance(body, bytes) else {"body": body}
    with pytest.raises({"openai": openai.BadRequestError, "anthropic": anthropic.BadRequestError}[dialect]) as caught:
        client.post(path, cast_to=kind, **given)
    assert llm.calls.total == 1
    assert not llm.failures
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
    return caught.value


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
@every_dialect
def test_what_is_no_json_is_refused(dialect: str, body: bytes) -> None:
    wanted = {"openai": "We could not parse the JSON body of your request.", "anthropic": "The request body is not valid JSON"}
    assert wanted[dialect] in refused(dialect, body).message


@pytest.mark.parametrize("body", NO_OBJECT.values(), ids=NO_OBJECT)
@every_dialect
def test_what_is_no_object_is_refused(dialect: str, body: bytes) -> None:
    refused(dialect, body)


@pytest.mark.parametrize("keys", [*OPENAI])
def test_openai_refuses_in_its_own_words(keys: str) -> None:
    change, (param, code, message) = OPENAI[keys]
    failed = refused("openai", changed("openai", change))
    assert (failed.param, failed.code, failed.body["message"][: len(message)]) == (param, code, message)


@pytest.mark.parametrize("keys", [*ANTHROPIC])
def test_anthropic_refuses_in_its_own_words(keys: str) -> None:
    change, message = ANTHROPIC[keys]
    failed = refused("anthropic", changed("anthropic", change))
    assert failed.body["error"]["message"][: len(message)] == message
    assert failed.body["request_id"] == failed.request_id


@every_dialect
def test_a_refusal_is_the_same_without_an_sdk(dialect: str) -> None:
    for body in (b"{", b"[]", changed(dialect, {"messages": GONE}), changed(dialect, {"messages": [5]})):
        llm = Interceptor("Paris.")
        answer = send(llm, dialect, body)
        assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
        judge(dialect, "error").check(answer.body)
        assert llm.calls.one.rule is None
        assert llm.calls.one.reply.status == 400


@every_dialect
def test_a_refusal_takes_no_reply(dialect: str) -> None:
    llm = Interceptor("first", "second")
    send(llm, dialect, b"{")
    assert b"first" in send(llm, dialect, REQUESTS[dialect]).body


@every_dialect
def test_twenty_megabytes_are_too_long_a_prompt(dialect: str) -> None:
    failed = refused(dialect, {**REQUESTS[dialect], "messages": [{"role": "user", "content": "x" * 20_000_000}]})
    if dialect == "openai":
        assert (failed.param, failed.code) == ("messages[0].content", "string_above_max_length")
    else:
        assert "prompt is too long: " in failed.message


def test_one_part_is_refused_for_its_length_by_openai() -> None:
    parts = [{"type": "text", "text": "x"}, {"type": "text", "text": "x" * 10_485_761}]
    failed = refused("openai", {**REQUESTS["openai"], "messages": [{"role": "user", "content": parts}]})
    assert (failed.param, failed.code) == ("messages[0].content[1].text", "string_above_max_length")


@every_dialect
def test_twenty_megabytes_in_many_messages_are_too_long_a_prompt(dialect: str) -> None:
    failed = refused(dialect, {**REQUESTS[dialect], "messages": [{"role": "user", "content": "x" * 1_000_000}] * 20})
    if dialect == "openai":
        assert (failed.param, failed.code) == ("messages", "context_length_exceeded")
    else:
        assert "prompt is too long: " in failed.message


@every_dialect
def test_twenty_megabytes_that_are_no_json_are_refused(dialect: str) -> None:
    refused(dialect, b"\xff" * 20_000_000)


@every_dialect
def test_five_megabytes_that_are_no_prompt_are_answered(dialect: str) -> None:
    assert send(Interceptor("Paris."), dialect, {**REQUESTS[dialect], "later": {"user_id": "x" * 5_000_000}}).status == 200


def test_a_body_over_the_limit_of_anthropic_is_its_413() -> None:
    llm = Interceptor("Paris.")
    client, kind = sdk("anthropic", llm)
    with pytest.raises(anthropic.ContentTooLargeError, match="Request exceeds the maximum size") as caught:
        client.post("/v1/messages", cast_to=kind, content=b"x" * (32 * 1024 * 1024 + 1))
    assert caught.value.type == "request_too_large"
    assert llm.calls.total == 1


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("promt", "prompt"), ("modle", "model"), ("sytem", "system"), ("providr", "provider"), ("strem", "stream"), ("trun", "turn"),
     ("setp", "step"), ("wher", "where"), ("operatoin", "operation")],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["on", "override"])
def test_a_misspelt_criterion_names_the_near_one(verb: str, wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=rf"{wrong}.*did you mean '{right}'\?"):
        getattr(Interceptor(), verb)(**{wrong: "x"})


# fuzz

FULL: Mapping[str, Mapping[str, Any]] = {
    "openai": {
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [{"type": "text", "text": "Weather?"}, {"type": "image_url", "image_url": {"url": "data:x"}}],
            },
            {"role": "assistant", "content": None, "tool_calls": [USE]},
            {"role": "tool", "tool_call_id": "c1", "content": "Sunny."},
        ],
        "tools": [{"type": "function", "function": {"name": "now", "description": "d", "parameters": {"type": "object"}}}],
        "tool_choice": {"type": "function", "function": {"name": "now"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        "stream": True,
        "stream_options": {"include_usage": True},
        "n": 1,
        "temperature": 0.5,
        "stop": ["END"],
    },
    "anthropic": {
        "model": "claude-test",
        "max_tokens": 100,
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "Weather?"}, {"type": "image", "source": {"type": "url", "url": "x"}}],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "Hm."}, BLOCK]},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "Sunny."}]},
                    {"type": "text", "text": "And now?"},
                ],
            },
        ],
        "tools": [{"name": "now", "description": "d", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "tool", "name": "now"},
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}},
        "stop_sequences": ["END"],
        "stream": False,
    },
}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value, its own first."""
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*at, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another at one place."""
    if not path:
        return new
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return whole


PLACES = {dialect: tuple(places(body)) for dialect, body in FULL.items()}

words = st.sampled_from(
    ["text", "user", "assistant", "tool", "tool_use", "tool_result", "function", "custom", "type", "required", "any", ""]
)
keys = st.sampled_from(
    ["type", "role", "content", "text", "function", "custom", "name", "arguments", "input", "id", "schema", "format"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.integers(10**20, 10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | words, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def check(llm: Interceptor, dialect: str, answer: Answered) -> None:
    """An answer is what the dialect's body, stream or error is, and its journal entry can be read."""
    if answer.status == 200 and answer.headers["content-type"] == "application/json":
        judge(dialect, "body").check(answer.body)
    elif answer.status == 200:
        for name, data in answer.events:
            if name != "ping" and data != b"[DONE]":
                judge(dialect, "event").check(data)
    else:
        assert answer.status in (400, 413)
        if answer.status == 400:
            judge(dialect, "error").check(answer.body)
    entry = llm.calls.one
    assert entry.outcome == "complete"
    assert entry.response.status == answer.status
    assert isinstance(repr(entry) + repr(entry.call) + entry.system + entry.prompt + entry.url + entry.model, str)
    assert {*map(type, entry.tools)} <= {str}
    assert not llm.failures


def asked() -> Interceptor:
    """An interceptor that asks every criterion of a call before it answers."""
    llm = Interceptor("Paris.")
    for criteria in ({"prompt": "x"}, {"system": "x"}, {"model": "x-*"}, {"stream": "x"}, {"turn": 99}, {"step": 99}):
        llm.on(**criteria).reply("no")
    llm.on("such words never stand there").reply("no")
    return llm


@every_dialect
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_any_value_at_any_place_is_answered_or_refused(dialect: str, data: st.DataObject) -> None:
    body: Any = FULL[dialect]
    for _ in range(data.draw(st.integers(1, 2))):
        body = put(body, data.draw(st.sampled_from([*places(body)])), data.draw(values))
    llm = asked()
    check(llm, dialect, send(llm, dialect, body))


@every_dialect
@settings(max_examples=150, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["put", "cut", "change"]), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=4,
    )
)
def test_any_bytes_are_answered_or_refused(dialect: str, changes: list[tuple[float, str, bytes]]) -> None:
    body = json.dumps(FULL[dialect]).encode()
    for where, how, piece in changes:
        at = int(where * len(body))
        body = body[:at] + (b"" if how == "cut" else piece) + body[at + (0 if how == "put" else len(piece)) :]
    llm = asked()
    check(llm, dialect, send(llm, dialect, body))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_fuzzed_request_is_valid_itself(dialect: str) -> None:
    llm = asked()
    answer = send(llm, dialect, FULL[dialect])
    check(llm, dialect, answer)
    assert answer.status == 200
    assert len(PLACES[dialect]) > 40
