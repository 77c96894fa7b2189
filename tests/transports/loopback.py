"""Real servers on loopback, of raw sockets: well-behaved ones and ones that break in each way."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]


def read_request(connection: socket.socket) -> bytes:
    """One request, head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    while b"transfer-encoding: chunked" in head.lower() and not body.endswith(b"0\r\n\r\n"):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(behave: Behaviour, reading: Callable[[socket.socket], bytes] = read_request) -> Iterator[int]:
    """A server that gives each connection, and the request it read from it, to `behave`; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behave(connection, reading(connection))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.settimeout(5)
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(5)


@contextmanager
def refusing() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def without_tls() -> Iterator[str]:
    """An https URL of a server that speaks no TLS."""
    with serving(after(b"HTTP/1.1 400 Bad Request\r\n\r\n", leave), reading=lambda connection: connection.recv(65536)) as port:
        yield f"https://127.0.0.1:{port}"


@contextmanager
def nowhere() -> Iterator[str]:
    """The URL of a name that nobody has, and that the tests' closed network lets through to the resolver."""
    yield "http://localhost.invalid:80"


@contextmanager
def never_accepting() -> Iterator[int]:
    """A port whose queue of connections is full: the next one waits for ever."""
    waiting = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
            waiting.append(one)
        time.sleep(0.02)
        yield listening.getsockname()[1]
    for one in waiting:
        one.close()


def hang(connection: socket.socket) -> None:
    """Say nothing until the client leaves."""
    while connection.recv(4096):
        continue


def leave(connection: socket.socket) -> None:
    """Close in an orderly way."""
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Close with a reset."""
    time.sleep(0.02)  # what was sent must have been read, or the reset overtakes it
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def after(sent: bytes, then: Callable[[socket.socket], None]) -> Behaviour:
    """Send some bytes, and then break."""

    def behave(connection: socket.socket, request: bytes) -> None:
        connection.sendall(sent)
        then(connection)

    return behave
