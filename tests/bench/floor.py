"""The floor: httpx2's own `MockTransport`, its handler giving the same bytes to every request and doing nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import httpx2

__all__ = ["constant", "unit_client"]


class _Events(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Byte-strings made before, one an event."""

    def __init__(self, events: list[bytes]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._events)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in self._events:
            yield event


def constant(body: bytes, *, stream: bool) -> httpx2.MockTransport:
    """A transport that gives `body`, as a stream of its events or whole."""
    headers = {"content-type": "text/event-stream; charset=utf-8" if stream else "application/json"}
    events = _Events(re.findall(rb".+?\n\n", body, re.DOTALL))

    def whole(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=headers, content=body)

    def streamed(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=headers, stream=events)

    return httpx2.MockTransport(streamed if stream else whole)


def unit_client() -> httpx2.Client:
    """The client whose posts are the unit."""
    return httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, content=b"{}")))
