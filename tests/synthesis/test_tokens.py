"""Token counts are estimated from the bytes of what was asked and what is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import embedding, intercept, reply, tool_call
from llm_intercept.call import Call, Message, Tool, ToolUse
from llm_intercept.replies.passages import utter
from llm_intercept.synthesis.tokens import asked, estimate, said
from llm_intercept.wire import Request

REQUEST = Request("POST", "https", "api.openai.com", None, "/v1/chat/completions", (), b"", "httpx")


def call(*messages: Message, tools: tuple[Tool, ...] = ()) -> Call:
    return Call(REQUEST, "openai", "chat", "openai chat", "m", messages, tools=tools)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("é", 1), ("éé!", 2), ("漢字", 2), ("👩‍👧", 3), ("\ud800", 1)],
)
def test_a_token_is_four_bytes_begun(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_longer_text_never_has_fewer_tokens(first: str, second: str) -> None:
    assert max(estimate(first), estimate(second)) <= estimate(first + second) <= estimate(first) + estimate(second)


@pytest.mark.parametrize(
    ("one", "tokens"),
    [
        (call(), 3),
        (call(Message("user", "abcde")), 3 + 4 + 2),
        (call(Message("system", "abcd"), Message("user", "")), 3 + 4 + 1 + 4),
        (call(Message("assistant", "", (ToolUse("1", "look", '{"a":1}'),))), 3 + 4 + 1 + 2),
        (call(Message("assistant", "", (ToolUse("1", "look", {"a": 1}),))), 3 + 4 + 1 + 2),
        (call(tools=(Tool("look", "Looks.", {"type": "object"}),)), 3 + 1 + 2 + 5),
    ],
)
def test_what_is_asked_is_counted_with_its_tools_and_tool_calls(one: Call, tokens: int) -> None:
    assert asked(one) == tokens


@pytest.mark.parametrize(
    ("parts", "tokens"),
    [
        ((), 1),
        (("",), 1),
        (("abcde",), 2),
        (("abcd", tool_call("look", a=1)), 1 + 1 + 2),
        ((tool_call("look", ""),), 1),
        ((embedding([1]), "abcde"), 2),
    ],
)
def test_what_is_said_is_counted_and_is_at_least_one(parts: tuple[object, ...], tokens: int) -> None:
    assert said(utter(reply(*parts).parts).passages) == (tokens, 0)


def test_a_counter_of_your_own_counts_both_sides() -> None:
    import openai

    with intercept("four words are said", count_tokens=lambda text: len(text.split())):
        answer = openai.OpenAI().chat.completions.create(model="m", messages=[{"role": "user", "content": "three words asked"}])
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (3 + 4 + 3, 4, 14)
