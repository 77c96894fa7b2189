"""A pause longer than the client waits is what it raises when a server really stalls; on a virtual clock, at once."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import aiohttp
import httpx2
import pytest
import requests
import urllib3

from llm_intercept import connect_timeout, intercept, pause, read_timeout, reply
from tests.transports import loopback
from tests.transports.libraries import CHAT, Library, chat

_CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n"

#: A stall's name: what the reply says, whether the call streams, and what the server really does.
STALLS: dict[str, tuple[Any, bool, Any]] = {
    "before the head": (reply("Once", delay=9), False, loopback.serving(loopback.after(b"", loopback.hang))),
    "in a body": (reply("Once", pause(9)), False, loopback.serving(loopback.after(b"", loopback.hang))),
    "in a stream": (reply("Once", pause(0.05), pause(9)), True, loopback.serving(loopback.after(_CHUNKED, loopback.hang))),
}


Reached = tuple[Library, str]


async def observe(library: Library, client: Any, port: int, stream: bool) -> tuple[str, list[type]]:
    """Where it raised, and the classes of what was raised and of what it carries."""
    where = "at the head"
    try:
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        answer = await library.send(client, chat(stream=stream), url=url, timeout=0.1)
        where = "in the body"
        try:
            await answer.read()
        finally:
            await answer.close()
    except Exception as raised:
        return where, carried(raised)
    raise AssertionError("nothing was raised")


def carried(raised: BaseException) -> list[type]:
    inside = [one for one in (*raised.args, getattr(raised, "reason", None)) if isinstance(one, BaseException)]
    return [type(raised), *(kind for one in inside for kind in carried(one))]


@pytest.fixture(scope="session")
def ports() -> Iterator[dict[str, int]]:
    """A server for each way to stall."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(server) for name, (_, _, server) in STALLS.items()}


@cache
def really(library: Library, port: int, stream: bool) -> Any:
    async def script() -> Any:
        client = library.client()
        try:
            return await observe(library, client, port, stream)
        finally:
            await library.shut(client)

    return library.run(script)


def intercepted(reached: Reached, port: int, stall: str, clock: str) -> tuple[Any, float, float]:
    """What was observed, how long that took, and how long the clock says it did."""
    library, way = reached
    said, stream, _ = STALLS[stall]

    async def script() -> tuple[Any, float, float]:
        async with library.reach(way, said, hosts=f"127.0.0.1:{port}", clock=clock) as (llm, client):
            began = time.perf_counter()
            seen = await observe(library, client, port, stream)
            took = time.perf_counter() - began
            assert {entry.outcome for entry in llm.calls} <= {"failed", "cancelled"}  # by a client's own timer, it is closed
            assert llm.failures == []
            return seen, took, llm.clock.elapsed / len(llm.calls)

    found: tuple[Any, float, float] = library.run(script)
    return found


@pytest.mark.parametrize("stall", STALLS)
def test_a_virtual_stall_is_what_a_stalling_server_raises_and_takes_no_time(
    reached: Reached, ports: dict[str, int], stall: str
) -> None:
    seen, _, elapsed = intercepted(reached, ports[stall], stall, "virtual")
    assert seen == really(reached[0], ports[stall], STALLS[stall][1])
    assert elapsed == pytest.approx(0.1)


@pytest.mark.parametrize("stall", ["before the head", "in a stream"])
def test_a_real_stall_is_the_same_after_the_time_that_the_client_waits(library: Library, ports: dict[str, int], stall: str) -> None:
    seen, took, _ = intercepted((library, "intercept"), ports[stall], stall, "real")
    assert seen == really(library, ports[stall], STALLS[stall][1])
    assert 0.09 <= took < 5


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_pauses_that_the_client_waits_for_are_waited_for(library: Library, clock: str) -> None:
    """Each is shorter than its patience, and it begins anew with whatever arrives."""
    said = reply(chunks=["a", pause(0.04), "b", pause(0.04), "c", pause(0.04), "d"], delay=0.03)

    async def script() -> None:
        async with library.reach("intercept", said, clock=clock) as (llm, client):
            answer = await library.send(client, chat(stream=True), timeout=0.06 if clock == "virtual" else 5)
            body = await answer.read()
            await answer.close()
            assert [piece in body for piece in (b'"a"', b'"b"', b'"c"', b'"d"')] == [True] * 4
            assert llm.clock.elapsed == pytest.approx(0.15)

    library.run(script)


@pytest.mark.parametrize(("fault", "seconds"), [(connect_timeout(), 0.5), (read_timeout(), 0.5)], ids=str)
def test_a_named_time_out_is_as_long_as_the_client_waits(reached: Reached, fault: Any, seconds: float) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply(fault), clock="virtual") as (llm, client):
            with pytest.raises(Exception):  # noqa: B017  (each library's own)
                await library.send(client, chat(), timeout=seconds)
            assert llm.clock.elapsed == pytest.approx(seconds * len(llm.calls))

    library.run(script)


