"""Server-sent events with numbers for ids, as watsonx writes them: no end mark.

Reference: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump
from llm_intercept.framing.sse import DONE, SSE
from llm_intercept.wire import Frame, RawHeaders

__all__ = ["NUMBERED", "NumberedEvents"]


class NumberedEvents(Framing):
    """An event is its number, its name, which is message where it has none, and its data."""

    headers: ClassVar[RawHeaders] = SSE.headers

    def event(self, data: Any, name: str | None = None) -> bytes:
        return b"event: %b\ndata: %b\n\n" % ((name or "message").encode(), dump(data))

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        number = count(1)
        for frame in frames:
            if frame != DONE:
                yield b"id: %d\n%b" % (next(number), frame) if isinstance(frame, bytes) else frame


NUMBERED = NumberedEvents()
