"""Amazon's binary event stream: frames with their lengths, their headers, and two checksums.

In Bedrock's streams an event's payload is JSON, padded against who guesses its text from its length.

Reference: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html, where it is told best.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from struct import Struct
from typing import Any, ClassVar
from zlib import crc32

from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump, load, quote, template, to_bytes
from llm_intercept.wire import RawHeaders

__all__ = ["CHUNKS", "EVENT_STREAM", "NAMED_CHUNKS", "Chunks", "EventStream", "NamedChunks"]

_PADDING = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#: The lengths of the frame and of its headers, and a checksum.
_LENGTHS, _CHECKSUM = Struct(">II"), Struct(">I")

#: What a frame has beside headers and payload: both lengths, and the checksums of those and of all.
_AROUND = 16

#: The type of a header's value: text.
_TEXT = b"\x07"

#: What an event without a name is called; no SDK knows it.
_UNNAMED = "event"


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return bytes([len(key)]) + key + _TEXT + len(text).to_bytes(2, "big") + text


def _raises(name: str | None) -> bool:
    """Whether an event is an error: those have the names of exceptions."""
    return name is not None and name.endswith("Exception")


def _headers(name: str | None) -> bytes:
    kind = "exception" if _raises(name) else "event"
    return (
        _header(f":{kind}-type", name or _UNNAMED) + _header(":content-type", "application/json") + _header(":message-type", kind)
    )


def _frame(headers: bytes, payload: bytes) -> bytes:
    lengths = _LENGTHS.pack(_AROUND + len(headers) + len(payload), len(headers))
    frame = b"".join((lengths, _CHECKSUM.pack(crc32(lengths)), headers, payload))
    return frame + _CHECKSUM.pack(crc32(frame))


def _padded(payload: bytes) -> bytes:
    """A JSON object with padding; how much follows from what it holds, so that the same call has the same bytes."""
    comma = b"," if len(payload) > len(b"{}") else b""
    return b'%b%b"p":"%b"}' % (payload[:-1], comma, _PADDING[: crc32(payload) % len(_PADDING) + 1])


class EventStream(Framing):
    """An event is a frame; one whose name is an exception's is an error."""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"application/vnd.amazon.eventstream"),)

    def event(self, data: Any, name: str | None = None) -> bytes:
        payload = dump(data)
        plain = _raises(name) or not isinstance(data, dict) or "p" in data
        return _frame(_headers(name), payload if plain else _padded(payload))

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        headers = _headers(name)
        before, after = template(data)

        def fill(piece: str) -> bytes:
            return _frame(headers, _padded(to_bytes(f"{before}{quote(piece)}{after}")))

        return fill


class Chunks(EventStream):
    """An event is a chunk, whose bytes are the JSON of a model; an error is one as above."""

    def event(self, data: Any, name: str | None = None) -> bytes:
        return super().event(data, name) if _raises(name) else _chunk(dump(data))

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        before, after = template(data)
        return lambda piece: _chunk(to_bytes(f"{before}{quote(piece)}{after}"))

    def extended(self, chunk: bytes, more: Mapping[str, Any]) -> bytes:
        """A chunk made here, with more keys in its JSON."""
        length = int.from_bytes(chunk[4:8], "big")
        return self.event({**load(b64decode(load(chunk[12 + length : -4])["bytes"])), **more})


class NamedChunks(Chunks):
    """The same for a model whose events have names: each is the one key of its JSON."""

    def event(self, data: Any, name: str | None = None) -> bytes:
        return super().event(data if name is None or _raises(name) else {name: data}, name)

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        return super().filler({name: data})


_CHUNK = _headers("chunk")


def _chunk(document: bytes) -> bytes:
    return _frame(_CHUNK, _padded(b'{"bytes":"%b"}' % b64encode(document)))


EVENT_STREAM, CHUNKS, NAMED_CHUNKS = EventStream(), Chunks(), NamedChunks()
