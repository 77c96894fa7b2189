"""Every fault is the exception that this library raises, at the same place, with a server that really misbehaves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import urllib3

from llm_intercept import (
    connect_error,
    connect_timeout,
    disconnect,
    dns_error,
    error,
    intercept,
    pool_timeout,
    read_timeout,
    reply,
    reset,
    tls_error,
)
from tests.transports import loopback
from tests.transports.libraries import JSON, LIBRARIES, Library, chat

Reached = tuple[Library, str]

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_CHUNKED = _HEAD + b"5\r\ndata:\r\n"
_SIZED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n" + b"{" * 50

#: A fault's name: what the reply says, whether the call streams, and what the server really does.
FAULTS: dict[str, tuple[Any, bool, Any]] = {
    "connect_error": (reply(connect_error()), False, loopback.refusing()),
    "connect_timeout": (reply(connect_timeout()), False, loopback.never_accepting()),
    "dns_error": (reply(dns_error()), False, loopback.nowhere()),
    "tls_error": (reply(tls_error()), False, loopback.without_tls()),
    "read_timeout": (reply(read_timeout()), False, loopback.serving(loopback.after(b"", loopback.hang))),
    "disconnect": (reply(disconnect()), True, loopback.serving(loopback.after(b"", loopback.leave))),
    "reset": (reply(reset()), True, loopback.serving(loopback.after(b"", loopback.reset))),
    "read_timeout in a stream": (
        reply("Once", read_timeout()),
        True,
        loopback.serving(loopback.after(_CHUNKED, loopback.hang)),
    ),
    "disconnect in a stream": (reply("Once", disconnect()), True, loopback.serving(loopback.after(_CHUNKED, loopback.leave))),
    "reset in a stream": (reply("Once", reset()), True, loopback.serving(loopback.after(_CHUNKED, loopback.reset))),
    "read_timeout in a body": (reply("Once", read_timeout()), False, loopback.serving(loopback.after(_SIZED, loopback.hang))),
    "disconnect in a body": (reply("Once", disconnect()), False, loopback.serving(loopback.after(_SIZED, loopback.leave))),
    "reset in a body": (reply("Once", reset()), False, loopback.serving(loopback.after(_SIZED, loopback.reset))),
    "read_timeout after a head": (
        reply(read_timeout(after_events=0)),
        True,
        loopback.serving(loopback.after(_HEAD, loopback.hang)),
    ),
    "disconnect after a head": (
        reply(disconnect(after_events=0)),
        True,
        loopback.serving(loopback.after(_HEAD, loopback.leave)),
    ),
    "reset after a head": (reply(reset(after_events=0)), True, loopback.serving(loopback.after(_HEAD, loopback.reset))),
    "disconnect after a few bytes": (
        reply(disconnect(after_bytes=50)),
        False,
        loopback.serving(loopback.after(_SIZED, loopback.leave)),
    ),
}

#: The faults whose text httpx, httpx2 and async libraries do not take from the event loop or the TLS layer, which differ among
#: themselves.
_SAME_TEXT = ("disconnect", "disconnect in a stream", "disconnect in a body", "disconnect after a head")


@pytest.fixture(scope="session")
def ports() -> Iterator[dict[str, int | str]]:
    """A misbehaving server for each fault: its port, or its URL."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(server) for name, (_, _, server) in FAULTS.items()}


Observed = tuple[str, list[type], str]


def _url(server: int | str) -> str:
    return f"http://127.0.0.1:{server}" if isinstance(server, int) else server


async def _observe(library: Library, client: Any, server: int | str, fault: str) -> Observed:
    """Where it raised, the classes of what was raised and of its cause, and its text."""
    where = "at the head"
    try:
        url = f"{_url(server)}/v1/chat/completions"
        timeout = 0.1 if "timeout" in fault else 5
        answer = await library.send(client, chat(stream=FAULTS[fault][1]), url=url, timeout=timeout)
        where = "in the body"
        try:
            await answer.read()
        finally:
            await answer.close()
    except Exception as raised:
        text = re.sub(r"0x[0-9a-f]+|_ssl\.c:\d+", "...", str(raised))
        return where, _behind(raised), re.sub(r"\d+ (bytes read|more expected|body bytes)|(received|expected|of) \d+", "n", text)
    raise AssertionError("nothing was raised")


def _behind(raised: BaseException) -> list[type]:
    """The class of an exception, and of those that requests and urllib3 carry in it."""
    found: list[type] = [type(raised)]
    for inner in (*raised.args, getattr(raised, "reason", None)):
        if isinstance(inner, BaseException):
            found += _behind(inner)
    return found


@cache
def _really(library: Library, server: int | str, fault: str) -> Observed:
    async def script() -> Observed:
        client = library.client()
        try:
            return await _observe(library, client, server, fault)
        finally:
            await library.shut(client)

    seen: Observed = library.run(script)
    return seen


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_is_what_a_misbehaving_server_raises(reached: Reached, ports: dict[str, int | str], fault: str) -> None:
    library, way = reached
    really = _really(library, ports[fault], fault)

    async def script() -> Observed:
        async with library.reach(way, FAULTS[fault][0], hosts=urlsplit(_url(ports[fault])).netloc) as (llm, client):
            seen = await _observe(library, client, ports[fault], fault)
            assert {entry.outcome for entry in llm.calls} == {"failed"}
            assert llm.failures == []
            return seen

    where, classes, text = library.run(script)
    assert (where, classes) == really[:2]
    if fault in _SAME_TEXT or not (library.asynchronous or library.name.startswith("httpx")):
        assert text == really[2]


