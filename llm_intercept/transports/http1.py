"""HTTP/1.1 as the libraries write and read it: a request read as it is sent, the head and the chunks of a response written."""

from __future__ import annotations

import re
from collections.abc import Generator
from http import HTTPStatus

from llm_intercept.wire import HeaderPairs, Response, SentHeaders

__all__ = ["LAST_CHUNK", "Sent", "chunk", "is_chunked", "phrase", "response_head"]

LAST_CHUNK = b"0\r\n\r\n"

#: A body's length, and the line before a chunk, as servers read them: nobody sends more digits.
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,15}[ \t]*(;.*)?")


class Sent:
    """A request as its library writes it, read as it comes; `complete` as soon as its head and its lengths say so.

    `raw` is all of it as it was written, `line` its method and headers. Where no server could tell how long it is, it has no body,
    and its provider refuses it.
    """

    def __init__(self, data: bytes | bytearray = b"") -> None:
        self.raw = bytearray()
        self.head = b""
        self.line: tuple[str, SentHeaders] = ("", ())
        self.complete = False
        self._body: bytearray | None = None
        self._at = 0
        self._reading = self._read()
        self.feed(data)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes."""
        self.raw += data
        self.complete = self.complete or next(self._reading, True)

    @property
    def body(self) -> bytes:
        """The body, out of its chunks."""
        return bytes(self.raw[len(self.head) + 4 :] if self._body is None else self._body)

    @property
    def wants_to_go_on(self) -> bool:
        """Whether its body comes after a word of the server's."""
        return b"\nexpect: 100-continue" in self.head.lower()

    def _read(self) -> Generator[bool, None, None]:
        self.head = yield from self._until(b"\r\n\r\n")
        self.line = _parse(self.head)
        headers = {name.lower(): value for name, value in self.line[1]}
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            yield from self._take_chunks()
        elif length := headers.get(b"content-length"):
            yield from self._take_sized(length)

    def _take_sized(self, length: bytes) -> Generator[bool, None, None]:
        if _LENGTH.fullmatch(length):
            yield from self._take(int(length))
        else:
            self._body = bytearray()

    def _take_chunks(self) -> Generator[bool, None, None]:
        body = self._body = bytearray()
        while _CHUNK.fullmatch(line := (yield from self._until(b"\r\n"))):
            size = int(line.partition(b";")[0], 16)
            if not size:
                yield from self._until(b"\r\n")
                return
            body += yield from self._take(size)
            yield from self._take(2)
        body.clear()

    def _until(self, mark: bytes) -> Generator[bool, None, bytes]:
        while (end := self.raw.find(mark, self._at)) < 0:
            yield False
        start, self._at = self._at, end + len(mark)
        return bytes(self.raw[start:end])

    def _take(self, size: int) -> Generator[bool, None, bytes]:
        while len(self.raw) < self._at + size:
            yield False
        start, self._at = self._at, self._at + size
        return bytes(self.raw[start : self._at])


def _parse(head: bytes) -> tuple[str, SentHeaders]:
    line, *rest = head.split(b"\r\n")
    pairs = [one.partition(b":") for one in rest]
    return line.split(b" ", 1)[0].decode("ascii"), HeaderPairs(tuple([(name.strip(), value.strip()) for name, _, value in pairs]))


def phrase(status: int) -> str:
    """What stands beside a status."""
    return _PHRASES.get(status, "")


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def response_head(response: Response) -> bytes:
    """The status line and the headers, to the empty line."""
    lines = [b"%b: %b\r\n" % header for header in response.headers]
    return f"HTTP/1.1 {response.status} {phrase(response.status)}\r\n".encode("ascii") + b"".join(lines) + b"\r\n"


def is_chunked(response: Response) -> bool:
    """Whether its body comes in chunks; else it is as long as its headers say, or goes to the end of the connection."""
    return any(name == b"transfer-encoding" for name, _ in response.headers)


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
