"""urllib3, and so requests, botocore, google-auth and azure-core: caught at `HTTPConnectionPool._make_request`, below its retries.

The request is written by urllib3 to a connection whose socket is in memory, and the response is read from there by http.client's
own parser, chunk by chunk.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import lru_cache, partial, wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from llm_intercept import activation
from llm_intercept.exchange import exchange
from llm_intercept.passing import let_through
from llm_intercept.run import Run
from llm_intercept.transports.http1 import LAST_CHUNK, Sent, chunk, is_chunked, parse_head, response_head
from llm_intercept.transports.patches import Patch, own
from llm_intercept.transports.pump import Player
from llm_intercept.wire import FaultKind, HeaderPairs, Request, SentHeaders

__all__ = ["Catch", "answering", "explicit", "patches", "raw_headers"]

Catch = Callable[[str, str, "int | None", str, SentHeaders], "activation.Caught | None"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of `urllib3.connectionpool`."""
    return [
        Patch(module.HTTPConnectionPool, "_make_request", lambda original: answering(original, activation.caught)),
        Patch(module.HTTPSConnectionPool, "_prepare_proxy", _later),
    ]


def answering(original: Any, catch: Catch) -> Any:
    """`_make_request`, answering what `catch` recognises over a connection in memory."""

    @wraps(original)
    def _make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(conn, _connection_class()):
            return original(pool, conn, method, url, *args, **kwargs)
        scheme, host, port, target = _destination(pool, url)
        caught = catch(method, host, port, target, raw_headers(kwargs.get("headers") or pool.headers))
        if caught is None:
            _tunnel(pool, conn)
            return original(pool, conn, method, url, *args, **kwargs)
        ours = _standing_for(conn.__class__)(conn, scheme, host, port, target, caught)
        try:
            response = original(pool, ours, method, url, *args, **kwargs)
        except _LetThrough as passed:
            with let_through(host):
                _tunnel(pool, conn)
                return original(pool, conn, method, url, *_with_body(passed.body, args, kwargs), **kwargs)
        vars(conn).pop("llm_intercept_tunnel", None)
        return response

    return _make_request


def explicit(runs: list[Run], around: Any) -> Any:
    """A class of connection pool that answers with runs of its own, the last first, and is else the class it stands `around`."""
    made = {"_make_request": answering(around._make_request, partial(activation.caught_for, runs)), "runs": runs, "around": around}
    return type(around.__name__, (around,), made)


class _LetThrough(BaseException):
    """A rule lets the call go, which is known when its whole body is; nobody in between may swallow that."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


def _with_body(body: bytes, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of `_make_request` after the URL, with the body that was read already, if there was one."""
    if kwargs.get("body") is not None:
        kwargs["body"] = body
    return (body, *args[1:]) if args and args[0] is not None else args


def _later(original: Any) -> Any:
    """`_prepare_proxy`, put off until it is known whose call it is: the tunnel through a proxy is a real connection."""

    @wraps(original)
    def _prepare_proxy(pool: Any, conn: Any) -> Any:
        if not activation.active():
            return original(pool, conn)
        conn.llm_intercept_tunnel = original
        return None

    return _prepare_proxy


def _tunnel(pool: Any, conn: Any) -> None:
    """Open the tunnel that was put off, with urllib3's own mapping of what fails there."""
    original = vars(conn).pop("llm_intercept_tunnel", None)
    if original is not None:
        try:
            original(pool, conn)
        except OSError as error:
            pool._raise_timeout(err=error, url=pool.proxy.url, timeout_value=conn.timeout)
            raise


