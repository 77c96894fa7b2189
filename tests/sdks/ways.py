"""Sync and async written once: the same code is driven without a loop, under asyncio and under trio."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio

T = TypeVar("T")

WAYS = ("sync", "asyncio", "trio")


def run(way: str, work: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
    """Run `work` in one way. Sync work never suspends, so it needs no loop."""
    if way != "sync":
        return anyio.run(work, *args, backend=way)
    coroutine = work(*args)
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("sync code suspended")


async def settled(value: Any) -> Any:
    """The value, or what an awaitable of it gives."""
    return await value if inspect.isawaitable(value) else value


async def each(stream: Any) -> AsyncIterator[Any]:
    """The items of a sync or async iterable."""
    if hasattr(stream, "__aiter__"):
        async for item in stream:
            yield item
    else:
        for item in stream:
            yield item


@asynccontextmanager
async def entered(manager: Any) -> AsyncIterator[Any]:
    """A sync or async context manager, entered."""
    if hasattr(manager, "__aenter__"):
        async with manager as value:
            yield value
    else:
        with manager as value:
            yield value


@asynccontextmanager
async def left(stream: Any) -> AsyncIterator[Any]:
    """A raw stream, closed when it is left: a context manager, or what has `close` or `aclose`; a plain iterator is let go."""
    if hasattr(stream, "__aenter__") or hasattr(stream, "__enter__"):
        async with entered(stream) as value:
            yield value
        return
    try:
        yield stream
    finally:
        close = getattr(stream, "aclose", None) or getattr(stream, "close", None)
        if close is not None:
            await settled(close())
