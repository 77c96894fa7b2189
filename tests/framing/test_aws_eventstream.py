"""Amazon's event stream, read by the decoders of the SDKs themselves, however the bytes are cut."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import botocore.session
import pytest
from anthropic.lib.bedrock._stream_decoder import AWSEventStreamDecoder as AnthropicDecoder
from botocore.eventstream import ChecksumMismatch, EventStream, EventStreamBuffer
from botocore.exceptions import EventStreamError
from botocore.parsers import EventStreamJSONParser
from hypothesis import example, given, settings
from hypothesis import strategies as st
from litellm.llms.bedrock.chat.invoke_handler import AWSEventStreamDecoder as LiteLLMDecoder

from llm_intercept.framing.aws_eventstream import CHUNKS, EVENT_STREAM, NAMED_CHUNKS
from llm_intercept.framing.json import HOLE

_SERVICE = botocore.session.get_session().get_service_model("bedrock-runtime")

HARD = ["", "a\nb", 'a "quoted" \\ text', "\x00", "\ud800", "\u2028", "👩🏽‍❤️‍👨🏿 é", "x" * 70_000, "\x00\x00\x00\x0d"]

texts = st.one_of(st.text(st.characters(), max_size=20), st.sampled_from(HARD))
places = st.lists(st.integers(0, 500_000), max_size=8)


def shape(operation: str, member: str) -> Any:
    return _SERVICE.operation_model(operation).output_shape.members[member]


CONVERSED, INVOKED = shape("ConverseStream", "stream"), shape("InvokeModelWithResponseStream", "body")


class Wire:
    """What botocore reads a stream from."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = parts

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield from self.parts

    def close(self) -> None:
        pass


def boto(parts: Iterable[bytes], events: Any) -> list[dict[str, Any]]:
    """What botocore makes of a stream."""
    return [*EventStream(Wire(parts), events, EventStreamJSONParser(), "Operation")]


def cut(stream: bytes, at: Iterable[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in at), len(stream)]
    return [stream[start:end] for start, end in pairwise(bounds)]


def meant(text: str) -> Any:
    """A text as JSON carries it."""
    return json.loads(json.dumps(text))


def delta(text: str) -> dict[str, Any]:
    return {"contentBlockIndex": 0, "delta": {"text": text}}


@given(st.lists(texts, max_size=5), places)
@example([*HARD], [1, 11, 12, 13])
@settings(deadline=None)
def test_events_are_read_the_same_at_any_split(said: list[str], at: list[int]) -> None:
    fill = EVENT_STREAM.filler(delta(HOLE), "contentBlockDelta")
    whole = b"".join([EVENT_STREAM.event(delta(text), "contentBlockDelta") for text in said])
    assert whole == b"".join(map(fill, said))
    heard = boto(cut(whole, at), CONVERSED)
    assert heard == [{"contentBlockDelta": delta(meant(text))} for text in said]


def anthropic_sync(parts: list[bytes]) -> list[Any]:
    return [json.loads(one.data) for one in AnthropicDecoder().iter_bytes(iter(parts))]


def anthropic_async(parts: list[bytes]) -> list[Any]:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def read() -> list[Any]:
        return [json.loads(one.data) async for one in AnthropicDecoder().aiter_bytes(stream())]

    return asyncio.run(read())


def boto_chunks(parts: list[bytes]) -> list[Any]:
    return [json.loads(event["chunk"]["bytes"]) for event in boto(parts, INVOKED)]


DECODERS: dict[str, Callable[[list[bytes]], list[Any]]] = {
    "botocore": boto_chunks,
    "anthropic": anthropic_sync,
    "anthropic async": anthropic_async,
}


@pytest.mark.parametrize("decoder", DECODERS)
@given(st.lists(texts, max_size=5), places)
@example([*HARD], [1, 11, 12, 13])
@settings(deadline=None, max_examples=40)
def test_chunks_are_read_the_same_at_any_split(decoder: str, said: list[str], at: list[int]) -> None:
    fill = CHUNKS.filler({"type": "completion", "completion": HOLE})
    whole = b"".join([CHUNKS.event({"type": "completion", "completion": text}) for text in said])
    assert whole == b"".join(map(fill, said))
    assert DECODERS[decoder](cut(whole, at)) == [{"type": "completion", "completion": meant(text)} for text in said]


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=4), places)
@settings(deadline=None, max_examples=25)
def test_litellm_reads_the_same_text_at_any_split(said: list[str], at: list[int]) -> None:
    whole = b"".join(EVENT_STREAM.event(delta(text), "contentBlockDelta") for text in said)
    heard = [*LiteLLMDecoder("anthropic.claude-3").iter_bytes(iter(cut(whole, at)))]
    assert [one.choices[0].delta.content for one in heard] == said


