"""Calls that are let out on purpose: by a rule, or by their host."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any

import httpx
import httpx2
import pytest
import urllib3

from llm_intercept import UnknownEndpoint, intercept, words
from tests.conftest import RealConnection
from tests.transports import loopback
from tests.transports.libraries import Library, chat

Reached = tuple[Library, str]

#: The ways in which there is no network to let a call out to.
_NOWHERE = ("httpx", "aiohttp")


@pytest.fixture
def server() -> Iterator[tuple[list[bytes], int]]:
    """A real server that says what it was sent, and its port."""
    got: list[bytes] = []

    def behave(connection: socket.socket, request: bytes) -> None:
        got.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nreal")

    with loopback.serving(behave) as port:
        yield got, port


async def _parts(whole: bytes) -> AsyncIterator[bytes]:
    yield whole[:9]
    yield whole[9:]


@pytest.mark.parametrize("generated", [False, True], ids=["whole", "generated"])
def test_a_rule_lets_the_real_call_go_with_all_that_was_sent(
    reached: Reached, server: tuple[list[bytes], int], generated: bool
) -> None:
    library, way = reached
    got, port = server
    body = chat("Let me out")

    async def script() -> None:
        async with library.reach(way, "Mocked.", hosts=[f"127.0.0.1:{port}"]) as (llm, client):
            llm.on("let me out").passthrough()
            url = f"http://127.0.0.1:{port}/v1/chat/completions"
            sent: Any = body
            if generated:
                sent = _parts(body) if library.asynchronous else iter([body[:9], body[9:]])
            if way == "explicit" and library.name.startswith(_NOWHERE):
                with pytest.raises(UnknownEndpoint, match="no network to let it out to"):
                    await library.send(client, sent, url=url)
                return
            answer = await library.send(client, sent, url=url)
            assert (answer.status, await answer.read()) == (200, b"real")
            assert [(entry.outcome, entry.prompt) for entry in llm.calls] == [("passed", "Let me out")]
            assert llm.calls.one.rule is llm._current().book.rules[0]
            assert (llm.calls.one.response, llm.calls.one.delivered) == (None, b"")
            mocked = await library.send(client, chat("Stay"), url=url)
            assert b"Mocked." in await mocked.read()
        assert len(got) == 1
        head, _, data = got[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /v1/chat/completions HTTP/1.1")
        assert body in data if b"chunked" not in head.lower() else body[9:] in data

    library.run(script)


@pytest.mark.parametrize("how", ["rule", "allow", "an endpoint that no dialect knows"])
def test_a_provider_is_really_asked(library: Library, closed_network: list[str], how: str) -> None:
    path = "files" if how.startswith("an") else "chat/completions"
    options = {"allow": ["API.openai.com"]} if how == "allow" else {}

    async def script() -> None:
        async with library.reach("intercept", **options) as (llm, client):
            if how != "allow":
                llm.on(provider="openai").passthrough()
            with pytest.raises(RealConnection):
                await library.send(client, chat(), url=f"https://api.openai.com/v1/{path}")
            assert [entry.outcome for entry in llm.calls] == ([] if how == "allow" else ["passed"])

    library.run(script)
    assert set(closed_network) == {"api.openai.com"}
    closed_network.clear()


def test_a_rule_that_lets_calls_go_can_be_bounded() -> None:
    from llm_intercept import Interceptor

    llm = Interceptor()
    rule = llm.on(prompt=words("real")).passthrough()
    assert rule.once().limit == 1
    assert repr(rule.sources) == "(passthrough(),)"
    with pytest.raises(TypeError, match="has a reply already"):
        rule.reply("x")


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize("generated", [False, True], ids=["whole", "generated"])
def test_a_call_is_let_through_below_somebody_elses_wrapper(
    library: Any, generated: bool, server: tuple[list[bytes], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    got, port = server
    pool = import_module(library.__name__.replace("httpx", "httpcore")).ConnectionPool
    seen: list[bytes] = []
    with intercept(hosts=[f"127.0.0.1:{port}"]) as llm, library.Client() as client:
        llm.on("let me out").passthrough()
        inner = pool.handle_request

        def outer(self: Any, request: Any) -> Any:
            seen.append(request.url.target)
            return inner(self, request)

        with monkeypatch.context() as patched:
            patched.setattr(pool, "handle_request", outer)
            body = chat("Let me out")
            sent = iter([body[:9], body[9:]]) if generated else body
            answer = client.post(f"http://127.0.0.1:{port}/v1/chat/completions", content=sent)
        assert (answer.text, seen) == ("real", [b"/v1/chat/completions"])
        assert llm.calls.one.outcome == "passed"
    head, _, data = got[0].partition(b"\r\n\r\n")
    assert head.lower().count(b"content-length") + head.lower().count(b"transfer-encoding") == 1
    assert body in data if b"chunked" not in head.lower() else b"Let me out" in data


def test_a_call_without_a_body_is_let_through_by_the_first_rule_that_fits(closed_network: list[str]) -> None:
    with intercept() as llm:
        llm.on(provider="gemini").passthrough()
        rule = llm.on(provider="openai").passthrough()
        with pytest.raises(RealConnection):
            urllib3.PoolManager().request("GET", "https://api.openai.com/v1/files", retries=False)
        assert llm.calls.one.rule is rule
    assert closed_network == ["api.openai.com"]
    closed_network.clear()


def test_a_request_that_names_no_agent_goes_by(server: tuple[list[bytes], int]) -> None:
    got, port = server
    with intercept() as llm, httpx2.Client() as client:
        assert client.send(httpx2.Request("GET", f"http://127.0.0.1:{port}/anything")).text == "real"
        assert not llm.calls
    assert b"user-agent" not in got[0].lower()