@pytest.mark.parametrize("fault", ["connect_error", "disconnect in a stream"])
def test_an_error_of_httpx_names_its_request(reached: tuple[Any, str], fault: str) -> None:
    library, way = reached
    if not library.name.startswith("httpx"):
        pytest.skip("httpx's own attribute")

    async def script() -> None:
        async with library.reach(way, FAULTS[fault][0]) as (_, client):
            with pytest.raises(library.module.TransportError) as raised:
                await client.post("https://api.openai.com/v1/chat/completions", content=chat(stream=True))
            assert str(raised.value.request.url) == "https://api.openai.com/v1/chat/completions"

    library.run(script)


@pytest.mark.parametrize("core", ["httpcore", "httpcore2"])
def test_a_pool_used_by_itself_raises_its_own_errors(core: str) -> None:
    module = pytest.importorskip(core)
    with intercept(connect_error(), disconnect()) as llm, module.ConnectionPool() as pool:
        for name in ("ConnectError", "RemoteProtocolError"):
            with pytest.raises(getattr(module, name)) as raised:
                pool.request("POST", "https://api.openai.com/v1/chat/completions", content=chat())
            assert raised.value.__cause__ is None
        assert [entry.outcome for entry in llm.calls] == ["failed", "failed"]


@pytest.mark.parametrize("first", [error(429), reply(connect_error()), reply(disconnect()), reply(read_timeout()), reply(reset())])
@pytest.mark.parametrize("way", ["intercept", "wrap"])
def test_a_retrying_adapter_really_retries(way: str, first: Any) -> None:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import Retry

    from llm_intercept import wrap

    retries = Retry(3, status_forcelist=[429], allowed_methods=None, backoff_factor=0)
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=retries))
        reaching = intercept(first, first, "Third time.") if way == "intercept" else wrap(session, first, first, "Third time.")
        with reaching as llm:
            answer = session.post("https://api.openai.com/v1/chat/completions", data=chat())
            assert answer.json()["choices"][0]["message"]["content"] == "Third time."
            outcome = "complete" if first == error(429) or getattr(first, "status", 0) else "failed"
            assert [entry.outcome for entry in llm.calls] == [outcome, outcome, "complete"]


async def _exhausted(library: Library, client: Any, server: int) -> Observed:
    """What a call raises while another has the only connection of its client."""
    holding = await library.send(client, chat(), url=f"http://127.0.0.1:{server}/v1/chat/completions")
    try:
        return await _observe(library, client, server, "pool_timeout")
    finally:
        await holding.close()


#: Clients whose pool has one connection, and waits for it no longer than a test does, by the names of their libraries.
_NARROW: dict[str, Any] = {
    **{
        module: lambda module=module: import_module(module).Client(limits=import_module(module).Limits(max_connections=1))
        for module in ("httpx", "httpx2")
    },
    **{
        f"{module}-{backend}": lambda module=module: import_module(module).AsyncClient(
            limits=import_module(module).Limits(max_connections=1)
        )
        for module in ("httpx", "httpx2")
        for backend in ("asyncio", "trio")
    },
    "urllib3": lambda: _Impatient(maxsize=1, block=True),
}


class _Impatient(urllib3.PoolManager):
    def urlopen(self, *args: Any, **options: Any) -> Any:
        return super().urlopen(*args, pool_timeout=0.05, **options)


@pytest.mark.parametrize("library", [one for one in LIBRARIES if one.name in _NARROW], ids=lambda library: library.name)
def test_a_pool_timeout_is_what_a_client_raises_whose_connections_are_all_in_use(library: Library) -> None:
    async def really() -> Observed:
        client = _NARROW[library.name]()
        try:
            return await _exhausted(library, client, port)
        finally:
            await library.shut(client)

    async def ours() -> Observed:
        async with library.reach("intercept", reply(pool_timeout()), hosts=f"127.0.0.1:{port}") as (_, client):
            return await _observe(library, client, port, "pool_timeout")

    with loopback.serving(loopback.after(_CHUNKED, loopback.hang)) as port:
        assert library.run(ours)[:2] == library.run(really)[:2]


def test_a_pool_timeout_of_aiohttp_is_its_connection_timeout() -> None:
    async def observed(session: aiohttp.ClientSession, port: int) -> tuple[type, str]:
        try:
            await session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=chat(), headers=JSON)
        except Exception as raised:
            return type(raised), str(raised)
        raise AssertionError("nothing was raised")

    async def script(port: int) -> None:
        limits = aiohttp.ClientTimeout(total=None, connect=0.05)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1), timeout=limits) as session:
            holding = await session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=chat(), headers=JSON)
            really = await observed(session, port)
            holding.close()
        with intercept(reply(pool_timeout()), hosts=f"127.0.0.1:{port}"):
            async with aiohttp.ClientSession(timeout=limits) as session:
                assert await observed(session, port) == really

    with loopback.serving(loopback.after(_CHUNKED, loopback.hang)) as port:
        asyncio.run(script(port))
