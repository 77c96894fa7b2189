"""Faults as values: what they take, what they refuse, and how they show themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llm_intercept import (
    corrupt,
    disconnect,
    drip,
    duplicate,
    error,
    overloaded,
    pause,
    rate_limit,
    read_timeout,
    reorder,
    reply,
    reset,
    server_error,
    stall,
    stream_error,
    tool_call,
    truncate,
    unknown_event,
)
from llm_intercept.replies import faults
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.reply import DEFAULT
from llm_intercept.wire import Fail

#: A fault, and what it is.
SAME: list[tuple[Fail, Fail, str]] = [
    (disconnect(), Fail("disconnect"), "disconnect()"),
    (disconnect(after=3), Fault("disconnect", after=3), "disconnect(after=3)"),
    (reset(after_events=0), Fault("reset", after_events=0), "reset(after_events=0)"),
    (read_timeout(after_bytes=9), Fault("read_timeout", after_bytes=9), "read_timeout(after_bytes=9)"),
    (truncate(), Fault("truncate"), "truncate()"),
    (stall(), Fault("stall"), "stall()"),
    (stall(2, after=1), Fault("stall", after=1, seconds=2.0), "stall(seconds=2.0, after=1)"),
    (corrupt(after_bytes=1), Fault("corrupt", after_bytes=1), "corrupt(after_bytes=1)"),
    (drip(), Fault("drip"), "drip()"),
    (drip(0.5, size=9), Fault("drip", seconds=0.5, size=9), "drip(seconds=0.5, size=9)"),
    (duplicate(after=1), Fault("duplicate", after=1), "duplicate(after=1)"),
    (reorder(after_events=1), Fault("reorder", after_events=1), "reorder(after_events=1)"),
    (unknown_event(), Fault("unknown_event"), "unknown_event()"),
    (unknown_event([1]), Fault("unknown_event", event=StreamEvent([1])), "unknown_event([1])"),
    (unknown_event([1], name="x"), Fault("unknown_event", event=StreamEvent([1], "x")), "unknown_event([1], name='x')"),
    (stream_error(), Fault("stream_error"), "stream_error()"),
    (stream_error("server_error"), Fault("stream_error", error=server_error()), "stream_error(server_error())"),
    (
        stream_error("overloaded", after=2),
        Fault("stream_error", after=2, error=overloaded()),
        "stream_error(overloaded(), after=2)",
    ),
    (stream_error(529), Fault("stream_error", error=error(529)), "stream_error(error(529))"),
    (stream_error(rate_limit(2)), Fault("stream_error", error=rate_limit(2)), "stream_error(rate_limit(retry_after=2))"),
]


@pytest.mark.parametrize(("made", "fault", "shown"), SAME, ids=[shown for *_, shown in SAME])
def test_a_fault_is_a_value_that_shows_how_it_was_made(made: Fail, fault: Fail, shown: str) -> None:
    assert (made, repr(made)) == (fault, shown)


BREAKS = {"connect_error", "connect_timeout", "pool_timeout", "dns_error", "tls_error", "read_timeout", "disconnect", "reset"} | {
    "truncate", "stall", "corrupt", "stream_error",
}  # fmt: skip


def test_what_leaves_nobody_with_a_whole_answer_is_known() -> None:
    assert {name for name in faults.__all__ if getattr(faults, name)().breaks} == BREAKS
    assert not stall(1).breaks


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: disconnect(after=-1), ValueError, "disconnect(after=-1): a whole number from 0 is wanted"),
        (lambda: reset(after_events=-2), ValueError, "reset(after_events=-2): a whole number from 0 is wanted"),
        (lambda: truncate(after_bytes=1.5), TypeError, "truncate(after_bytes=1.5): a whole number is wanted"),
        (lambda: corrupt(after=True), TypeError, "corrupt(after=True): a whole number is wanted"),
        (
            lambda: read_timeout(after=1, after_bytes=2),
            TypeError,
            "read_timeout(after=1, after_bytes=2): one of them says where it happens",
        ),
        (lambda: stall(-1), ValueError, "stall(seconds=-1): a time of 0 or more seconds is wanted"),
        (lambda: stall(float("inf")), ValueError, "stall(seconds=inf): a time of 0 or more seconds is wanted"),
        (lambda: stall("long"), TypeError, "stall(seconds='long'): a number of seconds is wanted"),
        (lambda: stall(True), TypeError, "stall(seconds=True): a number of seconds is wanted"),
        (lambda: drip(-1), ValueError, "drip(seconds=-1): a time of 0 or more seconds is wanted"),
        (lambda: drip(size=0), ValueError, "drip(size=0): a whole number from 1 is wanted"),
        (lambda: drip(size=True), ValueError, "drip(size=True): a whole number from 1 is wanted"),
        (lambda: unknown_event({1, 2}), TypeError, "stream_event(data) must be JSON: Object of type set is not JSON serializable"),
        (lambda: stream_error("overload"), ValueError, "stream_error('overload') is no error; did you mean 'overloaded'?"),
        (lambda: stream_error(200), ValueError, "error(status): an HTTP status from 400 to 599, got 200"),
    ],
)
def test_what_is_no_fault_is_refused(make: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=f"^{re.escape(message)}$"):
        make()


def test_faults_of_what_is_said_say_the_default() -> None:
    assert reply(disconnect(after=3)).parts == (disconnect(after=3), DEFAULT)
    assert reply(pause(1), corrupt()).parts == (pause(1), corrupt(), DEFAULT)
    assert repr(reply(disconnect(after=3))) == "reply(disconnect(after=3))"
    assert reply(disconnect()).parts == (disconnect(),)
    assert reply(pause(1)).parts == (pause(1),)
    assert reply(tool_call("f"), truncate()).parts == (tool_call("f"), truncate())
