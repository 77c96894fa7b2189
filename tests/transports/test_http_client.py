"""http.client, used in ways that only it allows: connected by hand, sent in parts, kept alive, tunnelled."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3.connection

from llm_intercept import connect_error, intercept, reply
from tests.transports import loopback
from tests.transports.libraries import JSON, TLS, chat, said

HOST, PATH = "api.openai.com", "/v1/chat/completions"


def echo(connection: socket.socket, request: bytes) -> None:
    """Give each request of a connection back, and keep it alive."""
    while request:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(request), request))
        request = loopback.read_request(connection)


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that echoes what it is sent."""
    with loopback.serving(echo) as number:
        yield number


@pytest.fixture
def conn() -> Iterator[http.client.HTTPSConnection]:
    """A connection to a provider."""
    made = http.client.HTTPSConnection(HOST, context=TLS)
    yield made
    made.close()


def ask(conn: Any, path: str = PATH, body: bytes | None = None) -> bytes:
    """One call, and its whole answer."""
    conn.request("POST", path, chat() if body is None else body, JSON)
    answer: bytes = conn.getresponse().read()
    return answer


def test_connecting_by_hand_waits_for_the_request(conn: Any) -> None:
    with intercept("Late.") as llm:
        conn.connect()
        assert conn.sock is None
        assert said(ask(conn)) == "Late."
        assert llm.calls.one.url == f"https://{HOST}{PATH}"


def test_connecting_by_hand_to_another_host_connects(port: int) -> None:
    with intercept():
        conn = http.client.HTTPConnection("127.0.0.1", port)
        conn.connect()
        assert conn.sock.getpeername() == ("127.0.0.1", port)
        assert ask(conn, "/things", b"mine").endswith(b"mine")
        conn.close()


def test_a_foreign_call_to_a_host_in_hosts_connects_when_it_is_sent(port: int) -> None:
    with intercept("Ours.", hosts=f"127.0.0.1:{port}") as llm:
        conn = http.client.HTTPConnection("127.0.0.1", port)
        conn.connect()
        assert conn.sock is None
        assert ask(conn, "/things", b"mine").endswith(b"mine")
        assert said(ask(conn)) == "Ours."
        assert ask(conn, "/things", b"mine").endswith(b"mine")
        assert len(llm.calls) == 1
        conn.close()


def test_a_connection_that_was_answered_is_a_real_one_after_the_block(port: int) -> None:
    conn = http.client.HTTPConnection("127.0.0.1", port)
    assert ask(conn).endswith(chat())
    with intercept("Ours.", "Again.", hosts="127.0.0.1"):
        assert said(ask(conn)) == "Ours."
        assert said(ask(conn)) == "Again."
        assert conn.sock is not None
    assert ask(conn).endswith(chat())
    conn.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_follow_its_head(conn: Any, chunked: bool) -> None:
    body = chat("in parts")
    with intercept("Whole.") as llm:
        conn.putrequest("POST", PATH)
        if chunked:
            conn.putheader("Transfer-Encoding", "chunked")
        else:
            conn.putheader("Content-Length", len(body))
        conn.endheaders()
        for part in (body[:9], body[9:]):
            conn.send(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        conn.send(b"0\r\n\r\n" if chunked else b"")
        assert said(conn.getresponse().read()) == "Whole."
        assert llm.calls.one.request.body == body


def test_a_body_that_never_ends_is_answered_when_the_response_is_asked_for(conn: Any) -> None:
    with intercept() as llm:
        conn.putrequest("POST", PATH)
        conn.putheader("Content-Length", 1000)
        conn.endheaders(chat())
        assert len(llm.calls) == 0
        assert said(conn.getresponse().read()) == "This is a mock request"


def test_a_rule_lets_a_call_go_whose_body_never_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                assert b"never ends" in connection.recv(65536)
                connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")

        server = threading.Thread(target=answer)
        server.start()
        with intercept(hosts="127.0.0.1") as llm:
            llm.on().passthrough()
            conn = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1])
            conn.putrequest("POST", PATH)
            conn.putheader("Content-Length", 1000)
            conn.endheaders(chat("never ends"))
            assert conn.getresponse().status == 413
        conn.close()
        server.join(5)


def test_a_refused_connection_is_refused_when_the_request_is_sent(conn: Any) -> None:
    with intercept(reply(connect_error())), pytest.raises(ConnectionRefusedError):
        conn.request("POST", PATH, chat(), JSON)


def test_a_connection_closed_before_its_response_is_read_cancels(conn: Any) -> None:
    with intercept() as llm:
        conn.request("POST", PATH, chat(), JSON)
        conn.close()
        assert llm.calls.one.outcome == "cancelled"


def test_a_connection_closed_before_its_request_is_whole_asked_nothing(conn: Any) -> None:
    with intercept() as llm:
        conn.putrequest("POST", PATH)
        conn.putheader("Content-Length", 1000)
        conn.endheaders()
        conn.close()
        assert len(llm.calls) == 0


@pytest.mark.parametrize("kind", [http.client.HTTPConnection, http.client.HTTPSConnection])
def test_no_tunnel_is_made_for_a_providers_call(kind: Any) -> None:
    with loopback.refusing() as closed, intercept("Direct.") as llm:
        conn = kind("127.0.0.1", closed)
        conn.set_tunnel(HOST, conn.default_port)
        conn.connect()
        assert said(ask(conn)) == "Direct."
        assert (llm.calls.one.request.host, llm.calls.one.request.port) == (HOST, None)
        conn.close()


def test_a_tunnel_is_made_for_a_foreign_call(port: int) -> None:
    with intercept():
        conn = http.client.HTTPConnection("127.0.0.1", port)
        conn.set_tunnel("things.test", 8080)
        assert b"POST /things" in ask(conn, "/things", b"mine")
        conn.close()


def test_urllib3s_connection_is_caught_without_its_pool() -> None:
    with intercept("Bare.") as llm:
        conn = urllib3.connection.HTTPSConnection(HOST)
        conn.request("POST", PATH, body=chat(), headers=JSON)
        answer = conn.getresponse()  # urllib3's from 2.0 on, http.client's before
        assert said(answer.data if hasattr(answer, "data") else answer.read()) == "Bare."
        assert llm.calls.one.request.library == "http.client"
        conn.close()


def test_httplib2_connects_by_hand_and_is_answered(port: int) -> None:
    httplib2 = pytest.importorskip("httplib2")
    client = httplib2.Http()
    with intercept("Googled.") as llm:
        answer, body = client.request(f"https://{HOST}{PATH}", "POST", chat(), JSON)
        assert (answer.status, said(body)) == (200, "Googled.")
        assert len(llm.calls) == 1
        assert client.request(f"http://127.0.0.1:{port}/things", "POST", b"mine")[1].endswith(b"mine")
        assert len(llm.calls) == 1
    client.close()
