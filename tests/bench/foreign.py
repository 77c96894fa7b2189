"""What an active interceptor adds to a call that is none of ours: the hooks that it passes, around functions that do nothing.

The difference is less than the thousandth part of a call, so that no whole call can tell it. A row is the library's own request
object, given to stand-ins for the methods that we patch, as the library gives it; once bare, and once with our hooks around them.
The same request is asked again and again: its texts are hashed already, where new ones cost some tens of nanoseconds more.
"""

from __future__ import annotations

import asyncio
import http.client
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from time import thread_time
from typing import Any

import aiohttp
import httpcore
import httpcore2
import httpx
import httpx2
import requests
import urllib3.connectionpool

from llm_intercept.transports import TRANSPORTS
from tests.bench.batches import calls
from tests.bench.floor import unit_client
from tests.bench.rows import Row

__all__ = ["LIMIT", "Foreign", "foreign", "pass_by"]

URL = "https://example.com/things/12?q=1"
HOST, TARGET = "example.com", "/things/12?q=1"

#: The most that we may add to a call, in units: half a microsecond where a bare post takes fifty.
LIMIT = 0.01

#: How many calls make a batch: about a tenth of a millisecond.
_TIMES = 200

#: How many posts tell the unit, at each library.
_POSTS = 100


@dataclass(slots=True)
class Foreign:
    """A foreign call of one library: bare, and with our hooks; the times are in seconds for one call. `unit` is a bare post's."""

    name: str
    bare: Callable[[int], float]
    hooked: Callable[[int], float]
    without: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)
    unit: float = 50e-6

    @property
    def added(self) -> float:
        """What we add: the difference of the least times, which so short batches reach even on a busy machine."""
        return min(self.within) - min(self.without)

    @property
    def row(self) -> Row:
        """What we add, against what we may."""
        beside = {"without us": min(self.without) * 1e6, "rounds": len(self.within)}
        return Row(f"foreign call, {self.name}", self.added * 1e6, "us", LIMIT * self.unit * 1e6, beside)


def foreign(loop: asyncio.AbstractEventLoop) -> Iterator[Foreign]:
    """A row for each library."""
    yield from (_httpx(module, core) for module, core in ((httpx, httpcore), (httpx2, httpcore2)))
    yield from (_async_httpx(module, core) for module, core in ((httpx, httpcore), (httpx2, httpcore2)))
    yield _urllib3("requests", requests.Session().headers)
    yield _urllib3("urllib3", urllib3.HTTPHeaderDict({"User-Agent": "python-urllib3/2.8.0", "Accept-Encoding": "identity"}))
    yield _http_client()
    yield _aiohttp(loop)


def pass_by(listed: list[Foreign], rounds: int) -> None:
    """Run both sides of every row, one right after the other, each first as often as the other; active while it runs."""
    post, client = [], unit_client()
    for row in listed:
        post.append(calls(lambda: client.post("https://unit.example/", content=b"{}"), _POSTS))
        sides = [(row.bare, row.without), (row.hooked, row.within)]
        for _ in range(rounds + 1):
            for batch, into in sides:
                into.append(batch(_TIMES))
            sides.reverse()
        del row.without[0], row.within[0]
    for row in listed:
        row.unit = min(post)


def _hooked(module: str, name: str, stand_in: Callable[..., Any]) -> Any:
    """Our hook around what stands in for the library's own method."""
    (found,) = (patch for patch in import_module(TRANSPORTS[module]).patches(sys.modules[module]) if patch.name == name)
    return found.wrap(stand_in)


def _sync(name: str, bare: Callable[[], Any], hooked: Callable[[], Any]) -> Foreign:
    return Foreign(name, lambda times: calls(bare, times), lambda times: calls(hooked, times))


def _async(name: str, bare: Callable[[], Any], hooked: Callable[[], Any]) -> Foreign:
    """Nothing of them waits, so that no event loop need be measured."""

    async def timed(ask: Callable[[], Any], times: int) -> float:
        start = thread_time()
        for _ in range(times):
            await ask()
        return (thread_time() - start) / times

    def run(ask: Callable[[], Any], times: int) -> float:
        try:
            timed(ask, times).send(None)
        except StopIteration as ended:
            seconds: float = ended.value
            return seconds
        raise AssertionError(f"{name} waited for something")

    return Foreign(name, lambda times: run(bare, times), lambda times: run(hooked, times))


