"""lm15, the raw-socket client that DSPy carries in itself: caught where its transports open a stream.

The stream is opened by the transport's own code over a connection in memory, so that lm15 writes the request, reads the response,
maps what fails and closes as over a real one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import lru_cache, wraps
from types import ModuleType
from typing import Any

from llm_intercept import activation
from llm_intercept.exchange import Exchanged, async_exchange, exchange
from llm_intercept.passing import let_through
from llm_intercept.transports.http1 import LAST_CHUNK, Sent, chunk, is_chunked, response_head
from llm_intercept.transports.memory import LetThrough, Reader
from llm_intercept.transports.patches import Patch
from llm_intercept.transports.patience import ENDLESS, Patience
from llm_intercept.transports.pump import Player
from llm_intercept.transports.unconnected import unresolved, without_tls
from llm_intercept.wire import FaultKind, Request

__all__ = ["patches"]


def patches(module: ModuleType) -> list[Patch]:
    """The hook of `lm15.transports._sync` or `._async`; modules and names are private, and DSPy's copy has the same."""
    if hasattr(module, "StdlibTransport"):
        return [Patch(module.StdlibTransport, "stream", lambda original: _hook(module, original))]
    return [Patch(module.StdlibAsyncTransport, "_do_stream", lambda original: _async_hook(module, original))]


def _hook(module: Any, original: Any) -> Any:
    @wraps(original)
    def stream(transport: Any, request: Any) -> Any:
        call = _Call.caught(module, transport, request, TimeoutError)
        if call is None:
            return original(transport, request)
        try:
            return original(_blocking(module)(transport, call), request)
        except LetThrough:
            with let_through(call.host):
                return original(transport, request)

    return stream


def _async_hook(module: Any, original: Any) -> Any:
    @wraps(original)
    async def _do_stream(transport: Any, request: Any) -> Any:
        call = _Call.caught(module, transport, request, module.asyncio.TimeoutError)  # before Python 3.11, that is another class
        if call is None:
            return await original(transport, request)
        try:
            return await original(_asynchronous(module)(transport, call), request)
        except LetThrough:
            with let_through(call.host):
                return await original(transport, request)

    return _do_stream


#: The limits of a transport, which a request may have its own of.
_LIMITS = ("connect_timeout", "read_timeout", "write_timeout")


class _Call:
    """One call that was caught: what it is, where it goes, how long it may take, and how it fails."""

    def __init__(self, module: Any, parsed: Any, caught: activation.Caught, patience: Patience, timeout: type[Exception]) -> None:
        self._module, self._parsed, self._caught, self._timeout = module, parsed, caught, timeout
        self._patience = patience
        self.host: str = parsed.host.lower()
        self._sent = Sent()

    @classmethod
    def caught(cls, module: Any, transport: Any, request: Any, timeout: type[Exception]) -> _Call | None:
        """The call that a request is, if it is one."""
        parsed = module.parse_url(request.url)
        headers = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in request.headers]
        caught = activation.caught(request.method, parsed.host.lower(), _port(parsed), parsed.target, headers)
        if caught is None:
            return None
        limits = [getattr(request, name) or getattr(transport, f"_{name}") for name in _LIMITS]
        return cls(module, parsed, caught, Patience(*limits), timeout)

    def write(self, data: bytes) -> None:
        """Take bytes of the request."""
        self._sent.feed(data)

    def play(self) -> Player:
        """The response."""
        return self._player(exchange(self._request(), *self._caught), self._patience).open()

    async def aplay(self) -> Player:
        """The same, on an event loop."""
        exchanged = await async_exchange(self._request(), *self._caught)
        timed = exchanged is not None and not exchanged[2].virtual  # then its own timers go off
        return await self._player(exchanged, ENDLESS if timed else self._patience).aopen()

    def _request(self) -> Request:
        method, headers = self._sent.line
        parsed = self._parsed
        return Request(method, parsed.scheme, self.host, _port(parsed), parsed.target, headers, self._sent.body, "lm15")

    def _player(self, exchanged: Exchanged | None, patience: Patience) -> Player:
        if exchanged is None:
            raise LetThrough(b"")
        return Player(*exchanged, self._breaks, lambda: patience)

    def _breaks(self, kind: FaultKind, player: Player) -> BaseException:
        where = f"{self._parsed.host}:{self._parsed.port}"
        faults: dict[FaultKind, BaseException] = {
            "connect_error": self._module.ConnectError(f"failed to connect to {where}: [Errno 111] Connection refused"),
            "connect_timeout": self._module.ConnectTimeout(f"timed out connecting to {where}"),
            "pool_timeout": self._module.TransportError("all connections were busy"),
            "dns_error": self._module.ConnectError(f"failed to connect to {where}: {unresolved()}"),
            "tls_error": self._module.ConnectError(f"TLS handshake failed: {without_tls()}"),
            "read_timeout": self._timeout("timed out"),
            "reset": ConnectionResetError(104, "Connection reset by peer"),
            "disconnect": EOFError(),
        }
        return faults[kind]


