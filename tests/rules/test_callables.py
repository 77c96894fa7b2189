"""A callable given as a reply: it gets the call and returns whatever can be given as a reply."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import openai
import pytest

from llm_intercept import Call, CannotSay, InterceptFailure, UnansweredCall, error, intercept, reply, tool_call
from tests.rules.asking import aask_openai, anthropic_client, ask_openai, openai_client, post, raised_at_the_end


def echo(call: Call) -> str:
    return f"You said: {call.prompt}"


async def async_echo(call: Call) -> str:
    await anyio.sleep(0)
    return f"You said: {call.prompt}"


class Echo:
    def __call__(self, call: Call) -> str:
        return f"You said: {call.prompt}"

    async def later(self, call: Call) -> str:
        return f"You said: {call.prompt}"


def nested(call: Call) -> Callable[[Call], Callable[[Call], str]]:
    return lambda _: echo


def awaitable(call: Call) -> Awaitable[str]:
    return async_echo(call)


SYNC = [echo, Echo(), nested, functools.partial(lambda start, call: f"{start} said: {call.prompt}", "You")]
ASYNC = [async_echo, Echo().later, awaitable]


@pytest.mark.parametrize("given", SYNC)
def test_a_callable_answers_from_the_call(given: Callable[[Call], Any], ask: Callable[..., str]) -> None:
    with intercept(given):
        assert ask("Hello") == "You said: Hello"
        assert ask("Bye", stream=True) == "You said: Bye"


@pytest.mark.anyio
@pytest.mark.parametrize("given", [*SYNC, *ASYNC])
async def test_a_callable_may_be_async_where_the_call_is(given: Callable[[Call], Any]) -> None:
    async with intercept() as llm:
        llm.on("hello").reply(given)
        assert await aask_openai("Hello") == "You said: Hello"
    assert llm.calls.one.outcome == "complete"


@pytest.mark.anyio
async def test_async_callables_of_concurrent_calls_wait_beside_each_other() -> None:
    arrived: list[str] = []
    both = anyio.Event()

    async def meet(call: Call) -> str:
        arrived.append(call.prompt)
        if len(arrived) == 2:
            both.set()
        await both.wait()
        return call.prompt.upper()

    answers: dict[str, str] = {}

    async def work(prompt: str) -> None:
        answers[prompt] = await aask_openai(prompt)

    async with intercept(meet):
        with anyio.fail_after(2):
            async with anyio.create_task_group() as group:
                group.start_soon(work, "a")
                group.start_soon(work, "b")
    assert answers == {"a": "A", "b": "B"}


async def _yields(call: Call) -> str:
    await asyncio.sleep(0)
    return "never"


async def _sleeps(call: Call) -> str:
    await asyncio.sleep(0.001)
    return "never"


async def _goes_elsewhere(call: Call) -> str:
    await anyio.to_thread.run_sync(str)
    return "never"


@pytest.mark.parametrize("given", [_yields, _sleeps, _goes_elsewhere])
def test_an_async_callable_in_a_sync_call_is_a_type_error(given: Callable[[Call], Any]) -> None:
    text = "^an async callable was given as a reply, and this call is not async: give a plain function$"
    with pytest.raises(TypeError, match=text), intercept(given) as llm, pytest.raises(TypeError, match=text):
        post({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]})
    assert [type(failure) for failure in llm.failures] == [TypeError]
    assert llm.calls.one.outcome == "failed"


def test_a_callable_gets_the_whole_call() -> None:
    got: list[Call] = []

    def remember(call: Call) -> str:
        got.append(call)
        return "ok"

    tools = [{"type": "function", "function": {"name": "get_weather", "description": "Now", "parameters": {"type": "object"}}}]
    with intercept(remember, contract="off"):
        ask_openai(spoken=[("system", "Be brief."), ("user", "Hello")], tools=tools, temperature=0.5, n=1, tool_choice="auto")
    (call,) = got
    assert (call.provider, call.operation, call.model, call.stream, call.n) == ("openai", "chat", "gpt-5", False, 1)
    assert (call.system, call.prompt, call.turn, call.step) == ("Be brief.", "Hello", 0, 0)
    assert [(tool.name, tool.description) for tool in call.tools] == [("get_weather", "Now")]
    assert call.parameters["temperature"] == 0.5
    assert call.request.host == "api.openai.com"
    assert call.json["messages"][1] == {"role": "user", "content": "Hello"}


def test_a_callable_may_return_every_kind_of_reply() -> None:
    def answer(call: Call) -> Any:
        return {
            "text": "text",
            "reply": reply("one ", "two", finish="length"),
            "tool": tool_call("get_weather", city="Paris"),
            "object": {"city": "Paris"},
            "error": error(418, "I am a teapot."),
        }[call.prompt]

    def ask_it(prompt: str) -> Any:
        create = openai_client().chat.completions.create
        return create(model="gpt-5", messages=[{"role": "user", "content": prompt}]).choices[0]

    with intercept(answer):
        assert ask_it("text").message.content == "text"
        assert (ask_it("reply").message.content, ask_it("reply").finish_reason) == ("one two", "length")
        assert json.loads(ask_it("tool").message.tool_calls[0].function.arguments) == {"city": "Paris"}
        assert json.loads(ask_it("object").message.content) == {"city": "Paris"}
        with pytest.raises(openai.APIStatusError, match=r"I am a teapot\.") as refused:
            ask_it("error")
    assert refused.value.status_code == 418


@pytest.mark.parametrize("value", [None, 3, ValueError("no"), ["a"], {"choices": [{"message": {}}]}], ids=repr)
def test_a_callable_that_returns_what_is_no_reply_is_a_type_error(value: object) -> None:
    with raised_at_the_end(TypeError, "give what the model says"), intercept(lambda call: value) as llm:
        with pytest.raises(openai.APIConnectionError) as wrapped:
            ask_openai()
        assert isinstance(wrapped.value.__cause__, TypeError)
    assert llm.calls.one.outcome == "failed"


class Boom(Exception):
    """What a user's callable raises."""


