"""The HTTP libraries under one vocabulary, so that one contract holds for all. A library joins with one `send`.

Contract tests are coroutines: for a blocking library they never suspend, for an async one they run on its event loop.
"""

from __future__ import annotations

import json
import ssl
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

import aiohttp
import anyio
import requests
import urllib3
import yarl

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
    #: Whether its responses have `elapsed`, and its clients event hooks.
    elapses: ClassVar[bool] = True
    hooks: ClassVar[bool] = True

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

    async def post(self, client: Any, body: bytes) -> None:
        """Post, and read the whole answer."""
        answer = await self.send(client, body)
        try:
            await answer.read()
        finally:
            await answer.close()

    def closed(self, native: Any) -> bool:
        """Whether a response is closed."""
        found: bool = native.is_closed
        return found

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

    async def post(self, client: Any, body: bytes) -> None:
        await client.post(CHAT, content=body)

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

    def closed(self, native: Any) -> bool:
        found: bool = native.raw.closed
        return found


class Aiohttp(Library):
    """aiohttp."""

    name = "aiohttp"
    asynchronous = True
    transport = "aiohttp_connector"
    elapses = hooks = False

    def client(self, transport: Any = None) -> Any:
        proxied = bool(urllib.request.getproxies())  # looked up in a thread, which would hold up whoever has none
        return aiohttp.ClientSession(connector=transport or aiohttp.TCPConnector(ssl=TLS), trust_env=proxied)

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
        for field, (name, content) in (files or {}).items():
            body = aiohttp.FormData()
            body.add_field(field, content, filename=name)
        limits = aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
        native = await client.post(yarl.URL(url, encoded=True), data=body, headers=headers, timeout=limits)

        async def close() -> None:
            native.close()

        version = f"HTTP/{native.version.major}.{native.version.minor}"
        return Answer(native, native.status, native.reason, version, native.headers, _pulled(native.content), close)

    def closed(self, native: Any) -> bool:
        found: bool = native.closed
        return found

    async def shut(self, client: Any) -> None:
        await client.close()

    def run(self, script: Callable[[], Any]) -> Any:
        return anyio.run(script)


async def _pulled(content: Any) -> AsyncGenerator[bytes, None]:
    async for chunk in content.iter_any():
        yield chunk


class Urllib(Library):
    """http.client, through urllib.request."""

    name = "http.client"
    wrappable = False
    elapses = hooks = False

    def client(self, transport: Any = None) -> Any:
        return urllib.request.build_opener(urllib.request.HTTPSHandler(context=TLS), _Reposting(), _AnyStatus())

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
        if files is not None:
            body, kind = urllib3.encode_multipart_formdata(files)
            headers = {**headers, "content-type": kind}
        data = body.encode() if isinstance(body, str) else body
        native = client.open(urllib.request.Request(url, data, headers, method="POST"), timeout=timeout)

        async def close() -> None:
            native.close()

        version = f"HTTP/{native.version // 10}.{native.version % 10}"
        return Answer(native, native.status, native.reason, version, native.headers, _later(_pieces(native)), close)

    def closed(self, native: Any) -> bool:
        found: bool = native.isclosed()
        return found


class _Reposting(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        fp.close()
        return urllib.request.Request(newurl, req.data, req.headers, method=req.get_method())


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        return super().http_response(request, response) if 300 <= response.status < 400 else response

    https_response = http_response


def _pieces(native: Any) -> Iterator[bytes]:
    if native.chunked:
        yield from iter(native.read1, b"")
    else:
        yield native.read()


class Lm15(Library):
    """lm15's own HTTP client, blocking."""

    name = "lm15"
    wrappable = False
    elapses = hooks = False

    def __init__(self, module: str = "lm15.transports") -> None:
        self.module = import_module(module)

    def client(self, transport: Any = None) -> Any:
        return self.module.StdlibTransport()

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
        native = await self.open(client, await _lm15_request(self.module, body, url, headers, files, timeout))
        if 300 <= native.status < 400:
            await self.leave(native)
            return await self.send(client, body, url=native.header("location"), headers=headers, files=files, timeout=timeout)

        async def close() -> None:
            await self.leave(native)

        headers = dict(native.headers)
        return Answer(native, native.status, native.reason, native.http_version, headers, self.chunks(native), close)

    async def open(self, client: Any, request: Any) -> Any:
        return client.stream(request)

    async def leave(self, native: Any) -> None:
        native.close()

    def closed(self, native: Any) -> bool:
        found: bool = native._released
        return found

    def chunks(self, native: Any) -> AsyncGenerator[bytes, None]:
        return _later(iter(native))


class AsyncLm15(Lm15):
    """The same, on asyncio."""

    name = "lm15-asyncio"
    asynchronous = True

    def client(self, transport: Any = None) -> Any:
        return self.module.StdlibAsyncTransport()

    async def open(self, client: Any, request: Any) -> Any:
        return await client.stream(request)

    async def leave(self, native: Any) -> None:
        await native.aclose()

    def chunks(self, native: Any) -> Any:
        return aiter(native)

    async def shut(self, client: Any) -> None:
        await client.aclose()

    def run(self, script: Callable[[], Any]) -> Any:
        return anyio.run(script)


async def _lm15_request(module: Any, body: Any, url: str, headers: dict[str, str], files: Any, timeout: float) -> Any:
    """A request of lm15, whose body is bytes and no more."""
    if files is not None:
        body, kind = urllib3.encode_multipart_formdata(files)
        headers = {**headers, "content-type": kind}
    if hasattr(body, "__aiter__"):
        body = b"".join([part async for part in body])
    elif not isinstance(body, str | bytes | None):
        body = b"".join(body)
    data = body.encode() if isinstance(body, str) else body or b""
    return module.TransportRequest("POST", url, [*headers.items()], data, connect_timeout=timeout, read_timeout=timeout)


class Urllib3(Library):
    """urllib3, raw."""

    name = "urllib3"
    wrappable = False
    elapses = hooks = False

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
            native,
            native.status,
            native.reason,
            f"HTTP/{native.version // 10}.{native.version % 10}",
            native.headers,
            _later(native.stream(None)),
            close,
        )

    def closed(self, native: Any) -> bool:
        found: bool = native.closed
        return found

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
    Aiohttp(),
    Urllib(),
    *((Lm15(), AsyncLm15()) if find_spec("lm15") else ()),
)

#: Every library in every way in that it has.
WAYS: tuple[tuple[Library, str], ...] = tuple(
    (library, way)
    for library in LIBRARIES
    for way in ("intercept", "explicit", "wrap")
    if way == "intercept" or (library.transport is not None if way == "explicit" else library.wrappable)
)
