"""What chaos can do to a call, by name.

To add a kind: one entry in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from llm_intercept.replies.faults import connect_error, connect_timeout, disconnect, read_timeout, reset
from llm_intercept.replies.reply import DEFAULT, Answer, Reply, error, reply
from llm_intercept.wire import Fail

__all__ = ["KINDS", "kind"]

#: Makes what is answered.
Kind = Callable[[], Answer]


def _within(fault: Callable[[], Fail]) -> Answer:
    """A fault after what is said by default, and before its end; in a body, halfway."""
    return Reply((DEFAULT, fault()))


#: In the order in which they are decided.
KINDS: Mapping[str, Kind] = {
    "rate_limit": lambda: error(429),
    "overloaded": lambda: error(503),
    "server_error": lambda: error(500),
    "bad_request": lambda: error(400),
    "invalid_key": lambda: error(401),
    "model_not_found": lambda: error(404),
    "timeout": lambda: reply(read_timeout()),
    "read_timeout": lambda: reply(read_timeout()),
    "connect_error": lambda: reply(connect_error()),
    "connect_timeout": lambda: reply(connect_timeout()),
    "disconnect": lambda: _within(disconnect),
    "reset": lambda: _within(reset),
}

#: What a provider has its own way of, by the kind and the provider's name.
_OWN: Mapping[tuple[str, str], Kind] = {("overloaded", "anthropic"): lambda: error(529)}


def kind(name: str, provider: str) -> Kind:
    """What happens at a provider under a name."""
    return _OWN.get((name, provider), KINDS[name])