def _requests(module: Any, core: Any) -> tuple[Any, Any]:
    """The request as the transport is given it, and as it gives it to its pool."""
    request = module.Client().build_request("GET", URL)
    url = core.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
    below = core.Request(request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions)
    return request, below


def _httpx(module: Any, core: Any) -> Foreign:
    request, below = _requests(module, core)

    def pool(self: Any, request: Any) -> None:
        """Do nothing."""

    hooked_pool = _hooked(core.__name__, "handle_request", pool)

    def transport(self: Any, request: Any) -> Any:
        return pool(None, below)

    def around_hooked(self: Any, request: Any) -> Any:
        return hooked_pool(None, below)

    hooked = _hooked(module.__name__, "handle_request", around_hooked)
    return _sync(module.__name__, lambda: transport(None, request), lambda: hooked(None, request))


def _async_httpx(module: Any, core: Any) -> Foreign:
    request, below = _requests(module, core)

    async def pool(self: Any, request: Any) -> None:
        """Do nothing."""

    hooked_pool = _hooked(core.__name__, "handle_async_request", pool)

    async def transport(self: Any, request: Any) -> Any:
        return await pool(None, below)

    async def around_hooked(self: Any, request: Any) -> Any:
        return await hooked_pool(None, below)

    hooked = _hooked(module.__name__, "handle_async_request", around_hooked)
    return _async(f"{module.__name__} async", lambda: transport(None, request), lambda: hooked(None, request))


def _connection(made: Any, headers: Any) -> Any:
    """A connection whose request is written, and not sent."""
    made.putrequest("GET", TARGET, skip_accept_encoding="Accept-Encoding" in headers)
    for name, value in headers.items():
        made.putheader(name, value)
    return made


def _send(conn: Any, message_body: Any = None, encode_chunked: Any = False) -> None:
    """Do nothing."""


def _urllib3(name: str, headers: Any) -> Foreign:
    pool = urllib3.HTTPSConnectionPool(HOST)
    conn = _connection(pool._new_conn(), headers)
    hooked_send = _hooked("http.client", "_send_output", _send)

    def make(
        self: Any, conn: Any, method: str, url: str, body: Any = None, headers: Any = None, retries: Any = None,
        timeout: Any = None, chunked: Any = False, response_conn: Any = None, preload_content: Any = True,
        decode_content: Any = True, enforce_content_length: Any = True,
    ) -> Any:  # fmt: skip
        return _send(conn, body, encode_chunked=chunked)

    def around_hooked(
        self: Any, conn: Any, method: str, url: str, body: Any = None, headers: Any = None, retries: Any = None,
        timeout: Any = None, chunked: Any = False, response_conn: Any = None, preload_content: Any = True,
        decode_content: Any = True, enforce_content_length: Any = True,
    ) -> Any:  # fmt: skip
        return hooked_send(conn, body, encode_chunked=chunked)

    hooked = _hooked("urllib3.connectionpool", "_make_request", around_hooked)

    def asking(make_request: Any) -> Callable[[], Any]:  # as `urlopen` does
        return lambda: make_request(
            pool, conn, "GET", TARGET, timeout=3, body=None, headers=headers, chunked=False, retries=None, response_conn=None,
            preload_content=False, decode_content=False,
        )  # fmt: skip

    return _sync(name, asking(make), asking(hooked))


def _http_client() -> Foreign:
    conn = _connection(http.client.HTTPSConnection(HOST), {"User-Agent": "Python-urllib/3.11", "Connection": "close"})
    hooked = _hooked("http.client", "_send_output", _send)
    return _sync("http.client", lambda: _send(conn, None, encode_chunked=False), lambda: hooked(conn, None, encode_chunked=False))


def _aiohttp(loop: asyncio.AbstractEventLoop) -> Foreign:
    asked: list[tuple[Any, Any, Any]] = []

    class Connector(aiohttp.BaseConnector):
        async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
            asked.append((req, traces, timeout))
            raise aiohttp.ClientConnectionError

    async def ask() -> None:
        async with aiohttp.ClientSession(connector=Connector()) as session:
            try:
                await session.get(URL)
            except aiohttp.ClientConnectionError:
                return

    loop.run_until_complete(ask())
    ((req, traces, timeout),) = asked

    async def connect(self: Any, req: Any, traces: Any, timeout: Any) -> None:
        """Do nothing."""

    hooked = _hooked("aiohttp.connector", "connect", connect)
    return _async(
        "aiohttp",
        lambda: connect(None, req, traces=traces, timeout=timeout),
        lambda: hooked(None, req, traces=traces, timeout=timeout),
    )
