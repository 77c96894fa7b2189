"""6 deliver: plays a response's frames to a blocking reader or to an async one, and keeps the journal entry true."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from llm_intercept.clock import Clock, Sleep, async_sleep
from llm_intercept.transports.patience import Patience
from llm_intercept.wire import Fail, FaultKind, Frame, Pause, Response

if TYPE_CHECKING:
    from typing_extensions import Self

    from llm_intercept.journal import Entry

__all__ = ["Breaks", "Player"]

#: Makes the HTTP library's own exception for a fault, where a player stands.
Breaks = Callable[[FaultKind, "Player"], BaseException]


class Player:
    """One stream that is sync and async at once: each step pulls one frame, so that a stream is as lazy as its reader.

    An async step gives the loop one turn before each frame, as a network does: without it a stream would run to its end before
    any other task gets in.
    """

    __slots__ = (
        *("_breaks", "_frames", "_patience", "_reading", "_silent", "_since", "_sleep"),
        *("clock", "entry", "response", "spent"),
    )

    def __init__(self, entry: Entry, response: Response, clock: Clock, breaks: Breaks, patience: Callable[[], Patience]) -> None:
        self.entry = entry
        self.response = response
        self.clock = clock
        #: How many seconds the client has waited in all, and `_silent` since anything arrived, which was frame `_since`.
        self.spent = self._silent = 0.0
        self._since = 0
        self._breaks = breaks
        self._patience = patience  # asked when there is something to wait for, which is seldom
        self._frames: Iterator[Frame] = iter(response.frames)
        self._sleep: Sleep | None = None
        self._reading: Any = None

    def open(self) -> Self:
        """Play what comes before the status line."""
        try:
            for frame in self.response.prelude:
                self._wait(frame)
        except BaseException:
            self.close()
            raise
        self._since = -1
        return self

    async def aopen(self) -> Self:
        """The same, for async readers."""
        try:
            for frame in self.response.prelude:
                await self._async_wait(frame)
        except BaseException:
            self.close()
            raise
        self._since = -1
        return self

    def __iter__(self) -> Iterator[bytes]:
        self._reading = reading = self._read()
        return reading

    def _read(self) -> Generator[bytes, None, None]:
        entry = self.entry
        for frame in self._frames:
            if isinstance(frame, bytes):
                entry.played += 1
                yield frame
            else:
                self._wait(frame)
        entry.outcome = "complete"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        sleep = self._sleep
        if sleep is None:
            sleep = self._sleep = async_sleep()
        for frame in self._frames:
            if isinstance(frame, bytes):
                await sleep(0)
                self.entry.played += 1
                return frame
            await self._async_wait(frame)
        self.entry.outcome = "complete"
        raise StopAsyncIteration

    def take(self) -> bytes:
        """All data frames, of a body that has no others."""
        body = b"".join(self._frames)  # type: ignore[arg-type]
        self.entry.played, self.entry.outcome = 1, "complete"
        return body

    async def atake(self) -> bytes:
        """The same, for async readers."""
        await async_sleep()(0)
        return self.take()

    @property
    def received(self) -> int:
        """How many bytes of the body were delivered."""
        return len(self.entry.delivered)

    @property
    def expected(self) -> int | None:
        """How many the headers promise, if they do."""
        lengths = [int(value) for name, value in self.response.headers if name == b"content-length"]
        return lengths[0] if lengths else None

    def _wait(self, frame: Pause | Fail) -> None:
        seconds, kind = self._told(frame)
        self.clock.sleep(seconds)
        if kind is not None:
            raise self._breaks(kind, self)

    async def _async_wait(self, frame: Pause | Fail) -> None:
        seconds, kind = self._told(frame)
        await self.clock.async_sleep(seconds)
        if kind is not None:
            raise self._breaks(kind, self)

    def _told(self, frame: Pause | Fail) -> tuple[float, FaultKind | None]:
        """How long to wait, and what happens then: a client waits no longer than it has patience."""
        patience, played = self._patience(), self.entry.played
        if self._since != played:
            self._since, self._silent = played, 0.0
        left = patience.left(self._silent, self.spent)
        if isinstance(frame, Pause) and (left is None or frame.seconds <= left):
            self.spent += frame.seconds
            self._silent += frame.seconds
            return frame.seconds, None
        self.entry.outcome = "failed"
        if isinstance(frame, Pause):
            self.spent += left or 0.0
            return left or 0.0, "read_timeout"
        if frame.kind == "read_timeout":
            self.spent += left or 0.0
            self.clock.skip(left or 0.0)
        else:
            self.clock.skip(patience.until(frame.kind) or 0.0)
        return 0.0, frame.kind

    def close(self) -> None:
        """Release the reply; unless all of it was played, the client cancelled it."""
        frames, self._frames = self._frames, iter(())
        if self.entry.outcome == "pending":
            self.entry.outcome = "complete" if next(frames, None) is None else "cancelled"
        if self._reading is not None and not self._reading.gi_running:
            self._reading.close()

    async def aclose(self) -> None:
        """The same, for async readers."""
        self.close()
