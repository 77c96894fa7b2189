"""What comes of the faults of an answer: pure functions from the frames of a whole one to those of one that goes wrong.

In a stream a fault stands between the events, and acts on what follows. A body is taken for two events, its halves: a fault is
between them, or after so many bytes as it counts. What it would say in a stream is a key that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from llm_intercept.framing.json import dump
from llm_intercept.replies.fault import UNKNOWN, Fault
from llm_intercept.wire import Fail, Frame, Pause, Response

__all__ = ["broken", "broken_body"]

#: Longer than any client waits, in seconds: a day.
_FOR_EVER = 86_400.0


class _Place(NamedTuple):
    """Where a fault is: what follows it, and how many events went before."""

    fault: Fault
    rest: Iterator[Frame]
    seen: int


#: What comes of a fault.
Effect = Callable[[_Place], Iterator[Frame]]


def broken(events: Iterable[Frame], join: Callable[[Iterator[Frame]], Iterator[Frame]], faults: Sequence[Fail]) -> Iterator[Frame]:
    """The frames of a stream: its events, faults among them, put together by `join`; `faults` are all of the reply's."""
    counted = [fault for fault in faults if isinstance(fault, Fault)]
    said = _acting(_between(events, [fault for fault in counted if fault.after_events is not None]), _ON_EVENTS)
    return _acting(_within(join(said), [(fault.after_bytes, fault) for fault in counted]), _ON_BYTES)


def broken_body(response: Response, faults: Sequence[Fail]) -> Response:
    """A response whose body goes wrong. Where it comes to an end all the same, its length is that of what comes."""
    body = response.body
    for fault in faults:
        if isinstance(fault, Fault) and fault.kind == "unknown_event" and body[:2] == b'{"':
            body = b'{"unknown_event":%b,%b' % (dump((fault.event or UNKNOWN).data), body[1:])
    half, last = len(body) // 2, max(len(body) - 1, 0)
    places = [(_place(fault, half, last), fault) for fault in faults if fault.kind not in _TOLD]
    frames = tuple(_acting(_within(iter((body[:half], body[half:])), places), {**_ON_EVENTS, **_ON_BYTES}))
    if len(frames) == 1 and isinstance(frames[0], Fail):
        frames = (b"", *frames)  # a frame alone is taken for a whole body
    headers = response.headers
    if not any(isinstance(frame, Fail) for frame in frames):
        length = b"%d" % sum(len(frame) for frame in frames if isinstance(frame, bytes))
        headers = tuple([(name, length if name == b"content-length" else value) for name, value in headers])
    return response._replace(headers=headers, frames=frames)


def _place(fault: Fail, half: int, last: int) -> int:
    """After how many bytes of a body a fault is: there is always one that it keeps back."""
    if isinstance(fault, Fault) and fault.after_bytes is not None:
        return min(fault.after_bytes, last)
    return 0 if fault.kind in _FROM_THE_START else half


def _between(events: Iterable[Frame], faults: Sequence[Fault]) -> Iterator[Frame]:
    """Events with the faults that count them; where there are too few, a fault is where there are still enough for it to act on."""
    if not faults:
        return iter(events)
    whole = [*events]
    total = sum(isinstance(frame, bytes) for frame in whole)
    due = [(min(fault.after_events or 0, max(total - _NEEDS.get(fault.kind, 0), 0)), fault) for fault in faults]
    return _put(whole, sorted(due, key=_count), lambda _: 1)


def _within(frames: Iterator[Frame], faults: Sequence[tuple[int | None, Fail]]) -> Iterator[Frame]:
    """Frames with the faults that count bytes, cut where one stands."""
    due = [(count, fault) for count, fault in faults if count is not None]
    return _put(frames, sorted(due, key=_count), len) if due else frames


def _count(due: tuple[int, Fail]) -> int:
    return due[0]


