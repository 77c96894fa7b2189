"""httpx and httpx2: caught at their transports where these are untouched, and at httpcore's and httpcore2's connection pools.

The pool is the place that always holds: wrappers around the transport (OpenTelemetry's, respx's) still run above it, the library
itself maps the errors, and proxies inherit it. The transport saves the way there and back, a fifth of our cost; it is patched only
while its method is the library's own, and answers only while nobody stands around the pool's, so that no wrapper is skipped.
"""

from __future__ import annotations

import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from http import HTTPStatus
from importlib import import_module
from sys import intern
from types import ModuleType
from typing import Any

from llm_intercept import activation
from llm_intercept.errors import UnknownEndpoint
from llm_intercept.exchange import async_exchange, exchange
from llm_intercept.passing import let_through
from llm_intercept.providers import provider_of
from llm_intercept.redaction import redact_url
from llm_intercept.run import Run
from llm_intercept.transports.at_once import at_once
from llm_intercept.transports.patches import Patch, stands_alone
from llm_intercept.transports.patience import Patience
from llm_intercept.transports.pump import Player
from llm_intercept.wire import Fail, FaultKind, HeaderPairs, Request, SentHeaders

__all__ = ["explicit", "patches"]

#: Method, scheme, host, port, target and headers of a request.
Line = tuple[str, str, str, "int | None", str, SentHeaders]

Catch = Callable[..., "activation.Caught | None"]

#: Fault to the exception's name and its text, before and after the first byte of the response.
_FAULTS: dict[FaultKind, tuple[str, str, str]] = {
    "connect_error": ("ConnectError", "[Errno 111] Connection refused", ""),
    "connect_timeout": ("ConnectTimeout", "timed out", ""),
    "pool_timeout": ("PoolTimeout", "", ""),
    "dns_error": ("ConnectError", "[Errno -2] Name or service not known", ""),
    "tls_error": ("ConnectError", "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1016)", ""),
    "read_timeout": ("ReadTimeout", "The read operation timed out", "The read operation timed out"),
    "disconnect": (
        "RemoteProtocolError",
        "Server disconnected without sending a response.",
        "peer closed connection without sending complete message body ({how})",
    ),
    "reset": ("ReadError", "[Errno 104] Connection reset by peer", "[Errno 104] Connection reset by peer"),
}


_REASONS = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}


class _Last:
    """The extensions of the request that went by a library's transport last, so that its pool need not look at it again."""

    __slots__ = ("extensions",)

    def __init__(self) -> None:
        self.extensions: Any = None


_last = {"httpx": _Last(), "httpx2": _Last()}


class _Stack(ABC):
    """One level at which calls are caught: from its request to ours, from our response to its own."""

    _player: type[Player] = Player
    #: The library below, whose errors are the causes of this one's.
    _core: str | None = None
    _read: Callable[[Any], bytes]
    _aread: Callable[[Any], Awaitable[bytes]]

    def __init__(self, module: ModuleType, library: str) -> None:
        self._module = module
        self._library = library
        self._last = _last[library]

    @abstractmethod
    def goes_by(self, request: Any) -> bool:
        """Whether a request is plainly none of ours."""

    @abstractmethod
    def line(self, request: Any) -> Line:
        """What of a request tells where it goes."""

    @abstractmethod
    def respond(self, player: Player) -> Any:
        """The level's own response, playing lazily."""

    def again(self, request: Any, body: bytes) -> Any:
        """The request as it can be sent on after its body was read."""
        return request

    def answer(self, transport: Any, request: Any, catch: Catch, original: Callable[[Any, Any], Any]) -> Any:
        """The response; what is no LLM call, or is let through, goes to the `original` of the transport."""
        line = self.line(request)
        caught = catch(line[0], *line[2:])
        if caught is None:
            return original(transport, request)
        ours = Request(*line, self._read(request), self._library)
        exchanged = exchange(ours, *caught)
        if exchanged is None:
            with let_through(ours.host):
                return original(transport, self.again(request, ours.body))
        player = self._player(*exchanged, self._breaks, partial(_patience, request))
        return self.respond(player.open() if player.response.prelude else player)

    async def aanswer(self, transport: Any, request: Any, catch: Catch, original: Callable[[Any, Any], Awaitable[Any]]) -> Any:
        """The same, async."""
        line = self.line(request)
        caught = catch(line[0], *line[2:])
        if caught is None:
            return await original(transport, request)
        ours = Request(*line, await self._aread(request), self._library)
        exchanged = await async_exchange(ours, *caught)
        if exchanged is None:
            with let_through(ours.host):
                return await original(transport, self.again(request, ours.body))
        player = self._player(*exchanged, self._breaks, partial(_patience, request))
        return self.respond(await player.aopen() if player.response.prelude else player)

    def _breaks(self, kind: FaultKind, player: Player) -> BaseException:
        name, before, after = _FAULTS[kind]
        text = before
        if not any(isinstance(frame, Fail) for frame in player.response.prelude):
            sized = f"received {player.received} bytes, expected {player.expected}"
            text = after.format(how="incomplete chunked read" if player.expected is None else sized)
        error: BaseException = getattr(self._module, name)(text)
        if self._core is not None:
            error.__cause__ = getattr(import_module(self._core), name)(text)
        return error


