"""Newline-delimited JSON, read line by line as SDKs do, however the bytes are cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llm_intercept.framing.json import HOLE
from llm_intercept.framing.ndjson import NDJSON, STREAM_JSON, Lines
from tests.framing.test_sse import cut, texts

framings = pytest.mark.parametrize("framing", [NDJSON, STREAM_JSON])
libraries = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])


def read(library: Any, mode: str, parts: Iterable[bytes]) -> list[Any]:
    """The values of the lines, as the library finds them."""
    if mode == "sync":

        def body() -> Iterator[bytes]:
            yield from parts

        return [json.loads(line) for line in library.Response(200, content=body()).iter_lines()]

    async def asynchronous_body() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def lines() -> list[Any]:
        return [json.loads(line) async for line in library.Response(200, content=asynchronous_body()).aiter_lines()]

    return anyio.run(lines)


@framings
@libraries
@pytest.mark.parametrize("mode", ["sync", "async"])
@given(said=st.lists(texts, max_size=5), places=st.lists(st.integers(0, 10_000), max_size=8))
@example(said=["one\u2028two\u2029three\x85four"], places=[])
def test_lines_read_the_same_however_they_are_cut(
    library: Any, mode: str, framing: Lines, said: list[str], places: list[int]
) -> None:
    stream = b"".join(framing.event({"text": text, "done": False}) for text in said)
    meant = [{"text": json.loads(json.dumps(text)), "done": False} for text in said]
    assert read(library, mode, cut(stream, places)) == meant


@framings
@given(text=texts)
def test_a_filled_line_is_the_event_of_its_text(framing: Lines, text: str) -> None:
    assert framing.filler({"a": {"text": HOLE}, "b": 1})(text) == framing.event({"a": {"text": text}, "b": 1})


def test_a_line_has_no_name() -> None:
    assert NDJSON.event({"a": "é"}, "name") == NDJSON.event({"a": "é"}) == '{"a":"é"}\n'.encode()
    assert NDJSON.filler({"a": HOLE}, "name")("b") == b'{"a":"b"}\n'


def test_each_has_its_media_type() -> None:
    assert NDJSON.headers == ((b"content-type", b"application/x-ndjson"),)
    assert STREAM_JSON.headers == ((b"content-type", b"application/stream+json"),)
