"""Framings, read without mercy and without any SDK: an answer's documents, each as JSON."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["documents"]


def documents(content_type: str, content: bytes) -> list[Any]:
    """The documents of an answer, by what its header says; a ping and the end of a stream are none."""
    return [*FRAMINGS[content_type.partition(";")[0]](content)]


def _one(content: bytes) -> Iterator[Any]:
    value = json.loads(content)
    yield from value if isinstance(value, list) else [value]


def _lines(content: bytes) -> Iterator[Any]:
    *lines, end = content.split(b"\n")
    assert end == b""
    yield from map(json.loads, lines)


def _events(content: bytes) -> Iterator[Any]:
    *blocks, end = content.decode().replace("\r\n", "\n").split("\n\n")
    assert end == ""
    for number, block in enumerate(blocks, 1):
        if block.startswith(":"):
            assert "\n" not in block, "a comment stands alone"
            continue
        fields = [line.split(": ", 1) for line in block.split("\n")]
        names = [name for name, _ in fields]
        assert names in (["data"], ["event", "data"], ["event", "id", "data"], ["id", "event", "data"]), block
        data = fields[-1][1]
        if data == "[DONE]":
            assert number == len(blocks)
        elif data != '{"type":"ping"}':  # anthropic's SDK drops these before its models see them
            yield json.loads(data)


def _frames(content: bytes) -> Iterator[Any]:
    """AWS' event stream, each frame as `{its name: its payload}` but for its padding; a chunk is what it wraps."""
    at = 0
    while at < len(content):
        total, head, checked = struct.unpack_from(">III", content, at)
        message = content[at : at + total]
        assert len(message) == total
        assert zlib.crc32(message[:8]) == checked
        assert zlib.crc32(message[:-4]) == struct.unpack(">I", message[-4:])[0]
        headers = dict(_headers(message[12 : 12 + head]))
        assert (headers[":message-type"], headers[":content-type"]) == ("event", "application/json")
        payload = json.loads(message[12 + head : -4])
        assert payload.pop("p")
        name = headers[":event-type"]
        yield json.loads(base64.b64decode(payload["bytes"], validate=True)) if name == "chunk" else {name: payload}
        at += total


def _headers(raw: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(raw):
        length = raw[at]
        kind, size = struct.unpack_from(">BH", raw, at + 1 + length)
        assert kind == 7, "a string"
        value = at + 4 + length
        yield raw[at + 1 : at + 1 + length].decode(), raw[value : value + size].decode()
        at = value + size


FRAMINGS: Mapping[str, Callable[[bytes], Iterator[Any]]] = {
    "application/json": _one,
    "application/x-ndjson": _lines,
    "application/stream+json": _lines,
    "text/event-stream": _events,
    "application/vnd.amazon.eventstream": _frames,
}
