"""The types that a user sees, pinned; mypy checks this file, nothing runs it."""

from __future__ import annotations

import re
from typing import Any

from dirty_equals import IsOneOf, IsStr
from openai import OpenAI
from typing_extensions import assert_type

from llm_intercept import (
    Call,
    InterceptFailure,
    Interceptor,
    Reply,
    Rule,
    activate,
    contains,
    deactivate,
    error,
    intercept,
    pause,
    reply,
    tool_call,
    words,
    wrap,
)
from llm_intercept.interceptor import ExpectedFailure
from llm_intercept.journal import Calls, Entry
from llm_intercept.replies import ErrorReply, ToolCall
from llm_intercept.wrapping import Wrapped

with intercept("Paris.", seed=1) as llm:
    assert_type(llm, Interceptor)
    assert_type(llm.on("weather", model="gpt-*"), Rule)
    assert_type(llm.on(prompt=words("capital"), system=contains("terse")).reply("Paris.").once(), Rule)
    assert_type(llm.override(turn=0).replies(error(429), "Paris.").then("Again."), Rule)
    assert_type(llm.on(provider="openai", operation={"chat", "completion"}), Rule)
    assert_type(llm.on(provider=~contains("azure") & re.compile("o"), operation=contains("c") | "chat"), Rule)
    assert_type(llm.on(provider={"groq", contains("ai")}, operation=lambda name: name != "chat"), Rule)
    assert_type(llm.on(provider=IsStr(regex="a.*") | IsOneOf("groq"), operation=~IsStr(max_length=4)), Rule)
    llm.on(provider="opnai")  # type: ignore[arg-type]
    llm.on(operation={"chat", "chatt"})  # type: ignore[arg-type]
    llm.on(pompt="Hi")  # type: ignore[call-arg]
    reply("a", finish="stopp")  # type: ignore[arg-type]
    intercept(clock="virtuel")  # type: ignore[arg-type]
    assert_type(llm.otherwise, Rule)
    assert_type(llm.calls, Calls)
    assert_type(llm.calls[0], Entry)
    assert_type(llm.calls.one.call, Call)
    assert_type(llm.calls.where(model="gpt-*").last.prompt, str)
    assert_type(llm.failures, list[BaseException])
    with llm.expect_failure() as failed:
        assert_type(failed, ExpectedFailure)
        assert_type(failed.value, BaseException)

assert_type(reply("a", tool_call("f", x=1), pause(1), finish="stop"), Reply)
assert_type(tool_call("f", {"x": 1}).with_id("call_1"), ToolCall)
assert_type(error(429, retry_after=1.5), ErrorReply)
assert_type(wrap(OpenAI(), "Paris."), Wrapped)
assert_type(activate(), Interceptor)
deactivate()


@intercept("Paris.")
def decorated(question: str) -> int:
    return len(question)


@intercept("Paris.")
async def decorated_async(question: str, llm: Interceptor) -> int:
    return len(question) + len(llm.calls)


assert_type(decorated("Capital?"), int)


async def block() -> None:
    async with intercept() as llm:
        assert_type(llm, Interceptor)


def answer(call: Call) -> Any:
    return call.prompt


def failures_are_base_exceptions(failure: InterceptFailure) -> BaseException:
    return failure


def what_is_misspelt_is_told(llm: Interceptor) -> None:
    llm.on(modle="gpt-*")  # type: ignore[call-arg]
    llm.on(provider="opnai")  # type: ignore[arg-type]
    llm.on(provider={"openai", "azure"}, operation="chat").reply("a", finish="length").then("b", delay=1)
    llm.on(operation="chatt")  # type: ignore[arg-type]
    llm.override("a").reply("b", finnish="stop")  # type: ignore[call-arg]
    llm.otherwise.reply("b", finish="stopped")  # type: ignore[arg-type]
    llm.calls.where(modle="gpt-*")  # type: ignore[call-arg]
    intercept(contract="warn", journal=10, hosts=["localhost:8000"])
    intercept(contract="lax")  # type: ignore[arg-type]
    activate(sed=7)  # type: ignore[call-arg]
    wrap(OpenAI(), "Paris.", seed="7")  # type: ignore[arg-type]
    reply("a", finish="stopped")  # type: ignore[arg-type]
    error("429")  # type: ignore[arg-type]
