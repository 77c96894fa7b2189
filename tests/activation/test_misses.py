"""What a miss becomes on its way from the call to the test, one row each; whatever that is, the end of the block raises it.

A miss is a `BaseException`, so neither an SDK's retries nor `except Exception` stop it. What carries exceptions from one place
to another (groups, pools, web frameworks) may change or drop it.
"""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import multiprocessing.pool
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
import tenacity
import trio
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from llm_intercept import InterceptFailure, UnansweredCall, intercept
from tests.activation.asking import aask, ask

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup


@dataclass(frozen=True)
class Row:
    """A way of making the call, what it becomes in words, and whether that is what came out (raised, returned or reported)."""

    name: str
    call: Callable[[], Any]
    becomes: str
    is_so: Callable[[Any], bool]
    calls: int = 1


def itself(out: Any) -> bool:
    """The miss, as it was raised."""
    return isinstance(out, UnansweredCall)


def group(out: Any) -> bool:
    """A group in which the miss is."""
    return isinstance(out, BaseExceptionGroup) and any(itself(one) for one in out.exceptions)


def all_missed(out: Any) -> bool:
    """A list of misses."""
    return isinstance(out, list) and len(out) == 2 and all(map(itself, out))


# how the calls are made


def in_loop(main: Callable[[], Any]) -> Callable[[], Any]:
    """Run an async way under asyncio."""
    return lambda: asyncio.run(main())


async def gathering() -> Any:
    return await asyncio.gather(aask("one"), aask("two"))


async def gathering_exceptions() -> Any:
    return await asyncio.gather(aask("one"), aask("two"), return_exceptions=True)


async def task_group() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(aask())


async def anyio_group() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(aask)


async def trio_nursery() -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(aask)


async def awaited_task() -> Any:
    return await asyncio.create_task(aask())


async def waited_for() -> Any:
    return await asyncio.wait_for(aask(), 5)


async def waiting() -> Any:
    done, _ = await asyncio.wait([asyncio.create_task(aask())])
    return done.pop().exception()


async def as_completed() -> Any:
    return [await one for one in asyncio.as_completed([aask()])]


async def reported_by_the_loop(start: Callable[[asyncio.AbstractEventLoop], None]) -> Any:
    loop, reports = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: reports.append(context))
    start(loop)
    for _ in range(100):
        await asyncio.sleep(0)
    gc.collect()
    return [(context["message"].partition(" <")[0], context["exception"]) for context in reports]


async def fire_and_forget() -> Any:
    return await reported_by_the_loop(lambda loop: loop.create_task(aask()) and None)


async def callback() -> Any:
    return await reported_by_the_loop(lambda loop: loop.call_soon(ask) and None)


async def to_thread() -> Any:
    return await asyncio.to_thread(ask)


async def run_in_executor() -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, ask)


async def anyio_to_thread() -> Any:
    return await anyio.to_thread.run_sync(ask)


@contextlib.contextmanager
def hooked() -> Any:
    """What `threading.excepthook` is told."""
    told: list[Any] = []
    before, threading.excepthook = threading.excepthook, lambda args: told.append(args.exc_value)
    try:
        yield told
    finally:
        threading.excepthook = before


def thread() -> Any:
    with hooked() as told:
        running = threading.Thread(target=ask)
        running.start()
        running.join()
    return ("join() returned", *told)


def pool() -> Any:
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(ask).result()


def pool_map() -> Any:
    with ThreadPoolExecutor(1) as executor:
        return list(executor.map(ask, ["one"]))


def unread_future() -> Any:
    with ThreadPoolExecutor(1) as executor:
        executor.submit(ask)
    return "nothing"


def thread_pool_of_multiprocessing() -> Any:
    with hooked() as told, multiprocessing.pool.ThreadPool(1) as threads:
        try:
            return threads.apply_async(ask).get(0.05)
        except multiprocessing.TimeoutError as error:
            return (type(error), *told)


def fallback() -> Any:
    try:
        return ask()
    except Exception:
        return "the fallback"


def bare_except() -> Any:
    try:
        return ask()
    except:  # noqa: E722
        return "the fallback"


def wrapped_by_hand() -> Any:
    try:
        return ask()
    except BaseException as error:
        raise RuntimeError("the model is down") from error


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
def retried() -> str:
    return ask()


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
async def async_retried() -> str:
    return await aask()


@tenacity.retry(stop=tenacity.stop_after_attempt(3), retry=tenacity.retry_if_exception_type(BaseException))
def retried_whatever_it_is() -> str:
    return ask()