def boom(call: Call) -> str:
    raise Boom("in the callable")


async def async_boom(call: Call) -> str:
    await anyio.sleep(0)
    raise Boom("in the callable")


def test_what_a_callable_raises_comes_out_at_the_end_of_the_block_if_the_sdk_wraps_it() -> None:
    with raised_at_the_end(Boom) as raised, intercept(boom) as llm:
        with pytest.raises(openai.APIConnectionError) as wrapped:
            ask_openai()
        assert isinstance(wrapped.value.__cause__, Boom)
    assert llm.failures == [raised.value]
    assert (llm.calls.one.outcome, llm.calls.one.reply, llm.calls.one.response) == ("failed", None, None)
    assert llm.calls.one.delivered == b""


@pytest.mark.anyio
@pytest.mark.parametrize("given", [boom, async_boom])
async def test_what_a_callable_raises_in_an_async_call_is_a_failure_too(given: Callable[[Call], Any]) -> None:
    llm = intercept(given)
    with raised_at_the_end(Boom):
        async with llm:
            with pytest.raises(openai.APIConnectionError):
                await aask_openai()
    assert [type(failure) for failure in llm.failures] == [Boom]
    assert llm.calls.one.outcome == "failed"


def test_a_failure_that_a_callable_runs_into_is_a_failure_of_its_call() -> None:
    """A callable that makes a call of its own, which nothing answers."""

    def asks_on(call: Call) -> str:
        return ask_openai("inner", model="gpt-inner")

    with intercept() as llm, llm.expect_failure() as expected:
        llm.on("outer").reply(asks_on)
        ask_openai("outer")
    assert type(expected.value) is UnansweredCall
    assert {entry.prompt: entry.outcome for entry in llm.calls} == {"outer": "failed", "inner": "missed"}


@pytest.mark.parametrize("given", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_callable_passes_and_is_no_failure(given: type[BaseException]) -> None:
    def interrupted(call: Call) -> str:
        raise given

    with pytest.raises(given), intercept(interrupted) as llm:
        ask_openai()
    assert llm.failures == []
    assert llm.calls.one.outcome == "cancelled"


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_while_its_callable_waits_is_no_failure() -> None:
    async def waits(call: Call) -> str:
        await anyio.sleep_forever()
        return "never"

    async with intercept(waits) as llm:
        with anyio.move_on_after(0.02) as scope:
            await aask_openai()
        assert scope.cancelled_caught
    assert llm.failures == []
    assert llm.calls.one.outcome == "cancelled"


# CannotSay


def test_a_reply_that_the_wire_cannot_carry_is_refused_with_the_line_where_it_was_defined() -> None:
    import inspect

    with intercept() as llm, llm.expect_failure() as expected:
        line = inspect.currentframe().f_lineno + 1  # type: ignore[union-attr]
        llm.on().reply("Wait.", finish="pause")
        ask_openai()
    assert type(expected.value) is CannotSay
    assert isinstance(expected.value, InterceptFailure)
    assert str(expected.value) == (
        f"openai chat cannot say the finish reason 'pause'.\n  reply: reply('Wait.', finish='pause')   {__file__}:{line}"
    )


@pytest.mark.parametrize("stream", [False, True])
def test_a_reply_that_cannot_be_said_is_a_failed_call(stream: bool) -> None:
    with pytest.raises(CannotSay), intercept(reply("Wait.", finish="pause")) as llm:
        ask_openai(stream=stream)
    assert (llm.calls.one.outcome, llm.calls.one.reply, llm.calls.one.delivered) == ("failed", None, b"")


def test_raw_arguments_that_are_no_json_object_cannot_be_said_by_anthropic() -> None:
    with intercept(tool_call("get_weather", '{"city"')) as llm:
        with llm.expect_failure() as expected:
            anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=[{"role": "user", "content": "?"}])
        assert ask_openai() == ""
    assert type(expected.value) is CannotSay
    assert f"   {__file__}:" in str(expected.value)


def broken_call(call: Call) -> Any:
    return tool_call("get_weather", '{"city"')


def broken_reply(call: Call) -> Any:
    return reply(tool_call("get_weather", '{"city"'))


@pytest.mark.parametrize("given", [broken_call, broken_reply])
def test_what_a_callable_said_is_named_by_a_line_of_the_user_s(given: Callable[[Call], Any]) -> None:
    with intercept() as llm, llm.expect_failure() as expected:
        llm.on().reply(given)
        anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=[{"role": "user", "content": "?"}])
    assert type(expected.value) is CannotSay
    assert f"   {__file__}:" in str(expected.value)
