"""A connection in memory, for the libraries that write a request to a socket and read the response from a file of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from llm_intercept.transports.http1 import LAST_CHUNK, Sent, chunk, is_chunked, response_head
from llm_intercept.transports.pump import Player
from llm_intercept.wire import Response

__all__ = ["LetThrough", "Reader", "Socket"]


class LetThrough(BaseException):
    """A rule lets the call go, which is known when its whole body is; nobody in between may swallow that."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


class Socket:
    """What http.client needs of a socket: takes the request's bytes, and answers them when the response is read."""

    def __init__(self, answer: Callable[[Sent], Player]) -> None:
        self._answer = answer
        self._sent = bytearray()
        #: How long whoever reads waits for more, in seconds; None for as long as it takes.
        self.timeout: float | None = None

    def sendall(self, data: Any, flags: int = 0) -> None:
        self._sent += data

    def makefile(self, mode: str, buffering: int | None = None) -> io.BufferedReader:
        return io.BufferedReader(Reader(lambda: self._answer(Sent(self._sent))))

    def settimeout(self, seconds: float | None) -> None:
        """How long whoever reads waits from now on."""
        self.timeout = seconds

    def setsockopt(self, *args: Any) -> None:
        """Nothing to tune."""

    def shutdown(self, how: int) -> None:
        """Nothing to shut."""

    def close(self) -> None:
        """http.client closes the socket while the response is still read; the reader closes itself."""


class Reader(io.RawIOBase):
    """The response's bytes on the wire: one frame is one chunk, made when it is read; the call is answered at the first read."""

    def __init__(self, play: Callable[[], Player]) -> None:
        self._play = play
        self._player: Player | None = None
        self._waiting = memoryview(b"")
        self._wire = self._make_wire()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            data = next(self._wire, None)
            if data is None:
                return 0
            self._waiting = memoryview(data)
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size

    def begin(self) -> Response | None:
        """The response, whose head is not read then; None where the connection ends before it."""
        try:
            self._player = player = self._play()
        except EOFError:  # a disconnect: the wire just ends
            self._wire = iter(())
            return None
        self._wire = self._make_body(player)
        return player.response

    def _make_wire(self) -> Iterator[bytes]:
        response = self.begin()
        if response is not None:
            yield response_head(response)

    def _make_body(self, player: Player) -> Iterator[bytes]:
        chunked = is_chunked(player.response)
        try:
            for frame in player:
                yield chunk(frame) if chunked else frame
            yield LAST_CHUNK if chunked else b""
        except EOFError:
            return

    def close(self) -> None:
        self._wire = iter(())  # whoever keeps the response keeps nothing half read
        if self._player is not None:
            self._player.close()
        super().close()