async def endpoint(request: Request) -> Response:
    return PlainTextResponse(await aask())


def sync_endpoint(request: Request) -> Response:
    return PlainTextResponse(ask())


async def endpoint_in_background(request: Request) -> Response:
    return PlainTextResponse("accepted", background=BackgroundTask(aask))


class Passing(BaseHTTPMiddleware):
    """A middleware that does nothing but run the rest in a task group."""

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        return response


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    yield


def served(served_endpoint: Any, *middleware: Any, entered: bool = False, raising: bool = True) -> Callable[[], Any]:
    """Ask an app of Starlette through its test client."""

    def get() -> Any:
        app = Starlette(
            routes=[Route("/", served_endpoint)],
            middleware=[Middleware(one) for one in middleware],
            lifespan=lifespan if entered else None,
        )
        client = TestClient(app, raise_server_exceptions=raising)
        with client if entered else contextlib.nullcontext():
            return client.get("/").status_code

    return get


def dead_portal(out: Any) -> bool:
    """The loop thread of the test client dies of it, and the client meets that in one of two ways."""
    return type(out).__name__ == "CancelledError" or (isinstance(out, RuntimeError) and str(out) == "This portal is not running")


MISS, GROUP = "the miss itself", "a `BaseExceptionGroup` that holds the miss"
DEAD = "`CancelledError`, or `RuntimeError: This portal is not running`: the client's loop dies of it"

MISSES = (
    Row("plain code", ask, MISS, itself),
    Row("`except Exception: fallback`", fallback, MISS, itself),
    Row("a bare `except:` with a fallback", bare_except, "the fallback: swallowed", lambda out: out == "the fallback"),
    Row("`raise RuntimeError(...) from error`", wrapped_by_hand, "the `RuntimeError`, its cause the miss",
        lambda out: isinstance(out, RuntimeError) and itself(out.__cause__)),
    Row("an awaited task", in_loop(awaited_task), MISS, itself),
    Row("`asyncio.gather`", in_loop(gathering), MISS, itself, calls=2),
    Row("`asyncio.gather(return_exceptions=True)`", in_loop(gathering_exceptions), "a list of misses: returned",
        all_missed, calls=2),
    Row("`asyncio.wait_for`", in_loop(waited_for), MISS, itself),
    Row("`asyncio.wait`", in_loop(waiting), "`task.exception()`: returned", itself),
    Row("`asyncio.as_completed`", in_loop(as_completed), MISS, itself),
    Row("anyio task group", in_loop(anyio_group), GROUP, group),
    Row("anyio task group under trio", lambda: anyio.run(anyio_group, backend="trio"), GROUP, group),
    Row("trio nursery", lambda: trio.run(trio_nursery), GROUP, group),
    Row("a fire-and-forget task", in_loop(fire_and_forget),
        "nothing at the call; the loop reports 'Task exception was never retrieved' when the task is collected",
        lambda out: [message for message, _ in out] == ["Task exception was never retrieved"] and itself(out[0][1])),
    Row("a callback of the loop", in_loop(callback), "nothing at the call; the loop reports 'Exception in callback'",
        lambda out: [message for message, _ in out] == ["Exception in callback"] and itself(out[0][1])),
    Row("a thread", thread, "nothing at `join()`; `threading.excepthook` is told",
        lambda out: out[0] == "join() returned" and itself(out[1])),
    Row("a pool's `future.result()`", pool, MISS, itself),
    Row("a pool's `map`", pool_map, MISS, itself),
    Row("a pool's future that nobody reads", unread_future, "nothing at all", lambda out: out == "nothing"),
    Row("`multiprocessing.pool.ThreadPool`", thread_pool_of_multiprocessing,
        "the worker dies of it (`threading.excepthook` is told) and `get()` waits for ever: give it a timeout",
        lambda out: out[0] is multiprocessing.TimeoutError and itself(out[1])),
    Row("`asyncio.to_thread`", in_loop(to_thread), MISS, itself),
    Row("`loop.run_in_executor`", in_loop(run_in_executor), MISS, itself),
    Row("`anyio.to_thread.run_sync`", in_loop(anyio_to_thread), MISS, itself),
    Row("an async endpoint under Starlette's `TestClient`", served(endpoint), MISS, itself),
    Row("a sync endpoint under `TestClient`", served(sync_endpoint), MISS, itself),
    Row("an endpoint under `TestClient(raise_server_exceptions=False)`", served(endpoint, raising=False),
        "a response with status 500", lambda out: out == 500),
    Row("a background task of a response", served(endpoint_in_background), MISS, itself),
    Row("an endpoint behind `BaseHTTPMiddleware`", served(endpoint, Passing), GROUP, group),
    Row("an endpoint under `with TestClient(app)` (lifespan)", served(endpoint, entered=True), DEAD, dead_portal),
    Row("an endpoint with lifespan and `BaseHTTPMiddleware`", served(endpoint, Passing, entered=True), DEAD, dead_portal),
    Row("tenacity's `retry`", retried, MISS + ", after one attempt", itself),
    Row("tenacity's `retry`, async", in_loop(async_retried), MISS + ", after one attempt", itself),
    Row("tenacity told to retry `BaseException`", retried_whatever_it_is, "`tenacity.RetryError`, after all attempts",
        lambda out: isinstance(out, tenacity.RetryError) and itself(out.last_attempt.exception()), calls=3),
)  # fmt: skip

