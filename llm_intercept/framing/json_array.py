"""One JSON array, written element by element: how Google streams where no server-sent events are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump, quote, template, to_bytes
from llm_intercept.wire import Frame, RawHeaders

__all__ = ["JSON_ARRAY", "Elements"]


class Elements(Framing):
    """An event is its data, and has no name. The bracket opens with the first, a comma stands before each other."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"application/json; charset=UTF-8"),)

    def event(self, data: Any, name: str | None = None) -> bytes:
        return dump(data)

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        before, after = template(data)

        def fill(piece: str) -> bytes:
            return to_bytes(f"{before}{quote(piece)}{after}")

        return fill

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        before = b"["
        for frame in frames:
            if isinstance(frame, bytes):
                yield before + frame
                before = b",\r\n"
            else:
                yield frame
        yield b"]"


JSON_ARRAY = Elements()
