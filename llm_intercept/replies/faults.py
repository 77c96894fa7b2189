"""How a connection breaks, by name: parts of a reply that stand exactly where it breaks."""

from __future__ import annotations

from llm_intercept.wire import Fail

__all__ = ["connect_error", "connect_timeout", "disconnect", "read_timeout", "reset"]


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


def read_timeout() -> Fail:
    """Nothing more arrives in time; no time is spent.

    It stands where the answer stops.

        llm.on("weather").reply("Once upon a ", read_timeout())
    """
    return Fail("read_timeout")


def disconnect() -> Fail:
    """The server closes the connection.

    It stands where the answer stops.

        reply("Once upon a ", disconnect())
    """
    return Fail("disconnect")


def reset() -> Fail:
    """The connection is reset.

    It stands where the answer stops.

        llm.on("story").reply("Once upon a ", reset())
    """
    return Fail("reset")
