"""httpx and httpx2: caught at the connection pool of httpcore and httpcore2, one level below their transports.

There, wrappers around the transport (OpenTelemetry's, retrying ones) still run, and the library itself maps the errors. Proxies
inherit the pool's method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, wraps
from http import HTTPStatus
from importlib import import_module
from types import ModuleType
from typing import Any

from llm_intercept import activation
from llm_intercept.exchange import exchange
from llm_intercept.reach import Found
from llm_intercept.run import Run
from llm_intercept.transports.patches import Patch
from llm_intercept.transports.pump import Player, drive
from llm_intercept.wire import FaultKind, Request

__all__ = ["explicit", "patches"]

Catch = Callable[..., "activation.Caught | None"]

#: Fault to the exception's name and its text, before and after the first byte of the response.
_FAULTS: dict[FaultKind, tuple[str, str, str]] = {
    "connect_error": ("ConnectError", "[Errno 111] Connection refused", ""),
    "connect_timeout": ("ConnectTimeout", "timed out", ""),
    "read_timeout": ("ReadTimeout", "The read operation timed out", "The read operation timed out"),
    "disconnect": (
        "RemoteProtocolError",
        "Server disconnected without sending a response.",
        "peer closed connection without sending complete message body (incomplete chunked read)",
    ),
    "reset": ("ReadError", "[Errno 104] Connection reset by peer", "[Errno 104] Connection reset by peer"),
}


class _Core:
    """httpcore or httpcore2: from its request to ours, from our response to its own."""

    def __init__(self, module: ModuleType, library: str) -> None:
        self._module = module
        self._library = library

    def caught(self, request: Any, catch: Catch) -> activation.Caught | None:
        url = request.url
        return catch(url.host.decode("ascii").lower(), url.port, url.target.decode("ascii"), request.headers)

    def read(self, request: Any, parts: Iterable[bytes]) -> Request:
        url = request.url
        return Request(
            method=request.method.decode("ascii"),
            scheme=url.scheme.decode("ascii"),
            host=url.host.decode("ascii").lower(),
            port=url.port,
            target=url.target.decode("ascii"),
            headers=tuple(request.headers),
            body=b"".join(parts),
            library=self._library,
        )

    def answer(self, request: Any, found: Found, runs: tuple[Run, ...]) -> Any:
        answered = drive(exchange(self.read(request, request.stream), found, runs))
        return self._respond(Player(*answered, self._breaks).open())

    async def aanswer(self, request: Any, found: Found, runs: tuple[Run, ...]) -> Any:
        parts = [part async for part in request.stream]
        answered = await exchange(self.read(request, parts), found, runs)
        return self._respond(await Player(*answered, self._breaks).aopen())

    def _respond(self, player: Player) -> Any:
        status = player.response.status
        return self._module.Response(
            status,
            headers=player.response.headers,
            content=player,
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": _reason(status)},
        )

    def _breaks(self, kind: FaultKind, delivered: bool) -> BaseException:
        name, before, after = _FAULTS[kind]
        error: BaseException = getattr(self._module, name)(after if delivered else before)
        return error


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""


def _library(core: ModuleType) -> str:
    """Httpx for httpcore, httpx2 for httpcore2."""
    return core.__name__.replace("core", "x")


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of httpcore or httpcore2."""
    core = _Core(module, _library(module))

    def blocking(original: Any) -> Any:
        @wraps(original)
        def handle_request(pool: Any, request: Any) -> Any:
            caught = core.caught(request, activation.caught)
            return original(pool, request) if caught is None else core.answer(request, *caught)

        return handle_request

    def asynchronous(original: Any) -> Any:
        @wraps(original)
        async def handle_async_request(pool: Any, request: Any) -> Any:
            caught = core.caught(request, activation.caught)
            return await (original(pool, request) if caught is None else core.aanswer(request, *caught))

        return handle_async_request

    return [
        Patch(module.ConnectionPool, "handle_request", blocking),
        Patch(module.AsyncConnectionPool, "handle_async_request", asynchronous),
    ]


class _Pool:
    """Stands where httpx's own transport keeps its connection pool, and answers with one run."""

    def __init__(self, core: _Core, run: Run) -> None:
        self._core = core
        self._catch = partial(activation.caught_for, run)
        #: What is no LLM call has nowhere to go from here.
        self._lost = (Found("unknown", None), (run,))

    def handle_request(self, request: Any) -> Any:
        return self._core.answer(request, *(self._core.caught(request, self._catch) or self._lost))

    async def handle_async_request(self, request: Any) -> Any:
        return await self._core.aanswer(request, *(self._core.caught(request, self._catch) or self._lost))

    def close(self) -> None:
        """Nothing is held."""

    async def aclose(self) -> None:
        """Nothing is held."""


def explicit(library: str, run: Run, around: Any = None) -> Any:
    """A transport of httpx or httpx2, blocking and async, that answers with one run.

    What is no LLM call goes to the transport that it stands `around`; without one, it is refused.
    """
    module = import_module(library)
    core = _Core(import_module(library.replace("httpx", "httpcore")), library)
    catch = partial(activation.caught_for, run)

    def passes(request: Any) -> bool:
        url = request.url
        return around is not None and catch(url.host, url.port, url.raw_path.decode("ascii"), request.headers.raw) is None

    class InterceptTransport(module.BaseTransport, module.AsyncBaseTransport):  # type: ignore[name-defined,misc]
        """httpx's own transport does the mapping between its objects and httpcore's, and of the errors."""

        def __init__(self) -> None:
            self._pool = _Pool(core, run)  # the attribute that httpx 0.23 to 0.28 and httpx2 2.0 to 2.16 send through

        def handle_request(self, request: Any) -> Any:
            if passes(request):
                return around.handle_request(request)
            return module.HTTPTransport.handle_request(self, request)

        async def handle_async_request(self, request: Any) -> Any:
            if passes(request):
                return await around.handle_async_request(request)
            return await module.AsyncHTTPTransport.handle_async_request(self, request)

        def close(self) -> None:
            if around is not None:
                around.close()

        async def aclose(self) -> None:
            if around is not None:
                await around.aclose()

    return InterceptTransport()
