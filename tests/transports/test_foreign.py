"""Foreign calls go by at one look, and only what is the same in all that tells an LLM call goes by with them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import urllib3
import urllib3.connectionpool

from llm_intercept import activation, intercept
from llm_intercept.errors import UnknownEndpoint
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
@pytest.mark.parametrize("kind", [dict, urllib3.HTTPHeaderDict])
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


def test_a_request_made_by_hand_on_a_pools_connection_is_looked_at(server: tuple[list[bytes], str]) -> None:
    with (
        urllib3.HTTPConnectionPool(server[1].partition(":")[0], int(server[1].partition(":")[2])) as pool,
        intercept(hosts=[server[1]]),
    ):
        conn: Any = pool._get_conn()
        answer = pool._make_request(conn, "GET", "/things", headers={})
        assert answer.data == b"{}"
        conn.request("POST", "/v1/chat/completions", chat())
        assert said(conn.getresponse().data) == "This is a mock request"
        assert pool._make_request(pool._new_conn(), "GET", "/things").data == b"{}"
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
