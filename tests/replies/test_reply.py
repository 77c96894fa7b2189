"""What a reply is made of, what it refuses, and how it shows itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import anthropic.types
import httpx
import httpx2
import openai
import openai.types.chat
import pydantic
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

import llm_intercept
from llm_intercept import (
    Interceptor,
    Reply,
    audio,
    citation,
    disconnect,
    embedding,
    error,
    image,
    native,
    pause,
    refusal,
    reply,
    reset,
    thinking,
    tool_call,
    transcript,
)
from llm_intercept.replies import failures, faults
from llm_intercept.replies.parts import Embedding, Object, Text, ToolCall, Transcript
from llm_intercept.replies.reply import ErrorReply, Usage
from llm_intercept.wire import Fail, Pause

RIGHT_WAY = "give what the model says: reply('text', tool_call('name', ...)), or error(429) for a provider's error"

FAULTS = {name: getattr(faults, name) for name in faults.__all__}


class Weather(pydantic.BaseModel):
    city: str
    degrees: float = pydantic.Field(alias="temp")


# what a reply is made of


@pytest.mark.parametrize(
    ("given_part", "part"),
    [
        ("text", Text("text")),
        ("", Text("")),
        (tool_call("look"), ToolCall("look", "{}")),
        (tool_call("look", {"a": 1}, b=[None]), ToolCall("look", '{"a":1,"b":[null]}')),
        (tool_call("look", {"a": 1}, a=2), ToolCall("look", '{"a":2}')),
        (tool_call("look", name="é", arguments=1), ToolCall("look", '{"name":"é","arguments":1}')),
        (tool_call("look", "{not json"), ToolCall("look", "{not json")),
        (tool_call("look", "").with_id("call_1"), ToolCall("look", "", "call_1")),
        (pause(1), Pause(1.0)),
        (pause(0), Pause(0.0)),
        ({"city": "Paris"}, Object({"city": "Paris"})),
        ({}, Object({})),
        ({1: ("a", None)}, Object({"1": ["a", None]})),
        (Weather(city="Paris", temp=21.5), Object({"city": "Paris", "temp": 21.5})),
        (pydantic.RootModel[list[int]]([1, 2]), Object([1, 2])),
        *((make(), make()) for make in FAULTS.values()),
    ],
    ids=repr,
)
def test_what_is_given_is_a_part_as_it_stands(given_part: object, part: object) -> None:
    assert reply("a", given_part, "b").parts == (Text("a"), part, Text("b"))


@pytest.mark.parametrize(
    "value",
    [
        {"question": "Which one?", "choices": ["a", "b"]},
        {"choices": {"a": 1}},
        {"candidates": ["Ann", "Bob"]},
        {"role": "admin", "content": {"a": 1}},
        {"content": "no role"},
    ],
    ids=repr,
)
def test_an_object_of_your_own_may_share_a_word_with_a_provider(value: dict[str, Any]) -> None:
    assert reply(value).parts == (Object(value),)


def test_an_object_is_a_copy_that_a_later_change_does_not_reach() -> None:
    value = {"list": [1]}
    made = reply(value)
    value["list"].append(2)
    assert made.parts == (Object({"list": [1]}),)


@pytest.mark.parametrize(("arguments", "parsed"), [('{"a": [1]}', {"a": [1]}), ("7", 7), ({"b": None}, {"b": None}), (None, {})])
def test_a_tool_call_tells_its_arguments_as_a_value(arguments: object, parsed: object) -> None:
    assert tool_call("look", arguments).parsed == parsed


def test_arguments_that_are_no_json_have_no_value() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        _ = tool_call("look", "{").parsed


def test_a_reply_keeps_what_surrounds_its_parts() -> None:
    made = reply("a", finish="length", usage={"input": 1, "output": 2}, model="m", id="i", chunk_size=9, delay=0.5)
    assert replace(made, origin="") == Reply((Text("a"),), "length", Usage(1, 2), "m", "i", chunk_size=9, delay=0.5)
    assert made.usage is not None
    assert made.usage.total == 3


def test_usage_may_be_a_value() -> None:
    assert reply("a", usage=Usage(1, 2)).usage == Usage(1, 2)


def test_an_error_keeps_what_it_is_given() -> None:
    made = error(429, "Slow down.", type="t", code="c", param="p", retry_after=2.5)
    assert replace(made, origin="") == ErrorReply(429, "Slow down.", "t", "c", "p", 2.5)


@pytest.mark.parametrize("make", [lambda: reply("a"), lambda: error(429)])
def test_a_reply_knows_the_line_that_made_it(make: Any) -> None:
    assert make().origin == f"{__file__}:{make.__code__.co_firstlineno}"


@pytest.mark.parametrize("make", [lambda: reply("a", delay=1), lambda: error(429, "Slow down.")])
def test_replies_that_say_the_same_are_equal_wherever_they_were_written(make: Any) -> None:
    assert make() == eval(repr(make()), vars(llm_intercept).copy() | {"reply": reply, "error": error})


# chunks


@pytest.mark.parametrize(
    ("parts", "chunks", "expected"),
    [
        (("abc",), ["a", "bc"], (Text("a", whole=True), Text("bc", whole=True))),
        ((), ["a", "bc"], (Text("a", whole=True), Text("bc", whole=True))),
        (("ab", "c"), ["abc"], (Text("abc", whole=True),)),
        (("ab",), "ab", (Text("a", whole=True), Text("b", whole=True))),
        (("ab",), ("a", pause(1), "", "b", reset()), (Text("a", True), Pause(1), Text("", True), Text("b", True), Fail("reset"))),
        (("ab",), {"a": 1, "b": 2}.keys(), (Text("a", whole=True), Text("b", whole=True))),
        (("ab", tool_call("look")), ["a", "b"], (Text("a", True), Text("b", True), tool_call("look"))),
        ((tool_call("look"), "ab"), ["a", "b"], (tool_call("look"), Text("a", True), Text("b", True))),
        ((pause(1), "ab"), ["a", "b"], (Pause(1), Text("a", True), Text("b", True))),
    ],
    ids=repr,
)
def test_chunks_stand_for_the_text_where_it_stands(parts: Any, chunks: Any, expected: object) -> None:
    assert reply(*parts, chunks=chunks).parts == expected


# what is refused


def chat_completion() -> object:
    return openai.types.chat.ChatCompletion.model_construct(id="x", choices=[])


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (7, "int 7 is no part of a reply"),
        (1.5, "float 1.5 is no part of a reply"),
        (True, "bool True is no part of a reply"),
        (None, "NoneType None is no part of a reply"),
        (b"bytes", "bytes b'bytes' is no part of a reply"),
        (["a", "b"], "list ['a', 'b'] is no part of a reply"),
        (("a",), "tuple ('a',) is no part of a reply"),
        (ValueError("no"), "ValueError('no') is an exception, and a provider sends none"),
        (openai.OpenAIError("no"), "OpenAIError('no') is an exception, and a provider sends none"),
        (httpx.ConnectError("no"), "ConnectError('no') is an exception, and a provider sends none"),
        (chat_completion(), "a openai.types.chat.chat_completion.ChatCompletion is no reply"),
        (anthropic.types.Message.model_construct(id="x"), "a anthropic.types.message.Message is no reply"),
        (httpx.Response(200, text="a"), "a httpx.Response is no reply"),
        (httpx2.Response(200, text="a"), "a httpx2.Response is no reply"),
        (requests.Response(), "a requests.models.Response is no reply"),
        ({"choices": [{"message": {"role": "assistant", "content": "a"}}]}, "this dict has the shape of an OpenAI chat completion"),
        ({"choices": [{"delta": {"content": "a"}}]}, "this dict has the shape of an OpenAI chat completion"),
        (
            {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "a"}]},
            "this dict has the shape of an Anthropic message",
        ),
        ({"candidates": [{"content": {"parts": [{"text": "a"}]}}]}, "this dict has the shape of a Gemini response"),
        ({"role": "assistant", "content": "a"}, "this dict has the shape of a message"),
    ],
    ids=lambda value: re.sub(r" at 0x\w+", "", repr(value))[:60],
)
@pytest.mark.parametrize(
    "give",
    [reply, Interceptor, Interceptor().on("a").reply, Interceptor().on("a").replies],
    ids=["reply", "intercept", "rule.reply", "rule.replies"],
)
def test_what_is_no_reply_is_refused_with_the_right_way(give: Any, value: object, complaint: str) -> None:
    with pytest.raises(TypeError) as refused:
        give(value)
    assert str(refused.value) == f"{complaint}: {RIGHT_WAY}"


@pytest.mark.parametrize("kind", [ValueError, httpx.ConnectError, Weather], ids=lambda kind: kind.__name__)
def test_a_class_of_exceptions_or_models_is_refused_where_it_is_given(kind: type) -> None:
    with pytest.raises(TypeError, match=re.escape(RIGHT_WAY)):
        Interceptor(kind)


@pytest.mark.parametrize(
    "value",
    [{"a": {1, 2}}, {"a": object()}, {"a": float("nan")}, {"a": float("inf")}, {("a",): 1}],
    ids=["set", "object", "nan", "inf", "key"],
)
def test_an_object_that_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"^an object given as a reply must be JSON: "):
        reply(value)


def test_an_object_that_holds_itself_is_refused() -> None:
    value: dict[str, Any] = {}
    value["self"] = value
    with pytest.raises(TypeError, match=r"^an object given as a reply must be JSON: "):
        reply(value)


REFUSALS = [
    (lambda: tool_call(7), TypeError, "tool_call(name, ...): the name is a str, not int"),  # type: ignore[arg-type]
    (
        lambda: tool_call("f", "{}", a=1),
        TypeError,
        "tool_call('f', ...): raw arguments and keyword arguments do not go together",
    ),
    (lambda: tool_call("f", 7), TypeError, "tool_call('f', ...): arguments are a mapping or a str, not int"),
    (lambda: tool_call("f", ["a"]), TypeError, "tool_call('f', ...): arguments are a mapping or a str, not list"),
    (lambda: tool_call("f", ["ab"]), TypeError, "tool_call('f', ...): arguments are a mapping or a str, not list"),
    (lambda: tool_call("f", [("a", 1)]), TypeError, "tool_call('f', ...): arguments are a mapping or a str, not list"),
    (lambda: pause(-1), ValueError, "pause(seconds): a time of 0 or more, got -1"),
    (lambda: reply("a", finish="stopp"), ValueError, "finish='stopp' is no finish reason; did you mean 'stop'?"),
    (
        lambda: reply("a", finish="xyz"),
        ValueError,
        (
            "finish='xyz' is no finish reason; known: content_filter, context_window, length, pause, refusal, stop, stop_sequence, "
            "tool_calls"
        ),
    ),
    (lambda: reply("a", chunk_size=0), ValueError, "chunk_size= is a whole number from 1, got 0"),
    (lambda: reply("a", delay=-0.5), ValueError, "delay= is a time of 0 or more seconds, got -0.5"),
    (lambda: reply("a", chunks=["a", 7]), TypeError, "chunks= takes str, pause(...) and faults, not int"),  # type: ignore[list-item]
    (
        lambda: reply("a", chunks=[tool_call("f")]),  # type: ignore[list-item]
        TypeError,
        "chunks= takes str, pause(...) and faults, not ToolCall",
    ),
    (
        lambda: reply("ab", chunks=["a"]),
        ValueError,
        "chunks= do not add up to the text of the reply: 'a' is not 'ab'",
    ),
    (
        lambda: reply("a", usage={"in": 1}),
        TypeError,
        "usage= takes {'input': n, 'output': n}, and 'reasoning', 'cached', 'cache_write' with them, got {'in': 1}",
    ),
    (
        lambda: reply("a", usage={"input": 1}),
        TypeError,
        "usage= takes {'input': n, 'output': n}, and 'reasoning', 'cached', 'cache_write' with them, got {'input': 1}",
    ),
    (
        lambda: reply("a", usage={"input": 1, "output": -1}),
        ValueError,
        "usage={'input': 1, 'output': -1}: counts are whole numbers from 0",
    ),
    (
        lambda: reply("a", usage={"input": 1, "output": 2, "reasoning": 3}),
        ValueError,
        (
            "usage={'input': 1, 'output': 2, 'reasoning': 3}: reasoning is a part of the output, "
            "cached and cache_write are parts of the input"
        ),
    ),
    (
        lambda: reply(citation(url="https://a.test")),
        TypeError,
        "citation(url='https://a.test') stands after the text that it is about, and there is none before it",
    ),
    (lambda: citation(title="a"), TypeError, "citation(...): name its source, url= or document="),
    (lambda: thinking(5), TypeError, "thinking(text): a str, not int"),  # type: ignore[arg-type]
    (lambda: refusal(None), TypeError, "refusal(text): a str, not NoneType"),  # type: ignore[arg-type]
    (lambda: image("png"), TypeError, "image(data): bytes, not str"),  # type: ignore[arg-type]
    (lambda: audio(None), TypeError, "audio(data): bytes, not NoneType"),  # type: ignore[arg-type]
    (lambda: native([1]), TypeError, "native(value): a mapping in the provider's own shape, not list"),  # type: ignore[arg-type]
    (lambda: native({"a": {1}}), TypeError, "native(value) must be JSON: Object of type set is not JSON serializable"),
    (
        lambda: reply("a", usage=7),
        TypeError,
        "usage= takes {'input': n, 'output': n}, and 'reasoning', 'cached', 'cache_write' with them, got 7",
    ),  # type: ignore[arg-type]
    (lambda: reply("a", headers={"x-a": "é"}), ValueError, "headers={'x-a': 'é'}: a header is printable ASCII"),
    (lambda: reply("a", headers={"é": "a"}), ValueError, "headers={'é': 'a'}: a header is printable ASCII"),
    (lambda: reply("a", headers={"x": "a\r\nb: c"}), ValueError, "headers={'x': 'a\\r\\nb: c'}: a header is printable ASCII"),
    (lambda: reply("a", headers={"x\r\nb": "c"}), ValueError, "headers={'x\\r\\nb': 'c'}: a header is printable ASCII"),
    (lambda: error(429, headers={"x-a": "é"}), ValueError, "headers={'x-a': 'é'}: a header is printable ASCII"),
    *(
        (lambda status=status: error(status), ValueError, f"error(status): an HTTP status from 400 to 599, got {status!r}")
        for status in (200, 399, 600, "429", 429.0, None, True)
    ),
]


@pytest.mark.parametrize(("make", "kind", "text"), REFUSALS, ids=[text[:70] for _, _, text in REFUSALS])
def test_a_wrong_argument_is_refused_and_named(make: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as refused:
        make()
    assert str(refused.value) == text


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), float("-inf")], ids=["object", "set", "nan", "inf"])
def test_tool_arguments_that_json_cannot_carry_are_refused_with_the_tools_name(value: object) -> None:
    with pytest.raises(TypeError, match=re.escape("tool_call('f', ...)")):
        tool_call("f", a=value)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError, match="finsh"):
        reply("a", finsh="stop")  # type: ignore[call-arg]


# how it shows itself

SAYS = {name: getattr(llm_intercept, name) for name in ("reply", "error", "tool_call", "pause", *FAULTS, *failures.STATUSES)}

short = st.text(st.characters(), max_size=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | short,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(short, inner, max_size=3),
    max_leaves=5,
)
keywords = st.dictionaries(st.sampled_from(["city", "unit", "name"]), json_values, max_size=2)
seconds = st.floats(0, 1e6)
parts = st.one_of(
    short,
    st.builds(lambda name, arguments: tool_call(name, **arguments), short, keywords),
    st.builds(lambda name, raw, given_id: tool_call(name, raw).with_id(given_id), short, short, short),
    st.builds(pause, seconds),
    st.sampled_from([make() for make in FAULTS.values()]),
    st.sampled_from([disconnect(after=2), faults.stall(3), faults.drip(1, size=2, after_bytes=9), faults.unknown_event([1])]),
    st.dictionaries(st.sampled_from(["city", "unit"]), json_values, max_size=2),
)
headers = st.dictionaries(st.sampled_from(["x-a", "x-b"]), st.text(st.characters(min_codepoint=33, max_codepoint=126)), max_size=2)
options = st.fixed_dictionaries(
    {},
    optional={
        "finish": st.sampled_from(["stop", "length", "tool_calls"]),
        "model": short,
        "id": short,
        "chunk_size": st.integers(1, 9),
        "delay": seconds,
    },
)
error_options = st.fixed_dictionaries(
    {}, optional={"message": short, "type": short, "code": short, "param": short, "retry_after": seconds}
)


def anonymous(made: Any) -> Any:
    return replace(made, origin="")


def read(made: object) -> Any:
    return eval(repr(made), dict(SAYS))


@given(st.lists(parts, max_size=4), options)
def test_a_replys_repr_is_the_code_that_makes_it(said: list[Any], surrounding: dict[str, Any]) -> None:
    made = reply(*said, **surrounding)
    assert anonymous(read(made)) == anonymous(made)


@given(st.integers(400, 599), error_options)
def test_an_errors_repr_is_the_code_that_makes_it(status: int, surrounding: dict[str, Any]) -> None:
    made = error(status, **surrounding)
    assert anonymous(read(made)) == anonymous(made)


@given(headers)
def test_headers_stand_in_the_repr_as_they_were_given(given_headers: dict[str, str]) -> None:
    for made in (reply("a", headers=given_headers), error(400, headers=given_headers)):
        assert anonymous(read(made)) == anonymous(made)


@given(st.integers(0), st.integers(0))
def test_usage_stands_in_the_repr_as_it_was_given(asked: int, said: int) -> None:
    made = reply("a", usage={"input": asked, "output": said})
    assert anonymous(read(made)) == anonymous(made)


@given(st.lists(short, min_size=1, max_size=4))
def test_chunks_stand_in_the_repr_as_they_were_given(chunks: list[str]) -> None:
    made = reply(chunks=chunks)
    assert anonymous(read(made)) == anonymous(made)


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (reply("a"), "reply('a')"),
        (reply(), "reply()"),
        (
            reply("a", tool_call("f", a=1), pause(0.5), disconnect()),
            """reply('a', tool_call('f', '{"a":1}'), pause(0.5), disconnect())""",
        ),
        (reply("a", finish="length", delay=1.5), "reply('a', finish='length', delay=1.5)"),
        (reply("a", headers={"x-a": "b"}), "reply('a', headers={'x-a': 'b'})"),
        (reply("a", usage={"input": 1, "output": 2}), "reply('a', usage={'input': 1, 'output': 2})"),
        (pause(0.12345678), "pause(0.12345678)"),
        (reply("a" * 60), f"reply({'a' * 60!r})"),
        (reply("a" * 61), f"reply('{'a' * 57}...')"),
        (reply({"a": None}), "reply({'a': None})"),
        (tool_call("f", "raw").with_id("i"), "tool_call('f', 'raw').with_id('i')"),
        (pause(2), "pause(2.0)"),
        (error(429), "error(429)"),
        (error(400, "No.", code="c"), "error(400, message='No.', code='c')"),
        *((make(), f"{name}()") for name, make in FAULTS.items()),
    ],
    ids=str,
)
def test_a_repr_leaves_out_defaults_and_cuts_long_texts(made: object, shown: str) -> None:
    assert repr(made) == shown


# vectors and transcripts


@pytest.mark.parametrize(
    ("made", "part", "shown"),
    [
        (embedding([1, 0.5]), Embedding((1.0, 0.5)), "embedding([1, 0.5])"),
        (embedding(number / 4 for number in range(5)), Embedding((0.0, 0.25, 0.5, 0.75, 1.0)), "embedding([0, 0.25, 0.5, ...])"),
        (transcript("Hi"), Transcript("Hi"), "transcript('Hi')"),
        (
            transcript("Hi", language="en", duration=2.5),
            Transcript("Hi", "en", 2.5),
            "transcript('Hi', language='en', duration=2.5)",
        ),
    ],
)
def test_vectors_and_transcripts_are_parts_that_read_like_the_code_that_made_them(made: object, part: object, shown: str) -> None:
    assert made == part
    assert repr(made) == shown
    assert reply(made).parts == (part,)


@pytest.mark.parametrize(
    ("make", "error", "complaint"),
    [
        (lambda: embedding(3), TypeError, "embedding(vector): numbers, one for each dimension: 'int' object is not iterable"),
        (
            lambda: embedding(["x"]),
            TypeError,
            "embedding(vector): numbers, one for each dimension: could not convert string to float: 'x'",
        ),
        (lambda: embedding([]), ValueError, "embedding(vector): at least one number, all of them finite, got ()"),
        (lambda: embedding([float("inf")]), ValueError, "embedding(vector): at least one number, all of them finite, got (inf,)"),
        (lambda: transcript(3), TypeError, "transcript(text): a str, not int"),
        (lambda: transcript("x", duration=-1), ValueError, "transcript(duration): a time of 0 or more seconds, got -1"),
    ],
)
def test_what_is_no_vector_and_no_transcript_is_refused(make: Any, error: type[Exception], complaint: str) -> None:
    with pytest.raises(error) as refused:
        make()
    assert str(refused.value) == complaint
