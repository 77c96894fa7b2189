"""Foreign calls go by at one look, and only what is the same in all that tells an LLM call goes by with them."""

from __future__ import annotations

import inspect
import json
import socket
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import urllib3
import urllib3.connectionpool
from urllib3._collections import HTTPHeaderDict  # public since urllib3 2.0
from urllib3.util import parse_url

from llm_intercept import activation, intercept
from llm_intercept.errors import UnknownEndpoint
from llm_intercept.transports import TRANSPORTS
from tests.transports import loopback
from tests.transports.libraries import LIBRARIES, Library, chat, said

SDK = {"content-type": "application/json", "User-Agent": "OpenAI/Python 3.54.0"}


@pytest.fixture
def server() -> Iterator[tuple[list[bytes], str]]:
    """What a foreign server was sent, and where it is."""
    requests: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}")

    with loopback.serving(answer) as port:
        yield requests, f"127.0.0.1:{port}"


def test_a_host_that_is_known_is_still_asked_for_its_path_and_its_agent(library: Library, server: tuple[list[bytes], str]) -> None:
    requests, host = server

    async def script() -> None:
        async with library.reach("intercept", "Caught.", hosts=[host]) as (llm, client):
            for _ in range(2):
                answer = await library.send(client, b"{}", url=f"http://{host}/things?x=1")
                assert await answer.read() == b"{}"
            with llm.expect_failure() as expected:
                await library.send(client, b"{}", url=f"http://{host}/things?x=1", headers=SDK)
            assert isinstance(expected.value, UnknownEndpoint)
            answer = await library.send(client, chat(), url=f"http://{host}/v1/chat/completions")
            assert said(await answer.read()) == "Caught."
            assert len(requests) == 2

    library.run(script)


@pytest.mark.parametrize("library", [one for one in LIBRARIES if not one.name.startswith("lm15")], ids=lambda one: one.name)
def test_a_foreign_call_is_known_by_one_of_our_hooks_alone(library: Library, server: tuple[list[bytes], str]) -> None:
    async def script() -> None:
        async with library.reach("intercept") as (_, client):
            answer = await library.send(client, b"{}", url=f"http://{server[1]}/things")
            await answer.read()
            assert len(activation.foreign) == 1

    library.run(script)


@pytest.mark.parametrize("name", ["User-Agent", "user-agent", "USER-AGENT"])
@pytest.mark.parametrize("kind", [dict, HTTPHeaderDict])
def test_an_agent_is_found_however_it_is_written(kind: Any, name: str, server: tuple[list[bytes], str]) -> None:
    with urllib3.PoolManager(headers=kind({name: "OpenAI/Python 3.54.0"})) as client:
        with intercept() as llm, llm.expect_failure() as expected:
            client.request("GET", f"http://{server[1]}/things")
        assert isinstance(expected.value, UnknownEndpoint)
    assert server[0] == []


