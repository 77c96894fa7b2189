"""Newline-delimited JSON: one value a line. Reference: https://github.com/ndjson/ndjson-spec"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump, quote, template, to_bytes
from llm_intercept.wire import RawHeaders

__all__ = ["NDJSON", "STREAM_JSON", "Lines", "unbroken"]

#: What Unicode has for line ends and JSON does not escape. HTTP libraries split lines there, so servers escape it.
_BREAKS = tuple((end.encode(), rb"\u%04x" % ord(end)) for end in "\x85\u2028\u2029")


def unbroken(line: bytes) -> bytes:
    """A line of JSON with no line end in it, for whoever looks for one."""
    if not line.isascii():
        for end, escaped in _BREAKS:
            line = line.replace(end, escaped)
    return line


class Lines(Framing):
    """An event is its data and a line feed; it has no name."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"application/x-ndjson"),)

    def event(self, data: Any, name: str | None = None) -> bytes:
        return unbroken(dump(data)) + b"\n"

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        before, after = template(data)

        def fill(piece: str) -> bytes:
            return unbroken(to_bytes(f"{before}{quote(piece)}{after}\n"))

        return fill


class StreamJSON(Lines):
    """The same under the media type that Cohere gives it."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"application/stream+json"),)


NDJSON, STREAM_JSON = Lines(), StreamJSON()
