"""What a test did not use of its rules, told after it; and rules that would answer for ever."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import LoopingRule, intercept, reply, tool_call, wrap
from llm_intercept.interceptor import Interceptor
from tests.rules.asking import ask_openai, openai_client


def told(llm: Interceptor) -> str:
    with pytest.raises(AssertionError) as failed:
        llm.assert_all_used()
    return str(failed.value)


def line(offset: int) -> str:
    frame = inspect.currentframe().f_back  # type: ignore[union-attr]
    return f"{__file__}:{frame.f_lineno + offset}"  # type: ignore[union-attr]


def test_every_rule_that_was_not_used_is_told_with_its_line() -> None:
    with intercept() as llm:
        llm.on("weather").reply("Sunny.")
        llm.on("joke").replies("a", "b", "c")
        llm.on("poem").reply("Roses.").times(3)
        llm.on("story").reply("Once.")
        first = line(-4)
        for text in ("weather?", "joke", "poem", "poem"):
            ask_openai(text)
        start = int(first.rpartition(":")[2])
        assert told(llm) == (
            "Not every rule was used:\n"
            f"  llm.on('joke')   {__file__}:{start + 1}\n"
            "    2 of its 3 replies were not asked for\n"
            f"  llm.on('poem')   {__file__}:{start + 2}\n"
            "    1 of its 3 replies was not asked for\n"
            f"  llm.on('story')   {__file__}:{start + 3}\n"
            "    answered no call"
        )
    assert "llm.on('story')" in told(llm)


def test_rules_without_a_reply_and_shadowed_ones_are_told() -> None:
    with warnings.catch_warnings(action="ignore"), intercept() as llm:
        llm.on("weather").reply("Sunny.")
        llm.on("weather", model="gpt-5").reply("Never.")
        llm.on("joke")
        ask_openai("weather?")
        text = told(llm)
    assert "    can never answer: llm.on('weather') (" in text
    assert "    was given no reply" in text


def test_a_script_wants_to_be_heard_to_its_end() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two")
        ask_openai("hi")
        assert "    no conversation came further than turn 1 of 2" in told(llm)
        ask_openai(spoken=[("user", "hi"), ("assistant", "one"), ("user", "and?")])
        llm.assert_all_used()


def test_replies_given_to_the_interceptor_want_to_be_used_where_they_are_several() -> None:
    with intercept("a", "b") as llm:
        ask_openai()
        assert "llm.otherwise" in told(llm)
        ask_openai()
        llm.assert_all_used()
    with intercept("a") as llm:
        llm.assert_all_used()


def test_a_call_that_no_rule_answered_is_told_unless_it_was_expected() -> None:
    with pytest.raises(BaseException, match="No rule answers"), intercept() as llm:  # noqa: PT012
        llm.on("weather").reply("Sunny.")
        ask_openai("weather")
        with llm.expect_failure():
            ask_openai("expected")
        llm.assert_all_used()
        for text in ("joke", "poem"):
            with pytest.raises(BaseException, match="No rule answers"):
                ask_openai(text)
    assert told(llm) == ("2 calls were not answered by any rule:\n  message 1 of 1, user: 'joke'\n  message 1 of 1, user: 'poem'")
    llm.reset()
    llm.assert_all_used()


def test_a_call_without_messages_is_told_by_what_it_is() -> None:
    with pytest.raises(BaseException, match="No rule answers"), intercept(default=None, contract="off") as llm:
        ask_openai(messages=[])
    assert told(llm) == "1 call was not answered by any rule:\n  openai chat, model 'gpt-5', not streamed"


def test_a_wrapped_client_s_rules_are_told_too() -> None:
    import openai

    llm = wrap(openai.OpenAI(api_key="k"))
    llm.on("weather").reply("Sunny.")
    assert "answered no call" in told(llm)
    llm.restore()


# loops

TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]


def agent(rounds: int = 10, beside: str = "", result: Callable[[int], str] = lambda _: "18") -> str:
    """A tool loop that goes on as long as the model calls tools; some tell something beside the results."""
    history: list[Any] = [{"role": "user", "content": "The weather in Paris?"}]
    for number in range(rounds):
        message = openai_client().chat.completions.create(model="gpt-5", messages=history, tools=TOOLS).choices[0].message
        if not message.tool_calls:
            return message.content or ""
        history.append(message.model_dump(exclude_none=True))
        history += [{"role": "tool", "tool_call_id": call.id, "content": result(number)} for call in message.tool_calls]
        history += [{"role": "user", "content": beside}] if beside else []
    return "no end"


@pytest.mark.parametrize(
    "given", [tool_call("get_weather", city="Paris"), reply("Look:", tool_call("get_weather", '{"city":  "Paris"}'))], ids=repr
)
def test_a_rule_that_would_call_the_same_tool_for_ever_is_named(given: Any) -> None:
    with intercept() as llm:
        rule = llm.on(prompt="The weather in Paris?").reply(given)
        with llm.expect_failure() as failed:
            agent()
    assert type(failed.value) is LoopingRule
    said = llm.calls[0].reply
    assert str(failed.value) == (
        f"llm.on(prompt='The weather in Paris?') ({rule.origin}) answers with get_weather again, whose result it was just given: "
        "the loop would not end.\n"
        f"  reply: {said!r}   {said.origin}\n"  # type: ignore[union-attr]
        "Bound it with step=0 or .once(), script the turns with .converse(...), or say .forever() where a loop is meant."
    )
    assert len(llm.calls) == 2


def _ever_new(call: Any) -> Any:
    return tool_call("get_weather", step=call.step)


#: Rules whose loops end, or are meant.
ENDING: dict[str, tuple[Callable[[Interceptor], Any], str]] = {
    "forever": (lambda llm: llm.on().reply(tool_call("get_weather")).forever(), "no end"),
    "step": (lambda llm: llm.on(step=0).reply(tool_call("get_weather")), "Done."),
    "once": (lambda llm: llm.on().reply(tool_call("get_weather")).once(), "Done."),
    "words": (lambda llm: llm.on("weather").reply(tool_call("get_weather")), "Done."),
    "other arguments": (lambda llm: llm.on().reply(_ever_new), "no end"),
    "malformed": (lambda llm: llm.on(step={0, 1}).replies(tool_call("get_weather", "{"), tool_call("get_weather", "{")), "Done."),
    "script": (lambda llm: llm.on("weather").converse(*[tool_call("get_weather")] * 3, "Done."), "Done."),
}


@pytest.mark.parametrize("kind", ENDING)
def test_a_loop_that_ends_or_is_meant_goes_on(kind: str) -> None:
    rule, end = ENDING[kind]
    with intercept() as llm:
        rule(llm)
        llm.otherwise.reply("Done.")
        assert agent() == end


#: Rules that may stop by themselves.
POLLING: dict[str, Callable[[Interceptor], Any]] = {
    "callable": lambda llm: llm.on().reply(
        lambda call: "Done." if call.tool_results and call.tool_results[0].text == "18" else tool_call("get_weather")
    ),
    "tool_result": lambda llm: (
        llm.on(step=0).reply(tool_call("get_weather")),
        llm.on(tool_result="pending").reply(tool_call("get_weather")),
        llm.otherwise.reply("Done."),
    ),
}


@pytest.mark.parametrize("kind", POLLING)
def test_an_agent_may_poll_for_a_while(kind: str) -> None:
    with intercept() as llm:
        POLLING[kind](llm)
        assert agent(result=lambda number: "18" if number == 5 else "pending") == "Done."


@pytest.mark.parametrize("kind", POLLING)
def test_an_agent_that_polls_for_ever_is_stopped(kind: str) -> None:
    with intercept() as llm:
        POLLING[kind](llm)
        with llm.expect_failure() as failed:
            agent(99, result=lambda _: "pending")
    assert type(failed.value) is LoopingRule
    assert 25 <= len(llm.calls) <= 30


def test_a_loop_is_seen_although_something_stands_beside_the_results() -> None:
    with intercept() as llm:
        llm.on().reply(tool_call("get_weather"))
        with llm.expect_failure() as failed:
            agent(beside="Remember the budget.")
    assert type(failed.value) is LoopingRule


def test_the_same_tool_called_for_each_of_a_user_s_questions_is_no_loop() -> None:
    with intercept() as llm:
        llm.on(step=0).reply(tool_call("get_weather"))
        llm.otherwise.reply("Sunny.")
        history: list[Any] = []
        for _ in range(30):
            history += [{"role": "user", "content": "And now?"}]
            message = openai_client().chat.completions.create(model="gpt-5", messages=history, tools=TOOLS).choices[0].message
            history += [message.model_dump(exclude_none=True)]
            history += [{"role": "tool", "tool_call_id": call.id, "content": "18"} for call in message.tool_calls or ()]
            history += [{"role": "assistant", "content": "Sunny."}]
    assert len(llm.calls) == 30
