"""Several interceptors: who is asked past whom, who notes the call; and what a second entry and a reset start with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest
import requests

from llm_intercept import Interceptor, UnansweredCall, activate, deactivate, intercept, wrap
from tests.rules.asking import CHAT_URL, ask_openai, openai_client, raised_at_the_end

BODY = {"model": "gpt-5", "messages": [{"role": "user", "content": "joke"}]}


def _nothing(llm: Interceptor) -> None:
    """No rules."""


def _rule(llm: Interceptor) -> None:
    llm.on("joke").reply("by a rule")


def _override(llm: Interceptor) -> None:
    llm.override("joke").reply("by an override")


def _otherwise(llm: Interceptor) -> None:
    llm.otherwise.reply("by the otherwise")


def _other_rule(llm: Interceptor) -> None:
    llm.on("weather").reply("never")


#: The outer interceptor's replies and rules, the inner one's, the answer (None: a miss), and who notes it: outer, inner.
NESTED: list[tuple[tuple[str, ...], Callable[..., None], dict[str, Any], Callable[..., None], str | None, tuple[int, int]]] = [
    ((), _nothing, {}, _nothing, "This is a mock request", (1, 1)),
    (("outer",), _nothing, {}, _nothing, "This is a mock request", (1, 1)),
    ((), _rule, {}, _nothing, "This is a mock request", (1, 1)),
    ((), _rule, {}, _rule, "by a rule", (1, 1)),
    ((), _rule, {}, _override, "by an override", (1, 1)),
    ((), _rule, {}, _otherwise, "by the otherwise", (1, 1)),
    # the inner one has no answer: explicit rules of the outer one alone
    ((), _rule, {"default": None}, _nothing, "by a rule", (1, 0)),
    ((), _override, {"default": None}, _nothing, "by an override", (1, 0)),
    ((), _rule, {}, _other_rule, "by a rule", (1, 0)),
    ((), _nothing, {"default": None}, _nothing, None, (1, 1)),
    (("outer",), _nothing, {"default": None}, _nothing, None, (1, 1)),
    (("outer", "script"), _nothing, {}, _other_rule, None, (1, 1)),
    ((), _otherwise, {"default": None}, _nothing, None, (1, 1)),
    ((), _nothing, {}, _other_rule, None, (1, 1)),
]


@pytest.mark.parametrize(("outer_replies", "outer_rules", "inner_options", "inner_rules", "answer", "noted"), NESTED)
@pytest.mark.filterwarnings("ignore::llm_intercept.InterceptWarning")
def test_past_an_inner_interceptor_only_explicit_rules_of_outer_ones_are_asked(
    outer_replies: tuple[str, ...],
    outer_rules: Callable[..., None],
    inner_options: dict[str, Any],
    inner_rules: Callable[..., None],
    answer: str | None,
    noted: tuple[int, int],
) -> None:
    with intercept(*outer_replies) as outer:
        outer_rules(outer)
        with intercept(**inner_options) as inner:
            inner_rules(inner)
            if answer is None:
                with inner.expect_failure() as expected:
                    ask_openai("joke")
                assert type(expected.value) is UnansweredCall
            else:
                assert ask_openai("joke") == answer
    assert (outer.calls.total, inner.calls.total) == noted
    assert (outer.failures, len(inner.failures)) == ([], int(answer is None))


def test_an_exhausted_inner_script_lets_an_outer_rule_answer() -> None:
    with intercept() as outer:
        outer.on("joke").reply("outer")
        with intercept("one", "two") as inner:
            assert [ask_openai("joke") for _ in range(3)] == ["one", "two", "outer"]
    assert (inner.calls.total, outer.calls.total) == (2, 3)


def test_a_wrapped_client_asks_its_own_interceptor_first_and_then_those_around() -> None:
    with intercept("outer default") as outer:
        outer.on("joke").reply("outer rule")
        with wrap(openai_client(), default=None) as own:
            own.on("weather").reply("own rule")
            assert [ask_openai("weather"), ask_openai("joke")] == ["own rule", "outer rule"]
        assert ask_openai("weather") == "outer default"
    assert (own.calls.total, outer.calls.total) == (1, 3)


def test_the_miss_of_an_inner_interceptor_shows_its_own_rules() -> None:
    with intercept() as outer, intercept() as inner:
        outer.on("weather").reply("outer")
        inner.on("pun").reply("inner")
        with inner.expect_failure() as expected:
            ask_openai("joke")
    assert "llm.on('pun')" in str(expected.value)


def test_one_answering_interceptor_notes_a_call_once_however_often_it_is_entered() -> None:
    llm = intercept("Paris.")
    with llm, llm:
        ask_openai()
    assert llm.calls.total == 1


def _through_httpx(llm: Interceptor) -> str:
    with httpx.Client(transport=llm.httpx_transport) as client:
        return str(client.post(CHAT_URL, json=BODY).json()["choices"][0]["message"]["content"])


def _through_httpx2(llm: Interceptor) -> str:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return str(client.post(CHAT_URL, json=BODY).json()["choices"][0]["message"]["content"])


def _through_requests(llm: Interceptor) -> str:
    with requests.Session() as session:
        session.mount("https://", llm.requests_adapter)
        return str(session.post(CHAT_URL, json=BODY, timeout=1).json()["choices"][0]["message"]["content"])


through = pytest.mark.parametrize("through", [_through_httpx, _through_httpx2, _through_requests])


@through
def test_an_explicit_transport_answers_with_its_own_interceptor_alone(through: Callable[[Interceptor], str]) -> None:
    llm = Interceptor("one", "two")
    llm.on("joke").reply("Knock.").once()
    assert [through(llm) for _ in range(3)] == ["Knock.", "one", "two"]
    with llm.expect_failure() as expected:
        through(llm)
    assert type(expected.value) is UnansweredCall
    assert llm.calls.total == 4


@through
def test_a_transport_of_an_interceptor_that_is_active_notes_a_call_once(through: Callable[[Interceptor], str]) -> None:
    with intercept("Paris.") as llm:
        assert through(llm) == "Paris."
    assert llm.calls.total == 1


@through
def test_a_transport_of_an_interceptor_that_is_active_obeys_the_rules_of_the_block(through: Callable[[Interceptor], str]) -> None:
    with intercept("Paris.") as llm:
        llm.on("joke").reply("Knock.")
        assert through(llm) == "Knock."


@through
def test_a_swallowed_miss_in_a_transport_of_the_block_is_raised_at_its_end(through: Callable[[Interceptor], str]) -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        with pytest.raises(UnansweredCall) as swallowed:
            through(llm)
        assert llm.failures == [swallowed.value]
    assert raised.value is swallowed.value


# entering again


def test_entering_again_starts_with_fresh_rules_and_the_journal_goes_on() -> None:
    llm = intercept("one", "two")
    llm.on("joke").reply("ha").once()
    with llm:
        llm.on("pun").reply("only in the first block")
        assert [ask_openai(prompt) for prompt in ("joke", "pun", "x", "y")] == ["ha", "only in the first block", "one", "two"]
    with llm:
        assert [ask_openai(prompt) for prompt in ("joke", "pun", "x")] == ["ha", "one", "two"]
    assert [entry.prompt for entry in llm.calls] == ["joke", "pun", "x", "y", "joke", "pun", "x"]


def test_rules_made_between_two_entries_belong_to_the_definition() -> None:
    llm = intercept()
    with llm:
        assert ask_openai("joke") == "This is a mock request"
    llm.on("joke").reply("ha")
    llm.otherwise.reply("else")
    for _ in range(2):
        with llm:
            assert [ask_openai("joke"), ask_openai("x")] == ["ha", "else"]


def test_an_otherwise_said_in_one_entry_is_not_said_in_the_next() -> None:
    llm = intercept()
    for text in ("first", "second"):
        with llm:
            llm.otherwise.reply(text)
            assert ask_openai() == text
    with llm:
        assert ask_openai() == "This is a mock request"


def test_a_decorated_function_starts_from_the_definition_at_each_call() -> None:
    @intercept("one", "two")
    def asks(llm: Interceptor) -> list[str]:
        return [ask_openai(), ask_openai()]

    assert [asks(), asks()] == [["one", "two"], ["one", "two"]]  # type: ignore[call-arg]


def test_the_same_ids_are_made_at_each_entry() -> None:
    llm = intercept()
    ids = []
    for _ in range(2):
        with llm:
            ids.append([openai_client().chat.completions.create(**BODY).id for _ in range(2)])  # type: ignore[call-overload]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_concurrent_entries_have_scripts_of_their_own() -> None:
    llm = intercept("one", "two", scope="task")
    heard: list[list[str]] = []
    start = threading.Barrier(4)

    def work() -> None:
        with llm:
            start.wait()
            heard.append([ask_openai(), ask_openai()])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [["one", "two"]] * 4
    assert llm.calls.total == 8


def test_a_rule_made_in_an_entry_is_of_the_entry_of_that_context() -> None:
    llm = intercept()
    with llm:
        llm.on("joke").reply("outer entry")
        with llm:
            assert ask_openai("joke") == "This is a mock request"
            llm.on("joke").reply("inner entry")
            assert ask_openai("joke") == "inner entry"
        assert ask_openai("joke") == "outer entry"


def test_leaving_what_is_not_entered_is_an_error() -> None:
    with pytest.raises(RuntimeError, match=r"^this interceptor is not active$"):
        intercept().__exit__(None, None, None)


# reset


def test_reset_starts_the_block_over() -> None:
    llm = intercept("one", "two")
    llm.on("joke").replies("ha", "ho")
    with llm:
        llm.on("pun").reply("in the block")
        before = [ask_openai(prompt) for prompt in ("joke", "pun", "x", "y")]
        with pytest.raises(UnansweredCall):
            ask_openai("z")
        first = llm.calls[0].response.body  # type: ignore[union-attr]
        llm.reset()
        assert (len(llm.calls), llm.calls.total, llm.failures) == (0, 0, [])
        assert before == ["ha", "in the block", "one", "two"]
        assert [ask_openai(prompt) for prompt in ("joke", "joke", "pun", "x")] == ["ha", "ho", "one", "two"]
        assert llm.calls[0].response.body == first  # type: ignore[union-attr]
    assert llm.failures == []


def test_reset_restarts_what_answers_a_wrapped_client() -> None:
    with wrap(openai_client(), "one", "two") as llm:
        assert [ask_openai(), ask_openai()] == ["one", "two"]
        llm.reset()
        assert ask_openai() == "one"
    assert llm.calls.total == 1


def test_reset_works_on_what_activate_gave() -> None:
    llm = activate("one", "two")
    try:
        assert ask_openai() == "one"
        llm.reset()
        assert [ask_openai(), ask_openai()] == ["one", "two"]
    finally:
        deactivate()
    assert llm.calls.total == 2


def test_an_interceptor_tells_how_many_rules_it_asks_and_calls_it_caught() -> None:
    llm = intercept()
    llm.on("joke").reply("ha")
    llm.on("pun").reply("ho")
    assert repr(llm) == "<Interceptor, 2 rules, 0 calls>"
    with llm:
        llm.on("weather").reply("Sunny.")
        ask_openai("joke"), ask_openai("pun")
        assert repr(llm) == "<Interceptor, 3 rules, 2 calls>"
    assert repr(llm) == "<Interceptor, 2 rules, 2 calls>"
