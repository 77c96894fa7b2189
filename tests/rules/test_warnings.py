"""Rules that can never answer are told: shadowed ones when they are made, silent ones when the block ends."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import Interceptor, InterceptWarning, activate, deactivate, intercept, wrap
from tests.rules.asking import ask_openai, openai_client, raised_at_the_end


def line_after() -> str:
    """`file:line` of the caller's next line."""
    frame = inspect.currentframe().f_back  # type: ignore[union-attr]
    return f"{__file__}:{frame.f_lineno + 1}"  # type: ignore[union-attr]


def is_even(turn: int) -> bool:
    return turn % 2 == 0


SHADOWED: list[tuple[Callable[[Interceptor], Any], Callable[[Interceptor], Any]]] = [
    (lambda llm: llm.on().reply("a"), lambda llm: llm.on("joke").reply("b")),
    (lambda llm: llm.on("joke").reply("a"), lambda llm: llm.on("joke").reply("b")),
    (lambda llm: llm.on("joke").reply("a"), lambda llm: llm.on("joke", model="gpt-*").reply("b")),
    (lambda llm: llm.on("joke").reply("a"), lambda llm: llm.on("joke").replies("b", "c")),
    (lambda llm: llm.on("joke").replies("a", "b").forever(), lambda llm: llm.on("joke").reply("c")),
    (lambda llm: llm.on(turn=is_even).reply("a"), lambda llm: llm.on("joke", turn=is_even).reply("c")),
    (lambda llm: llm.on(model={"a", "b"}).reply("a"), lambda llm: llm.on(model={"b", "a"}).reply("b")),
    (lambda llm: llm.on(prompt=re.compile("a")).reply("a"), lambda llm: llm.on(prompt=re.compile("a")).reply("b")),
    (lambda llm: llm.override("joke").reply("a"), lambda llm: llm.on("joke").reply("b")),
]

FREE: list[tuple[Callable[[Interceptor], Any], Callable[[Interceptor], Any]]] = [
    (lambda llm: llm.on("joke", model="gpt-*").reply("a"), lambda llm: llm.on("joke").reply("b")),
    (lambda llm: llm.on("joke").reply("a").once(), lambda llm: llm.on("joke").reply("b")),
    (lambda llm: llm.on("joke").reply("a").times(2), lambda llm: llm.on("joke").reply("b")),
    (lambda llm: llm.on("joke").replies("a", "b"), lambda llm: llm.on("joke").reply("c")),
    (lambda llm: llm.on("joke").reply("a").then("b"), lambda llm: llm.on("joke").reply("c")),
    (lambda llm: llm.on("joke").reply("a"), lambda llm: llm.override("joke").reply("b")),
    (lambda llm: llm.on("joke").reply("a"), lambda llm: llm.on("pun").reply("b")),
    (lambda llm: llm.on(prompt="joke").reply("a"), lambda llm: llm.on(system="joke").reply("b")),
    (lambda llm: llm.on(turn=0).reply("a"), lambda llm: llm.on(step=0).reply("b")),
    (lambda llm: llm.otherwise.reply("a"), lambda llm: llm.on("joke").reply("b")),
]


@pytest.mark.parametrize(("earlier", "later"), SHADOWED)
def test_a_rule_that_an_earlier_endless_one_shadows_is_warned_about(
    earlier: Callable[[Interceptor], Any], later: Callable[[Interceptor], Any]
) -> None:
    llm = intercept()
    earlier(llm)
    with pytest.warns(InterceptWarning, match="can never answer") as told:
        later(llm)
    assert len(told) == 1


@pytest.mark.parametrize(("earlier", "later"), FREE)
def test_a_rule_that_can_still_answer_is_not_warned_about(
    earlier: Callable[[Interceptor], Any], later: Callable[[Interceptor], Any]
) -> None:
    llm = intercept()
    earlier(llm)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        later(llm)
    assert llm.failures == []


def test_a_rule_that_is_silent_shadows_none() -> None:
    llm = intercept()
    llm.on("joke")
    llm.on("joke").reply("b")
    assert [bool(rule.sources) for rule in llm._book.rules] == [False, True]


def test_the_shadow_warning_says_which_rules_where_and_what_to_do() -> None:
    llm = intercept()
    first = line_after()
    llm.on("joke").reply("a")
    second = line_after()
    rule = llm.on("joke", turn=0)
    with pytest.warns(InterceptWarning) as told:
        rule.reply("b")
    assert str(told[0].message) == (
        f"llm.on('joke', turn=0) ({second}) can never answer: llm.on('joke') ({first}) takes every call before it. "
        "Put the more special rule first, bound the earlier one with .once() or .times(n), or use llm.override(...)."
    )


@pytest.mark.parametrize("say", [lambda rule: rule.reply("b"), lambda rule: rule.replies("b", "c")], ids=["reply", "replies"])
def test_the_shadow_warning_points_at_the_user_s_line(say: Callable[[Any], Any]) -> None:
    llm = intercept()
    llm.on("joke").reply("a")
    with pytest.warns(InterceptWarning) as told:
        say(llm.on("joke"))
    assert told[0].filename == __file__


def test_a_rule_without_a_reply_is_reported_when_the_block_ends() -> None:
    llm = intercept()
    line = line_after()
    llm.on("joke", model="gpt-*")
    with pytest.warns(InterceptWarning) as told, llm:
        pass
    assert [str(one.message) for one in told] == [
        f"llm.on('joke', model='gpt-*') ({line}) was given no reply, so it answers nothing: add .reply(...)."
    ]


def _leave_block() -> None:
    with intercept() as llm:
        llm.on("joke")


def _deactivate() -> None:
    activate().on("joke")
    deactivate()


def _restore() -> None:
    llm = wrap(openai_client(), "hi")
    llm.on("joke")
    llm.restore()


@pytest.mark.parametrize("end", [_leave_block, _deactivate, _restore])
def test_the_silent_rule_warning_points_at_the_user_s_line(end: Callable[[], None]) -> None:
    with pytest.warns(InterceptWarning, match="was given no reply") as told:
        end()
    assert [one.filename for one in told] == [__file__]


def test_nothing_is_reported_over_an_error_of_the_block() -> None:
    with raised_at_the_end(ZeroDivisionError), intercept() as llm:
        llm.on("joke")
        raise ZeroDivisionError


def test_a_silent_rule_of_the_definition_is_reported_at_each_end() -> None:
    llm = intercept()
    llm.on("joke")
    for _ in range(2):
        with pytest.warns(InterceptWarning, match="was given no reply"), llm:
            pass


def test_a_rule_that_is_answered_late_is_not_reported() -> None:
    with intercept() as llm:
        rule = llm.on("joke")
        rule.reply("ha")
        assert ask_openai("joke") == "ha"
