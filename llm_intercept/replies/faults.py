"""What goes wrong with a connection and with what it carries, by name: parts of a reply that stand exactly where it goes wrong.

To add one: a function here, its kind in `wire.FaultKind`, and what comes of it in `replies.breaking`, or in the transports' tables.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from llm_intercept.errors import near
from llm_intercept.replies import failures
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import stream_event
from llm_intercept.replies.reply import ErrorReply, error
from llm_intercept.wire import Fail, FaultKind

__all__ = [
    "connect_error", "connect_timeout", "corrupt", "disconnect", "dns_error", "drip", "duplicate", "pool_timeout", "read_timeout",
    "reorder", "reset", "stall", "stream_error", "tls_error", "truncate", "unknown_event",
]  # fmt: skip


def _fault(kind: FaultKind, given: Any = None, /, **counts: int | None) -> Fault:
    """A fault, `given` what belongs to its kind, at most one of the counts."""
    said: dict[str, Any] = {name: count for name, count in counts.items() if count is not None}
    for name, count in said.items():
        if type(count) is not int:
            raise TypeError(f"{kind}({name}={count!r}): a whole number is wanted")
        if count < 0:
            raise ValueError(f"{kind}({name}={count!r}): a whole number from 0 is wanted")
    if len(said) > 1:
        raise TypeError(
            f"{kind}({', '.join(f'{name}={count}' for name, count in said.items())}): one of them says where it happens"
        )
    return Fault(kind, **(given or {}), **said)


def _broken(kind: FaultKind, **counts: int | None) -> Fail:
    """A break of the connection: where it stands, as it is."""
    fault = _fault(kind, **counts)
    return fault if fault.counted else Fail(kind)


def _seconds(kind: str, seconds: float) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"{kind}(seconds={seconds!r}): a number of seconds is wanted")
    if not (isfinite(seconds) and seconds >= 0):
        raise ValueError(f"{kind}(seconds={seconds!r}): a time of 0 or more seconds is wanted")
    return float(seconds)


def connect_error() -> Fail:
    """The connection is refused, before anything is sent.

    The HTTP library raises its own error for it.

        llm.on("weather").replies(reply(connect_error()), "Sunny.")
    """
    return Fail("connect_error")


def connect_timeout() -> Fail:
    """The connection is not made in time; no time is spent.

    The HTTP library raises its own error for it.

        llm.on("weather").replies(reply(connect_timeout()), "Sunny.")
    """
    return Fail("connect_timeout")


def pool_timeout() -> Fail:
    """No connection of the client's pool becomes free in time; no time is spent.

    The HTTP library raises its own error for it.

        llm.on("weather").replies(reply(pool_timeout()), "Sunny.")
    """
    return Fail("pool_timeout")


def dns_error() -> Fail:
    """The host's name cannot be resolved.

    The HTTP library raises its own error for it.

        llm.on("weather").replies(reply(dns_error()), "Sunny.")
    """
    return Fail("dns_error")


def tls_error() -> Fail:
    """The TLS handshake fails.

    The HTTP library raises its own error for it.

        llm.on("weather").replies(reply(tls_error()), "Sunny.")
    """
    return Fail("tls_error")


def read_timeout(*, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None) -> Fail:
    """Nothing more arrives in time; no time is spent.

    Counts as `disconnect` does.

        llm.on("weather").reply("Once upon a ", read_timeout())
    """
    return _broken("read_timeout", after=after, after_events=after_events, after_bytes=after_bytes)


def disconnect(*, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None) -> Fail:
    """The server closes the connection, where the part stands in the reply, or after so much of it.

    `after` counts chunks of content, `after_events` the events of the stream, `after_bytes` the bytes of the body; where there is
    less, it happens at the end. A body that is not streamed has no chunks and no events: it breaks halfway, or after its bytes.
    Raises `TypeError` for what is no count, and for more than one, `ValueError` for one below 0.

        reply("Once upon a ", disconnect())
        reply("Once upon a time.", disconnect(after=2))
    """
    return _broken("disconnect", after=after, after_events=after_events, after_bytes=after_bytes)


def reset(*, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None) -> Fail:
    """The connection is reset.

    Counts as `disconnect` does.

        llm.on("story").reply("Once upon a ", reset())
    """
    return _broken("reset", after=after, after_events=after_events, after_bytes=after_bytes)


def truncate(*, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None) -> Fault:
    """The answer ends here as though it were whole: nothing more is said, and the connection ends in an orderly way.

    Counts as `disconnect` does. A body is cut, and its length is that of what is left.

        llm.on("story").reply("Once upon a time.", truncate(after=2))
    """
    return _fault("truncate", after=after, after_events=after_events, after_bytes=after_bytes)


def stall(
    seconds: float | None = None, *, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None
) -> Fault:
    """Nothing comes for `seconds`, and then the rest; by default nothing for longer than any client waits, and then the end.

    Counts as `disconnect` does. Raises `ValueError` for a time that is none.

        llm.on("story").reply("Once ", stall(5), "upon a time.")
    """
    given = None if seconds is None else {"seconds": _seconds("stall", seconds)}
    return _fault("stall", given, after=after, after_events=after_events, after_bytes=after_bytes)


def corrupt(*, after: int | None = None, after_events: int | None = None, after_bytes: int | None = None) -> Fault:
    """What comes next is damaged: as long as it was, and no JSON; the checksum of a binary event is wrong.

    Counts as `disconnect` does. Of a body it is the second half.

        llm.on("story").reply("Once ", corrupt(), "upon a time.")
    """
    return _fault("corrupt", after=after, after_events=after_events, after_bytes=after_bytes)


def drip(
    seconds: float = 0.0,
    *,
    size: int = 1,
    after: int | None = None,
    after_events: int | None = None,
    after_bytes: int | None = None,
) -> Fault:
    """What follows comes in pieces of `size` bytes, `seconds` before each. Counts as `disconnect` does.

    Raises `ValueError` for a size below 1, and for a time that is none.

        llm.on("story").reply("Once upon a time.", drip(0.01, size=16))
    """
    if type(size) is not int or size < 1:
        raise ValueError(f"drip(size={size!r}): a whole number from 1 is wanted")
    given = {"seconds": _seconds("drip", seconds) or None, "size": None if size == 1 else size}
    return _fault("drip", given, after=after, after_events=after_events, after_bytes=after_bytes)


def duplicate(*, after: int | None = None, after_events: int | None = None) -> Fault:
    """The next event comes twice; of a body, its second half.

    Counts chunks and events as `disconnect` does.

        llm.on("story").reply("Once upon a time.", duplicate(after=2))
    """
    return _fault("duplicate", after=after, after_events=after_events)


def reorder(*, after: int | None = None, after_events: int | None = None) -> Fault:
    """The next two events change places; of a body, its halves.

    Counts chunks and events as `disconnect` does.

        llm.on("story").reply("Once upon a time.", reorder(after=2))
    """
    return _fault("reorder", after=after, after_events=after_events)


def unknown_event(data: Any = None, *, name: str | None = None, after: int | None = None, after_events: int | None = None) -> Fault:
    """An event comes that no SDK knows; in a body that is not streamed, a key. Counts chunks and events as `disconnect` does.

    `data` is its JSON, `name` its name where the framing has one; both are made up by default. Raises `TypeError` for what is no
    JSON.

        llm.on("story").reply("Once ", unknown_event(), "upon a time.")
    """
    made = None if data is None and name is None else stream_event(data, name=name)
    return _fault("unknown_event", {"event": made}, after=after, after_events=after_events)


def stream_error(
    error: int | str | ErrorReply | None = None, *, after: int | None = None, after_events: int | None = None
) -> Fault:
    """The stream ends in the provider's own error event; a body that is not streamed is the error instead.

    `error` is the name of an error, the status of one, or an error with all that it says; `server_error()` by default. Counts
    chunks and events as `disconnect` does. Raises `ValueError` for an unknown name, `CannotSay` at the call where the provider's
    wire has no such event.

        reply("Once upon a ", stream_error("overloaded"))
        reply("Once upon a time.", stream_error(rate_limit(2), after=2))
    """
    return _fault("stream_error", {"error": _meant(error)}, after=after, after_events=after_events)


def _meant(given: int | str | ErrorReply | None) -> ErrorReply | None:
    match given:
        case ErrorReply() | None:
            return given
        case str() if given in failures.STATUSES:
            named: ErrorReply = getattr(failures, given)()
            return named
        case str():
            raise ValueError(f"stream_error({given!r}) is no error; {near(given, failures.STATUSES)}")
        case _:
            return error(given)
