"""6 deliver: plays a response's frames to a blocking reader or to an async one, and keeps the journal entry true."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from llm_intercept import clock
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

    __slots__ = ("_breaks", "_frames", "_reading", "_sleep", "entry", "response")

    def __init__(self, entry: Entry, response: Response, breaks: Breaks) -> None:
        self.entry = entry
        self.response = response
        self._breaks = breaks
        self._frames: Iterator[Frame] = iter(response.frames)
        self._sleep: clock.Sleep | None = None
        self._reading: Any = None

    def open(self) -> Self:
        """Play what comes before the status line."""
        try:
            for frame in self.response.prelude:
                clock.sleep(self._seconds(frame))
        except BaseException:
            self.close()
            raise
        return self

    async def aopen(self) -> Self:
        """The same, for async readers."""
        self._sleep = clock.async_sleep()
        try:
            for frame in self.response.prelude:
                await self._sleep(self._seconds(frame))
        except BaseException:
            self.close()
            raise
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
                clock.sleep(self._seconds(frame))
        entry.outcome = "complete"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        sleep = self._sleep
        if sleep is None:
            sleep = self._sleep = clock.async_sleep()
        for frame in self._frames:
            if isinstance(frame, bytes):
                await sleep(0)
                self.entry.played += 1
                return frame
            await sleep(self._seconds(frame))
        self.entry.outcome = "complete"
        raise StopAsyncIteration

    def take(self) -> bytes:
        """All data frames, of a body that has no others."""
        body = b"".join(self._frames)  # type: ignore[arg-type]
        self.entry.played, self.entry.outcome = 1, "complete"
        return body

    async def atake(self) -> bytes:
        """The same, for async readers."""
        await (self._sleep or clock.async_sleep())(0)
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

    def _seconds(self, frame: Pause | Fail) -> float:
        if isinstance(frame, Pause):
            return frame.seconds
        self.entry.outcome = "failed"
        raise self._breaks(frame.kind, self)

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
