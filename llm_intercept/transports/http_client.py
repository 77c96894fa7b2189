"""http.client, and so urllib.request and whatever else sits on it: caught where a request's head is complete, before it is sent.

The connection is given a socket in memory, in place of none or of a live one. The request is written to it, and the response is
read from it by http.client's own parser, chunk by chunk. urllib3's connections are http.client's too: what its transport has
answered is not caught again, and what it has let by is let by here.
"""

from __future__ import annotations

import io
import socket
from functools import wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from llm_intercept import activation
from llm_intercept.exchange import exchange
from llm_intercept.passing import let_through
from llm_intercept.providers import provider_of
from llm_intercept.reach import named
from llm_intercept.transports.http1 import Sent
from llm_intercept.transports.memory import Reader, Socket
from llm_intercept.transports.patches import Patch, own
from llm_intercept.transports.patience import Patience
from llm_intercept.transports.pump import Player
from llm_intercept.transports.unconnected import refused, unresolved, without_tls
from llm_intercept.wire import Fail, FaultKind, HeaderPairs, Request

__all__ = ["patches"]

#: The faults that come while a request is sent, and not when its response is read.
_CONNECTING = ("connect_error", "connect_timeout", "pool_timeout", "dns_error", "tls_error")


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of `http.client`, and of `httplib2`, whose connections are connected by hand and in their own way."""
    library = module.http.client if module.__name__ == "httplib2" else module
    plain = own(library, "HTTPConnection")
    secure = own(library, "HTTPSConnection", plain)
    if module is not library:
        return [
            Patch(own(module, "HTTPConnectionWithTimeout", plain), "connect", _later),
            Patch(own(module, "HTTPSConnectionWithTimeout", secure), "connect", _later),
        ]
    return [Patch(plain, "_send_output", _hook), Patch(plain, "connect", _later), Patch(secure, "connect", _later)]


_COLON = ord(":")


def _hook(original: Any) -> Any:
    @wraps(original)
    def _send_output(conn: Any, message_body: Any = None, encode_chunked: Any = False) -> Any:
        if not (getattr(conn, "llm_intercept_seen", False) or _goes_by(conn)):
            caught = _caught(conn)
            if caught is not None:
                if conn.sock is not None:
                    conn.sock.close()
                conn.sock = _InMemorySocket(conn, *caught)
        return original(conn, message_body, encode_chunked=encode_chunked)

    return _send_output


def _goes_by(conn: Any) -> bool:
    """Whether a request is plainly none of ours."""
    lines = conn._buffer
    if len(lines) > 3 and lines[3].startswith(b"User-Agent: "):  # where urllib has it
        agent = lines[3]
    else:
        agent = b""
        for line in lines:
            if len(line) > 10 and line[10] == _COLON and line[:10].lower() == b"user-agent":
                agent = line
                break
    known = ("http.client", conn.host, conn._tunnel_host, lines[0], agent)
    if known in activation.foreign:
        return True
    method, _, rest = lines[0].partition(b" ")
    _, host, _, target = _destination(conn, rest.rpartition(b" ")[0].decode("latin-1"))
    return activation.goes_by(known, method.decode("ascii"), host, target, agent.partition(b": ")[2])


def _later(original: Any) -> Any:
    """`connect`, put off until it is known whose call it is: the first that is sent connects, if it is none of ours."""

    @wraps(original)
    def connect(conn: Any) -> Any:
        # the state is private, and as old as the module: "Request-sent" is what it is from `endheaders` to `getresponse`
        if conn._HTTPConnection__state != "Request-sent" and activation.active():
            _, host, port, _ = _destination(conn, "/")
            provider = provider_of(host)
            if (provider is not None and provider.path == "/") or named(host, port, activation.state().hosts):
                return None
        return original(conn)

    return connect


def _caught(conn: Any) -> tuple[activation.Caught, tuple[str, str, int | None, str]] | None:
    """What the request is, of which a connection has the head in its buffer."""
    method, _, rest = conn._buffer[0].partition(b" ")
    asked = _destination(conn, rest.rpartition(b" ")[0].decode("latin-1"))
    headers: Any = [tuple(line.split(b": ", 1)) for line in conn._buffer[1:]]  # as `putheader` writes them
    caught = activation.caught(method.decode("ascii"), *asked[1:], HeaderPairs(headers))
    return None if caught is None else (caught, asked)


def _destination(conn: Any, target: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port (None for the default one) and target; through a proxy, those of whom it is asked for."""
    scheme = "https" if conn.default_port == 443 else "http"
    if target.startswith(("http://", "https://")):
        parts = urlsplit(target)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    elif conn._tunnel_host:
        host, port = conn._tunnel_host, conn._tunnel_port
    else:
        host, port = conn.host, conn.port
    return scheme, host.strip("[]").lower(), None if port == {"http": 80, "https": 443}[scheme] else port, target


class _InMemorySocket(Socket):
    """A connection's socket for one call: answered when its request is whole, at the latest when the response is read."""

    def __init__(self, conn: Any, caught: activation.Caught, asked: tuple[str, str, int | None, str]) -> None:
        self._conn, self._caught, self._asked = conn, caught, asked
        self._request = Sent()
        self._player: Player | None = None
        self._read = False
        self._connecting = self.timeout = _seconds(conn.timeout)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Take bytes of the request; those of a next one, which is none of ours, go to a connection of its own."""
        if self._read:
            self._step_aside(data)
        else:
            self._request.feed(data)
            if self._request.complete and self._player is None:
                self._decide()

    def makefile(self, mode: str, buffering: int | None = None) -> io.BufferedReader:
        if self._player is None:
            self._decide()
        if self._player is None:
            passed: io.BufferedReader = self._conn.sock.makefile(mode)
            return passed
        self._read = True
        return io.BufferedReader(Reader(self._player.open))

    def close(self) -> None:
        """Unless the response is read, which closes itself, nobody wants it any more."""
        if self._player is not None and not self._read:
            self._player.close()

    def _decide(self) -> None:
        """Have the call answered; the bytes of one that a rule lets through go the way that they would have gone."""
        method, headers = self._request.line
        found, runs = self._caught
        exchanged = exchange(Request(method, *self._asked, headers, self._request.body, "http.client"), found, runs)
        if exchanged is None:
            with let_through(self._asked[1]):
                self._step_aside(bytes(self._request.raw))
            return
        self._player = player = Player(*exchanged, _breaks, lambda: Patience(self._connecting, self.timeout))
        if any(isinstance(frame, Fail) and frame.kind in _CONNECTING for frame in player.response.prelude):
            player.open()

    def _step_aside(self, data: Any) -> None:
        self._conn.sock = None
        self._conn.send(data)


def _seconds(timeout: Any) -> float | None:
    """A connection's limit in seconds; None for none."""
    if timeout is None or isinstance(timeout, int | float):
        return timeout
    return socket.getdefaulttimeout()


def _breaks(kind: FaultKind, _: Player) -> BaseException:
    faults: dict[FaultKind, BaseException] = {
        "connect_error": refused(),
        "connect_timeout": TimeoutError("timed out"),
        "pool_timeout": TimeoutError("timed out"),  # it has no pool: whoever waits, waits for a connection
        "dns_error": unresolved(),
        "tls_error": without_tls(),
        "read_timeout": TimeoutError("timed out"),
        "reset": ConnectionResetError(104, "Connection reset by peer"),
        "disconnect": EOFError(),
    }
    return faults[kind]
