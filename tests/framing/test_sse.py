"""Server-sent events, read by the decoders of the SDKs themselves, however the bytes are cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import pairwise
from typing import Any

import anthropic._streaming
import anyio
import openai._streaming
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llm_intercept.framing.json import HOLE
from llm_intercept.framing.sse import DONE, SSE

event, filler = SSE.event, SSE.filler

Decoded = list[tuple[str | None, str]]

DECODERS: dict[str, Callable[[], Any]] = {
    "openai": openai._streaming.SSEDecoder,
    "anthropic": anthropic._streaming.SSEDecoder,
}

HARD = [
    "",
    "line\nline\r\nline\r",
    "\n\n",
    "data: [DONE]\n\n",
    'a "quoted" \\ text',
    "\u2028 \u2029 \x85 \x0b \x0c \x1c \x1d \x1e",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\ufeff",
    "👩🏽‍❤️‍👨🏿 🇫🇷 é",
    "مرحبا שלום",
    ": a comment",
    "event: message_stop",
]

texts = st.one_of(st.text(st.characters(), max_size=20), st.sampled_from(HARD))
names = st.none() | st.sampled_from(["message_start", "content_block_delta", "ping"])
events = st.lists(st.tuples(texts, names), max_size=5)


def decode(sdk: str, mode: str, parts: Iterable[bytes]) -> Decoded:
    decoder = DECODERS[sdk]()
    if mode == "sync":
        return [(one.event, one.data) for one in decoder.iter_bytes(iter(parts))]

    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def read() -> Decoded:
        return [(one.event, one.data) async for one in decoder.aiter_bytes(stream())]

    return anyio.run(read)


def read_back(decoded: Decoded) -> list[tuple[Any, str | None]]:
    return [(json.loads(data), name) for name, data in decoded]


def meant(sent: list[tuple[str, str | None]]) -> list[tuple[Any, str | None]]:
    return [({"text": json.loads(json.dumps(text))}, name) for text, name in sent]


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in pairwise(bounds)]


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("sdk", DECODERS)
@given(sent=events, places=st.lists(st.integers(0, 10_000), max_size=8))
@example(sent=[(text, None) for text in HARD], places=[])
@example(sent=[(text, "content_block_delta") for text in HARD], places=[1, 7, 8, 9, 50])
def test_events_decode_to_what_was_meant_wherever_the_bytes_are_cut(
    sdk: str, mode: str, sent: list[tuple[str, str | None]], places: list[int]
) -> None:
    stream = b"".join(event({"text": text}, name) for text, name in sent)
    assert read_back(decode(sdk, mode, cut(stream, places))) == meant(sent)


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("sdk", DECODERS)
@pytest.mark.parametrize("text", HARD)
def test_events_decode_byte_by_byte(sdk: str, mode: str, text: str) -> None:
    stream = event({"text": text}) + event({"text": text}, "ping") + DONE
    decoded = decode(sdk, mode, [stream[at : at + 1] for at in range(len(stream))])
    assert read_back(decoded[:2]) == meant([(text, None), (text, "ping")])
    assert decoded[2:] == [(None, "[DONE]")]


@given(texts, names)
def test_a_filler_writes_the_event_of_the_filled_value(text: str, name: str | None) -> None:
    data = {"id": "x\ny", "n": 1, "none": None, "choices": [{"delta": {"content": HOLE}, "finish_reason": None}], "last": True}
    filled = {**data, "choices": [{"delta": {"content": text}, "finish_reason": None}]}
    assert filler(data, name)(text) == event(filled, name)


@pytest.mark.parametrize(
    ("wire", "bytes_"),
    [
        (event({"a": 1}), b'data: {"a":1}\n\n'),
        (event({"a": 1}, "ping"), b'event: ping\ndata: {"a":1}\n\n'),
        (filler({"a": HOLE})("b"), b'data: {"a":"b"}\n\n'),
        (filler({"a": HOLE}, "ping")("b"), b'event: ping\ndata: {"a":"b"}\n\n'),
        (DONE, b"data: [DONE]\n\n"),
    ],
)
def test_an_event_is_its_name_its_data_and_an_empty_line(wire: bytes, bytes_: bytes) -> None:
    assert wire == bytes_


@pytest.mark.parametrize("text", HARD)
def test_the_text_of_an_event_never_breaks_its_line(text: str) -> None:
    assert event({"text": text}).count(b"\n") == 2
    assert b"\r" not in event({"text": text})
