"""aiohttp, and so all that sits on it: caught where a session asks its connector for a connection.

It gets a connection of aiohttp's own over a transport in memory. The request is written there by aiohttp, and the response's bytes
go through aiohttp's own parser, one frame at a time: a frame is made when somebody waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache, wraps
from types import ModuleType
from typing import Any

from llm_intercept import activation
from llm_intercept.errors import UnknownEndpoint
from llm_intercept.exchange import async_exchange
from llm_intercept.passing import let_through
from llm_intercept.redaction import redact_url
from llm_intercept.run import Run
from llm_intercept.transports.aiohttp_errors import connect_timeout, refused, unresolved, without_tls
from llm_intercept.transports.aiohttp_reader import asking, is_awaited
from llm_intercept.transports.http1 import LAST_CHUNK, Sent, chunk, is_chunked, response_head
from llm_intercept.transports.patches import Patch
from llm_intercept.transports.patience import ENDLESS, Patience
from llm_intercept.transports.pump import Player
from llm_intercept.wire import FaultKind, HeaderPairs, Request, SentHeaders

__all__ = ["explicit", "patches"]

Catch = Callable[..., "activation.Caught | None"]

#: Scheme, host, port (None for the default one) and target.
Asked = tuple[str, str, "int | None", str]


def patches(module: ModuleType) -> list[Patch]:
    """The hook of `aiohttp.connector`."""
    return [Patch(module.BaseConnector, "connect", _hook)]


def _hook(original: Any) -> Any:
    """`connect`, for which most requests are plainly none of ours."""
    answering = _answering(original, activation.caught)

    @wraps(original)
    async def connect(connector: Any, req: Any, traces: Any, timeout: Any) -> Any:
        method, url, agent = req.method, req.url, req.headers.get("User-Agent", "")
        known = ("aiohttp", method, url.raw_host, url.raw_path, agent)
        if known in activation.foreign or activation.goes_by(known, method, url.raw_host or "", url.raw_path, agent.encode()):
            return await original(connector, req, traces=traces, timeout=timeout)
        return await answering(connector, req, traces, timeout)

    return connect


def _answering(original: Any, catch: Catch) -> Any:
    """`connect`, giving a connection in memory for what `catch` recognises."""

    @wraps(original)
    async def connect(connector: Any, req: Any, traces: Any, timeout: Any) -> Any:
        asked = _asked(req.url)
        caught = catch(req.method, *asked[1:], _headers(req.headers))
        if caught is None:
            return await original(connector, req, traces=traces, timeout=timeout)

        async def really() -> Any:
            return await original(connector, req, traces=[], timeout=timeout)

        for trace in traces:
            await trace.send_connection_create_start()
        wire = _Wire(connector, req, timeout, asked, caught, really)
        for trace in traces:
            await trace.send_connection_create_end()
        return wire.connection

    return connect


def _asked(url: Any) -> Asked:
    return url.scheme, (url.raw_host or "").lower(), None if url.is_default_port() else url.port, url.raw_path_qs


def _headers(headers: Any) -> SentHeaders:
    return HeaderPairs(tuple((name.encode(), value.encode()) for name, value in headers.items()))


class _Wire(asyncio.Transport):
    """What a connection stands on: takes the request, has it answered when it is whole, and plays the answer."""

    def __init__(
        self,
        connector: Any,
        req: Any,
        timeout: Any,
        asked: Asked,
        caught: activation.Caught,
        really: Callable[[], Awaitable[Any]],
    ) -> None:
        super().__init__()
        self._req, self._timeout, self._asked, self._caught, self._really = req, timeout, asked, caught, really
        self._loop = asyncio.get_running_loop()
        self._sent = Sent()
        self._told_to_go_on = False
        self._playing: asyncio.Task[None] | None = None
        self._player: Player | None = None
        self._reader: Any = None
        self._asleep: asyncio.Future[None] | None = None
        self._paused = self._closed = False
        connection, handler = _own_classes()
        self._handler = handler(self._loop)
        self._handler.connection_made(self)
        self._lent = _Lent(connector, self._handler)
        self.connection = connection(self._lent, req.connection_key, self._handler, self._loop)

    # what aiohttp asks of a transport

    def write(self, data: Any) -> None:
        self._sent.feed(data)
        if self._sent.wants_to_go_on and not self._told_to_go_on:
            self._told_to_go_on = True
            self._loop.call_soon(self._handler.data_received, b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._sent.complete and self._playing is None:
            self._playing = self._loop.create_task(self._play())

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self.wake()

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Nobody wants the answer any more, or all of it was taken."""
        if self._closed:
            return
        self._closed = True
        self._leave()
        if not self._loop.is_closed():  # by then its tasks have ended
            if self._playing is not None:
                self._playing.cancel()
            self._loop.call_soon(self._handler.connection_lost, None)

    def abort(self) -> None:
        self.close()

    # the answer

    async def _play(self) -> None:
        """Answer, and have what is raised raised where the client reads."""
        try:
            await self._answer()
        except _Broken as broken:
            self._break(broken.kind)
        except asyncio.CancelledError:
            raise
        except BaseException as failure:
            self._fail(failure)
        finally:
            self._leave()

    async def _answer(self) -> None:
        """Play the answer into aiohttp's parser."""
        method, headers = self._sent.line
        exchanged = await async_exchange(Request(method, *self._asked, headers, self._sent.body, "aiohttp"), *self._caught)
        if exchanged is None:
            await self._pass()
            return
        self._player = player = Player(*exchanged, _Broken, self._patience)
        await player.aopen()
        frames = player.response.frames
        if type(frames) is tuple and len(frames) == 1:  # it is at hand, and comes in one piece whether it is read or not
            self._handler.data_received(response_head(player.response) + await player.atake())
        else:
            await self._play_frames(player)

    def _patience(self) -> Patience:
        """The session's limits where time is virtual; by the real one its own timers go off."""
        if self._player is None or not self._player.clock.virtual:
            return ENDLESS
        limits = self._timeout
        connect, pool = (_first(limits.connect, one, limits.total) for one in (limits.sock_connect, None))
        return Patience(connect, limits.sock_read or None, None, pool, limits.total or None)

    def _leave(self) -> None:
        if self._player is not None:
            self._player.close()

    async def _play_frames(self, player: Player) -> None:
        chunked = is_chunked(player.response)
        self._handler.data_received(response_head(player.response))
        self._reader = asking(self._handler._payload)  # private, and as old as the class
        await self._wanted()
        async for frame in player:
            self._handler.data_received(chunk(frame) if chunked else frame)
            await self._wanted()
        self._handler.data_received(LAST_CHUNK if chunked else b"")
        self._lose(None)

    async def _wanted(self) -> None:
        """Return when somebody waits for more.

        Until then no time counts for the read timeout, which measures the server.
        """
        while self._paused or not is_awaited(self._reader):
            self._handler._drop_timeout()
            self._asleep = self._loop.create_future()
            await self._asleep
        self._handler._reschedule_timeout()

    def wake(self) -> None:
        """Look whether somebody waits."""
        if self._asleep is not None and not self._asleep.done():
            self._asleep.set_result(None)

    def _fail(self, failure: BaseException) -> None:
        self._handler.set_exception(failure)
        if self._handler._payload is not None:
            self._handler._payload.set_exception(failure)

    def _lose(self, error: OSError | None) -> None:
        if not self._closed:
            self._closed = True
            self._handler.connection_lost(error)

    # how it breaks

    def _break(self, kind: FaultKind) -> None:
        faults: dict[FaultKind, Callable[[], None]] = {
            "connect_error": lambda: self._fail(refused(self._req)),
            "connect_timeout": lambda: self._time_out_connecting("connect", "sock_connect"),
            "pool_timeout": lambda: self._time_out_connecting("connect"),
            "dns_error": lambda: self._fail(unresolved(self._req)),
            "tls_error": lambda: self._fail(without_tls(self._req)),
            "read_timeout": self._time_out_reading,
            "reset": lambda: self._lose(ConnectionResetError(104, "Connection reset by peer")),
            "disconnect": lambda: self._lose(None),
        }
        faults[kind]()

    def _time_out_connecting(self, *names: str) -> None:
        if not self._total_is_over(*names):
            self._fail(connect_timeout(self._req))

    def _time_out_reading(self) -> None:
        total = self._timeout.total
        if self._player is not None and total and self._player.spent >= total:
            self._req._timer.timeout()
        elif not self._total_is_over("sock_read"):
            self._handler._on_read_timeout()

    def _total_is_over(self, *names: str) -> bool:
        """Whether the client's total timeout comes before these; then it does, as if its time were over."""
        others = [limit for limit in (getattr(self._timeout, name) for name in names) if limit is not None]
        total = self._timeout.total
        if not total or any(limit <= total for limit in others):
            return False
        self._req._timer.timeout()
        return True

    # a call that is let through

    async def _pass(self) -> None:
        """Send what was written over a real connection; the client's own is that one from now on."""
        with let_through(self._asked[1]):
            try:
                real = await self._really()
            except asyncio.TimeoutError as timeout:
                raise connect_timeout(self._req) from timeout
        self._handler._drop_timeout()
        self._lent.take_back(self._handler)
        ours, protocol = self.connection, real.protocol
        ours._protocol, ours._connector, real._protocol = protocol, real._connector, None
        protocol.set_response_params(**self._handler.params)
        protocol.transport.write(bytes(self._sent.raw))
        protocol._reschedule_timeout()
        while True:
            message, payload = await protocol.read()
            self._handler.feed_data((message, payload), 0)
            if message.code >= 200 or message.code == 101:
                return