def _put(frames: Iterable[Frame], due: list[tuple[int, Fail]], size: Callable[[bytes], int]) -> Iterator[Frame]:
    seen = 0
    for frame in frames:
        rest = frame
        if isinstance(rest, bytes):
            while due and due[0][0] < seen + size(rest):
                count, fault = due.pop(0)
                if count > seen:
                    yield rest[: count - seen]
                    rest, seen = rest[count - seen :], count
                yield fault
            seen += size(rest)
        yield rest
    yield from (fault for _, fault in due)


def _acting(frames: Iterator[Frame], effects: Mapping[str, Effect], seen: int = 0) -> Iterator[Frame]:
    """The frames, each fault that has an effect here replaced by what comes of it and of what follows."""
    for frame in frames:
        if isinstance(frame, Fault):
            if frame.kind in effects:
                yield from effects[frame.kind](_Place(frame, _acting(frames, effects, seen), seen))
                return
        elif isinstance(frame, Fail):
            yield frame
            return
        seen += isinstance(frame, bytes)
        yield frame


def _first(rest: Iterator[Frame], change: Callable[[bytes], Iterable[Frame]]) -> Iterator[Frame]:
    """What follows, its first data changed."""
    for frame in rest:
        if isinstance(frame, bytes):
            yield from change(frame)
            break
        yield frame
    yield from rest


def _break(at: _Place) -> Iterator[Frame]:
    yield Fail(at.fault.kind)


def _truncate(_: _Place) -> Iterator[Frame]:
    return iter(())


def _stall(at: _Place) -> Iterator[Frame]:
    if at.fault.seconds is None:
        return iter((Pause(_FOR_EVER), Fail("disconnect")))
    return chain((Pause(at.fault.seconds),), at.rest)


def _corrupt(at: _Place) -> Iterator[Frame]:
    return _first(at.rest, lambda data: (_garbled(data),))


def _garbled(data: bytes) -> bytes:
    """As many bytes, which are no JSON any more, and where there was none, no text."""
    if b'{"' in data:
        return data.replace(b'{"', b"{{", 1)
    half = len(data) // 2
    return data[:half] + b"\xff" + data[half + 1 :]


def _drip(at: _Place) -> Iterator[Frame]:
    size, between = at.fault.size or 1, Pause(at.fault.seconds or 0.0)
    for frame in at.rest:
        if isinstance(frame, bytes):
            for start in range(0, len(frame), size):
                if between.seconds:
                    yield between
                yield frame[start : start + size]
        else:
            yield frame


def _duplicate(at: _Place) -> Iterator[Frame]:
    return _first(at.rest, lambda data: (data, data))


def _reorder(at: _Place) -> Iterator[Frame]:
    held: list[bytes] = []
    for frame in at.rest:
        if isinstance(frame, bytes) and not held:
            held.append(frame)
            continue
        yield frame
        if isinstance(frame, bytes):
            break
    yield from held
    yield from at.rest


def _end_in_error(at: _Place) -> Iterator[Frame]:
    yield at.fault.frame(at.seen)


def _add(at: _Place) -> Iterator[Frame]:
    return chain((at.fault.frame(at.seen),), at.rest)


#: What comes of the faults of a stream's events, before these are put together.
_ON_EVENTS: Mapping[str, Effect] = {
    "stream_error": _end_in_error,
    "unknown_event": _add,
    "duplicate": _duplicate,
    "reorder": _reorder,
}

#: And of the faults of its bytes.
_ON_BYTES: Mapping[str, Effect] = {
    "truncate": _truncate,
    "stall": _stall,
    "corrupt": _corrupt,
    "drip": _drip,
    "read_timeout": _break,
    "disconnect": _break,
    "reset": _break,
}

#: How many events have to follow for a fault to be seen.
_NEEDS = {"truncate": 1, "corrupt": 1, "duplicate": 1, "drip": 1, "reorder": 2}

#: The faults that say something, which in a body is no event.
_TOLD = frozenset({"stream_error", "unknown_event"})

#: The faults that befall a body as a whole.
_FROM_THE_START = frozenset({"reorder", "drip"})
