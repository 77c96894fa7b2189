"""What chaos can do to a call, by name.

To add a kind: one entry in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from llm_intercept.replies.failures import bad_request, invalid_key, model_not_found, overloaded, rate_limit, server_error
from llm_intercept.replies.faults import connect_error, connect_timeout, disconnect, read_timeout, reset
from llm_intercept.replies.reply import DEFAULT, Answer, Reply, reply
from llm_intercept.wire import Fail

__all__ = ["KINDS"]

#: Makes what is answered.
Kind = Callable[[], Answer]


def _within(fault: Callable[[], Fail]) -> Answer:
    """A fault after what is said by default, and before its end; in a body, halfway."""
    return Reply((DEFAULT, fault()))


#: In the order in which they are decided.
KINDS: Mapping[str, Kind] = {
    "rate_limit": rate_limit,
    "overloaded": overloaded,
    "server_error": server_error,
    "bad_request": bad_request,
    "invalid_key": invalid_key,
    "model_not_found": model_not_found,
    "timeout": lambda: reply(read_timeout()),
    "read_timeout": lambda: reply(read_timeout()),
    "connect_error": lambda: reply(connect_error()),
    "connect_timeout": lambda: reply(connect_timeout()),
    "disconnect": lambda: _within(disconnect),
    "reset": lambda: _within(reset),
}
