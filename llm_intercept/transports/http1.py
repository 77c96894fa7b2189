"""HTTP/1.1 as the libraries write and read it: a request read as it is sent, the head and the chunks of a response written."""

from __future__ import annotations

from collections.abc import Generator
from http import HTTPStatus

from llm_intercept.wire import HeaderPairs, Response, SentHeaders

__all__ = ["LAST_CHUNK", "Sent", "chunk", "is_chunked", "parse_head", "response_head"]

LAST_CHUNK = b"0\r\n\r\n"


class Sent:
    """A request as its library writes it, read as it comes; `complete` as soon as its head and its lengths say so.

    `raw` is all of it as it was written.
    """

    def __init__(self, data: bytes | bytearray = b"") -> None:
        self.raw = bytearray()
        self.head = b""
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
    def line(self) -> tuple[str, SentHeaders]:
        """Method and headers."""
        return parse_head(self.head)

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
        headers = {name.lower(): value for name, value in parse_head(self.head)[1]}
        if headers.get(b"transfer-encoding", b"").lower() != b"chunked":
            length = headers.get(b"content-length", b"")
            yield from self._take(int(length) if length.isdigit() else 0)
            return
        self._body = bytearray()
        while size := int((yield from self._until(b"\r\n")), 16):
            self._body += yield from self._take(size)
            yield from self._take(2)
        yield from self._until(b"\r\n")

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


def parse_head(head: bytes) -> tuple[str, SentHeaders]:
    """Method and headers."""
    lines = head.split(b"\r\n")
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        headers.append((name.strip(), value.strip()))
    return lines[0].split(b" ", 1)[0].decode("ascii"), HeaderPairs(tuple(headers))


def response_head(response: Response) -> bytes:
    """The status line and the headers, to the empty line."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    lines = [b"%b: %b\r\n" % header for header in response.headers]
    return f"HTTP/1.1 {response.status} {phrase}\r\n".encode("ascii") + b"".join(lines) + b"\r\n"


def is_chunked(response: Response) -> bool:
    """Whether its body comes in chunks; else it is as long as its headers say, or goes to the end of the connection."""
    return any(name == b"transfer-encoding" for name, _ in response.headers)


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