class _Pool(_Stack):
    """The connection pool of httpcore or httpcore2."""

    def __init__(self, module: ModuleType, library: str) -> None:
        super().__init__(module, library)
        self._read, self._aread = _joined, _ajoined

    def goes_by(self, request: Any) -> bool:
        if request.extensions is self._last.extensions:
            self._last.extensions = None  # once: before httpx 0.28, requests may share them
            return True
        url, agent = request.url, b""
        for name, value in request.headers:
            if len(name) == 10 and name.lower() == b"user-agent":
                agent = value
                break
        known = ("httpcore", request.method, url.host, url.target, agent)
        if known in activation.foreign:
            return True
        method, host, target = (part.decode("ascii") for part in known[1:4])
        return activation.goes_by(known, method, host, target, agent)

    def again(self, request: Any, body: bytes) -> Any:
        again = self._module.Request(
            request.method, request.url, headers=request.headers, content=body, extensions=request.extensions
        )
        again.headers = request.headers  # past the constructor, which adds those that it misses
        return again

    def line(self, request: Any) -> Line:
        url = request.url
        host, target = url.host.decode("ascii").lower(), url.target.decode("ascii")
        return (
            request.method.decode("ascii"),
            url.scheme.decode("ascii"),
            host,
            url.port,
            target,
            HeaderPairs(request.headers),
        )

    def respond(self, player: Player) -> Any:
        status = player.response.status
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": _REASONS.get(status, b"")}
        response = self._module.Response(status, content=player, extensions=extensions)
        response.headers = list(player.response.headers)  # past the constructor, which checks each for being bytes
        return response


class _Transport(_Stack):
    """The transport of httpx or httpx2."""

    def __init__(self, module: ModuleType, library: str) -> None:
        super().__init__(module, library)
        self._player = type("Stream", (Player, module.SyncByteStream, module.AsyncByteStream), {"__slots__": ()})
        self._core = library.replace("httpx", "httpcore")
        self._response, self._at_once = module.Response, at_once(module.Response)
        self._read, self._aread = module.Request.read, module.Request.aread

    def goes_by(self, request: Any) -> bool:
        # private, and in every version: the public ways to the URL's parts and to a header cost as much as all the rest
        parts, headers = request.url._uri_reference, request.headers._list
        agent = b""
        if len(headers) > 4 and headers[4][1] == b"user-agent":  # where a client's own headers have it
            agent = headers[4][2]
        else:
            for _, name, value in headers:
                if name == b"user-agent":
                    agent = value
                    break
        known = ("httpx", request.method, parts.host, parts.path, agent)
        if known not in activation.foreign and (provider_of(parts.host) is not None or not self._passes(request, known, agent)):
            self._last.extensions = None
            return False
        self._last.extensions = request.extensions
        return True

    def _passes(self, request: Any, known: tuple[object, ...], agent: bytes) -> bool:
        """The same of one that was not looked at yet, and goes to no provider's host."""
        host, target = request.url.raw_host.decode("ascii"), request.url.raw_path.decode("ascii")
        return activation.goes_by(known, request.method, host, target, agent)

    def line(self, request: Any) -> Line:
        url = request.url
        parts = url._uri_reference
        host, target = parts.host.strip("[]"), parts.path or "/"  # a number has brackets before 0.24
        if parts.query is not None:
            target = f"{target}?{parts.query}"
        # each stands in the journal, and is equal in most calls
        return (
            intern(request.method),
            intern(parts.scheme),
            intern(host),
            url.port,
            intern(target),
            HeaderPairs(request.headers._list),
        )

    def respond(self, player: Player) -> Any:
        status, headers, frames, _ = player.response
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": _REASONS.get(status, b"")}
        kind = self._at_once if type(frames) is tuple and len(frames) == 1 else self._response
        response = kind(status, stream=player, extensions=extensions)
        kept = response.headers
        kept._list = [(name, name.lower(), value) for name, value in headers]  # as its constructor does, which looks at each type
        kept._encoding = "ascii"  # what it finds by decoding them all at the first look
        return response