def _first(*limits: float | None) -> float | None:
    """The limit that comes first; None where there is none, which 0 is, too."""
    return min([one for one in limits if one], default=None)


class _Broken(Exception):
    """The fault at which the connection breaks."""

    def __init__(self, kind: FaultKind, player: Player) -> None:
        super().__init__(kind)
        self.kind = kind


class _Lent:
    """What such a connection is given back to: its connector, which keeps it only to close it with its session."""

    def __init__(self, connector: Any, handler: Any) -> None:
        self._connector = connector
        self.force_close = connector.force_close
        connector._acquired.add(handler)  # private, and as old as the class

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        self.take_back(protocol)
        protocol.close()

    def take_back(self, handler: Any) -> None:
        """It is in use no more, so that another may be."""
        self._connector._acquired.discard(handler)
        self._connector._release_waiter()


@lru_cache(maxsize=1)
def _own_classes() -> tuple[Any, Any]:
    """The connection of aiohttp, and its protocol, which remembers how it was set up."""
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection

    class InMemoryHandler(ResponseHandler):
        def set_response_params(self, **params: Any) -> None:
            self.params = params
            super().set_response_params(**params)

    return Connection, InMemoryHandler


def explicit(runs: list[Run], around: Any = None) -> Any:
    """A connector that answers with runs of its own, the last first; made on the event loop of its session.

    What is no LLM call goes to the connector that it stands `around`; without one, it is refused.
    """
    from aiohttp.connector import BaseConnector

    def catch(*line: Any) -> activation.Caught | None:
        return activation.caught_for(runs, *line, refuse=around is None)

    async def onward(_: Any, req: Any, traces: Any, timeout: Any) -> Any:
        if around is None:
            raise UnknownEndpoint(
                f"A rule lets {req.method} {redact_url(str(req.url)).partition('?')[0]} through, and an explicit transport has no "
                "network to let it out to. Use intercept(...), or wrap(client)."
            )
        return await around.connect(req, traces=traces, timeout=timeout)

    class InterceptConnector(BaseConnector):
        connect = _answering(onward, catch)

        def __init__(self) -> None:
            self.runs, self.around = runs, around
            if around is None:
                super().__init__()
            else:
                super().__init__(loop=around._loop, force_close=around.force_close)
                self.allowed_protocol_schema_set = getattr(around, "allowed_protocol_schema_set", frozenset())

        def close(self, **options: Any) -> Any:
            closing = super().close(**options)
            return closing if around is None else _each([closing, around.close(**options)])

    return InterceptConnector()


async def _each(closing: list[Awaitable[Any]]) -> None:
    for one in closing:
        await one
