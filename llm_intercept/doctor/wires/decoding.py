"""Framings, read without mercy and without any SDK: an answer's documents, each as JSON."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["Unframed", "documents"]


class Unframed(ValueError):
    """Bytes that are not what their framing wants."""


def documents(content_type: str, content: bytes) -> list[Any]:
    """The documents of an answer, by what its header says; a ping and the end of a stream are none."""
    return [*FRAMINGS[content_type.partition(";")[0]](content)]


def _one(content: bytes) -> Iterator[Any]:
    value = json.loads(content)
    yield from value if isinstance(value, list) else [value]


def _lines(content: bytes) -> Iterator[Any]:
    *lines, end = content.split(b"\n")
    _demand(end == b"", "the last line does not end")
    yield from map(json.loads, lines)


def _events(content: bytes) -> Iterator[Any]:
    *blocks, end = content.decode().replace("\r\n", "\n").split("\n\n")
    _demand(end == "", "the last event does not end")
    for number, block in enumerate(blocks, 1):
        if block.startswith(":"):
            _demand("\n" not in block, "a comment does not stand alone")
            continue
        fields = [line.split(": ", 1) for line in block.split("\n")]
        names = [name for name, _ in fields]
        _demand(names in (["data"], ["event", "data"], ["event", "id", "data"], ["id", "event", "data"]), f"no event: {block!r}")
        data = fields[-1][1]
        if data == "[DONE]":
            _demand(number == len(blocks), "something follows [DONE]")
        elif data != '{"type":"ping"}':  # anthropic's SDK drops these before its models see them
            yield json.loads(data)


def _frames(content: bytes) -> Iterator[Any]:
    """AWS' event stream, each frame as `{its name: its payload}` but for its padding; a chunk is what it wraps."""
    at = 0
    while at < len(content):
        total, head, checked = struct.unpack_from(">III", content, at)
        message = content[at : at + total]
        _demand(len(message) == total, "the last frame does not end")
        sums = (zlib.crc32(message[:8]), zlib.crc32(message[:-4]))
        _demand(sums == (checked, *struct.unpack(">I", message[-4:])), "a checksum is wrong")
        headers = dict(_headers(message[12 : 12 + head]))
        kind = (headers[":message-type"], headers[":content-type"])
        _demand(kind == ("event", "application/json"), f"no frame of an event: {kind}")
        payload = json.loads(message[12 + head : -4])
        _demand(bool(payload.pop("p", "")), "a frame is not padded")
        name = headers[":event-type"]
        yield json.loads(base64.b64decode(payload["bytes"], validate=True)) if name == "chunk" else {name: payload}
        at += total


def _headers(raw: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(raw):
        length = raw[at]
        kind, size = struct.unpack_from(">BH", raw, at + 1 + length)
        _demand(kind == 7, "a header is no string")
        value = at + 4 + length
        yield raw[at + 1 : at + 1 + length].decode(), raw[value : value + size].decode()
        at = value + size


def _demand(fits: bool, why: str) -> None:
    if not fits:
        raise Unframed(why)


FRAMINGS: Mapping[str, Callable[[bytes], Iterator[Any]]] = {
    "application/json": _one,
    "application/x-ndjson": _lines,
    "application/stream+json": _lines,
    "text/event-stream": _events,
    "application/vnd.amazon.eventstream": _frames,
}
