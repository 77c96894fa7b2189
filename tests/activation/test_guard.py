"""No socket is connected to an LLM host while anything is active, but where somebody says so."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from llm_intercept import BlockedNetwork, intercept
from llm_intercept.guard import blocked
from tests.conftest import RealConnection
from tests.transports.loopback import serving

HOST = "api.openai.com"


def _connect(method: str) -> Callable[[str], Any]:
    def connect(host: str) -> Any:
        with socket.socket() as sock:
            return getattr(sock, method)((host, 443))

    return connect


def _open(host: str) -> Any:
    async def main() -> None:
        await asyncio.open_connection(host, 443)

    asyncio.run(main())


PATHS: dict[str, Callable[[str], Any]] = {
    "socket.connect": _connect("connect"),
    "socket.connect_ex": _connect("connect_ex"),
    "socket.getaddrinfo": lambda host: socket.getaddrinfo(host, 443),
    "socket.getaddrinfo as bytes": lambda host: socket.getaddrinfo(host.encode(), "https"),
    "socket.gethostbyname": lambda host: socket.gethostbyname(host),  # noqa: PLW0108  (looked up when it is called)
    "socket.gethostbyname_ex": lambda host: socket.gethostbyname_ex(host),  # noqa: PLW0108
    "socket.create_connection": lambda host: socket.create_connection((host, 443)),
    "asyncio.open_connection": _open,
}
EACH_PATH = pytest.mark.parametrize("path", PATHS)


@EACH_PATH
@pytest.mark.parametrize("host", [HOST, "API.OpenAI.com.", "bedrock-runtime.eu-west-1.amazonaws.com"])
def test_an_llm_host_is_refused_by_name_before_anything_is_sent(path: str, host: str) -> None:
    with pytest.raises(BlockedNetwork) as refused, intercept() as llm:
        with llm.expect_failure():
            PATHS[path](host)
        PATHS[path](host)
    named = host.lower().rstrip(".")
    text = str(refused.value)
    assert text.startswith(f"A connection to {named}")
    assert f"To let it out on purpose: intercept(..., allow=['{named}'])." in text
    assert len(llm.failures) == 2


def test_the_refusal_is_told_in_full() -> None:
    with intercept() as llm, llm.expect_failure() as f:
        socket.getaddrinfo(HOST, 443)
    assert str(f.value) == (
        "A connection to api.openai.com:443 was refused, before it was made: it was tried through socket.getaddrinfo.\n"
        "  LLM hosts are closed while an interceptor is active, and no HTTP library that is caught made this call.\n"
        "  To let it out on purpose: intercept(..., allow=['api.openai.com'])."
    )


def test_what_somebody_swallowed_is_raised_at_the_end_of_every_block() -> None:
    def swallow() -> None:
        try:
            socket.getaddrinfo(HOST, 443)
        except BaseException:
            return

    with pytest.raises(BlockedNetwork), intercept() as outer:
        with pytest.raises(BlockedNetwork), intercept(scope="task") as inner:
            thread = threading.Thread(target=swallow)
            thread.start()
            thread.join()
        assert inner.failures == outer.failures


@EACH_PATH
def test_other_hosts_are_reached_as_before(path: str, closed_network: list[str]) -> None:
    with intercept(), pytest.raises((RealConnection, socket.gaierror)) as reached:
        PATHS[path]("example.invalid")
    assert isinstance(reached.value, RealConnection) == ("gethostbyname" not in path)
    assert closed_network == ["example.invalid"] * isinstance(reached.value, RealConnection)
    closed_network.clear()


@EACH_PATH
@pytest.mark.parametrize("allow", ["api.openai.com", "*.openai.com", "api.openai.com:443"])
def test_a_host_that_is_allowed_is_reached(path: str, allow: str, closed_network: list[str]) -> None:
    if "gethostbyname" in path or ("bytes" in path and ":" in allow):
        pytest.skip("has no port, or asks past what the suite closes")
    with intercept(allow=[allow]) as llm, pytest.raises(RealConnection):
        PATHS[path](HOST)
    assert (set(closed_network), llm.failures) == ({HOST}, [])
    closed_network.clear()


@EACH_PATH
@pytest.mark.parametrize("host", ["example.com", "192.0.2.7", HOST])
def test_everything_is_closed_on_demand(path: str, host: str) -> None:
    with intercept(block_network="all") as llm, llm.expect_failure() as f:
        PATHS[path](host)
    assert isinstance(f.value, BlockedNetwork)
    assert "block_network='all' closes every host but this machine's" in str(f.value)


def test_with_everything_closed_this_machine_is_open() -> None:
    def behave(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serving(behave) as port, intercept(block_network="all"):
        for host in ("127.0.0.1", "localhost"):
            connection = http.client.HTTPConnection(host, port)
            connection.request("GET", "/")
            assert connection.getresponse().status == 204
            connection.close()
        assert httpx2.get(f"http://127.0.0.1:{port}/").status_code == 204
        left, right = socket.socketpair(socket.AF_UNIX)
        with left, right, socket.socket(socket.AF_UNIX) as unix, pytest.raises(FileNotFoundError):
            unix.connect("/nonexistent")
        assert not any(map(blocked, ["", "::1", "0.0.0.0", "x.localhost", "127.8.8.8", "::1%lo"]))


def test_with_everything_closed_the_addresses_of_allowed_names_are_open(
    monkeypatch: pytest.MonkeyPatch, closed_network: list[str]
) -> None:
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *args, **kwargs: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.9", 443))]
    )
    with intercept(block_network="all", allow="db.example.com") as llm:
        with llm.expect_failure():
            socket.create_connection(("192.0.2.9", 443))
        (family, kind, _, _, address), *_ = socket.getaddrinfo("db.example.com", 443)
        with socket.socket(family, kind) as sock, pytest.raises(RealConnection):
            sock.connect(address)
    with intercept(block_network="all") as llm, llm.expect_failure(), socket.socket() as sock:
        sock.connect(("192.0.2.9", 443))
    assert closed_network == ["192.0.2.9"]
    closed_network.clear()


def test_with_everything_closed_a_library_is_refused_above_its_event_loop() -> None:
    with intercept(block_network="all") as llm, llm.expect_failure() as f:
        httpx2.get("https://example.com/")
    assert "it was tried through an HTTP library" in str(f.value)


def test_another_service_on_a_providers_host_is_open_to_the_library_that_asks_for_it(closed_network: list[str]) -> None:
    host = "mine.cognitiveservices.azure.com"
    with intercept() as llm:
        with llm.expect_failure():
            socket.getaddrinfo(host, 443)
        with pytest.raises(RealConnection):
            httpx2.get(f"https://{host}/speechtotext/v3.2/transcriptions")
        assert not llm.calls
    assert closed_network == [host]
    closed_network.clear()
    with intercept() as llm, llm.expect_failure():
        socket.getaddrinfo(host, 443)


def test_nothing_is_closed_or_patched_while_nobody_is_active(closed_network: list[str]) -> None:
    before = {name: getattr(socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")}
    connect = vars(socket.socket).get("connect")
    with intercept():
        assert all(getattr(socket, name) is not function for name, function in before.items())
        assert socket.socket.connect is not connect
    assert {name: getattr(socket, name) for name in before} == before
    assert vars(socket.socket).get("connect") is connect
    assert not blocked(HOST)
    with pytest.raises(RealConnection):
        socket.getaddrinfo(HOST, 443)
    closed_network.clear()


def test_an_inherited_method_is_inherited_again_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the suite's own guard stands in the class
    assert "connect" not in vars(socket.socket)
    with intercept():
        assert "connect" in vars(socket.socket)
    assert "connect" not in vars(socket.socket)
