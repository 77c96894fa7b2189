"""The same work through us and through other mocks: one call, or one stream read chunk by chunk, with the library's real objects.

The work is what a real server's answer is: the library's own objects, with `elapsed` and the mapping of the connection's errors,
streamed lazily. A mock is judged where it does that work, and whether it streams lazily is looked at in each run (see `mocks.py`).
The times of the others are shown, and not judged: vcrpy plays a stream as one piece (and makes an aiohttp response by hand),
responses builds a response above the adapter, without urllib3's parser and retries, and reads a body to its end before it gives
any. A floor does least: the same client, given constant bytes by the thinnest thing at its level.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import httpx
import httpx2
import requests

from llm_intercept import intercept
from tests.bench.batches import Batch, batch
from tests.bench.figures import CHUNKS, TEXT
from tests.bench.floor import ConstantAdapter, ConstantConnector, boto_client
from tests.bench.mocks import ASKED, JSON, URL, Active, first_of, is_lazy, mocks

__all__ = ["Pair", "compare", "pairs"]

#: Runs of the same differ by so much.
_EVEN = 1.1

STREAMED = ASKED[:-1] + b',"stream":true}'


@dataclass(slots=True)
class Pair:
    """Some work, and a peer that does it; the times are in seconds for one call.

    `lazy` is whether the peer streams lazily, with this client. `alone` is the same work where the peer needs no mock, but a client
    of its own: a floor.
    """

    name: str
    peer: Active
    work: Batch
    times: int
    lazy: bool | None = None
    alone: Batch | None = None
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether we are the slower one, by more than runs differ, at work that both do."""
        return self.lazy is True and self.ratio >= _EVEN

    @property
    def ratio(self) -> float:
        """Our time over the peer's: the median over the rounds."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


def _call(client: Any) -> Callable[[], Any]:
    return lambda: client.post(URL, content=ASKED, headers=JSON).json()


def _stream(client: Any) -> Callable[[], Iterator[bytes]]:
    def ask() -> Iterator[bytes]:
        with client.stream("POST", URL, content=STREAMED, headers=JSON) as response:
            yield from response.iter_raw()

    return ask


def _requests_call(session: requests.Session) -> Callable[[], Any]:
    return lambda: session.post(URL, data=ASKED, headers=JSON).json()


def _aiohttp_call(session: aiohttp.ClientSession) -> Callable[[], Any]:
    async def ask() -> Any:
        async with session.post(URL, data=ASKED, headers=JSON) as response:
            return await response.json()

    return ask


def _boto_call(client: Any) -> Callable[[], Any]:
    return lambda: client.converse(modelId="anthropic.claude", messages=[{"role": "user", "content": [{"text": "Hello"}]}])


def _conversed() -> bytes:
    """What we answer to that."""
    with intercept(TEXT) as llm:
        _boto_call(boto_client())()
        answer = llm.calls.one.response
    assert answer is not None
    return answer.body


def _answered(asked: bytes) -> bytes:
    """What we answer, so that both sides parse the same payload."""
    with intercept(TEXT) as llm:
        httpx2.post(URL, content=asked, headers=JSON)
        answer = llm.calls.one.response
    assert answer is not None
    return answer.body


def _pieces(body: bytes) -> Iterator[bytes]:
    return (event + b"\n\n" for event in body.split(b"\n\n") if event)


@contextmanager
def pairs(loop: asyncio.AbstractEventLoop) -> Iterator[list[Pair]]:
    """Every pair, while its clients are open."""
    body, events = _answered(ASKED), _answered(STREAMED)

    async def opened(**options: Any) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(**options)

    async def on_floor() -> aiohttp.ClientSession:
        return await opened(connector=ConstantConnector(body))

    session, floor = loop.run_until_complete(opened()), loop.run_until_complete(on_floor())
    sync = {"loop": loop, "asynchronous": False}
    with TemporaryDirectory() as folder, httpx.Client() as older, httpx2.Client() as newer, closing(requests.Session()) as plain:
        known, clients = mocks(Path(folder)), {"httpx": older, "httpx2": newer, "requests": plain, "aiohttp": session}
        constant = requests.Session()
        constant.mount("https://", ConstantAdapter(body))
        by_requests, requests_floor = (batch(_requests_call(one), stream=False, **sync) for one in (plain, constant))
        by_httpx, by_httpx2 = (batch(_call(client), stream=False, **sync) for client in (older, newer))
        by_boto, boto_floor = (batch(_boto_call(one), stream=False, **sync) for one in (boto_client(), boto_client(_conversed())))
        streams = [batch(_stream(client), stream=True, **sync) for client in (older, newer)]
        by_aiohttp, aiohttp_floor = (batch(_aiohttp_call(one), loop, asynchronous=True, stream=False) for one in (session, floor))

        def against(mock: str, library: str, work: Batch, times: int) -> Pair:
            peer = known[mock]
            lazy = is_lazy(peer, first_of(clients[library], loop))
            return Pair(f"{library} call, {mock}", peer.whole(body), work, times, lazy)

        def streaming(mock: str, library: str, work: Batch, times: int) -> Pair:
            peer, name = known[mock], f"{library} {CHUNKS}-chunk stream, {mock}"
            return Pair(name, peer.pieces(lambda: _pieces(events)), work, times, is_lazy(peer, first_of(clients[library], loop)))

        yield [
            against("respx", "httpx", by_httpx, 20),
            against("pytest-httpx2", "httpx2", by_httpx2, 20),
            streaming("respx", "httpx", streams[0], 4),
            streaming("pytest-httpx2", "httpx2", streams[1], 4),
            Pair("requests call, floor", nullcontext, by_requests, 15, alone=requests_floor),
            Pair("aiohttp call, floor", nullcontext, by_aiohttp, 15, alone=aiohttp_floor),
            Pair("boto3 call, floor", nullcontext, by_boto, 4, alone=boto_floor),
            against("responses", "requests", by_requests, 15),
            against("vcrpy", "httpx", by_httpx, 20),
            against("vcrpy", "httpx2", by_httpx2, 20),
            against("vcrpy", "requests", by_requests, 15),
            against("vcrpy", "aiohttp", by_aiohttp, 15),
        ]
    for one in (session, floor):
        loop.run_until_complete(one.close())


def compare(listed: Iterable[Pair], rounds: int) -> None:
    """Run both sides of every pair, one right after the other, each first as often as the other."""
    for pair in listed:
        sides = [(pair.peer, pair.alone or pair.work, pair.theirs), (lambda: intercept(TEXT), pair.work, pair.ours)]
        for _ in range(rounds + 1):
            for active, work, into in sides:
                with active():
                    work(1)
                    into.append(work(pair.times))
            sides.reverse()
        del pair.ours[0], pair.theirs[0]
