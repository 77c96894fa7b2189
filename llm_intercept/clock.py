"""What time it is, and how a pause passes: really, or on a clock that only says so."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from threading import Lock

__all__ = ["Clock", "Now", "Sleep", "VirtualClock", "async_sleep", "clock_of", "sleep"]

Sleep = Callable[[float], Awaitable[None]]

#: Tells the time, in seconds since 1970.
Now = Callable[[], float]

sleep = time.sleep


class Clock:
    """An interceptor's time, which passes as everybody's does.

    `now` tells it in seconds since 1970.
    """

    virtual = False

    def __init__(self, now: Now = time.time) -> None:
        self.now = now
        self._elapsed = 0.0
        self._alone = Lock()

    @property
    def elapsed(self) -> float:
        """How many seconds were spent on waiting, all calls together: those that wait at the same time add up.

        With the real clock these are the pauses that were played; with the virtual one all that would have been waited for, were
        it real: pauses, the SDKs' own waits before they ask again, and time-outs.
        """
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass while nobody waits, as between two calls; only a virtual clock can.

        with intercept(clock="virtual", limits=Limits(rpm=1)) as llm:
            client.chat.completions.create(...)
            llm.clock.advance(60)
        """
        raise TypeError("real time cannot be advanced: intercept(clock='virtual')")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
        self._add(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Wait, on whatever event loop runs."""
        await async_sleep()(seconds)
        self._add(seconds)

    def skip(self, seconds: float) -> None:
        """Note what real time would have been waited, and is not; a real clock takes no note of that."""

    def reset(self) -> None:
        """Start over."""
        self._elapsed = 0.0

    def _add(self, seconds: float) -> None:
        with self._alone:
            self._elapsed += seconds

    def __repr__(self) -> str:
        return f"<{'virtual' if self.virtual else 'real'} clock, {self.elapsed:g} s elapsed>"


class VirtualClock(Clock):
    """A clock that stands still but for what is waited for: it says how long that would have been, and nobody waits."""

    virtual = True

    def __init__(self) -> None:
        began = time.time()
        super().__init__(lambda: began + self._elapsed)

    def advance(self, seconds: float) -> None:
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"advance({seconds!r}): a time of 0 or more seconds is wanted")
        self._add(seconds)

    def sleep(self, seconds: float) -> None:
        self._add(seconds)

    async def async_sleep(self, seconds: float) -> None:
        self._add(seconds)
        await async_sleep()(0)  # others get their turn, as if time had passed

    def skip(self, seconds: float) -> None:
        self._add(seconds)


def clock_of(given: str | Now) -> Clock:
    """The clock that an option asks for: "real", "virtual", or what tells the time of a real one."""
    if callable(given):
        return Clock(given)
    return VirtualClock() if given == "virtual" else Clock()


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
