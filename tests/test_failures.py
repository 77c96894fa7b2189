"""Failures that nothing may swallow: kept, raised again at the end, expected, or passed by an interrupt."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import openai
import pytest

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

from llm_intercept import (
    InterceptFailure,
    Interceptor,
    OutOfScope,
    UnansweredCall,
    activate,
    deactivate,
    error,
    intercept,
    wrap,
)
from tests.rules.asking import aask_openai, ask_openai, openai_client, raised_at_the_end


def swallowed(prompt: str = "Capital?") -> BaseException:
    """Make a call that nothing answers, and swallow its failure as bad code does."""
    try:
        ask_openai(prompt)
    except BaseException as failure:
        return failure
    raise AssertionError("the call was answered")


def test_a_failure_that_was_swallowed_is_raised_at_the_end_of_the_block() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        failure = swallowed()
    assert raised.value is failure
    assert llm.failures == [failure]


@pytest.mark.anyio
async def test_it_is_raised_at_the_end_of_an_async_block_too() -> None:
    llm = intercept(default=None)
    with raised_at_the_end(UnansweredCall) as raised:
        async with llm:
            with suppress(BaseException):
                await aask_openai()
    assert llm.failures == [raised.value]


def test_it_is_raised_at_the_end_of_a_decorated_function() -> None:
    @intercept(default=None)
    def run() -> str:
        swallowed()
        return "done"

    with pytest.raises(UnansweredCall):
        run()


def test_it_is_raised_when_a_client_is_restored() -> None:
    llm = wrap(openai_client(), default=None)
    failure = swallowed()
    with pytest.raises(UnansweredCall) as raised:
        llm.restore()
    assert raised.value is failure
    llm.restore()  # nothing is left to raise


def test_it_is_raised_at_the_end_of_a_wrapped_client_s_block() -> None:
    with pytest.raises(UnansweredCall), wrap(openai_client(), default=None):
        swallowed()


def test_it_is_raised_when_deactivated() -> None:
    llm = activate(default=None)
    failure = swallowed()
    with pytest.raises(UnansweredCall) as raised:
        deactivate()
    assert raised.value is failure
    assert llm.failures == [failure]
    deactivate()


def test_the_first_of_several_is_raised_and_all_are_kept() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        failures = [swallowed(prompt) for prompt in "abc"]
    assert raised.value is failures[0]
    assert llm.failures == failures


def test_a_failure_that_comes_out_is_not_raised_over_itself() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        ask_openai()
    assert llm.failures == [raised.value]
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("became", [ValueError("something else"), AssertionError("a test's own"), BaseException("bare")], ids=repr)
def test_a_failure_is_raised_from_whatever_came_out_instead(became: BaseException) -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None):
        failure = swallowed()
        raise became
    assert raised.value is failure
    assert raised.value.__cause__ is became


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_passes_whatever_is_pending(interrupt: type[BaseException]) -> None:
    with raised_at_the_end(interrupt), intercept(default=None) as llm:
        swallowed()
        raise interrupt
    assert len(llm.failures) == 1


def test_a_failure_in_a_thread_nobody_waits_for_is_raised_at_the_end() -> None:
    with raised_at_the_end(UnansweredCall), intercept(default=None):
        thread = threading.Thread(target=swallowed)
        thread.start()
        thread.join()


def test_a_failure_belongs_to_the_innermost_interceptor() -> None:
    with intercept(default=None) as outer, pytest.raises(UnansweredCall), intercept(default=None) as inner:
        swallowed()
    assert (len(outer.failures), len(inner.failures)) == (0, 1)


def test_failures_of_an_earlier_entry_are_kept_and_not_raised_again() -> None:
    llm = intercept(default=None)
    with pytest.raises(UnansweredCall), llm:
        swallowed()
    with llm:
        llm.on().reply("ok")
        assert ask_openai() == "ok"
    assert len(llm.failures) == 1


def test_what_was_activated_over_it_does_not_hear_of_a_failure_before() -> None:
    activate(default=None)
    swallowed()
    llm = activate("ok")
    assert ask_openai() == "ok"
    deactivate()
    assert llm.failures == []


def test_a_call_from_no_scope_is_a_failure_of_every_active_interceptor() -> None:
    failures: list[BaseException] = []

    def outside() -> None:
        failures.append(swallowed())

    with raised_at_the_end(OutOfScope) as raised, intercept(scope="task") as llm:
        thread = threading.Thread(target=outside)
        thread.start()
        thread.join()
    assert [raised.value] == failures == llm.failures
    assert str(raised.value) == (
        "An LLM call to api.openai.com/v1/chat/completions from a context in which no interceptor answers: every active one has "
        "scope='task' and was entered elsewhere. It is not let out to the network. Enter one here, or use scope='process'."
    )


# expect_failure


class Wrapped(Exception):
    """What a framework makes of a failure."""


def _as_it_is(failure: BaseException) -> None:
    raise failure


def _as_a_cause(failure: BaseException) -> None:
    raise Wrapped from failure


def _as_a_context(failure: BaseException) -> None:
    try:
        raise failure
    except BaseException:
        raise Wrapped  # noqa: B904


def _as_a_cause_of_a_cause(failure: BaseException) -> None:
    try:
        _as_a_cause(failure)
    except Wrapped as wrapped:
        raise RuntimeError from wrapped


def _in_a_group(failure: BaseException) -> None:
    raise BaseExceptionGroup("two", [ValueError("other"), BaseExceptionGroup("inner", [failure])])


def _in_a_circle(failure: BaseException) -> None:
    """The failure and its cause know of each other."""
    wrapped = Wrapped()
    failure.__context__ = wrapped
    raise wrapped from failure


def _not_at_all(failure: BaseException) -> None:
    """Swallowed."""


BECAME = [_as_it_is, _as_a_cause, _as_a_context, _as_a_cause_of_a_cause, _in_a_group, _in_a_circle, _not_at_all]


@pytest.mark.parametrize("become", BECAME)
def test_an_expected_failure_is_caught_whatever_it_became(become: Callable[[BaseException], None]) -> None:
    with intercept(default=None) as llm:
        with llm.expect_failure() as expected:
            failure = swallowed()
            become(failure)
        assert expected.value is failure
    assert llm.failures == [failure]


def test_a_miss_in_an_asyncio_task_group_is_expected() -> None:
    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(aask_openai)

    with intercept(default=None) as llm, llm.expect_failure() as expected:
        asyncio.run(main())
    assert type(expected.value) is UnansweredCall


def test_an_sdk_that_wraps_what_a_callable_raised_is_expected() -> None:
    with intercept(lambda call: 1 / 0) as llm, llm.expect_failure() as expected:
        ask_openai()
    assert type(expected.value) is ZeroDivisionError


def test_it_is_an_assertion_error_if_every_call_was_answered() -> None:
    with intercept() as llm:
        expecting = llm.expect_failure()
        with pytest.raises(AssertionError, match=r"^expected a failure, and every call was answered$"), expecting as expected:
            ask_openai()
    assert not hasattr(expected, "value")


def test_a_failure_of_before_is_not_the_expected_one() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        before = swallowed("before")
        with pytest.raises(AssertionError, match="every call was answered"), llm.expect_failure():
            pass
    assert raised.value is before


def test_expecting_one_leaves_the_others_pending() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm:
        with llm.expect_failure():
            swallowed("expected")
        after = swallowed("after")
    assert raised.value is after
    assert len(llm.failures) == 2


def test_all_failures_of_the_block_are_expected_and_the_first_is_the_value() -> None:
    with intercept(default=None) as llm, llm.expect_failure() as expected:
        failures = [swallowed(prompt) for prompt in "ab"]
    assert expected.value is failures[0]
    assert llm.failures == failures


def test_another_error_comes_out_of_the_block() -> None:
    with pytest.raises(ZeroDivisionError), intercept() as llm, llm.expect_failure():
        raise ZeroDivisionError


def test_another_error_after_a_failure_comes_out_and_the_failure_stays_pending() -> None:
    with raised_at_the_end(UnansweredCall) as raised, intercept(default=None) as llm, llm.expect_failure():
        failure = swallowed()
        raise ZeroDivisionError
    assert raised.value is failure
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def _interrupted(interrupt: type[BaseException]) -> None:
    raise interrupt


def _interrupted_while_it_is_handled(interrupt: type[BaseException]) -> None:
    try:
        ask_openai()
    except BaseException:
        raise interrupt  # noqa: B904


@pytest.mark.parametrize("interrupted", [_interrupted, _interrupted_while_it_is_handled])
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes_the_expectation(
    interrupted: Callable[[type[BaseException]], None], interrupt: type[BaseException]
) -> None:
    with raised_at_the_end(interrupt), intercept(default=None) as llm, llm.expect_failure():
        interrupted(interrupt)


def _ask_and_check() -> None:
    try:
        ask_openai()
    except UnansweredCall as failure:
        if "no such text" not in str(failure):
            raise AssertionError("the test's own")  # noqa: B904


def test_an_assertion_that_fails_while_the_failure_is_handled_is_not_what_was_expected() -> None:
    with intercept(default=None) as llm:
        with pytest.raises(AssertionError, match="the test's own"), llm.expect_failure():
            _ask_and_check()
        llm.reset()


def test_pytest_raises_around_the_block_expects_it_too() -> None:
    with pytest.raises(InterceptFailure, match="No rule answers this call"), intercept(default=None), suppress(BaseException):
        ask_openai()


def test_expectations_work_on_a_wrapped_client() -> None:
    with wrap(openai_client(), default=None) as llm, llm.expect_failure() as expected:
        ask_openai()
    assert llm.failures == [expected.value]


def test_expectations_work_on_what_activate_gave() -> None:
    llm = activate(default=None)
    with llm.expect_failure() as expected:
        ask_openai()
    deactivate()
    assert llm.failures == [expected.value]


def test_resetting_forgets_what_is_pending() -> None:
    with intercept(default=None) as llm:
        swallowed()
        llm.reset()
    assert llm.failures == []


def test_a_failure_and_an_error_of_the_provider_are_different_things() -> None:
    with intercept(error(400)) as llm, pytest.raises(openai.BadRequestError):
        ask_openai()
    assert llm.failures == []


def test_the_filled_parameter_sees_the_failures_of_its_function() -> None:
    @intercept(default=None)
    def run(llm: Interceptor) -> Any:
        with llm.expect_failure() as expected:
            ask_openai()
        return expected.value, llm.failures

    value, failures = run()  # type: ignore[call-arg]
    assert failures == [value]
