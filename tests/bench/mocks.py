"""The mocks that we are compared with: how each answers one call, with a whole body or with one that comes in pieces.

The pieces are played as lazily as the mock can; whether that is lazily is not believed but looked at, by `is_lazy`.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import responses
import respx
import vcr
import yaml

__all__ = ["ASKED", "JSON", "Active", "First", "Mock", "first_of", "is_lazy", "mocks"]

URL = "https://api.openai.com/v1/chat/completions"
ASKED = b'{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}'
JSON = {"content-type": "application/json", "authorization": "Bearer not-a-key"}

#: A block in which a call is answered.
Active = Callable[[], AbstractContextManager[Any]]

#: Makes the pieces of a body, anew for each call.
Pieces = Callable[[], Iterator[bytes]]

#: What the first read of a streamed response gives.
First = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Mock:
    """Another mock: its name, and the blocks in which it answers with a body, and with pieces."""

    name: str
    whole: Callable[[bytes], Active]
    pieces: Callable[[Pieces], Active]


def mocks(folder: Path) -> dict[str, Mock]:
    """Each mock by its name; respx twice, for it answers two libraries."""
    import pytest_httpx2  # noqa: F401  (teaches respx httpx2)

    def recorded(pieces: Pieces) -> Active:
        return _vcr(folder / "pieces.yaml", b"".join(pieces()))

    listed = (
        Mock("respx", partial(_respx, "httpcore"), partial(_respx, "httpcore")),
        Mock("pytest-httpx2", partial(_respx, "httpcore2"), partial(_respx, "httpcore2")),
        Mock("responses", _responses, lambda pieces: _responses(lambda: io.BufferedReader(_Raw(pieces())))),
        Mock("vcrpy", partial(_vcr, folder / "whole.yaml"), recorded),
    )
    return {mock.name: mock for mock in listed}


def is_lazy(mock: Mock, first: First) -> bool:
    """Whether the first read gives the first piece, before the second is made."""
    made: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"one", b"two", b"three"):
            made.append(piece)
            yield piece

    with mock.pieces(pieces)():
        read = first()
    return (read, made) == (b"one", [b"one"])


def first_of(client: Any, loop: asyncio.AbstractEventLoop, body: bytes = ASKED) -> First:
    """The first read of what a client of httpx, requests or aiohttp is answered."""

    async def first() -> bytes:
        async with client.post(URL, data=body, headers=JSON) as response:
            read: bytes = await response.content.readany()
            return read

    def by_httpx() -> bytes:
        with client.stream("POST", URL, content=body, headers=JSON) as response:
            return bytes(next(response.iter_raw()))

    def by_requests() -> bytes:
        with client.post(URL, data=body, headers=JSON, stream=True) as response:
            return bytes(next(response.iter_content(None)))

    ways = {"aiohttp": lambda: loop.run_until_complete(first()), "requests": by_requests}
    return ways.get(type(client).__module__.partition(".")[0], by_httpx)


def _respx(using: str, content: bytes | Pieces) -> Active:
    def answer(request: Any) -> httpx.Response:
        return httpx.Response(
            200, headers={"content-type": "application/json"}, content=content() if callable(content) else content
        )

    @contextmanager
    def active() -> Iterator[None]:
        with respx.mock(using=using, assert_all_called=False) as router:
            router.post(URL).mock(side_effect=answer)
            yield

    return active


def _responses(body: bytes | Callable[[], io.BufferedReader]) -> Active:
    @contextmanager
    def active() -> Iterator[None]:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.post(URL, body=body() if callable(body) else body, content_type="application/json")
            yield

    return active


class _Raw(io.RawIOBase):
    """Pieces as a file, the laziest thing that responses takes: a read gives a piece."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = next(self._pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


def _vcr(cassette: Path, body: bytes) -> Active:
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
