"""Every fault is the exception that this library raises, at the same place, with a server that really misbehaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from llm_intercept import connect_error, connect_timeout, disconnect, error, intercept, read_timeout, reply, reset
from tests.transports import loopback
from tests.transports.libraries import Library, chat

Reached = tuple[Library, str]

_CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n"
_SIZED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n" + b"{" * 50

#: A fault's name: what the reply says, whether the call streams, and what the server really does.
FAULTS: dict[str, tuple[Any, bool, Any]] = {
    "connect_error": (reply(connect_error()), False, loopback.refusing()),
    "connect_timeout": (reply(connect_timeout()), False, loopback.never_accepting()),
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
}

#: The faults whose text httpx, httpx2 and async libraries do not take from the event loop or the TLS layer, which differ among
#: themselves.
_SAME_TEXT = ("disconnect", "disconnect in a stream", "disconnect in a body")


@pytest.fixture(scope="session")
def ports() -> Iterator[dict[str, int]]:
    """A misbehaving server for each fault."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(server) for name, (_, _, server) in FAULTS.items()}


Observed = tuple[str, list[type], str]


async def _observe(library: Library, client: Any, port: int, stream: bool) -> Observed:
    """Where it raised, the classes of what was raised and of its cause, and its text."""
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
        text = re.sub(r"0x[0-9a-f]+", "0x", str(raised))
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
def _really(library: Library, port: int, stream: bool) -> Observed:
    async def script() -> Observed:
        client = library.client()
        try:
            return await _observe(library, client, port, stream)
        finally:
            await library.shut(client)

    seen: Observed = library.run(script)
    return seen


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_is_what_a_misbehaving_server_raises(reached: Reached, ports: dict[str, int], fault: str) -> None:
    library, way = reached
    given, stream, _ = FAULTS[fault]
    really = _really(library, ports[fault], stream)

    async def script() -> Observed:
        async with library.reach(way, given, hosts=f"127.0.0.1:{ports[fault]}") as (llm, client):
            seen = await _observe(library, client, ports[fault], stream)
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
