"""Server-sent events as Google's front end writes them: lines end in CRLF, and the content type names no character set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from llm_intercept.framing.json import dump, quote, template, to_bytes
from llm_intercept.framing.ndjson import unbroken
from llm_intercept.framing.sse import ServerSentEvents
from llm_intercept.wire import RawHeaders

__all__ = ["EVENTS", "GoogleEvents"]


class GoogleEvents(ServerSentEvents):
    """An event is its data; Google names none. Its SDK before 3 reads lines where httpx ends them: data has no line end in it."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"text/event-stream"), (b"content-disposition", b"attachment"))

    def event(self, data: Any, name: str | None = None) -> bytes:
        return b"data: " + unbroken(dump(data)) + b"\r\n\r\n"

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        before, after = template(data)
        start, end = (unbroken(to_bytes(text)).decode() for text in (f"data: {before}", f"{after}\r\n\r\n"))

        def fill(piece: str) -> bytes:
            event = f"{start}{quote(piece)}{end}".encode("utf-8", "backslashreplace")  # `to_bytes`, without the call
            return event if piece.isascii() else unbroken(event)

        return fill


EVENTS = GoogleEvents()