def _port(parsed: Any) -> int | None:
    port: int = parsed.port
    return None if port == (443 if parsed.is_tls else 80) else port


@lru_cache(maxsize=8)
def _blocking(module: Any) -> Any:
    """The class of a transport for one call, whose one connection is in memory."""

    class InMemoryTransport(module.StdlibTransport):  # type: ignore[misc]
        def __init__(self, real: Any, call: _Call) -> None:
            self.__dict__.update(vars(real), _pool=module._ConnectionPool(1))
            self._call = call

        def _open(self, parsed: Any, *, origin: Any, **options: Any) -> Any:
            return module._SyncConnection(origin, _Socket(self._call))

        def _make_release(self, conn: Any, keep_alive: bool) -> Any:
            return super()._make_release(conn, False)

    return InMemoryTransport


@lru_cache(maxsize=8)
def _asynchronous(module: Any) -> Any:
    """The same, on an event loop."""

    class InMemoryTransport(module.StdlibAsyncTransport):  # type: ignore[misc]
        def __init__(self, real: Any, call: _Call) -> None:
            self.__dict__.update(vars(real), _pool=module._AsyncConnectionPool(1))
            self._call = call

        async def _open(self, parsed: Any, *, origin: Any, **options: Any) -> Any:
            stream = _Stream(self._call)
            return module._AsyncConnection(origin, stream, stream)

        def _make_release(self, conn: Any, keep_alive: bool) -> Any:
            return super()._make_release(conn, False)

    return InMemoryTransport


class _Socket:
    """What the blocking transport needs of a socket."""

    def __init__(self, call: _Call) -> None:
        self._response = Reader(call.play)
        self.sendall = call.write
        self.recv, self.close = self._response.read, self._response.close

    def settimeout(self, seconds: float | None) -> None:
        """Nothing blocks here."""


class _Stream:
    """What the async transport needs of asyncio's reader and writer."""

    def __init__(self, call: _Call) -> None:
        self._call = call
        self._player: Player | None = None
        self._wire = self._make_wire()
        self.write = call.write

    async def drain(self) -> None:
        """Nothing waits to be written."""

    async def read(self, size: int) -> bytes:
        """The next frame on the wire, of any size."""
        return await anext(self._wire, b"")

    async def _make_wire(self) -> AsyncIterator[bytes]:
        try:
            self._player = player = await self._call.aplay()
            yield response_head(player.response)
            chunked = is_chunked(player.response)
            async for frame in player:
                yield chunk(frame) if chunked else frame
            yield LAST_CHUNK if chunked else b""
        except EOFError:  # a disconnect: the wire just ends
            return

    def close(self) -> None:
        """The reply is released, however much of it was read."""
        if self._player is not None:
            self._player.close()
