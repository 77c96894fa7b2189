"""The same call through us and to a server in another process that gives the same bytes: requests, boto3 and aiohttp."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from statistics import median
from time import perf_counter
from typing import Any

import aiohttp
import requests

from llm_intercept import intercept
from tests.bench.floor import ConstantAdapter, ConstantConnector, boto_client
from tests.bench.rows import Row

__all__ = ["rows"]

#: The most of the server's time that ours may take.
LIMIT = 0.6

_ASKED = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Capital of France?"}]}
_PATH = "/v1/chat/completions"
_HOST = "https://api.openai.com"
_HEADERS = {"authorization": "Bearer k"}

_SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass

BODY = sys.stdin.buffer.read()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def _serving(body: bytes) -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(body)
        server.stdin.close()
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


#: Makes the call to a host; with a body, to a floor that gives it.
Asking = Callable[[str, "bytes | None"], Callable[[], Any]]


def _requests(_loop: Any, _open: ExitStack) -> Asking:
    def asking(host: str, body: bytes | None) -> Callable[[], Any]:
        session = requests.Session()
        if body is not None:
            session.mount("https://", ConstantAdapter(body))
        return lambda: session.post(host + _PATH, json=_ASKED, headers=_HEADERS).json()

    return asking


def _boto3(_loop: Any, _open: ExitStack) -> Asking:
    def asking(host: str, body: bytes | None) -> Callable[[], Any]:
        client = boto_client(body, None if host == _HOST else host)
        asked = [{"role": "user", "content": [{"text": "Capital of France?"}]}]
        return lambda: client.converse(modelId="anthropic.claude", messages=asked)

    return asking


def _aiohttp(loop: asyncio.AbstractEventLoop, opened: ExitStack) -> Asking:
    def asking(host: str, body: bytes | None) -> Callable[[], Any]:
        async def session() -> aiohttp.ClientSession:
            return aiohttp.ClientSession(**({} if body is None else {"connector": ConstantConnector(body)}))

        client = loop.run_until_complete(session())
        opened.callback(lambda: loop.run_until_complete(client.close()))

        async def ask() -> Any:
            async with client.post(host + _PATH, json=_ASKED, headers=_HEADERS) as response:
                return await response.json()

        return lambda: loop.run_until_complete(ask())

    return asking


_LIBRARIES = {"requests": _requests, "boto3": _boto3, "aiohttp": _aiohttp}


def rows(rounds: int) -> Iterator[Row]:
    """The wall's clock: the server works while the client waits. Beside it what the library takes where bytes are at hand."""
    for name, make in _LIBRARIES.items():
        with closing(asyncio.new_event_loop()) as loop, ExitStack() as opened:
            asking = make(loop, opened)
            ours = asking(_HOST, None)
            with intercept("Paris.") as llm:
                ours()
                answered = llm.calls.last.response
                assert answered is not None
            floor = asking(_HOST, answered.body)
            theirs = asking(opened.enter_context(_serving(answered.body)), None)
            found = []
            for _ in range(rounds):
                with intercept("Paris."):
                    mine = _seconds(ours)
                found.append((mine, _seconds(theirs), _seconds(floor)))
        columns = zip(("ours", "server", "floor"), zip(*found, strict=True), strict=True)
        beside = {f"{what} us": min(column) * 1e6 for what, column in columns}
        taken = median(a / b for a, b, _ in found)
        yield Row(f"{name} call, against a server on loopback", taken, "x", LIMIT, beside)


def _seconds(ask: Callable[[], Any], times: int = 20) -> float:
    ask()
    start = perf_counter()
    for _ in range(times):
        ask()
    return (perf_counter() - start) / times
