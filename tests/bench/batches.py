"""Short runs of the same thing, timed: calls or streams, sync or async, in seconds for one.

Time is the thread's processor time. Nothing here waits for anything but the processor, so on a machine at rest it is what the
clock on the wall says; on a busy one it leaves out what others did meanwhile. (Windows counts it in steps of 15 ms: too coarse.)
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from functools import partial
from time import thread_time
from typing import Any

from tests.bench.sdks import Ask

__all__ = ["Batch", "batch", "calls"]

#: Runs it so many times; seconds for one.
Batch = Callable[[int], float]


def calls(ask: Ask, times: int) -> float:
    """Sync calls; a bare post is one too."""
    start = thread_time()
    for _ in range(times):
        ask()
    return (thread_time() - start) / times


def _streams(ask: Ask, times: int) -> float:
    start = thread_time()
    for _ in range(times):
        for _event in ask():
            pass
    return (thread_time() - start) / times


async def _async_calls(ask: Ask, times: int) -> float:
    start = thread_time()
    for _ in range(times):
        await ask()
    return (thread_time() - start) / times


async def _async_streams(ask: Ask, times: int) -> float:
    start = thread_time()
    for _ in range(times):
        async for _event in await ask():
            pass
    return (thread_time() - start) / times


def batch(ask: Ask, loop: AbstractEventLoop, *, asynchronous: bool, stream: bool) -> Batch:
    """The batch of one figure; an async one runs inside the loop, whose start and end are not timed."""
    if not asynchronous:
        return partial(_streams if stream else calls, ask)
    timed: Callable[[Any, int], Awaitable[float]] = _async_streams if stream else _async_calls
    return lambda times: loop.run_until_complete(timed(ask, times))
