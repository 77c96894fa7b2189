"""What aiohttp has of its own: its timeouts, its traces and middlewares, its ways of reading, its pool, websockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import aiohttp
import pytest

from llm_intercept import Interceptor, UnknownEndpoint, connect_error, connect_timeout, error, intercept, pause, read_timeout, reply
from llm_intercept.transports.aiohttp import explicit
from tests.transports import loopback
from tests.transports.libraries import CHAT, TLS, chat, said

Timeout = aiohttp.ClientTimeout

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n"

#: What is slow: what the reply says, and what the server really does.
SLOW: dict[str, tuple[Any, Any]] = {
    "to connect": (reply(connect_timeout()), loopback.never_accepting()),
    "to answer": (reply(read_timeout()), loopback.serving(loopback.after(b"", loopback.hang))),
    "to go on": (reply("Once", read_timeout()), loopback.serving(loopback.after(_HEAD, loopback.hang))),
    "to answer, for real": (reply("Once", delay=5), loopback.serving(loopback.after(b"", loopback.hang))),
    "to go on, for real": (reply("Once", pause(5)), loopback.serving(loopback.after(_HEAD, loopback.hang))),
}

TIMEOUTS = {
    "total": Timeout(total=0.1),
    "total first": Timeout(total=0.1, connect=5, sock_connect=5, sock_read=5),
    "total last": Timeout(total=5, connect=0.1, sock_read=0.1),
    "by steps": Timeout(total=None, sock_connect=0.1, sock_read=0.1),
}


@pytest.fixture(scope="session")
def slow_ports() -> Iterator[dict[str, int]]:
    """A slow server of each kind."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(server) for name, (_, server) in SLOW.items()}


async def _time_out(port: int, timeout: str) -> tuple[type, list[type]]:
    async with aiohttp.ClientSession(timeout=TIMEOUTS[timeout]) as session:
        with pytest.raises(asyncio.TimeoutError) as raised:
            async with session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=chat(stream=True)) as answer:
                await answer.read()
        return type(raised.value), [type(one) for one in raised.value.args]


@cache
def _really(port: int, timeout: str) -> tuple[type, list[type]]:
    return asyncio.run(_time_out(port, timeout))


@pytest.mark.parametrize("timeout", TIMEOUTS)
@pytest.mark.parametrize("slow", SLOW)
def test_a_timeout_is_the_one_that_a_slow_server_gives(slow: str, timeout: str, slow_ports: dict[str, int]) -> None:
    port = slow_ports[slow]
    really = _really(port, timeout)
    with intercept(SLOW[slow][0], hosts=f"127.0.0.1:{port}") as llm:
        assert asyncio.run(_time_out(port, timeout)) == really
        assert llm.calls.one.outcome in ("failed", "cancelled")
        assert llm.failures == []


def answering(*replies: object, **options: Any) -> Callable[[Callable[[Interceptor, Any], Awaitable[None]]], None]:
    """A test's script, run with an interceptor and a session; nothing may be left unclosed."""

    def run(script: Callable[[Interceptor, Any], Awaitable[None]]) -> None:
        async def main() -> None:
            with intercept(*replies, **options) as llm:
                async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=TLS)) as session:
                    await script(llm, session)

        asyncio.run(main())

    return run


def test_no_time_counts_while_nobody_reads() -> None:
    """A server would have sent the rest meanwhile."""

    @answering(reply("abc", chunk_size=1))
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat(stream=True), timeout=Timeout(sock_read=0.03)) as answer:
            async for _chunk in answer.content.iter_any():
                await asyncio.sleep(0.05)
        assert llm.calls.one.outcome == "complete"


async def _lines(content: Any) -> bytes:
    return b"".join([line async for line in content])


async def _pieces(content: Any) -> bytes:
    return b"".join([piece async for piece in content.iter_chunked(7)])


async def _chunks(content: Any) -> bytes:
    return b"".join([chunk async for chunk, _ in content.iter_chunks()])


async def _exactly(content: Any) -> bytes:
    return await content.readexactly(100) + await content.read(-1)  # type: ignore[no-any-return]


async def _at_its_end(content: Any) -> bytes:
    await content.wait_eof()
    return await content.read()  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", [_lines, _pieces, _chunks, _exactly, _at_its_end])
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_each_way_of_reading_gets_it_all(way: Callable[[Any], Awaitable[bytes]], stream: bool) -> None:
    @answering("Once upon a time.")
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat(stream=stream)) as answer:
            assert await way(answer.content) == llm.calls.one.delivered
        assert llm.calls.one.outcome == "complete"