def spoken_to(limits: aiohttp.ClientTimeout, *said: Any, stream: bool = True) -> tuple[type[BaseException], float]:
    """The class of what aiohttp raises within its limits, and what time that took."""

    async def ask() -> tuple[type[BaseException], float]:
        with intercept(reply(*said), clock="virtual") as llm:
            async with aiohttp.ClientSession(timeout=limits) as session:
                try:
                    async with session.post(CHAT, data=chat(stream=stream)) as answer:
                        await answer.read()
                except Exception as raised:
                    return type(raised), llm.clock.elapsed
        raise AssertionError("nothing was raised")

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("limits", "said", "raised", "elapsed"),
    [
        ({"total": 7, "sock_read": 5}, [pause(1), "a", pause(9)], aiohttp.SocketTimeoutError, 6),
        ({"total": 7, "sock_read": 5}, ["a", pause(4), "bcd", pause(4), "e"], TimeoutError, 7),
        ({"total": 7}, ["a", pause(8)], TimeoutError, 7),
        ({"total": None, "sock_read": 3}, [pause(4)], aiohttp.SocketTimeoutError, 3),
        ({"total": 300, "sock_connect": 30}, ["a", pause(299), "bcd", pause(2)], TimeoutError, 300),
        ({"total": 7, "sock_read": 5}, [read_timeout()], aiohttp.SocketTimeoutError, 5),
        ({"total": 5, "sock_read": 7}, ["a", read_timeout()], TimeoutError, 5),
        ({"total": None}, [read_timeout()], aiohttp.SocketTimeoutError, 0),
        ({"total": 9, "connect": 6, "sock_connect": 4}, [connect_timeout()], aiohttp.ConnectionTimeoutError, 4),
        ({"total": 3, "sock_connect": 4}, [connect_timeout()], TimeoutError, 3),
    ],
    ids=str,
)
def test_aiohttp_gives_up_at_whichever_limit_comes_first(
    limits: dict[str, Any], said: list[Any], raised: type[Exception], elapsed: float
) -> None:
    kind, passed = spoken_to(aiohttp.ClientTimeout(**limits), *said)
    assert issubclass(kind, raised)
    assert passed == pytest.approx(elapsed)
    assert (raised is TimeoutError) is not issubclass(kind, aiohttp.ServerTimeoutError)


def by_httpx2(timeout: Any) -> None:
    with httpx2.Client(timeout=timeout) as client:
        client.post(CHAT, content=chat())


def by_urllib3(timeout: Any) -> None:
    urllib3.PoolManager().request("POST", CHAT, body=chat(), timeout=timeout, retries=False)


def by_requests(timeout: Any) -> None:
    requests.post(CHAT, data=chat(), timeout=timeout)


def by_http_client(timeout: Any) -> None:
    options = {} if timeout is None else {"timeout": timeout}
    connection = http.client.HTTPSConnection("api.openai.com", **options)
    connection.request("POST", "/v1/chat/completions", chat())
    connection.getresponse().read()


@pytest.mark.parametrize(
    ("ask", "timeout", "elapsed"),
    [
        (by_httpx2, httpx2.Timeout(1, read=20), 20),
        (by_httpx2, httpx2.Timeout(20, read=1), 1),
        (by_urllib3, urllib3.Timeout(connect=1, read=20), 20),
        (by_urllib3, urllib3.Timeout(total=3, read=20), 3),
        (by_requests, (1, 4), 4),
        (by_http_client, 6, 6),
    ],
)
def test_each_library_has_the_limit_that_is_for_reading(ask: Any, timeout: Any, elapsed: float) -> None:
    with intercept(reply("Late.", delay=21), clock="virtual") as llm:
        with pytest.raises(Exception, match=r"(?i)timed out|timeout"):
            ask(timeout)
        assert llm.clock.elapsed == pytest.approx(elapsed, abs=0.1)


@pytest.mark.parametrize("ask", [by_httpx2, by_urllib3, by_requests, by_http_client])
def test_who_sets_no_limit_waits_for_ever(ask: Any) -> None:
    with intercept(reply("Late.", delay=1e6), clock="virtual") as llm:
        ask(None)
        assert llm.clock.elapsed == 1e6


def test_the_default_limit_of_sockets_is_http_clients() -> None:
    import socket

    socket.setdefaulttimeout(5)
    try:
        with intercept(reply("Late.", delay=21), clock="virtual") as llm:
            with pytest.raises(TimeoutError):
                by_http_client(None)
            assert llm.clock.elapsed == 5
    finally:
        socket.setdefaulttimeout(None)
