"""The HTTP libraries under one vocabulary, so that one contract holds for all. A library joins with one `send`.

Contract tests are coroutines: for a blocking library they never suspend, for an async one they run on its event loop.
"""

from __future__ import annotations

import json
import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, ClassVar

import anyio
import requests
import urllib3

from llm_intercept import intercept, wrap
from llm_intercept.interceptor import Interceptor

CHAT = "https://api.openai.com/v1/chat/completions"
#: One for all clients: making one costs more than a test.
TLS = ssl.create_default_context()
JSON = {"content-type": "application/json"}


def chat(prompt: str = "Hello", **more: Any) -> bytes:
    """The body of a chat call."""
    return json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": prompt}], **more}).encode()


def said(body: bytes) -> str:
    """What a chat completion says."""
    text: str = json.loads(body)["choices"][0]["message"]["content"]
    return text


class Answer:
    """A response whose head has arrived, in no library's words."""

    def __init__(
        self, native: Any, status: int, reason: str, version: str, headers: Any, chunks: Any, close: Callable[[], Awaitable[None]]
    ) -> None:
        self.native = native
        self.status, self.reason, self.version = status, reason, version
        self.headers = {name.lower(): value for name, value in headers.items()}
        self._close = close
        self._chunks: AsyncGenerator[bytes, None] = chunks

    async def chunk(self) -> bytes | None:
        """The next chunk, None at the end."""
        return await anext(self._chunks, None)

    async def close(self) -> None:
        """Leave, however much was read."""
        await self._chunks.aclose()
        await self._close()

    async def read(self) -> bytes:
        """All that is left."""
        return b"".join([chunk async for chunk in self._chunks])


class Library(ABC):
    """One HTTP library."""

    name: str
    asynchronous: ClassVar[bool] = False
    #: The interceptor's attribute that is its explicit transport.
    transport: str | None = None
    wrappable: ClassVar[bool] = True

    @abstractmethod
    def client(self, transport: Any = None) -> Any:
        """A client, over an explicit transport if there is one."""

    @abstractmethod
    async def send(
        self,
        client: Any,
        body: Any = None,
        *,
        url: str = CHAT,
        headers: dict[str, str] = JSON,
        files: Any = None,
        timeout: float = 5,
    ) -> Answer:
        """Post, and return when the head of the response is there; redirects are followed."""

    async def shut(self, client: Any) -> None:
        """Close a client."""
        client.close()

    def run(self, script: Callable[[], Any]) -> Any:
        """Run a coroutine function that speaks to this library."""
        running = script()
        try:
            running.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("a blocking library suspended")

    @asynccontextmanager
    async def reach(self, way: str, *replies: object, **options: Any) -> AsyncIterator[tuple[Interceptor, Any]]:
        """An interceptor, and a client whose calls it answers, in one of the ways in."""
        match way:
            case "intercept":
                with intercept(*replies, **options) as llm:
                    client = self.client()
                    yield llm, client
            case "explicit":
                llm = Interceptor(*replies, **options)
                client = self.client(getattr(llm, self.transport or ""))
                yield llm, client
            case "wrap":
                client = self.client()
                with wrap(client, *replies, **options) as llm:
                    yield llm, client
        await self.shut(client)


class Httpx(Library):
    """httpx or httpx2, blocking."""

    def __init__(self, module: str) -> None:
        self.name = module
        self.module = import_module(module)
        self.transport = f"{module}_transport"

    def client(self, transport: Any = None) -> Any:
        return self.module.Client(transport=transport, verify=TLS, follow_redirects=True)

    async def send(
        self,
        client: Any,
        body: Any = None,
        *,
        url: str = CHAT,
        headers: dict[str, str] = JSON,
        files: Any = None,
        timeout: float = 5,
    ) -> Answer:
        request = client.build_request("POST", url, content=body, headers=headers, files=files, timeout=timeout)
        native = client.send(request, stream=True)

        async def close() -> None:
            native.close()

        return Answer(
            native,
            native.status_code,
            native.reason_phrase,
            native.http_version,
            native.headers,
            _later(native.iter_raw()),
            close,
        )


class AsyncHttpx(Library):
    """httpx or httpx2, async, on one of the event loops."""

    asynchronous = True

    def __init__(self, module: str, backend: str) -> None:
        self.name = f"{module}-{backend}"
        self.backend = backend
        self.module = import_module(module)
        self.transport = f"{module}_transport"

    def client(self, transport: Any = None) -> Any:
        return self.module.AsyncClient(transport=transport, verify=TLS, follow_redirects=True)

    async def send(
        self,
        client: Any,
        body: Any = None,
        *,
        url: str = CHAT,
        headers: dict[str, str] = JSON,
        files: Any = None,
        timeout: float = 5,
    ) -> Answer:
        request = client.build_request("POST", url, content=body, headers=headers, files=files, timeout=timeout)
        native = await client.send(request, stream=True)
        return Answer(
            native,
            native.status_code,
            native.reason_phrase,
            native.http_version,
            native.headers,
            native.aiter_raw(),
            native.aclose,
        )

    async def shut(self, client: Any) -> None:
        await client.aclose()

    def run(self, script: Callable[[], Any]) -> Any:
        return anyio.run(script, backend=self.backend)


class Requests(Library):
    """requests."""

    name = "requests"
    transport = "requests_adapter"

    def client(self, transport: Any = None) -> Any:
        session = requests.Session()
        if transport is not None:
            session.mount("https://", transport)
            session.mount("http://", transport)
        return session

    async def send(
        self,
        client: Any,
        body: Any = None,
        *,
        url: str = CHAT,
        headers: dict[str, str] = JSON,
        files: Any = None,
        timeout: float = 5,
    ) -> Answer:
        native = client.post(url, data=body, headers=headers, files=files, stream=True, timeout=timeout)

        async def close() -> None:
            native.close()

        version = f"HTTP/{native.raw.version // 10}.{native.raw.version % 10}"
        return Answer(
            native, native.status_code, native.reason, version, native.headers, _later(native.iter_content(chunk_size=None)), close
        )


class Urllib3(Library):
    """urllib3, raw."""

    name = "urllib3"
    wrappable = False

    def client(self, transport: Any = None) -> Any:
        return urllib3.PoolManager()

    async def send(
        self,
        client: Any,
        body: Any = None,
        *,
        url: str = CHAT,
        headers: dict[str, str] = JSON,
        files: Any = None,
        timeout: float = 5,
    ) -> Answer:
        given = {"body": body} if files is None else {"fields": files}
        native = client.request("POST", url, headers=headers, preload_content=False, timeout=timeout, retries=3, **given)

        async def close() -> None:
            native.close()

        return Answer(
            native, native.status, native.reason, native.version_string, native.headers, _later(native.stream(None)), close
        )

    async def shut(self, client: Any) -> None:
        client.clear()


async def _later(chunks: Any) -> AsyncGenerator[bytes, None]:
    for chunk in chunks:
        yield chunk


LIBRARIES: tuple[Library, ...] = (
    Httpx("httpx"),
    AsyncHttpx("httpx", "asyncio"),
    AsyncHttpx("httpx", "trio"),
    Httpx("httpx2"),
    AsyncHttpx("httpx2", "asyncio"),
    AsyncHttpx("httpx2", "trio"),
    Requests(),
    Urllib3(),
)

#: Every library in every way in that it has.
WAYS: tuple[tuple[Library, str], ...] = tuple(
    (library, way)
    for library in LIBRARIES
    for way in ("intercept", "explicit", "wrap")
    if way == "intercept" or (library.transport is not None if way == "explicit" else library.wrappable)
)
