"""A server on loopback that really does what the frames of our answer tell: the oracle of every fault."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llm_intercept import Interceptor
from llm_intercept.exchange import exchange
from llm_intercept.reach import recognise
from llm_intercept.transports.http1 import LAST_CHUNK, Sent, chunk, is_chunked, response_head
from llm_intercept.wire import Fail, Pause, Request, Response
from tests.transports import loopback

__all__ = ["misbehaving"]

_BREAKS = {"disconnect": loopback.leave, "reset": loopback.reset, "read_timeout": loopback.hang}


@contextmanager
def misbehaving(given: Any) -> Iterator[str]:
    """The base URL of a server that plays what we would answer, each frame of it on a real connection."""
    with loopback.serving(lambda connection, request: _play(given, connection, request)) as port:
        yield f"http://127.0.0.1:{port}"


def _answered(given: Any, port: int, sent: Sent) -> Response:
    method, headers = sent.line
    target = sent.head.split(b" ", 2)[1].decode()
    found = recognise(method, "127.0.0.1", port, target, headers, (), anywhere=True)
    assert found is not None
    request = Request(method, "http", "127.0.0.1", port, target, headers, sent.body, "loopback")
    exchanged: Any = exchange(request, found, [Interceptor(given)._current()])
    response: Response = exchanged[1]
    return response


def _play(given: Any, connection: socket.socket, request: bytes) -> None:
    response = _answered(given, connection.getsockname()[1], Sent(request))
    chunked = is_chunked(response)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for frame in (*response.prelude, response_head(response), *_wire(response.frames, chunked)):
        match frame:
            case Pause(seconds):
                time.sleep(seconds)
            case Fail(kind):
                _BREAKS[kind](connection)
                return
            case _:
                connection.sendall(frame)
    loopback.hang(connection)


def _wire(frames: Any, chunked: bool) -> Iterator[Any]:
    for frame in frames:
        yield chunk(frame) if chunked and isinstance(frame, bytes) else frame
    if chunked:
        yield LAST_CHUNK