def test_a_named_chunk_has_its_name_as_its_one_key() -> None:
    frames = NAMED_CHUNKS.event(delta("a"), "contentBlockDelta"), NAMED_CHUNKS.filler(delta(HOLE), "contentBlockDelta")("b")
    assert boto_chunks([*frames, NAMED_CHUNKS.event({"odd": 1})]) == [
        {"contentBlockDelta": delta("a")},
        {"contentBlockDelta": delta("b")},
        {"odd": 1},
    ]


def test_a_chunk_can_be_extended() -> None:
    assert boto_chunks([CHUNKS.extended(CHUNKS.event({"a": "é"}), {"b": 2})]) == [{"a": "é", "b": 2}]
    assert boto_chunks([NAMED_CHUNKS.extended(NAMED_CHUNKS.event({"a": 1}, "metadata"), {"b": 2})]) == [
        {"metadata": {"a": 1}, "b": 2}
    ]


@pytest.mark.parametrize("framing", [EVENT_STREAM, CHUNKS, NAMED_CHUNKS])
@pytest.mark.parametrize("name", ["throttlingException", "modelStreamErrorException"])
def test_an_event_with_an_exceptions_name_is_raised(framing: Any, name: str) -> None:
    frame = framing.event({"message": "Too many."}, name)
    with pytest.raises(EventStreamError, match="Too many") as caught:
        boto([frame], CONVERSED)
    assert caught.value.response["Error"] == {"Code": name, "Message": "Too many."}
    (event,) = AnthropicDecoder().iter_bytes(iter([frame]))
    assert (event.event, event.json()) == ("error", {"type": "error", "error": {"type": name, "message": "Too many."}})


def test_an_event_that_botocore_does_not_know_is_passed_over() -> None:
    buffer = EventStreamBuffer()
    for frame in (EVENT_STREAM.event({"a": 1}, "fromTheFuture"), EVENT_STREAM.event([1])):
        buffer.add_data(frame)
        assert boto([frame, EVENT_STREAM.event(delta("a"), "contentBlockDelta")], CONVERSED) == [{"contentBlockDelta": delta("a")}]
    assert [(event.headers[":event-type"], event.payload[:6]) for event in buffer] == [
        ("fromTheFuture", b'{"a":1'),
        ("event", b"[1]"),
    ]


@pytest.mark.parametrize("place", range(0, 120, 7))
def test_a_flipped_bit_is_noticed(place: int) -> None:
    frame = bytearray(EVENT_STREAM.event(delta("Hello, Paris."), "contentBlockDelta"))
    frame[place % len(frame)] ^= 1
    # A length that is too great leaves the decoder waiting; all else is a checksum's matter.
    buffer = EventStreamBuffer()
    buffer.add_data(bytes(frame))
    with pytest.raises(ChecksumMismatch):
        next(buffer)


def payload(frame: bytes) -> dict[str, Any]:
    """The JSON of a frame, read by hand."""
    total, headers = int.from_bytes(frame[:4], "big"), int.from_bytes(frame[4:8], "big")
    assert total == len(frame)
    assert int.from_bytes(frame[8:12], "big") == zlib.crc32(frame[:8])
    assert int.from_bytes(frame[-4:], "big") == zlib.crc32(frame[:-4])
    found: dict[str, Any] = json.loads(frame[12 + headers : -4])
    return found


def test_events_are_padded_each_in_its_own_way_and_always_the_same() -> None:
    paddings = [payload(EVENT_STREAM.event(delta(str(number)), "contentBlockDelta"))["p"] for number in range(60)]
    assert len({*paddings}) > 20
    assert {padding[:1] for padding in paddings} == {"a"}
    assert paddings == [payload(EVENT_STREAM.event(delta(str(number)), "contentBlockDelta"))["p"] for number in range(60)]
    assert {*payload(EVENT_STREAM.event({}, "messageStop"))} == {"p"}
    assert payload(EVENT_STREAM.event({"p": "mine"}, "messageStop")) == {"p": "mine"}


def test_an_exception_is_not_padded() -> None:
    assert payload(EVENT_STREAM.event({"message": "x"}, "validationException")) == {"message": "x"}
