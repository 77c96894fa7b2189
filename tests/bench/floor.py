"""The floor: the thinnest thing of each library that gives the same bytes to every request, and does nothing else.

For httpx2 that is its own `MockTransport`; for requests, an adapter that never comes to urllib3's pools; for aiohttp, a connector
whose connections are in memory, so that aiohttp's own parser runs; for boto3, botocore's own hook before a request is sent.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from types import ModuleType
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


def _events(library: ModuleType, events: list[bytes]) -> Any:
    """A stream of byte-strings made before, one an event."""

    class Events(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[name-defined,misc]
        def __iter__(self) -> Iterator[bytes]:
            return iter(events)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for event in events:
                yield event

    return Events()


def constant(
    body: bytes, *, stream: bool, headers: Sequence[tuple[bytes, bytes]] | None = None, library: ModuleType = httpx2
) -> Any:
    """A transport of httpx or httpx2 that gives `body`, as a stream of its events or whole; with `headers` also those."""
    sent: Any = headers or {"content-type": "text/event-stream; charset=utf-8" if stream else "application/json"}
    events = _events(library, re.findall(rb".+?\n\r?\n", body, re.DOTALL))

    def whole(request: Any) -> Any:
        return library.Response(200, headers=sent, content=body)

    def streamed(request: Any) -> Any:
        return library.Response(200, headers=sent, stream=events)

    return library.MockTransport(streamed if stream else whole)


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


def boto_client(body: bytes | None = None, endpoint: str | None = None) -> Any:
    """A client of Bedrock's, or of who is at `endpoint`; one that gives `body`, if any, in a response of botocore's own."""
    client = boto3.client(
        "bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", endpoint_url=endpoint
    )
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
