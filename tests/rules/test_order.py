"""Which reply a call gets: reading order, overrides, scripts, the otherwise and the default."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import openai
import pytest

from llm_intercept import Interceptor, UnansweredCall, error, intercept, reply, tool_call
from tests.rules.asking import ask_anthropic, ask_openai, openai_client, post

DEFAULT = "This is a mock request"
MISS = "a miss"


def heard(*prompts: str) -> list[str]:
    """What each prompt is answered with, in turn; a miss is told as such."""
    return [_heard(prompt) for prompt in prompts]


def _heard(prompt: str) -> str:
    try:
        return ask_openai(prompt)
    except UnansweredCall:
        return MISS


def ends(answers: list[str]) -> AbstractContextManager[object]:
    """What comes out of a block in which these answers were heard: a miss is raised again at its end."""
    return pytest.raises(UnansweredCall) if MISS in answers else nullcontext()


def _plain(llm: Interceptor) -> None:
    llm.on("joke").reply("first")
    llm.on("joke about cats").reply("second")


def _special_first(llm: Interceptor) -> None:
    llm.on("joke about cats").reply("cats")
    llm.on("joke").reply("joke")


def _override(llm: Interceptor) -> None:
    llm.on("joke").reply("fixture")
    llm.override("joke").reply("test")


def _overrides(llm: Interceptor) -> None:
    llm.override("joke").reply("early")
    llm.override("joke").reply("late").once()
    llm.on("weather").reply("rule")


def _override_over_endless(llm: Interceptor) -> None:
    llm.on().reply("everything")
    llm.override("joke").replies("one", "two")


def _once_each(llm: Interceptor) -> None:
    llm.on("joke").replies("one", "two", "three")


def _exhausted_then_later(llm: Interceptor) -> None:
    llm.on("joke").replies("one", "two")
    llm.on("joke").reply("later")


def _then(llm: Interceptor) -> None:
    llm.on("joke").reply("one").then("two").then("three", finish="length")


def _forever(llm: Interceptor) -> None:
    llm.on("joke").replies("one", "two").forever()


def _once(llm: Interceptor) -> None:
    llm.on("joke").reply("one").once()


def _times(llm: Interceptor) -> None:
    llm.on("joke").replies("one", "two").times(3)


def _silent(llm: Interceptor) -> None:
    llm.on("joke")
    llm.on().reply("later")


def _otherwise(llm: Interceptor) -> None:
    llm.on("joke").reply("ha")
    llm.otherwise.reply("else")


def _otherwise_script(llm: Interceptor) -> None:
    llm.on("joke").reply("ha").once()
    llm.otherwise.replies("else", "other")


def _otherwise_alone(llm: Interceptor) -> None:
    llm.otherwise.replies("one", "two").forever()


def _one_of_replies(llm: Interceptor) -> None:
    llm.on("joke").replies("only")


def _no_parts(llm: Interceptor) -> None:
    llm.on("joke").reply()


def _options_alone(llm: Interceptor) -> None:
    llm.on("joke").reply(finish="length")


def _parts(llm: Interceptor) -> None:
    llm.on("joke").reply("knock, ", "knock", chunk_size=1)


CASES: list[tuple[Callable[[Interceptor], Any], list[str], list[str]]] = [
    (lambda _: None, ["joke", "weather"], [DEFAULT, DEFAULT]),
    (_special_first, ["joke about cats", "joke", "joke about cats"], ["cats", "joke", "cats"]),
    (_special_first, ["joke", "weather"], ["joke", MISS]),
    (_override, ["joke", "joke"], ["test", "test"]),
    (_overrides, ["joke", "joke", "weather"], ["late", "early", "rule"]),
    (_override_over_endless, ["joke", "weather", "joke", "joke"], ["one", "everything", "two", "everything"]),
    (_once_each, ["joke", "joke", "joke", "joke", "joke"], ["one", "two", "three", MISS, MISS]),
    (_exhausted_then_later, ["joke", "joke", "joke", "joke"], ["one", "two", "later", "later"]),
    (_then, ["joke", "joke", "joke", "joke"], ["one", "two", "three", MISS]),
    (_forever, ["joke", "joke", "joke", "joke"], ["one", "two", "two", "two"]),
    (_once, ["joke", "joke"], ["one", MISS]),
    (_times, ["joke", "joke", "joke", "joke"], ["one", "two", "two", MISS]),
    (_otherwise, ["joke", "weather", "joke", "weather"], ["ha", "else", "ha", "else"]),
    (_otherwise_script, ["joke", "joke", "weather", "joke"], ["ha", "else", "other", MISS]),
    (_otherwise_alone, ["joke", "joke", "joke"], ["one", "two", "two"]),
    (_one_of_replies, ["joke", "joke", "joke"], ["only", "only", "only"]),
    (_no_parts, ["joke"], [DEFAULT]),
    (_options_alone, ["joke"], [""]),
    (_parts, ["joke"], ["knock, knock"]),
]


@pytest.mark.parametrize(("define", "prompts", "answers"), CASES)
@pytest.mark.parametrize("where", ["in the block", "before it"])
def test_the_first_rule_that_matches_and_has_replies_left_answers(
    define: Callable[[Interceptor], Any], prompts: list[str], answers: list[str], where: str
) -> None:
    llm = intercept()
    if where == "before it":
        define(llm)
    with ends(answers), llm:
        if where == "in the block":
            define(llm)
        assert heard(*prompts) == answers
    assert [entry.outcome for entry in llm.calls] == ["missed" if answer == MISS else "complete" for answer in answers]


@pytest.mark.filterwarnings("ignore::llm_intercept.InterceptWarning")
def test_a_rule_that_an_earlier_endless_one_shadows_is_never_asked() -> None:
    with intercept() as llm:
        _plain(llm)
        assert heard("joke about cats") == ["first"]


@pytest.mark.filterwarnings("ignore::llm_intercept.InterceptWarning")
def test_a_rule_without_a_reply_leaves_the_call_to_later_rules() -> None:
    with intercept() as llm:
        _silent(llm)
        assert heard("joke") == ["later"]


@pytest.mark.parametrize(
    ("replies", "options", "answers"),
    [
        ((), {}, [DEFAULT, DEFAULT]),
        (("Paris.",), {}, ["Paris.", "Paris.", "Paris."]),
        (("a", "b", "c"), {}, ["a", "b", "c", MISS, MISS]),
        ((reply("a", finish="length"), "b"), {}, ["a", "b", MISS]),
        ((), {"default": None}, [MISS, MISS]),
        ((), {"default": "Hello."}, ["Hello.", "Hello."]),
        ((), {"default": reply("Hello.")}, ["Hello.", "Hello."]),
        (("a", "b"), {"default": None}, ["a", "b", MISS]),
    ],
)
def test_replies_given_to_intercept_are_what_is_said_without_a_rule(
    replies: tuple[object, ...], options: dict[str, Any], answers: list[str]
) -> None:
    llm = intercept(*replies, **options)
    with ends(answers), llm:
        assert heard(*["hello"] * len(answers)) == answers


@pytest.mark.parametrize(
    ("replies", "options", "answer"),
    [
        ((), {}, MISS),
        ((), {"default": None}, MISS),
        ((), {"default": "Hello."}, MISS),
        (("Paris.",), {}, "Paris."),
        (("Paris.", "Rome."), {"default": None}, "Paris."),
    ],
)
def test_as_soon_as_there_is_a_rule_only_what_was_given_as_a_reply_answers_the_rest(
    replies: tuple[object, ...], options: dict[str, Any], answer: str
) -> None:
    llm = intercept(*replies, **options)
    with ends([answer]), llm:
        llm.on("joke").reply("ha")
        assert heard("joke", "weather") == ["ha", answer]


def test_a_default_is_anything_that_can_be_given_as_a_reply() -> None:
    with intercept(default=error(400, "No.")), pytest.raises(openai.BadRequestError, match="No\\."):
        ask_openai()


def test_every_way_of_saying_it_is_an_explicit_rule_that_the_journal_names() -> None:
    llm = intercept()
    with llm:
        by_rule = llm.on("joke").reply("ha")
        by_override = llm.override("pun").reply("ho")
        by_otherwise = llm.otherwise.reply("else")
        heard("joke", "pun", "weather")
    assert [entry.rule for entry in llm.calls] == [by_rule, by_override, by_otherwise]


def test_a_tool_result_does_not_match_the_rule_that_asked_for_the_tool(ask: Callable[..., str]) -> None:
    asked = [("user", "What is the weather?")]
    with intercept() as llm:
        llm.on("weather").reply(tool_call("get_weather", city="Paris"))
        llm.on(step=1).reply("18 degrees.")
        assert ask(spoken=asked) == ""
        assert ask(spoken=[*asked, ("use", "get_weather"), ("result", "the weather is fine")]) == "18 degrees."


def test_one_script_serves_calls_of_several_providers() -> None:
    with intercept("one", "two", "three"):
        assert [ask_openai(), ask_anthropic(), ask_openai()] == ["one", "two", "three"]


def test_each_http_attempt_takes_one_reply() -> None:
    with intercept() as llm:
        llm.on("joke").replies(error(429), error(500), "Knock, knock.")
        answer = openai_client(max_retries=2).chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "joke"}])
    assert answer.choices[0].message.content == "Knock, knock."
    assert [entry.response.status for entry in llm.calls if entry.response] == [429, 500, 200]


def test_a_reply_is_taken_atomically() -> None:
    script = [str(number) for number in range(64)]
    start = threading.Barrier(8)
    answers: list[str] = []

    def work() -> None:
        start.wait()
        for _ in range(8):
            body = {"model": "gpt-5", "messages": [{"role": "user", "content": "joke"}]}
            answers.append(post(body).json()["choices"][0]["message"]["content"])

    with intercept() as llm:
        llm.on("joke").replies(*script)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers, key=int) == script
    assert llm.calls.total == 64


# what a rule refuses


def test_a_rule_refuses_a_second_reply() -> None:
    rule = intercept().on("joke").reply("one")
    for say in (lambda: rule.reply("two"), lambda: rule.replies("two", "three")):
        with pytest.raises(TypeError) as refused:
            say()
        assert str(refused.value) == "llm.on('joke') has a reply already: add the next one with .then(...)"
    assert [source.parts for source in rule.sources] == [reply("one").parts]  # type: ignore[union-attr]


REFUSED: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda rule: rule.replies(), TypeError, "llm.on('joke').replies(...): give at least one reply"),
    (lambda rule: rule.then("two"), TypeError, "llm.on('joke').then(...): the first reply comes from .reply(...)"),
    (
        lambda rule: rule.reply("a").times(3).then("b"),
        TypeError,
        "llm.on('joke').then(...): comes before .once(), .times(n) and .forever()",
    ),
    (lambda rule: rule.once(), TypeError, "llm.on('joke').times(1): the first reply comes from .reply(...)"),
    (lambda rule: rule.times(2), TypeError, "llm.on('joke').times(2): the first reply comes from .reply(...)"),
    (lambda rule: rule.forever(), TypeError, "llm.on('joke').forever(): the first reply comes from .reply(...)"),
    (
        lambda rule: rule.reply("a").times(0),
        ValueError,
        "llm.on('joke').times(0): its 1 reply needs at least 1",
    ),
    (
        lambda rule: rule.replies("a", "b").once(),
        ValueError,
        "llm.on('joke').times(1): its 2 replies need at least 2",
    ),
    (
        lambda rule: rule.reply("a").then("b").times(-1),
        ValueError,
        "llm.on('joke').times(-1): its 2 replies need at least 2",
    ),
]


@pytest.mark.parametrize(("misuse", "kind", "text"), REFUSED)
def test_a_rule_refuses_what_cannot_be_meant(misuse: Callable[[Any], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as refused:
        misuse(intercept().on("joke"))
    assert str(refused.value) == text


@pytest.mark.parametrize("value", [None, 3, ValueError("no"), ["a"], {"choices": [{"message": {}}]}, b"bytes"], ids=repr)
def test_what_is_no_reply_is_refused_where_it_is_given(value: object) -> None:
    llm = intercept()
    for give in (
        lambda: intercept(value, "more"),
        lambda: llm.on("joke").reply(value),
        lambda: llm.on("joke").replies("a", value),
        lambda: llm.on("joke").reply("a").then(value),
        lambda: llm.otherwise.reply(value),
    ):
        with pytest.raises(TypeError, match="give what the model says"):
            give()


def test_an_unknown_finish_reason_is_refused_with_the_near_one() -> None:
    with pytest.raises(ValueError, match=r"^finish='stopp' is no finish reason; did you mean 'stop'\?$"):
        intercept().on("joke").reply("a", finish="stopp")


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"sed": 1}, TypeError, "sed= is no option; did you mean 'seed'?"),
        ({"scope": "thread"}, ValueError, "scope='thread': 'process' or 'task'"),
        ({"journal": 0}, ValueError, "journal=0: how many of the last entries to keep, or None for all"),
        ({"hosts": "https://gateway/"}, ValueError, "hosts='https://gateway/': a host or host:port, without scheme and path"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused(options: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as refused:
        intercept(**options)
    assert str(refused.value) == text
