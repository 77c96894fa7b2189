"""What comes of faults: pure functions from frames to frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import (
    corrupt,
    disconnect,
    drip,
    duplicate,
    pause,
    read_timeout,
    reorder,
    reset,
    stall,
    stream_error,
    truncate,
    unknown_event,
)
from llm_intercept.replies.breaking import broken, broken_body
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.passages import utter
from llm_intercept.wire import Fail, Frame, Pause, Response

BREAK, RESET = Fail("disconnect"), Fail("reset")


def framed(fault: Any) -> Any:
    """A fault whose event tells how many went before it."""
    return replace(fault, frame=lambda number: b"<%d>" % number)


def joined(events: Iterator[Frame]) -> Iterator[Frame]:
    """A framing that ends a stream."""
    yield from events
    yield b"]"


#: Events, the faults that are counted, and what is played.
STREAMS: list[tuple[list[Any], list[Any], list[Any]]] = [
    # where it stands
    ([b"a", BREAK, b"b"], [], [b"a", BREAK]),
    ([b"a", truncate(), b"b"], [], [b"a"]),
    ([b"a", stall(2), b"b"], [], [b"a", Pause(2.0), b"b", b"]"]),
    ([b"a", stall(), b"b"], [], [b"a", Pause(86400.0), BREAK]),
    ([b"a", corrupt(), pause(1), b'x{"y":1}', b"c"], [], [b"a", Pause(1.0), b"x{{y\":1}", b"c", b"]"]),
    ([b"a", corrupt(), b"bcd", b"e"], [], [b"a", b"b\xffd", b"e", b"]"]),
    ([b"a", corrupt()], [], [b"a", b"\xff"]),
    ([b"a", drip(), b"bc", pause(1), b"d"], [], [b"a", b"b", b"c", Pause(1.0), b"d", b"]"]),
    ([drip(0.5, size=2), b"abc"], [], [Pause(0.5), b"ab", Pause(0.5), b"c", Pause(0.5), b"]"]),
    ([b"a", duplicate(), pause(1), b"b", b"c"], [], [b"a", Pause(1.0), b"b", b"b", b"c", b"]"]),
    ([b"a", duplicate()], [], [b"a", b"]"]),
    ([b"a", reorder(), b"b", pause(1), b"c", b"d"], [], [b"a", Pause(1.0), b"c", b"b", b"d", b"]"]),
    ([b"a", reorder(), b"b"], [], [b"a", b"b", b"]"]),
    ([b"a", framed(unknown_event()), b"b"], [], [b"a", b"<1>", b"b", b"]"]),
    ([b"a", framed(stream_error()), b"b"], [], [b"a", b"<1>", b"]"]),
    # counted
    ([b"a", b"b", b"c"], [disconnect(after_events=0)], [BREAK]),
    ([b"a", pause(1), b"b", b"c"], [disconnect(after_events=1)], [b"a", Pause(1.0), BREAK]),
    ([b"a", b"b"], [disconnect(after_events=2)], [b"a", b"b", BREAK]),
    ([b"a", b"b"], [reset(after_events=9)], [b"a", b"b", RESET]),
    ([b"a", b"b"], [truncate(after_events=9)], [b"a"]),
    ([b"a", b"b", b"c"], [reorder(after_events=9)], [b"a", b"c", b"b", b"]"]),
    ([b"a", b"b"], [duplicate(after_events=1)], [b"a", b"b", b"b", b"]"]),
    ([], [duplicate(after_events=1)], [b"]"]),
    ([b"a", b"b"], [framed(stream_error(after_events=1))], [b"a", b"<1>", b"]"]),
    ([b"abc", b"def"], [disconnect(after_bytes=0)], [BREAK]),
    ([b"abc", b"def"], [disconnect(after_bytes=2)], [b"ab", BREAK]),
    ([b"abc", pause(1), b"def"], [disconnect(after_bytes=3)], [b"abc", Pause(1.0), BREAK]),
    ([b"abc", b"def"], [read_timeout(after_bytes=99)], [b"abc", b"def", b"]", Fail("read_timeout")]),
    ([b"abc", b"def"], [truncate(after_bytes=4)], [b"abc", b"d"]),
    ([b"abc", b"def"], [corrupt(after_bytes=1)], [b"a", b"b\xff", b"def", b"]"]),
    # several
    ([b"a", duplicate(), b"b", BREAK, b"c"], [stall(1, after_events=1)], [b"a", Pause(1.0), b"b", b"b", BREAK]),
    ([b"abcdef"], [stall(1, after_bytes=2), disconnect(after_bytes=4)], [b"ab", Pause(1.0), b"cd", BREAK]),
    ([b"abcdef"], [disconnect(after_bytes=4), stall(1, after_bytes=2)], [b"ab", Pause(1.0), b"cd", BREAK]),
    ([b"a", b"b", b"c"], [disconnect(after_events=2), stall(1, after_events=1)], [b"a", Pause(1.0), b"b", BREAK]),
    ([duplicate(), drip(), b"ab"], [], [b"a", b"b", b"a", b"b", b"]"]),
]  # fmt: skip


@pytest.mark.parametrize(("events", "counted", "played"), STREAMS)
def test_what_comes_of_the_faults_of_a_stream(events: list[Any], counted: list[Any], played: list[Any]) -> None:
    standing = [event for event in events if isinstance(event, Fail)]
    assert [*broken(iter(events), joined, [*standing, *counted])] == played


BODY = b'{"one":"two"}'

#: The faults of a body, the frames that come of it, and how long it is said to be.
BODIES: list[tuple[list[Any], tuple[Any, ...], int]] = [
    ([BREAK], (b'{"one"', BREAK), 13),
    ([disconnect(after_bytes=3)], (b'{"o', BREAK), 13),
    ([disconnect(after_bytes=0)], (b"", BREAK), 13),
    ([truncate(after_bytes=0)], (), 0),
    ([disconnect(after_bytes=99)], (BODY[:6], b':"two"', BREAK), 13),
    ([disconnect(after=1)], (b'{"one"', BREAK), 13),
    ([reset(after_events=5)], (b'{"one"', RESET), 13),
    ([truncate()], (b'{"one"',), 6),
    ([stall(1)], (b'{"one"', Pause(1.0), b':"two"}'), 13),
    ([stall()], (b'{"one"', Pause(86400.0), BREAK), 13),
    ([corrupt()], (b'{"one"', b':"t\xffo"}'), 13),
    ([corrupt(after_bytes=0)], (b'{{one"', b':"two"}'), 13),
    ([drip(size=4)], (b'{"on', b'e"', b':"tw', b'o"}'), 13),
    ([duplicate()], (b'{"one"', b':"two"}', b':"two"}'), 20),
    ([reorder()], (b':"two"}', b'{"one"'), 13),
    ([unknown_event([1])], (b'{"unknown_event"', b':[1],"one":"two"}'), 33),
    ([stall(1), BREAK], (b'{"one"', Pause(1.0), BREAK), 13),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "frames", "length"), BODIES)
def test_what_comes_of_the_faults_of_a_body(faults: list[Any], frames: tuple[Any, ...], length: int) -> None:
    headers = ((b"content-type", b"application/json"), (b"content-length", b"13"))
    seen = broken_body(Response(200, headers, (BODY,)), faults)
    assert seen.frames == frames
    assert dict(seen.headers)[b"content-length"] == b"%d" % length
    assert dict(seen.headers)[b"content-type"] == b"application/json"


def test_what_is_no_object_gets_no_key_and_what_is_nothing_breaks() -> None:
    assert broken_body(Response(200, (), (b"[]",)), [unknown_event()]).frames == (b"[", b"]")
    assert broken_body(Response(200, (), (b"{}",)), [unknown_event()]).frames == (b"{", b"}")
    assert broken_body(Response(204, (), ()), [BREAK]).frames == (b"", b"", BREAK)


def test_a_fault_that_nobody_framed_has_no_bytes() -> None:
    with pytest.raises(TypeError, match="a fault has no bytes before it is framed"):
        [*broken([unknown_event()], joined, [unknown_event()])]


data = st.binary(min_size=1, max_size=4)
pauses = st.builds(Pause, st.floats(0, 1))
counts = st.sampled_from(["after_events", "after_bytes"])
kinds: dict[str, Callable[..., Any]] = {"disconnect": disconnect, "truncate": truncate, "corrupt": corrupt, "drip": drip}
standing = st.sampled_from(
    [BREAK, truncate(), stall(1), stall(), corrupt(), drip(), duplicate(), reorder(), framed(unknown_event())]
)
counted = st.builds(lambda kind, unit, count: kinds[kind](**{unit: count}), st.sampled_from([*kinds]), counts, st.integers(0, 9))


@given(st.lists(data | pauses | standing, max_size=9), st.lists(counted, max_size=3))
def test_any_faults_anywhere_come_to_frames_that_can_be_played(events: list[Any], faults: list[Any]) -> None:
    given_ones = [*(event for event in events if isinstance(event, Fail)), *faults]
    frames = [*broken(iter(events), joined, given_ones)]
    assert all(type(frame) in (bytes, Pause, Fail) for frame in frames)
    assert sum(type(frame) is Fail for frame in frames) <= 1
    assert all(type(frame) is not Fail for frame in frames[:-1])


@given(st.lists(data, max_size=9), st.integers(0, 12))
def test_a_break_is_after_as_many_events_and_bytes_as_it_counts(events: list[bytes], count: int) -> None:
    assert [*broken(events, joined, [disconnect(after_events=count)])] == [*events[:count], *(BREAK,)]
    whole = b"".join(joined(iter(events)))  # type: ignore[arg-type]
    *frames, last = broken(events, joined, [disconnect(after_bytes=count)])
    assert b"".join(frames) == whole[:count]  # type: ignore[arg-type]
    assert last == BREAK


@given(st.text("ab", max_size=20), st.integers(1, 4), st.integers(0, 25))
def test_a_break_is_after_as_many_chunks_of_content_as_it_counts(text: str, size: int, count: int) -> None:
    said = utter((Text(text), disconnect(after=count)), size)
    cut = [text[start : start + size] for start in range(0, len(text), size)]
    (passage,) = said.passages
    *before, _ = [*passage.pieces(size)][: min(count, len(cut)) + 1]
    assert before == cut[:count]
    assert said.broken == disconnect(after=count)


@pytest.mark.parametrize(
    ("parts", "fragments"),
    [
        ((disconnect(after=1),), [[disconnect(after=1)]]),
        ((Text("abcd"), disconnect(after=0)), [[disconnect(after=0), Text("abcd")]]),
        ((disconnect(after=1), Text("abcd")), [[Text("ab"), disconnect(after=1), Text("cd")]]),
        ((Text("abcd"), disconnect(after=2)), [[Text("abcd"), disconnect(after=2)]]),
        ((Text("abcd"), disconnect(after=9)), [[Text("abcd"), disconnect(after=9)]]),
        (
            (Text("ab"), ToolCall("f", "{}"), disconnect(after=1)),
            [[Text("ab"), disconnect(after=1)], [Text("{}")]],
        ),
        (
            (Text("ab"), pause(1), ToolCall("f", "{}abc"), disconnect(after=2)),
            [[Text("ab"), Pause(1.0)], [Text("{}"), disconnect(after=2), Text("abc")]],
        ),
        (
            (Text("abcdefg", whole=True), Text("h"), disconnect(after=1)),
            [[Text("abcdefg", whole=True), disconnect(after=1), Text("h")]],
        ),
        (
            (Text("abcd"), drip(after=1), disconnect(after=1)),
            [[Text("ab"), drip(after=1), disconnect(after=1), Text("cd")]],
        ),
        ((corrupt(), BREAK), [[corrupt(), BREAK]]),
    ],
)  # fmt: skip
def test_where_a_fault_stands_that_counts_chunks(parts: Any, fragments: list[Any]) -> None:
    said = utter(parts, 2)
    assert [[*passage.fragments] for passage in said.passages] == fragments
    assert said.faults == tuple(part for part in parts if isinstance(part, Fail))
    assert [type(fault) for fault in said.faults if isinstance(fault, Fault)] != [] or BREAK in parts
