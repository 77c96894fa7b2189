"""The floor: the thinnest thing of each library that gives the same bytes to every request, and does nothing else.

For httpx2 that is its own `MockTransport`; for requests, an adapter that never comes to urllib3's pools; for aiohttp, a connector
whose connections are in memory, so that aiohttp's own parser runs; for boto3, botocore's own hook before a request is sent.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import boto3
import httpx2
import requests.adapters
import urllib3
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from botocore.awsrequest import AWSResponse, HeadersDict

__all__ = ["ConstantAdapter", "ConstantConnector", "boto_client", "constant", "unit_client"]


class _Events(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Byte-strings made before, one an event."""

    def __init__(self, events: list[bytes]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._events)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in self._events:
            yield event


def constant(body: bytes, *, stream: bool) -> httpx2.MockTransport:
    """A transport that gives `body`, as a stream of its events or whole."""
    headers = {"content-type": "text/event-stream; charset=utf-8" if stream else "application/json"}
    events = _Events(re.findall(rb".+?\n\r?\n", body, re.DOTALL))

    def whole(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=headers, content=body)

    def streamed(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=headers, stream=events)

    return httpx2.MockTransport(streamed if stream else whole)


def unit_client() -> httpx2.Client:
    """The client whose posts are the unit."""
    return httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, content=b"{}")))


class ConstantAdapter(requests.adapters.HTTPAdapter):
    """An adapter that gives `body`, in a response of urllib3's own."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        headers = {"content-type": "application/json"}
        return self.build_response(
            request, urllib3.HTTPResponse(io.BytesIO(self._body), headers, status=200, preload_content=False)
        )


def boto_client(body: bytes | None = None) -> Any:
    """A client of Bedrock's; one that gives `body`, if there is one, in a response of botocore's own."""
    client = boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    if body is not None:

        def send(request: Any, **_: Any) -> AWSResponse:
            headers = HeadersDict({"content-type": "application/json"})
            return AWSResponse(request.url, 200, headers, urllib3.HTTPResponse(io.BytesIO(body), preload_content=False))

        client.meta.events.register("before-send.bedrock-runtime", send)
    return client


class ConstantConnector(aiohttp.BaseConnector):
    """A connector whose connections give `body` when they are written to; made on the event loop of its session."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Connection:
        loop = asyncio.get_running_loop()
        handler = ResponseHandler(loop)
        handler.connection_made(_Constant(handler, self._answer))
        return Connection(self, req.connection_key, handler, loop)

    def _release(self, *args: Any, **options: Any) -> None:
        """Nothing to keep."""


class _Constant(asyncio.Transport):
    def __init__(self, handler: ResponseHandler, answer: bytes) -> None:
        super().__init__()
        self._handler, self._answer = handler, answer

    def write(self, data: Any) -> None:
        answer, self._answer = self._answer, b""
        if answer:
            asyncio.get_running_loop().call_soon(self._handler.data_received, answer)

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to close."""
