"""Requests as libraries write them, read whole and byte by byte."""

from __future__ import annotations

import http.client

import pytest

from llm_intercept import intercept
from llm_intercept.transports.http1 import Sent
from tests.transports.libraries import TLS, chat

HEAD = b"POST /v1 HTTP/1.1\r\nHost: x\r\n"

#: Headers and what follows them -> the body, and whether the request is whole.
ROWS = {
    "no length": (b"\r\n", b"", True),
    "a length": (b"Content-Length: 3\r\n\r\nabc", b"abc", True),
    "a length of none": (b"Content-Length: 0\r\n\r\n", b"", True),
    "cut": (b"Content-Length: 3\r\n\r\nab", b"ab", False),
    "chunks": (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", b"abc0123456789", True),
    "a chunk that says more": (b"Transfer-Encoding: chunked\r\n\r\n3 ;x=1\r\nabc\r\n0\r\n\r\n", b"abc", True),
    "chunks, cut": (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"abc", False),
    "a length of letters": (b"Content-Length: abc\r\n\r\nabc", b"", True),
    "a negative length": (b"Content-Length: -3\r\n\r\nabc", b"", True),
    "two lengths": (b"Content-Length: 3, 3\r\n\r\nabc", b"", True),
    "a length that no number holds": (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc", b"", True),
    "a chunk of letters": (b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n", b"", True),
    "a chunk of no length": (b"Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n", b"", True),
    "a negative chunk": (b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", b"", True),
    "a bad chunk after a good one": (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0x3\r\nabc\r\n0\r\n\r\n", b"", True),
}


@pytest.mark.parametrize(("rest", "body", "complete"), ROWS.values(), ids=ROWS)
def test_a_request_is_read_whole_and_byte_by_byte(rest: bytes, body: bytes, complete: bool) -> None:
    at_once, piecewise = Sent(HEAD + rest), Sent()
    for byte in HEAD + rest:
        piecewise.feed(bytes([byte]))
    for sent in (at_once, piecewise):
        assert (sent.body, sent.complete, bytes(sent.raw)) == (body, complete, HEAD + rest)
        assert sent.line[0] == "POST"
        assert next(iter(sent.line[1])) == (b"Host", b"x")


@pytest.mark.parametrize(
    ("name", "value", "sent"), [("Content-Length", "some", chat()), ("Transfer-Encoding", "chunked", b"zz\r\n" + chat() + b"\r\n")]
)
def test_what_no_server_can_read_gets_the_providers_400(name: str, value: str, sent: bytes) -> None:
    with intercept() as llm:
        conn = http.client.HTTPSConnection("api.openai.com", context=TLS)
        conn.putrequest("POST", "/v1/chat/completions")
        conn.putheader(name, value)
        conn.endheaders()
        conn.send(sent)
        response = conn.getresponse()
        assert response.status == 400
        assert b'"error"' in response.read()
        conn.close()
        assert llm.failures == []