def _patience(request: Any) -> Patience:
    return Patience(**request.extensions.get("timeout", {}))


def _joined(request: Any) -> bytes:
    return b"".join(request.stream)


async def _ajoined(request: Any) -> bytes:
    return b"".join([part async for part in request.stream])


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of httpcore or httpcore2, and of httpx or httpx2."""
    name = module.__name__
    if name.startswith("httpcore"):
        pool = _Pool(module, name.replace("core", "x"))
        return [
            Patch(module.ConnectionPool, "handle_request", partial(_hook, pool, _always)),
            Patch(module.AsyncConnectionPool, "handle_async_request", partial(_async_pool_hook, pool)),
        ]
    transport, core = _Transport(module, name), name.replace("httpx", "httpcore")
    below = partial(_alone_below, core, "ConnectionPool", "handle_request")
    async_below = partial(_alone_below, core, "AsyncConnectionPool", "handle_async_request")
    return [
        Patch(module.HTTPTransport, "handle_request", partial(_hook, transport, below), own_only=True),
        Patch(module.AsyncHTTPTransport, "handle_async_request", partial(_async_hook, transport, async_below), own_only=True),
    ]


def _hook(stack: _Stack, answers: Callable[[], bool], original: Any) -> Any:
    goes_by = stack.goes_by

    @wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        if goes_by(request) or not answers():
            return original(self, request)
        return stack.answer(self, request, activation.caught, original)

    return handle_request


def _async_hook(stack: _Stack, answers: Callable[[], bool], original: Any) -> Any:
    """The same, async: no coroutine function, since a foreign call has its original's, and one around that costs as much again."""
    goes_by = stack.goes_by

    @wraps(original)
    def handle_async_request(self: Any, request: Any) -> Any:
        if goes_by(request) or not answers():
            return original(self, request)
        return stack.aanswer(self, request, activation.caught, original)

    return _MARKED(handle_async_request)


#: Tells those who ask that a function gives a coroutine, since Python 3.12.
_MARKED: Callable[[Any], Any] = getattr(inspect, "markcoroutinefunction", lambda hook: hook)


def _async_pool_hook(stack: _Stack, original: Any) -> Any:
    """The same of a pool: a coroutine function all the same, since respx tells by that what it replaces."""
    goes_by = stack.goes_by

    @wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        if goes_by(request):
            return await original(self, request)
        return await stack.aanswer(self, request, activation.caught, original)

    return handle_async_request


def _always() -> bool:
    return True


def _alone_below(core: str, pool: str, method: str) -> bool:
    """Whether nobody has put a wrapper around the pool's method, which the transport's hook would keep from seeing the call."""
    module = sys.modules.get(core)  # looked up at each call: newer versions import it with their first client
    return module is not None and stands_alone(getattr(module, pool), method)


def _handle(around: Any, request: Any) -> Any:
    return _onward(around, request).handle_request(request)


async def _ahandle(around: Any, request: Any) -> Any:
    return await _onward(around, request).handle_async_request(request)


def _onward(around: Any, request: Any) -> Any:
    if around is None:
        raise UnknownEndpoint(
            f"A rule lets {request.method} {redact_url(str(request.url)).partition('?')[0]} through, and an explicit transport has "
            "no network to let it out to. Use intercept(...), or wrap(client)."
        )
    return around


def explicit(library: str, runs: list[Run], around: Any = None) -> Any:
    """A transport of httpx or httpx2, blocking and async, that answers with runs of its own, the last first.

    What is no LLM call goes to the transport that it stands `around`; without one, it is refused.
    """
    module = import_module(library)
    stack = _Transport(module, library)

    def catch(*line: Any) -> activation.Caught | None:
        return activation.caught_for(runs, *line, refuse=around is None)

    class InterceptTransport(module.BaseTransport, module.AsyncBaseTransport):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            self.runs, self.around = runs, around

        def handle_request(self, request: Any) -> Any:
            return stack.answer(around, request, catch, _handle)

        async def handle_async_request(self, request: Any) -> Any:
            return await stack.aanswer(around, request, catch, _ahandle)

        def close(self) -> None:
            if around is not None:
                around.close()

        async def aclose(self) -> None:
            if around is not None:
                await around.aclose()

    return InterceptTransport()
