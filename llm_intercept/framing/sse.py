"""Server-sent events. Reference: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump, quote, template
from llm_intercept.wire import RawHeaders

__all__ = ["DONE", "SSE", "ServerSentEvents"]

#: The unnamed event that ends an OpenAI stream.
DONE = b"data: [DONE]\n\n"


class ServerSentEvents(Framing):
    """An event is its name, if it has one, its data, and a blank line."""

    headers: ClassVar[RawHeaders] = (
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
    )

    def event(self, data: Any, name: str | None = None) -> bytes:
        return _head(name).encode() + dump(data) + b"\n\n"

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        before, after = template(data)
        start, end = _head(name) + before, after + "\n\n"

        def fill(piece: str) -> bytes:
            return f"{start}{quote(piece)}{end}".encode("utf-8", "backslashreplace")  # `to_bytes`, without the call

        return fill


def _head(name: str | None) -> str:
    return "data: " if name is None else f"event: {name}\ndata: "


SSE = ServerSentEvents()