if sys.version_info >= (3, 11):
    MISSES = (*MISSES, Row("`asyncio.TaskGroup`", in_loop(task_group), GROUP, group))

rows = pytest.mark.parametrize("row", MISSES, ids=lambda row: row.name)


def what_comes_out(row: Row) -> Any:
    """What the call site sees: what was raised, or what was returned."""
    try:
        return row.call()
    except BaseException as raised:
        return raised


@rows
def test_a_miss_becomes_what_the_table_says_and_the_end_raises_it(row: Row) -> None:
    with pytest.raises(InterceptFailure) as at_the_end, intercept(default=None) as llm:
        out = what_comes_out(row)
        assert row.is_so(out), f"it became {out!r}"
    assert at_the_end.value is llm.failures[0]
    assert len(llm.calls) == len(llm.failures) == row.calls
    assert "No rule answers this call" in str(at_the_end.value)


@rows
def test_a_miss_that_leaves_the_block_in_another_shape_is_raised_as_itself(row: Row) -> None:
    with pytest.raises(InterceptFailure) as at_the_end, intercept(default=None) as llm:
        out = None
        try:
            row.call()
        except BaseException as raised:
            out = raised
            raise
    assert at_the_end.value is llm.failures[0]
    assert at_the_end.value.__cause__ is (None if out is at_the_end.value else out)
    assert "No rule answers this call" in "".join(traceback.format_exception(at_the_end.value))


# under the SDKs


def _openai() -> Any:
    import openai

    return openai.OpenAI().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "Hello"}])


async def _openai_async() -> Any:
    import openai

    return await openai.AsyncOpenAI().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "Hello"}])


def _anthropic() -> Any:
    import anthropic

    asked = [{"role": "user", "content": "Hello"}]
    return anthropic.Anthropic().messages.create(model="claude-opus-4-5", max_tokens=64, messages=asked)  # type: ignore[arg-type]


async def _anthropic_async() -> Any:
    import anthropic

    asked = [{"role": "user", "content": "Hello"}]
    return await anthropic.AsyncAnthropic().messages.create(model="claude-opus-4-5", max_tokens=64, messages=asked)  # type: ignore[arg-type]


def _anthropic_stream() -> Any:
    import anthropic

    asked = [{"role": "user", "content": "Hello"}]
    with anthropic.Anthropic().messages.stream(model="claude-opus-4-5", max_tokens=64, messages=asked) as stream:  # type: ignore[arg-type]
        return stream.get_final_text()


def _litellm(model: str) -> Any:
    import litellm

    return litellm.completion(model, messages=[{"role": "user", "content": "Hello"}], num_retries=2)


SDKS: dict[str, Callable[[], Any]] = {
    "openai": _openai,
    "openai async": in_loop(_openai_async),
    "anthropic": _anthropic,
    "anthropic async": in_loop(_anthropic_async),
    "anthropic stream": _anthropic_stream,
    "litellm to openai": lambda: _litellm("gpt-4o"),
    "litellm to anthropic": lambda: _litellm("anthropic/claude-opus-4-5"),
}


@pytest.fixture(scope="session")
def warm() -> None:
    """The SDKs change their own and others' classes, and the environment, when they are first used."""
    for call in SDKS.values():
        with contextlib.suppress(InterceptFailure), intercept(default=None):
            call()


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("sdk", list(SDKS))
def test_under_an_sdk_a_miss_is_itself_after_one_attempt(sdk: str) -> None:
    with pytest.raises(UnansweredCall) as raised, intercept(default=None) as llm:
        SDKS[sdk]()
    assert raised.value is llm.failures[0]
    assert "No rule answers this call" in str(raised.value)
    assert [(entry.attempt, entry.outcome, entry.prompt) for entry in llm.calls] == [(1, "missed", "Hello")]