def _destination(pool: Any, url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port (None for the default one) and target; a forwarding proxy is sent the absolute URL."""
    if url.startswith("/"):
        scheme, host, port, target = pool.scheme, pool.host, pool.port, url
    else:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return scheme, host.strip("[]").lower(), None if port == _DEFAULT_PORTS.get(scheme) else port, target


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")


def raw_headers(headers: Any) -> SentHeaders:
    """Header pairs of any mapping of urllib3, requests or botocore (whose values are bytes)."""
    return HeaderPairs(tuple((_bytes(name), _bytes(value)) for name, value in headers.items()))


@lru_cache(maxsize=1)
def _connection_class() -> Any:
    from urllib3 import connection as library
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    connection: Any = library
    plain: Any = own(connection, "HTTPConnection", connection._HTTPConnection)  # http.client's, under a name as old as the module

    class InMemoryConnection(plain):  # type: ignore[misc]
        """urllib3's own plain connection, for http and https alike, over a socket that is ours."""

        is_verified = True  # no InsecureRequestWarning: there is no network to verify

        def __init__(self, real: Any, scheme: str, host: str, port: int | None, target: str, caught: activation.Caught) -> None:
            super().__init__(real.host, real.port, timeout=real.timeout)
            self._asked = (scheme, host, port, target)
            self._caught = caught

        def connect(self) -> None:
            self.sock = _Socket(self._answer)

        def _answer(self, head: bytes, body: bytes) -> Player:
            method, headers = parse_head(head)
            found, runs = self._caught
            request = Request(method, *self._asked, headers, body, "urllib3")
            exchanged = exchange(request, found, runs)
            if exchanged is None:
                raise _LetThrough(body)
            return Player(*exchanged, self._breaks).open()

        def _breaks(self, kind: FaultKind, player: Player) -> BaseException:
            faults: dict[FaultKind, Callable[[], BaseException]] = {
                "connect_error": lambda: NewConnectionError(
                    self, "Failed to establish a new connection: [Errno 111] Connection refused"
                ),
                "connect_timeout": lambda: ConnectTimeoutError(
                    self, f"Connection to {self.host} timed out. (connect timeout={self.timeout})"
                ),
                "read_timeout": lambda: TimeoutError("timed out"),
                "reset": lambda: ConnectionResetError(104, "Connection reset by peer"),
                "disconnect": EOFError,
            }
            return faults[kind]()

    return InMemoryConnection


@lru_cache(maxsize=8)
def _standing_for(real: Any) -> Any:
    """The same class under the name of the connection that it stands for, which urllib3 shows in its errors."""
    return type(real.__name__, (_connection_class(),), {"__module__": real.__module__})


class _Socket:
    """What http.client needs of a socket: takes the request's bytes, and answers them when the response is read."""

    def __init__(self, answer: Callable[[bytes, bytes], Player]) -> None:
        self._answer = answer
        self._sent = bytearray()

    def sendall(self, data: Any, flags: int = 0) -> None:
        self._sent += data

    def makefile(self, mode: str, buffering: int | None = None) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._play))

    def _play(self) -> Player:
        sent = Sent(self._sent)
        return self._answer(sent.head, sent.body)

    def settimeout(self, seconds: float | None) -> None:
        """Nothing blocks here."""

    def setsockopt(self, *args: Any) -> None:
        """Nothing to tune."""

    def shutdown(self, how: int) -> None:
        """Nothing to shut."""

    def close(self) -> None:
        """http.client closes the socket while the response is still read; the reader closes itself."""


class _Reader(io.RawIOBase):
    """The response's bytes on the wire: one frame is one chunk, made when it is read; the call is answered at the first read."""

    def __init__(self, play: Callable[[], Player]) -> None:
        self._play = play
        self._player: Player | None = None
        self._waiting = memoryview(b"")
        self._wire: Iterator[bytes] = self._make_wire()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            data = next(self._wire, None)
            if data is None:
                return 0
            self._waiting = memoryview(data)
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size

    def _make_wire(self) -> Iterator[bytes]:
        try:
            self._player = player = self._play()
            yield response_head(player.response)
            chunked = is_chunked(player.response)
            for frame in player:
                yield chunk(frame) if chunked else frame
            yield LAST_CHUNK if chunked else b""
        except EOFError:  # a disconnect: the wire just ends
            return

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
        super().close()
