"""Real time: what time it is, and how a pause passes, for threads and for the async library that is running."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable

__all__ = ["Now", "Sleep", "async_sleep", "now", "sleep"]

Sleep = Callable[[float], Awaitable[None]]

#: Tells the time, in seconds since 1970.
Now = Callable[[], float]

now: Now = time.time

sleep = time.sleep


def async_sleep() -> Sleep:
    """The sleep of the async library that runs the caller; neither is imported for it."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        return _trio_sleep
    import asyncio

    return asyncio.sleep


async def _trio_sleep(seconds: float) -> None:
    import trio

    await trio.sleep(seconds)