def test_a_long_body_is_taken_in_pieces() -> None:
    @answering("x" * 2_000_000)
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat()) as answer:
            body = await _pieces_of(answer.content, 100_000)
        assert len(said(body)) == 2_000_000
        assert llm.calls.one.outcome == "complete"


async def _pieces_of(content: Any, size: int) -> bytes:
    taken = b""
    while piece := await content.read(size):
        assert len(piece) <= size
        taken += piece
        await asyncio.sleep(0)
    return taken


def test_a_reader_that_is_paused_gets_no_more() -> None:
    @answering(reply("abcdef", chunk_size=1))
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat(stream=True)) as answer:
            transport = answer.connection.transport
            transport.pause_reading()
            reading = asyncio.ensure_future(answer.content.readany())
            await asyncio.sleep(0.01)
            assert (llm.calls.one.played, reading.done()) == (0, False)
            transport.resume_reading()
            transport.resume_reading()
            await reading
            assert llm.calls.one.played == 1
            transport.abort()
            transport.abort()
        assert llm.calls.one.outcome == "cancelled"


def test_a_fault_is_raised_wherever_it_stands() -> None:
    """No server fails to be connected to in the middle of its answer; a reader must learn of it all the same."""

    @answering(reply("Once", connect_error(), chunk_size=9))
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat(stream=True)) as answer:
            assert b"Once" in await answer.content.readany() + await answer.content.readany()
            with pytest.raises(aiohttp.ClientConnectorError):
                await answer.read()
        assert llm.calls.one.outcome == "failed"


def test_a_connection_is_lent_and_never_pooled() -> None:
    async def main(port: int) -> None:
        connector = aiohttp.TCPConnector(ssl=TLS, limit=1)
        async with aiohttp.ClientSession(connector=connector) as session:
            async with session.post(CHAT, data=chat(stream=True)) as one, session.post(CHAT, data=chat(stream=True)) as two:
                assert await one.read() != b""
                waiting = asyncio.ensure_future(session.get(f"http://127.0.0.1:{port}/"))
                await asyncio.sleep(0.01)
                assert not waiting.done()
                assert await two.read() != b""
            async with await waiting as real:
                assert await real.read() == b"{}"
            assert not connector._conns
            assert not connector._acquired

    whole = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"
    with loopback.serving(loopback.after(whole, loopback.leave)) as port, intercept("Hello."):
        asyncio.run(main(port))


@pytest.mark.parametrize("way", ["intercept", "explicit", "around"])
def test_closing_a_session_ends_its_streams(way: str) -> None:
    async def main(llm: Interceptor) -> None:
        connector: Any = aiohttp.TCPConnector(ssl=TLS)
        around = connector
        if way != "intercept":
            await connector.close() if way == "explicit" else None
            connector = explicit([llm._own], around if way == "around" else None)
        session = aiohttp.ClientSession(connector=connector)
        answer = await session.post(CHAT, data=chat(stream=True))
        await answer.content.readany()
        await session.close()
        assert around.closed
        assert connector.closed
        assert llm.calls.one.outcome == "cancelled"
        with pytest.raises((RuntimeError, asyncio.TimeoutError)):  # before aiohttp 3.10 it waits for ever
            await asyncio.wait_for(answer.content.readany(), 0.01)
        answer.close()

    llm = Interceptor(reply("Hello.", pause(5)))
    if way == "intercept":
        with llm:
            asyncio.run(main(llm))
    else:
        asyncio.run(main(llm))


def test_a_call_that_ends_with_its_loop_is_cancelled() -> None:
    answers = []

    async def main() -> None:
        connector = aiohttp.TCPConnector(ssl=TLS)
        async with aiohttp.ClientSession(connector=connector, connector_owner=False) as session:
            answers.append(await session.post(CHAT, data=chat(stream=True)))

    with intercept("Hello.") as llm:
        asyncio.run(main())
        assert llm.calls.one.outcome == "cancelled"
    answers.pop().connection.release()


async def _observed(url: str) -> list[str]:
    """The events that aiohttp's own tracing sees of a call."""
    seen: list[str] = []
    config = aiohttp.TraceConfig()
    for name in dir(config):
        if name.startswith("on_"):

            async def note(*_: Any, name: str = name) -> None:
                seen.append(name)

            getattr(config, name).append(note)
    async with aiohttp.ClientSession(trace_configs=[config]) as session, session.post(url, data=chat()) as answer:
        await answer.read()
    return seen


