"""`intercept` as a block: who is answered, in which order, and what is left behind."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import asyncio
import contextvars
import os
import random
import sys
import threading
import warnings
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import httpx2
import pytest
import requests
import urllib3

from llm_intercept import InterceptFailure, InterceptWarning, OutOfScope, UnansweredCall, activation, error, intercept
from llm_intercept.interceptor import Interceptor
from tests.activation.asking import CHAT, aask, ask, process
from tests.transports.libraries import TLS, chat, said

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup


def test_with_answers_and_keeps_the_journal() -> None:
    with intercept("Paris.") as llm:
        assert ask("Capital of France?") == "Paris."
    assert llm.calls[-1].prompt == "Capital of France?"


@pytest.mark.anyio
async def test_async_with_answers_and_keeps_the_journal() -> None:
    async with intercept("Paris.") as llm:
        assert await aask("Capital of France?") == "Paris."
    assert llm.calls[-1].prompt == "Capital of France?"


def test_an_interceptor_alone_is_inactive() -> None:
    before = process()
    Interceptor("Paris.")
    assert process() == before


def test_leaving_what_is_not_active_is_an_error() -> None:
    with pytest.raises(RuntimeError, match=r"^this interceptor is not active$"):
        intercept().__exit__(None, None, None)


def test_a_failing_body_keeps_its_exception() -> None:
    with pytest.raises(ZeroDivisionError) as raised, intercept():
        ask()
        1 / 0  # noqa: B018
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_is_not_replaced_by_a_failure(kind: type[BaseException]) -> None:
    with pytest.raises(kind), intercept(default=None) as llm:
        with pytest.raises(UnansweredCall):
            ask()
        raise kind
    assert len(llm.failures) == 1


def test_a_failure_replaces_what_came_out_and_names_it_as_its_cause() -> None:
    with pytest.raises(UnansweredCall) as raised, intercept(default=None) as llm:
        try:
            ask()
        except InterceptFailure:
            raise ValueError("something else") from None
    assert raised.value is llm.failures[0]
    assert isinstance(raised.value.__cause__, ValueError)


def test_a_failure_that_came_out_is_not_raised_twice() -> None:
    with pytest.raises(UnansweredCall) as raised, intercept(default=None) as llm:
        ask()
    assert raised.value is llm.failures[0]
    assert raised.value.__cause__ is None


def test_the_first_of_several_failures_is_raised() -> None:
    with pytest.raises(UnansweredCall) as raised, intercept(default=None) as llm:
        for prompt in ("first", "second"):
            with pytest.raises(UnansweredCall):
                ask(prompt)
    assert raised.value is llm.failures[0]
    assert "first" in str(raised.value)
    assert len(llm.failures) == 2


def test_what_a_callable_raised_is_raised_at_the_end_too() -> None:
    def broken(call: Any) -> str:
        raise LookupError("my own bug")

    with pytest.raises(LookupError, match="my own bug"), intercept(broken) as llm, pytest.raises(LookupError):
        ask()
    assert llm.calls.one.outcome == "failed"


def test_an_expected_failure_is_not_raised_again() -> None:
    with intercept(default=None) as llm:
        with llm.expect_failure() as expected:
            ask()
        assert isinstance(expected.value, UnansweredCall)
    assert llm.failures == [expected.value]


def test_a_failure_is_expected_whatever_it_became() -> None:
    with intercept(default=None) as llm:
        with llm.expect_failure() as expected:
            try:
                ask()
            except InterceptFailure as failure:
                raise ValueError("wrapped") from failure
        with llm.expect_failure() as grouped:
            try:
                ask()
            except InterceptFailure as failure:
                raise BaseExceptionGroup("group", [ValueError(), failure]) from None
        with llm.expect_failure() as swallowed, pytest.raises(InterceptFailure):
            ask()
    assert [expected.value, grouped.value, swallowed.value] == llm.failures


def test_what_has_nothing_to_do_with_the_failure_is_not_expected() -> None:
    def swallow_and_fail() -> None:
        with pytest.raises(UnansweredCall):
            ask()
        raise ZeroDivisionError

    with pytest.raises(UnansweredCall) as at_the_end, intercept(default=None) as llm:
        with pytest.raises(ZeroDivisionError), llm.expect_failure():
            swallow_and_fail()
        assert len(llm.failures) == 1
    assert at_the_end.value is llm.failures[0]


def test_an_expected_failure_that_does_not_come_is_an_error() -> None:
    text = r"^expected a failure, and every call was answered$"
    with intercept() as llm, pytest.raises(AssertionError, match=text), llm.expect_failure():
        ask()


def test_a_rule_without_a_reply_is_reported_at_the_end() -> None:
    with pytest.warns(InterceptWarning, match="was given no reply"), intercept("Hello.") as llm:  # noqa: PT031
        llm.on("weather")
        ask()


def test_clients_built_before_are_caught() -> None:
    before = [
        httpx.Client(verify=TLS),
        httpx2.Client(verify=TLS),
        requests.Session(),
    ]
    pool = urllib3.PoolManager()
    with intercept("Caught.") as llm:
        for client in before:
            body = {"data" if isinstance(client, requests.Session) else "content": chat()}
            assert said(client.post(CHAT, **body).content) == "Caught."
        assert said(pool.request("POST", CHAT, body=chat()).data) == "Caught."
        assert [entry.request.library for entry in llm.calls] == ["httpx", "httpx2", "urllib3", "urllib3"]
    for client in before:
        client.close()
    pool.clear()


# order


def test_the_innermost_answers_and_every_journal_around_it_notes_the_call() -> None:
    with intercept("Outer.") as outer:
        with intercept("Inner.") as inner:
            assert ask("to the inner") == "Inner."
        assert ask("to the outer") == "Outer."
    assert [entry.prompt for entry in inner.calls] == ["to the inner"]
    assert [entry.prompt for entry in outer.calls] == ["to the inner", "to the outer"]


def test_past_the_inner_only_an_explicit_rule_of_the_outer_is_asked() -> None:
    with intercept("Outer default.") as outer:
        outer.on("weather").reply("Outer rule.")
        with intercept(default=None) as inner:
            assert ask("the weather?") == "Outer rule."
            with inner.expect_failure():
                ask("anything else")
        assert ask("anything else") == "Outer default."
    assert outer.failures == []
    assert len(inner.calls) == 1  # the outer answered the other one


def test_overlapping_blocks_end_in_any_order() -> None:
    one, two, three = intercept("One."), intercept("Two."), intercept("Three.")
    one.__enter__()
    two.__enter__()
    three.__enter__()
    assert ask() == "Three."
    one.__exit__(None, None, None)
    assert ask() == "Three."
    three.__exit__(None, None, None)
    assert ask() == "Two."
    two.__exit__(None, None, None)


def test_each_entry_starts_from_the_definition_and_the_journal_goes_on() -> None:
    llm = intercept("First.", "Second.")
    for _ in range(2):
        with llm:
            assert [ask(), ask()] == ["First.", "Second."]
            with llm.expect_failure():
                ask()
    assert len(llm.calls) == 6


def test_rules_defined_before_are_kept_and_rules_of_a_block_are_its_own() -> None:
    llm = intercept("Otherwise.")
    llm.on("weather").replies("Sunny.", "Rainy.")
    with llm:
        llm.on("joke").reply("Knock.")
        assert [ask("weather"), ask("joke")] == ["Sunny.", "Knock."]
    with llm:
        assert [ask("weather"), ask("joke")] == ["Sunny.", "Otherwise."]


def test_an_interceptor_entered_within_itself_is_fresh_and_the_outer_goes_on() -> None:
    llm = intercept("First.", "Second.")
    with llm:
        assert ask() == "First."
        with llm:
            assert ask() == "First."
        assert ask() == "Second."


def test_concurrent_entries_have_scripts_of_their_own() -> None:
    llm = intercept("First.", "Second.", scope="task")
    barrier = threading.Barrier(4)

    def script(_: int) -> list[str]:
        with llm:
            barrier.wait(5)
            first = ask()
            barrier.wait(5)
            return [first, ask()]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(script, range(4))) == [["First.", "Second."]] * 4
    assert len(llm.calls) == 8


@pytest.mark.anyio
async def test_concurrent_tasks_have_scripts_of_their_own() -> None:
    llm, seen = intercept("First.", "Second.", scope="task"), []

    async def script() -> None:
        async with llm:
            first = await aask()
            await anyio.sleep(0.001)
            seen.append([first, await aask()])

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(script)
    assert seen == [["First.", "Second."]] * 4


def test_a_failure_is_raised_by_its_own_entry() -> None:
    llm = intercept(default=None)
    with pytest.raises(UnansweredCall), llm, pytest.raises(UnansweredCall):
        ask()
    with llm:
        pass
    assert len(llm.failures) == 1


def test_a_block_may_end_in_another_thread() -> None:
    llm = intercept("Hello.")
    llm.__enter__()
    ending = threading.Thread(target=llm.__exit__, args=(None, None, None))
    ending.start()
    ending.join()
    with pytest.raises(RuntimeError, match="not active"):
        llm.__exit__(None, None, None)


def test_a_stream_that_is_open_at_the_end_finishes_from_its_own_reply() -> None:
    with intercept("Hello, world.") as llm:
        streaming = httpx2.stream("POST", CHAT, content=chat(stream=True), verify=TLS)
        response = streaming.__enter__()
        chunks = response.iter_bytes()
        next(chunks)
    rest = b"".join(chunks)
    assert rest.endswith(b"data: [DONE]\n\n")
    streaming.__exit__(None, None, None)
    assert llm.calls.one.outcome == "complete"


def test_reset_starts_over() -> None:
    with intercept("First.", "Second.") as llm:
        assert ask() == "First."
        with pytest.raises(UnansweredCall):
            [ask() for _ in range(2)]
        llm.reset()
        assert (len(llm.calls), llm.failures) == (0, [])
        assert ask() == "First."


# who is answered


def _in_thread(call: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def _in_warm_pool() -> tuple[ThreadPoolExecutor, Any]:
    pool = ThreadPoolExecutor(1)
    pool.submit(lambda: None).result()
    return pool, lambda call: pool.submit(call).result()


def _copied(call: Any) -> Any:
    return contextvars.copy_context().run(call)


async def _coroutine(call: Any) -> Any:
    return call()


async def _to_thread(call: Any) -> Any:
    return await asyncio.to_thread(call)


async def _executor(call: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, call)


async def _task(call: Any) -> Any:
    return await asyncio.create_task(_coroutine(call))


async def _anyio_thread(call: Any) -> Any:
    return await anyio.to_thread.run_sync(call)


async def _anyio_group(call: Any) -> Any:
    found: list[Any] = []

    async def one() -> None:
        found.append(call())

    async with anyio.create_task_group() as group:
        group.start_soon(one)
    return found[0]


async def _from_outside(call: Any) -> Any:
    """Handed to this loop by a thread of another context."""
    loop = asyncio.get_running_loop()
    waiting = await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(_coroutine(call), loop))
    return await asyncio.wrap_future(waiting)


def _in_fork(call: Any) -> Any:
    """What a forked child is answered, through a pipe."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking while threads run: the child makes one call and is gone
        child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(call()).encode())
        except BaseException as error:
            os.write(writing, type(error).__name__.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


#: Where the call is made from: how, and whether a block with scope="task" answers it there.
PLACES: dict[str, tuple[Any, bool]] = {
    "here": (lambda call: call(), True),
    "a copied context": (_copied, True),
    "a thread": (_in_thread, False),
    "another event loop": (lambda call: asyncio.run(_coroutine(call)), True),
    "a task": (lambda call: asyncio.run(_task(call)), True),
    "asyncio.to_thread": (lambda call: asyncio.run(_to_thread(call)), True),
    "run_coroutine_threadsafe": (lambda call: asyncio.run(_from_outside(call)), True),
    "anyio's task group": (lambda call: anyio.run(_anyio_group, call), True),
    "trio's task group": (lambda call: anyio.run(_anyio_group, call, backend="trio"), True),
    "a thread of trio's": (lambda call: anyio.run(_anyio_thread, call, backend="trio"), True),
    "anyio.to_thread": (lambda call: asyncio.run(_anyio_thread(call)), True),
    "run_in_executor": (lambda call: asyncio.run(_executor(call)), False),
    "another event loop in a thread": (lambda call: _in_thread(lambda: asyncio.run(_coroutine(call))), False),
}


@pytest.mark.parametrize("place", list(PLACES))
def test_a_block_answers_the_whole_process(place: str) -> None:
    with intercept("Everywhere.") as llm:
        assert PLACES[place][0](ask) == "Everywhere."
        assert len(llm.calls) == 1


@pytest.mark.parametrize("place", list(PLACES))
def test_scope_task_answers_its_context_and_refuses_the_others(place: str) -> None:

    call_from, answered = PLACES[place]
    with intercept("Mine.", scope="task") as llm:
        if answered:
            assert call_from(ask) == "Mine."
        else:
            with llm.expect_failure() as refused:
                call_from(ask)
            assert isinstance(refused.value, OutOfScope)
            assert str(refused.value) == (
                "An LLM call to api.openai.com/v1/chat/completions from a context in which no interceptor answers: every active "
                "one has scope='task' and was entered elsewhere. It is not let out to the network. Enter one here, or use "
                "scope='process'."
            )
            assert len(llm.calls) == 0


def test_a_pool_warmed_before_is_answered_and_with_scope_task_refused() -> None:

    pool, call_from = _in_warm_pool()
    with intercept("Everywhere."):
        assert call_from(ask) == "Everywhere."
    with pytest.raises(OutOfScope), intercept("Mine.", scope="task"), pytest.raises(OutOfScope):
        call_from(ask)
    pool.shutdown()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("scope", ["process", "task"])
def test_a_forked_child_is_answered_as_its_parent(scope: Any) -> None:
    with intercept("Everywhere.", scope=scope) as llm:
        assert _in_fork(ask) == "Everywhere."
        assert not llm.calls  # the child's journal is its own
        assert ask() == "Everywhere."


@pytest.mark.parametrize("scope", ["process", "task"])
def test_a_block_of_an_async_generator_that_is_stepped_in_tasks_of_its_own(scope: Any) -> None:
    """As fixtures of some plugins are: entered in one task, used in a second, left in a third."""

    async def fixture() -> AsyncIterator[Any]:
        with intercept("From the fixture.", scope=scope) as llm:
            yield llm

    async def main() -> None:
        generator = fixture()
        llm = await asyncio.create_task(anext(generator))  # type: ignore[arg-type]
        if scope == "process":
            assert await asyncio.create_task(_coroutine(ask)) == "From the fixture."
        else:
            with llm.expect_failure() as f:
                await asyncio.create_task(_coroutine(ask))
            assert isinstance(f.value, OutOfScope)
        with pytest.raises(StopAsyncIteration):
            await asyncio.create_task(anext(generator))  # type: ignore[arg-type]

    asyncio.run(main())
    assert not activation.active()


@pytest.mark.parametrize("scope", ["process", "task"])
def test_a_task_made_before_is_answered_only_by_the_process_scope(scope: str) -> None:

    async def script() -> list[Any]:
        entered = asyncio.Event()

        async def made_before() -> str:
            await entered.wait()
            return await aask()

        task = asyncio.create_task(made_before())
        await asyncio.sleep(0)
        async with intercept("Here.", scope=scope) as llm:
            entered.set()
            if scope == "process":
                return [await task]
            with llm.expect_failure() as refused:
                await task
            return [type(refused.value)]

    assert asyncio.run(script()) == (["Here."] if scope == "process" else [OutOfScope])


def test_two_tasks_with_scope_task_have_answers_of_their_own() -> None:
    async def one(text: str) -> str:
        async with intercept(text, scope="task"):
            await asyncio.sleep(0.001)
            return await aask()

    async def script() -> list[str]:
        return await asyncio.gather(one("A"), one("B"))

    assert asyncio.run(script()) == ["A", "B"]


def test_the_task_scope_is_asked_before_the_process_scope() -> None:
    with intercept("Task.", scope="task") as task, intercept("Process.") as whole:
        assert ask("from here") == "Task."
        assert _in_thread(lambda: ask("from a thread")) == "Process."
    assert [entry.prompt for entry in task.calls] == ["from here"]
    assert [entry.prompt for entry in whole.calls] == ["from here", "from a thread"]


def test_scope_task_that_ended_elsewhere_answers_no_more() -> None:
    with intercept("Whole.") as outer:
        llm = intercept("Mine.", scope="task")
        llm.__enter__()
        assert ask() == "Mine."
        _in_thread(lambda: llm.__exit__(None, None, None))
        assert ask() == "Whole."
        assert len(outer.calls) == 2


def test_a_refused_call_is_a_failure_of_every_active_one() -> None:

    refused = pytest.raises(OutOfScope)
    with pytest.raises(OutOfScope), intercept(scope="task") as outer, refused, intercept(scope="task") as inner:
        with pytest.raises(OutOfScope):
            _in_thread(ask)
        assert len(inner.failures) == 1
    assert outer.failures == inner.failures


# what is left behind


class _Deliberate(Exception):
    """A body that fails."""


def _nested(rng: random.Random, tag: str) -> None:
    with intercept(tag), intercept(tag, keys=rng.random() < 0.5):
        ask()


def _overlapping(rng: random.Random, tag: str) -> None:
    blocks = [intercept(tag, scope=rng.choice(["process", "task"])) for _ in range(3)]
    for block in blocks:
        block.__enter__()
    ask()
    rng.shuffle(blocks)
    for block in blocks:
        block.__exit__(None, None, None)


def _failing(rng: random.Random, tag: str) -> None:
    with pytest.raises(_Deliberate), intercept(tag):
        ask()
        raise _Deliberate


def _missing(rng: random.Random, tag: str) -> None:
    with pytest.raises(UnansweredCall), intercept(default=None, scope="task"):
        ask()


def _decorated(rng: random.Random, tag: str) -> None:
    @intercept(tag)
    def body() -> str:
        return ask()

    assert body()


def _asynchronous(rng: random.Random, tag: str) -> None:
    async def body() -> None:
        async with intercept(tag, error(500)):
            await aask()

    asyncio.run(body())


def test_200_activations_in_any_order_over_16_threads_leave_nothing_behind() -> None:
    before, rng = process(), random.Random(20)
    kinds = [_nested, _overlapping, _failing, _missing, _decorated, _asynchronous]
    jobs = [(kinds[number % len(kinds)], random.Random(number)) for number in range(200)]
    rng.shuffle(jobs)
    started = threading.Barrier(16)

    def work(number: int) -> None:
        started.wait(10)
        for kind, own in jobs[number::16]:
            kind(own, f"{number}")

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(work, number) for number in range(16)]:
            done.result()
    assert process() == before


def test_a_variable_that_was_filled_is_taken_out_and_one_that_was_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-mine")
    with intercept():
        assert "OPENAI_API_KEY" in os.environ
        os.environ["MISTRAL_API_KEY"] = "set meanwhile"
        assert os.environ["GROQ_API_KEY"] == "gsk-mine"
    assert "OPENAI_API_KEY" not in os.environ
    assert os.environ.pop("MISTRAL_API_KEY") == "set meanwhile"
    assert os.environ["GROQ_API_KEY"] == "gsk-mine"
    monkeypatch.undo()


def test_without_keys_the_environment_is_not_touched() -> None:
    before = dict(os.environ)
    with intercept(keys=False):
        assert dict(os.environ) == before


def test_the_interceptor_reads_as_what_it_holds() -> None:
    with intercept("Hello.") as llm:
        llm.on("weather").reply("Sunny.")
        ask()
        ask()
        assert repr(llm) == "<Interceptor, 1 rules, 2 calls>"
