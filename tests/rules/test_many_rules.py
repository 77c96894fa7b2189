"""Many rules: the choice is that of asking one after the other, and its cost does not grow with them."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import Interceptor, contains, intercept, words
from llm_intercept.call import Call, Message, Tool, ToolUse
from llm_intercept.rules import matchers
from llm_intercept.rules.criteria import criteria
from llm_intercept.rules.index import Index
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.shadows import Shadows
from llm_intercept.wire import Request

REQUEST = Request("POST", "https", "api.openai.com", None, "/v1/chat/completions", (), b"{}", "httpx")

#: Words whose cases are not those of ASCII among them.
WORDS = st.sampled_from(
    ["weather", "Paris", "paris?", "c++", "kiss", "\u212aISS", "ki\u017fs", "İn", "in", "straße", "STRASSE", "a_b", "7"]
)
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
PHRASES = st.lists(WORDS, min_size=1, max_size=2).map(" ".join)
MODELS = st.sampled_from(["gpt-5", "gpt-4o", "gpt-*", "claude-[1m]"])

SAID = st.one_of(PHRASES, PHRASES.map(contains), PHRASES.map(words), st.just(re.compile("s")), PHRASES.map(lambda one: ~words(one)))
NAMED = st.fixed_dictionaries(
    {},
    optional={
        "prompt": st.one_of(TEXTS, TEXTS.map(lambda text: {text, "else"}), PHRASES.map(contains)),
        "model": st.one_of(MODELS, st.just({"gpt-5", "x"})),
        "system": TEXTS,
        "tool": st.sampled_from(["get", "buy"]),
        "tool_result": st.one_of(TEXTS, st.just({"get": "7"})),
        "turn": st.integers(0, 1),
        "where": st.just(lambda call: call.turn == 0),
    },
)
RULES = st.lists(st.builds(lambda said, named: Rule(criteria(tuple(said), named)), st.lists(SAID, max_size=2), NAMED), max_size=12)
USED = (Message("assistant", "", (ToolUse("1", "get", {}),)),)
CALLS = st.builds(
    lambda system, text, result, model, tools: Call(
        REQUEST,
        "openai",
        "chat",
        "openai chat",
        model,
        (Message("system", system), Message("user", text), *((*USED, Message("tool", result, (), "1")) if result else ())),
        tools=tuple(map(Tool, tools)),
    ),
    TEXTS,
    TEXTS,
    st.one_of(st.none(), TEXTS),
    MODELS,
    st.lists(st.sampled_from(["get", "buy"]), max_size=2),
)


@given(RULES, CALLS)
def test_the_index_finds_what_asking_every_rule_finds(rules: list[Rule], call: Call) -> None:
    naive = [rule for rule in rules if rule.matches(call)]
    assert [rule for rule in Index(rules).of(call) if rule.matches(call)] == naive


@given(RULES.filter(len))
def test_the_rule_that_shadows_one_is_the_first_that_would_be_found_by_comparing_all(rules: list[Rule]) -> None:
    for rule in rules:
        rule.reply("x")
    shadows = Shadows(rules)
    for number, rule in enumerate(rules):
        assert shadows.over(rule) is next((one for one in rules[:number] if one.shadows(rule)), None)


def test_a_rule_of_many_criteria_is_compared_with_all() -> None:
    llm = Interceptor()
    llm.on("a").reply("first")
    with pytest.warns(UserWarning, match="can never answer"):
        llm.on(*[f"{word}" for word in "abcdefghij"]).reply("second")


class Counted(matchers.Matcher):
    """Counts how often it is asked."""

    asked = 0

    def fits(self, value: Any) -> bool:
        type(self).asked += 1
        return True


@pytest.mark.parametrize("by", ["said", "prompt", "model"])
def test_of_ten_thousand_rules_a_few_are_asked(by: str) -> None:
    llm = Interceptor(default=None)
    Counted.asked = 0
    for number in range(10_000):
        said = (f"question {number}",) if by == "said" else ()
        llm.on(*said, **({by: f"question {number}"} if by != "said" else {}), system=Counted()).reply(str(number))
    book = llm._book
    for number in (0, 77, 9_999):
        text = f"question {number}"
        call = Call(REQUEST, "openai", "chat", "openai chat", text, (Message("user", text),))
        chosen = book.choose(call)
        assert chosen is not None
        assert chosen[1].parts[0].text == str(number)  # type: ignore[union-attr]
    assert Counted.asked <= 30


def test_a_rule_after_an_override_is_warned_of_too() -> None:
    llm = Interceptor()
    llm.on("a").reply("first")
    later = llm.on("a", model="gpt-5")
    llm.override("b").reply("over")
    with pytest.warns(UserWarning, match="can never answer"):
        later.reply("second")


def test_a_rule_made_between_two_calls_is_found() -> None:
    with intercept() as llm, warnings.catch_warnings():
        for number in range(40):
            llm.on(f"question {number}").reply(str(number))
        book = llm._current().book
        call = Call(REQUEST, "openai", "chat", "openai chat", "m", (Message("user", "question forty"),))
        assert book.choose(call) is None
        llm.on("forty").reply("forty")
        assert book.choose(call) is not None
        llm.override("question forty").reply("over")
        assert str(book.choose(call)[1]) == "reply('over')"  # type: ignore[index]
        llm.reset()
