"""The same work through us and through other mocks: one call, or one stream read chunk by chunk, with the library's real objects.

The work is what a real server's answer is: the library's own objects, with `elapsed` and the mapping of the connection's errors,
streamed lazily. respx, with pytest-httpx2 for httpx2, streams lazily and is judged. The others give less, so that their times are
shown and not judged: vcrpy plays a stream as one piece (and makes an aiohttp response by hand), responses builds a response above
the adapter, without urllib3's parser and retries, and streams only from 512 bytes on. A floor does least: the same client, given
constant bytes by the thinnest thing at its level.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import httpx
import httpx2
import requests
import responses
import respx
import vcr
import yaml

from llm_intercept import intercept
from tests.bench.batches import Batch, batch
from tests.bench.figures import CHUNKS, TEXT
from tests.bench.floor import ConstantAdapter, ConstantConnector, boto_client

__all__ = ["Pair", "compare", "pairs"]

URL = "https://api.openai.com/v1/chat/completions"
ASKED = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}).encode()
STREAMED = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "stream": True}).encode()
JSON = {"content-type": "application/json"}


@dataclass(slots=True)
class Pair:
    """Some work, and a peer that does it; the times are in seconds for one call.

    `alone` is the same work where the peer needs no mock, but a client of its own: a floor.
    """

    name: str
    peer: Callable[[], AbstractContextManager[Any]]
    work: Batch
    times: int
    judged: bool = False
    alone: Batch | None = None
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether we are the slower one at work that both do."""
        return self.judged and self.ratio >= 1

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


def _pieces(body: bytes) -> Iterable[bytes]:
    return (event + b"\n\n" for event in body.split(b"\n\n") if event)


def _respx(using: str, make: Callable[[Any], Any]) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def active() -> Iterator[None]:
        with respx.mock(using=using, assert_all_called=False) as router:
            router.post(URL).mock(side_effect=make)
            yield

    return active


def _responses(body: bytes) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def active() -> Iterator[None]:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.post(URL, body=body, content_type="application/json")
            yield

    return active


def _vcr(cassette: Path, body: bytes) -> Callable[[], AbstractContextManager[Any]]:
    recorded = {
        "request": {"method": "POST", "uri": URL, "body": ASKED.decode(), "headers": {"content-type": ["application/json"]}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": body.decode()},
        },
    }
    cassette.write_text(yaml.safe_dump({"version": 1, "interactions": [recorded]}), encoding="utf-8")
    return lambda: vcr.use_cassette(str(cassette), record_mode="none", allow_playback_repeats=True)


@contextmanager
def pairs(loop: asyncio.AbstractEventLoop) -> Iterator[list[Pair]]:
    """Every pair, while its clients are open."""
    import pytest_httpx2  # noqa: F401  (teaches respx httpx2)

    body, events = _answered(ASKED), _answered(STREAMED)

    def whole(request: Any) -> httpx.Response:
        return httpx.Response(200, headers=JSON, content=body)

    def streamed(request: Any) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=_pieces(events))

    async def opened(**options: Any) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(**options)

    async def on_floor() -> aiohttp.ClientSession:
        return await opened(connector=ConstantConnector(body))

    session, floor = loop.run_until_complete(opened()), loop.run_until_complete(on_floor())
    sync = {"loop": loop, "asynchronous": False}
    with TemporaryDirectory() as folder, httpx.Client() as older, httpx2.Client() as newer, closing(requests.Session()) as plain:
        tape = _vcr(Path(folder) / "tape.yaml", body)
        constant = requests.Session()
        constant.mount("https://", ConstantAdapter(body))
        by_requests, requests_floor = (batch(_requests_call(one), stream=False, **sync) for one in (plain, constant))
        by_httpx, by_httpx2 = (batch(_call(client), stream=False, **sync) for client in (older, newer))
        by_boto, boto_floor = (batch(_boto_call(one), stream=False, **sync) for one in (boto_client(), boto_client(_conversed())))
        streams = [batch(_stream(client), stream=True, **sync) for client in (older, newer)]
        by_aiohttp, aiohttp_floor = (batch(_aiohttp_call(one), loop, asynchronous=True, stream=False) for one in (session, floor))
        yield [
            Pair("httpx call, respx", _respx("httpcore", whole), by_httpx, 20, judged=True),
            Pair("httpx2 call, pytest-httpx2", _respx("httpcore2", whole), by_httpx2, 20, judged=True),
            Pair(f"httpx {CHUNKS}-chunk stream, respx", _respx("httpcore", streamed), streams[0], 4, judged=True),
            Pair(f"httpx2 {CHUNKS}-chunk stream, pytest-httpx2", _respx("httpcore2", streamed), streams[1], 4, judged=True),
            Pair("requests call, floor", nullcontext, by_requests, 15, alone=requests_floor),
            Pair("aiohttp call, floor", nullcontext, by_aiohttp, 15, alone=aiohttp_floor),
            Pair("boto3 call, floor", nullcontext, by_boto, 4, alone=boto_floor),
            Pair("requests call, responses", _responses(body), by_requests, 15),
            Pair("httpx call, vcrpy", tape, by_httpx, 20),
            Pair("httpx2 call, vcrpy", tape, by_httpx2, 20),
            Pair("requests call, vcrpy", tape, by_requests, 15),
            Pair("aiohttp call, vcrpy", tape, by_aiohttp, 15),
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
