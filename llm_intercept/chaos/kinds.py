"""What chaos can do to a call, by name.

To add a kind: one entry in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from llm_intercept.replies import faults
from llm_intercept.replies.failures import bad_request, invalid_key, model_not_found, overloaded, rate_limit, server_error
from llm_intercept.replies.fault import BEFORE
from llm_intercept.replies.reply import DEFAULT, Answer, Reply, reply
from llm_intercept.wire import Fail

__all__ = ["KINDS"]

#: Makes what is answered.
Kind = Callable[[], Answer]


def _kind(name: str) -> Kind:
    """A fault before anything is said, or before the end of what is said by default; in a body, halfway."""
    make: Callable[[], Fail] = getattr(faults, name)
    return (lambda: reply(make())) if name in _AT_ONCE else (lambda: Reply((DEFAULT, make())))


#: The faults after which nothing is said.
_AT_ONCE = BEFORE | {"read_timeout"}

#: What nobody waits for in earnest.
_ENDLESS = ("stall",)

#: In the order in which they are decided.
KINDS: Mapping[str, Kind] = {
    "rate_limit": rate_limit,
    "overloaded": overloaded,
    "server_error": server_error,
    "bad_request": bad_request,
    "invalid_key": invalid_key,
    "model_not_found": model_not_found,
    "timeout": _kind("read_timeout"),
    **{name: _kind(name) for name in ("read_timeout", "connect_error", "connect_timeout", "disconnect", "reset")},
    **{name: _kind(name) for name in faults.__all__ if name not in _ENDLESS},
}