def test_traces_see_what_they_see_of_a_real_call() -> None:
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    with loopback.serving(loopback.after(whole, loopback.leave)) as port:
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        really = asyncio.run(_observed(url))
        with intercept(hosts=f"127.0.0.1:{port}") as llm:
            assert asyncio.run(_observed(url)) == really
            assert len(llm.calls) == 1
    assert "on_connection_create_end" in really


def test_a_status_is_raised_and_a_cookie_is_kept() -> None:
    @answering(error(429, "Slow down."), reply("Hi.", headers={"set-cookie": "seen=1; Path=/"}), "Again.")
    async def _(llm: Interceptor, session: Any) -> None:
        with pytest.raises(aiohttp.ClientResponseError) as raised:
            await session.post(CHAT, data=chat(), raise_for_status=True)
        assert raised.value.status == 429
        for _attempt in range(2):
            async with session.post(CHAT, data=chat()) as answer:
                await answer.json()
        assert llm.calls.last.request.header("cookie") == "seen=1"


@pytest.mark.skipif(not hasattr(aiohttp, "ClientHandlerType"), reason="this aiohttp has no middlewares")
def test_a_middleware_retries() -> None:
    async def again(request: Any, handler: Any) -> Any:
        answer = await handler(request)
        return await handler(request) if answer.status == 503 else answer

    @answering(error(503), "Second time.")
    async def _(llm: Interceptor, session: Any) -> None:
        async with session.post(CHAT, data=chat(), middlewares=(again,)) as answer:
            assert said(await answer.read()) == "Second time."
        assert len(llm.calls) == 2


async def _parts() -> AsyncIterator[bytes]:
    yield chat("in parts")[:11]
    await asyncio.sleep(0)
    yield chat("in parts")[11:]


@pytest.mark.parametrize("parts", [False, True], ids=["whole", "parts"])
def test_a_client_that_waits_to_be_told_to_go_on_is_told(parts: bool) -> None:
    @answering("Hello.")
    async def _(llm: Interceptor, session: Any) -> None:
        body = _parts() if parts else chat("in parts")
        async with session.post(CHAT, data=body, expect100=True) as answer:
            assert said(await answer.read()) == "Hello."
        assert llm.calls.one.prompt == "in parts"


def test_a_request_that_breaks_is_no_call() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"{"
        raise ZeroDivisionError

    @answering()
    async def _(llm: Interceptor, session: Any) -> None:
        with pytest.raises((aiohttp.ClientConnectionError, ZeroDivisionError)):
            await session.post(CHAT, data=broken())
        assert len(llm.calls) == 0


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("path", ["realtime?model=gpt-realtime", "responses"])
def test_a_websocket_to_an_llm_host_is_refused(scheme: str, path: str) -> None:
    @answering()
    async def _(llm: Interceptor, session: Any) -> None:
        with llm.expect_failure() as expected:
            await session.ws_connect(f"{scheme}://api.openai.com/v1/{path}")
        assert isinstance(expected.value, UnknownEndpoint)


@pytest.mark.parametrize("timeout", [None, Timeout(total=None, sock_connect=0.05), Timeout(total=0.05)])
def test_a_call_let_through_fails_as_a_real_one(timeout: Any) -> None:
    with loopback.refusing() if timeout is None else loopback.never_accepting() as port:
        url = f"http://127.0.0.1:{port}/v1/chat/completions"

        async def main() -> type:
            async with aiohttp.ClientSession() as session:
                with pytest.raises((aiohttp.ClientError, asyncio.TimeoutError)) as raised:
                    await session.post(url, data=chat(), timeout=timeout or Timeout())
                return type(raised.value)

        really = asyncio.run(main())
        with intercept(hosts=f"127.0.0.1:{port}") as llm:
            llm.on().passthrough()
            assert asyncio.run(main()) is really
            assert llm.calls.one.outcome == "passed"


def test_the_connection_of_a_call_let_through_is_used_again() -> None:
    connections: list[int] = []

    def behave(connection: socket.socket, request: bytes) -> None:
        connections.append(connection.fileno())
        while request:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nreal")
            request = loopback.read_request(connection)

    async def main(port: int) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=chat()) as answer:
                    assert await answer.read() == b"real"

    with loopback.serving(behave) as port, intercept(hosts=f"127.0.0.1:{port}") as llm:
        llm.on().passthrough()
        asyncio.run(main(port))
        assert [entry.outcome for entry in llm.calls] == ["passed"] * 3
    assert len(connections) == 1
