"""The body key `mock_response`: a reply that the call itself brings along."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from llm_intercept import intercept
from tests.rules.asking import anthropic_client, ask_openai, openai_client


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Bonjour.", "Bonjour."),
        ("", ""),
        ("😀 👩‍👩‍👧", "😀 👩‍👩‍👧"),
        (True, "This is a mock request"),
        ({"city": "Paris", "nested": [1, None]}, '{"city":"Paris","nested":[1,null]}'),
        ({}, "{}"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_the_call_is_answered_with_what_it_brings(value: Any, text: str, stream: bool) -> None:
    with intercept("not this", "nor this") as llm:
        assert ask_openai(extra_body={"mock_response": value}, stream=stream) == text
        assert llm.calls.one.rule is None
        assert ask_openai() == "not this"  # no rule's reply was taken


@pytest.mark.parametrize("value", [None, False])
def test_no_value_is_no_reply(value: Any) -> None:
    with intercept("by the rule"):
        assert ask_openai(extra_body={"mock_response": value}) == "by the rule"


@pytest.mark.parametrize("value", [0, 1, 1.5, ["a"], []], ids=repr)
def test_a_value_of_a_wrong_type_is_the_provider_s_400(value: Any) -> None:
    with intercept("by the rule") as llm, pytest.raises(openai.BadRequestError) as refused:
        ask_openai(extra_body={"mock_response": value})
    assert refused.value.status_code == 400
    assert refused.value.param == "mock_response"
    assert refused.value.body["message"] == f"mock_response: a text or an object, not {value!r}"  # type: ignore[index]
    assert (llm.failures, llm.calls.one.outcome) == ([], "complete")


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"message": {"content": "Hi"}}]},
        {"role": "assistant", "content": "Hi"},
        {"type": "message", "role": "assistant", "content": []},
    ],
)
def test_an_object_in_a_provider_s_shape_is_the_provider_s_400(value: Any) -> None:
    with intercept("by the rule") as llm, pytest.raises(openai.BadRequestError, match="mock_response"):
        ask_openai(extra_body={"mock_response": value})
    assert (llm.failures, llm.calls.total) == ([], 1)


def test_it_takes_precedence_over_every_rule_and_needs_none() -> None:
    with intercept(default=None) as llm:
        llm.override().reply("by the override").once()
        assert ask_openai(extra_body={"mock_response": "mine"}) == "mine"
        assert ask_openai() == "by the override"
        assert ask_openai(extra_body={"mock_response": "mine"}) == "mine"


def test_it_works_with_anthropic_and_stands_in_the_journal() -> None:
    with intercept(default=None) as llm:
        answer = anthropic_client().messages.create(
            model="claude-sonnet-5",
            max_tokens=9,
            messages=[{"role": "user", "content": "?"}],
            extra_body={"mock_response": "Bonjour."},
        )
    assert answer.content[0].text == "Bonjour."  # type: ignore[union-attr]
    assert llm.calls.one.json["mock_response"] == "Bonjour."
    assert llm.calls.one.outcome == "complete"


def test_a_malformed_call_is_refused_whatever_it_brings() -> None:
    with intercept() as llm, pytest.raises(openai.BadRequestError, match="messages"):
        openai_client().chat.completions.create(model="gpt-5", messages="?", extra_body={"mock_response": "x"})  # type: ignore[call-overload]
    assert json.loads(llm.calls.one.delivered)["error"]["param"] == "messages"


def test_the_innermost_interceptor_and_those_around_it_note_it() -> None:
    with intercept() as outer, intercept() as inner:
        ask_openai(extra_body={"mock_response": "mine"})
    assert (outer.calls.total, inner.calls.total) == (1, 1)