@pytest.mark.parametrize("path", ["/things", "/v1/chat/completions"])
def test_somebody_elses_wrapper_is_called_as_urllib3_calls_it(
    path: str, server: tuple[list[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    original = urllib3.connectionpool.HTTPConnectionPool._make_request

    def wrapper(pool: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(kwargs)
        return original(pool, *args, **kwargs)

    monkeypatch.setattr(urllib3.connectionpool.HTTPConnectionPool, "_make_request", wrapper)
    with intercept("Caught.", hosts=[server[1]]), urllib3.PoolManager() as client:
        answer = client.request("POST", f"http://{server[1]}{path}", body=chat(), headers={"x-mine": "1"})
        assert answer.data == b"{}" or json.loads(answer.data)["choices"]
    assert [given["headers"]["x-mine"] for given in seen] == ["1"]
    assert len(server[0]) == (path == "/things")


def newest(
    pool: Any, conn: Any, method: str, url: str, body: Any = None, headers: Any = None, retries: Any = None, timeout: Any = 3,
    chunked: bool = False, response_conn: Any = None, preload_content: bool = True, decode_content: bool = True,
    enforce_content_length: bool = True,
) -> Any:  # fmt: skip
    return conn, body, headers, timeout, chunked


def before_2(pool: Any, conn: Any, method: str, url: str, timeout: Any = 3, chunked: bool = False, **rest: Any) -> Any:
    return conn, rest.get("body"), rest.get("headers"), timeout, chunked


def unknown(pool: Any, conn: Any, method: str, url: str, /, *, timeout: Any = 3, chunked: bool = False, **rest: Any) -> Any:
    return conn, rest.get("body"), rest.get("headers"), timeout, chunked


@pytest.mark.parametrize("method", [newest, before_2, unknown])
@pytest.mark.parametrize(("host", "path"), [("example.com", "/things"), ("api.openai.com", "/v1/chat/completions")])
@pytest.mark.parametrize("proxy", [None, parse_url("http://127.0.0.1:1")])
def test_a_pools_method_gets_what_it_is_given_in_every_version(method: Any, host: str, path: str, proxy: Any) -> None:
    module = import_module("urllib3.connectionpool")
    (hook,) = (patch.wrap(method) for patch in import_module(TRANSPORTS[module.__name__]).patches(module) if "make" in patch.name)
    with urllib3.HTTPSConnectionPool(host, _proxy=proxy) as pool, intercept():
        conn = pool._new_conn()
        for given in ({"headers": {"a": "b"}}, {"headers": {"a": "b"}, "body": b"x", "timeout": 4, "chunked": True}, {}):
            bare, hooked = (one(pool, conn, "POST", path, **given) for one in (method, hook))
            assert hooked[1:] == bare[1:]
            assert (hooked[0] is conn) == (host == "example.com")


@pytest.mark.parametrize("library", ["httpcore", "httpcore2"])
def test_an_async_pools_method_says_that_it_is_async_to_those_who_ask(library: str) -> None:
    with intercept():
        assert inspect.iscoroutinefunction(import_module(library).AsyncConnectionPool.handle_async_request)


def body(answer: Any) -> bytes:
    """Before urllib3 2.0 the answer is http.client's."""
    read: bytes = answer.data if hasattr(answer, "data") else answer.read()
    return read


def test_a_request_made_by_hand_on_a_pools_connection_is_looked_at(server: tuple[list[bytes], str]) -> None:
    with (
        urllib3.HTTPConnectionPool(server[1].partition(":")[0], int(server[1].partition(":")[2])) as pool,
        intercept(hosts=[server[1]]),
    ):
        conn: Any = pool._get_conn()
        answer = pool._make_request(conn, "GET", "/things", headers={})
        assert body(answer) == b"{}"
        conn.request("POST", "/v1/chat/completions", chat())
        assert said(body(conn.getresponse())) == "This is a mock request"
        assert body(pool._make_request(pool._new_conn(), "GET", "/things")) == b"{}"
    assert len(server[0]) == 2


def test_a_parser_that_tells_what_it_reads_is_heard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("http.client.HTTPConnection.debuglevel", 1)
    with intercept("Told."), urllib3.PoolManager() as client:
        answer = client.request("POST", "https://api.openai.com/v1/chat/completions", body=chat())
        assert said(answer.data) == "Told."
    assert "reply: 'HTTP/1.1 200 OK\\r\\n'" in capsys.readouterr().out


@pytest.mark.parametrize("library", ["httpcore", "httpcore2"])
def test_a_pool_that_no_httpx_asks_knows_a_foreign_call_too(library: str, server: tuple[list[bytes], str]) -> None:
    with import_module(library).ConnectionPool() as pool, intercept():
        for _ in range(2):
            assert pool.request("GET", f"http://{server[1]}/things").content == b"{}"
            assert len(activation.foreign) == 1
    assert len(server[0]) == 2
