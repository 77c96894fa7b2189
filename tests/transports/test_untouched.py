"""What is none of our business goes on as before: foreign calls, users' own transports, proxies, other instrumentation."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import urllib3

from llm_intercept import error, intercept, reset, wrap
from llm_intercept.errors import UnknownEndpoint
from llm_intercept.interceptor import Interceptor
from tests.transports import loopback
from tests.transports.libraries import CHAT, LIBRARIES, TLS, AsyncHttpx, Library, chat, said

Reached = tuple[Library, str]


class Foreign:
    """A server that is no LLM: it echoes, streams its second chunk when told, and redirects to a provider."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.requests: list[bytes] = []

    def __call__(self, connection: socket.socket, request: bytes) -> None:
        self.requests.append(request)
        target = request.split(b" ", 2)[1]
        if target == b"/redirect":
            connection.sendall(
                b"HTTP/1.1 307 Temporary Redirect\r\nlocation: "
                + CHAT.encode()
                + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        elif target == b"/stream":
            connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n5\r\nfirst\r\n")
            assert self.go_on.wait(5)
            connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")
        else:
            body = request.partition(b"\r\n\r\n")[2]
            connection.sendall(
                b"HTTP/1.1 201 Made\r\nx-real: 1\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
            )


@pytest.fixture
def foreign() -> Iterator[tuple[Foreign, str]]:
    """A foreign server, and its URL."""
    behaviour = Foreign()
    with loopback.serving(behaviour) as port:
        yield behaviour, f"http://127.0.0.1:{port}"


@pytest.fixture(params=["intercept", "wrap"])
def way(request: pytest.FixtureRequest) -> str:
    """The ways in that let foreign calls through."""
    found: str = request.param
    return found


def test_a_foreign_call_reaches_its_server(library: Library, way: str, foreign: tuple[Foreign, str]) -> None:
    if way == "wrap" and not library.wrappable:
        pytest.skip("cannot be wrapped")

    async def script() -> None:
        async with library.reach(way) as (llm, client):
            answer = await library.send(client, b"anything", url=f"{foreign[1]}/v1/things")
            assert (answer.status, answer.reason, answer.headers["x-real"]) == (201, "Made", "1")
            assert await answer.read() == b"anything"
            assert len(llm.calls) == 0
            assert llm.failures == []

    library.run(script)


def test_a_foreign_stream_arrives_as_it_is_sent(library: Library, way: str, foreign: tuple[Foreign, str]) -> None:
    if way == "wrap" and not library.wrappable:
        pytest.skip("cannot be wrapped")

    async def script() -> None:
        async with library.reach(way) as (_, client):
            answer = await library.send(client, b"", url=f"{foreign[1]}/stream")
            assert await answer.chunk() == b"first"
            foreign[0].go_on.set()
            assert await answer.read() == b"second"

    library.run(script)


def test_a_redirect_to_a_provider_is_followed_and_answered(library: Library, way: str, foreign: tuple[Foreign, str]) -> None:
    if way == "wrap" and not library.wrappable:
        pytest.skip("cannot be wrapped")

    async def script() -> None:
        async with library.reach(way, "Redirected.") as (llm, client):
            answer = await library.send(client, chat("moved"), url=f"{foreign[1]}/redirect")
            assert said(await answer.read()) == "Redirected."
            assert llm.calls.one.prompt == "moved"

    library.run(script)


@pytest.mark.parametrize("library", [one for one in LIBRARIES if one.transport], ids=lambda one: one.name)
def test_an_explicit_transport_refuses_what_is_no_llm_call(library: Library, foreign: tuple[Foreign, str]) -> None:
    async def script() -> None:
        async with library.reach("explicit") as (llm, client):
            with llm.expect_failure() as expected:
                await library.send(client, b"", url=f"{foreign[1]}/v1/things")
            assert isinstance(expected.value, UnknownEndpoint)
            assert f"{foreign[1]}/v1/things" in str(expected.value)

    library.run(script)
    assert foreign[0].requests == []


@pytest.mark.parametrize("library", [one for one in LIBRARIES if one.transport], ids=lambda one: one.name)
def test_an_explicit_transport_answers_any_host(library: Library) -> None:
    async def script() -> None:
        async with library.reach("explicit", "Local.") as (llm, client):
            answer = await library.send(client, chat(), url="http://models.internal/v1/chat/completions")
            assert said(await answer.read()) == "Local."
            assert llm.calls.one.request.host == "models.internal"

    library.run(script)


def test_a_configured_proxy_is_not_asked_for_an_llm_call(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    library, way = reached
    with loopback.refusing() as port:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)

        async def script() -> None:
            async with library.reach(way, "Direct.", hosts="gateway.test") as (llm, client):
                for url in (CHAT, "http://gateway.test/v1/chat/completions", "https://gateway.test/v1/chat/completions"):
                    answer = await library.send(client, chat(), url=url)
                    assert said(await answer.read()) == "Direct."
                    assert llm.calls.last.url == url

        library.run(script)


@pytest.mark.parametrize("url", [CHAT, "http://gateway.test/v1/chat/completions", "https://gateway.test/v1/chat/completions"])
def test_a_proxy_manager_is_not_asked_for_an_llm_call(url: str) -> None:
    with loopback.refusing() as port, intercept("Direct.", hosts="gateway.test") as llm:
        proxy = urllib3.ProxyManager(f"http://127.0.0.1:{port}")
        answer = proxy.request("POST", url, body=chat(), headers={"content-type": "application/json"})
        assert said(answer.data) == "Direct."
        assert llm.calls.one.url == url
        proxy.clear()


def test_a_foreign_call_still_goes_through_its_proxy(
    library: Library, way: str, foreign: tuple[Foreign, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "wrap" and not library.wrappable:
        pytest.skip("cannot be wrapped")
    if library.name == "urllib3":
        pytest.skip("urllib3 reads no proxy variables")
    monkeypatch.setenv("http_proxy", foreign[1])
    monkeypatch.delenv("no_proxy", raising=False)

    async def script() -> None:
        async with library.reach(way) as (llm, client):
            answer = await library.send(client, b"through", url="http://things.test/v1/things")
            assert await answer.read() == b"through"
            assert len(llm.calls) == 0

    library.run(script)
    assert foreign[0].requests[0].startswith(b"POST http://things.test/v1/things HTTP/1.1\r\n")


def test_a_tunnel_through_a_proxy_is_still_made_for_a_foreign_call(foreign: tuple[Foreign, str]) -> None:
    with intercept() as llm:
        proxy = urllib3.ProxyManager(foreign[1])
        with pytest.raises(urllib3.exceptions.MaxRetryError, match="201 Made"):
            proxy.request("POST", "https://things.test/v1/things", body=b"", retries=0)
        assert len(llm.calls) == 0
        proxy.clear()
    assert foreign[0].requests[0].startswith(b"CONNECT things.test:443 HTTP/1.")


HTTPX = pytest.mark.parametrize(
    "library", [one for one in LIBRARIES if one.name.startswith("httpx")], ids=lambda library: library.name
)


@HTTPX
def test_a_users_mock_transport_is_untouched(library: Any) -> None:
    async def script() -> None:
        transport = library.module.MockTransport(lambda request: library.module.Response(202, text="mine"))
        with intercept() as llm:
            client = library.client(transport)
            answer = await library.send(client, chat())
            assert (answer.status, answer.native.content) == (202, b"mine")
            assert len(llm.calls) == 0
            await library.shut(client)

    library.run(script)


@pytest.mark.parametrize("library", [one for one in LIBRARIES if isinstance(one, AsyncHttpx)], ids=lambda library: library.name)
def test_a_users_asgi_transport_is_untouched(library: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b"mine"})

    async def script() -> None:
        with intercept() as llm:
            client = library.client(library.module.ASGITransport(app))
            answer = await library.send(client, chat())
            assert (answer.status, await answer.read()) == (202, b"mine")
            assert len(llm.calls) == 0
            await library.shut(client)

    library.run(script)


@HTTPX
def test_a_wrapped_mock_transport_keeps_the_foreign_calls(library: Any) -> None:
    async def script() -> None:
        transport = library.module.MockTransport(lambda request: library.module.Response(202, text="mine"))
        client = library.client(transport)
        with wrap(client, "Ours.") as llm:
            assert said(await (await library.send(client, chat())).read()) == "Ours."
            assert (await library.send(client, b"", url="https://things.test/")).native.content == b"mine"
            assert len(llm.calls) == 1
        assert (await library.send(client, chat())).native.content == b"mine"
        await library.shut(client)

    library.run(script)


def _retrying(library: Any, inner: Any, seen: list[int]) -> Any:
    class Retrying(library.module.BaseTransport, library.module.AsyncBaseTransport):  # type: ignore[name-defined,misc]
        def handle_request(self, request: Any) -> Any:
            while True:
                response = inner.handle_request(request)
                seen.append(response.status_code)
                if response.status_code != 429:
                    return response
                response.close()

        async def handle_async_request(self, request: Any) -> Any:
            while True:
                response = await inner.handle_async_request(request)
                seen.append(response.status_code)
                if response.status_code != 429:
                    return response
                await response.aclose()

    return Retrying()


@HTTPX
@pytest.mark.parametrize("inner", ["HTTPTransport", "explicit"])
def test_a_users_retrying_transport_still_runs(library: Any, inner: str) -> None:
    seen: list[int] = []

    async def script() -> None:
        llm = Interceptor(error(429), error(429), "Third time.")
        if inner == "explicit":
            client = library.client(_retrying(library, getattr(llm, library.transport), seen))
            answer = await library.send(client, chat())
        else:
            transport = library.module.AsyncHTTPTransport if library.asynchronous else library.module.HTTPTransport
            client = library.client(_retrying(library, transport(verify=TLS), seen))
            with llm:
                answer = await library.send(client, chat())
        assert said(await answer.read()) == "Third time."
        assert seen == [429, 429, 200] == [entry.response.status for entry in llm.calls if entry.response]
        await library.shut(client)

    library.run(script)


@HTTPX
@pytest.mark.parametrize("order", ["before", "inside"])
def test_a_wrapper_around_httpx_own_transport_sees_the_call(library: Any, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As OpenTelemetry wraps it, before and after we are in place."""
    name = "handle_async_request" if library.asynchronous else "handle_request"
    owner = library.module.AsyncHTTPTransport if library.asynchronous else library.module.HTTPTransport
    original, spans = getattr(owner, name), []

    def instrument() -> None:
        def traced(transport: Any, request: Any) -> Any:
            spans.append(str(request.url))
            return original(transport, request)

        monkeypatch.setattr(owner, name, traced)

    async def script() -> None:
        if order == "before":
            instrument()
        with intercept("Traced.") as llm:
            if order == "inside":
                instrument()
            client = library.client()
            assert said(await (await library.send(client, chat())).read()) == "Traced."
            assert len(llm.calls) == 1
        await library.shut(client)
        assert spans == [CHAT]
        assert getattr(owner, name) is not original

    library.run(script)


def test_other_verbs_and_paths_of_a_wrapped_session_keep_their_adapter() -> None:
    class Mine(requests.adapters.HTTPAdapter):
        closed = False

        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            response = requests.Response()
            response.status_code, response.url = 299, request.url
            return response

        def close(self) -> None:
            self.closed = True

    mine = Mine()
    session = requests.Session()
    session.mount("https://things.test", mine)
    with wrap(session, "Ours.") as llm:
        assert session.get("https://things.test/").status_code == 299
        assert session.post("https://things.test/v1/chat/completions", data=chat()).status_code == 200
        assert len(llm.calls) == 1
        session.close()
        assert mine.closed


@HTTPX
def test_closing_a_wrapped_client_closes_its_own_transport(library: Any) -> None:
    closed: list[str] = []

    class Mine(library.module.BaseTransport, library.module.AsyncBaseTransport):  # type: ignore[name-defined,misc]
        def close(self) -> None:
            closed.append("close")

        async def aclose(self) -> None:
            closed.append("aclose")

    async def script() -> None:
        client = library.client(Mine())
        wrap(client, "Ours.")
        await library.shut(client)
        assert closed == ["aclose" if library.asynchronous else "close"]

    library.run(script)


def test_a_fault_leaves_the_pool_usable(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, *[reset(), "Fine."] * 12) as (_, client):  # more than a pool of urllib3 holds
            for _ in range(12):
                with pytest.raises(Exception, match=r"reset|Reset|broken|aborted"):
                    (await library.send(client, chat())).status  # noqa: B018  (urllib3 retries by itself)
                    raise ConnectionError("retried past the reset")
                if library.name != "urllib3":
                    assert said(await (await library.send(client, chat())).read()) == "Fine."

    library.run(script)
