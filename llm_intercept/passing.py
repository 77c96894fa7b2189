"""Calls that are let through on purpose: who catches further down, and the guard, ask here before they say no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llm_intercept.clock import Clock

__all__ = ["answered", "let_through", "opened", "passes"]

#: By which clock this context's last call was answered; None where it was not. Kept while a virtual clock is in use.
answered: ContextVar[Clock | None] = ContextVar("llm_intercept_answered", default=None)

#: Whether this context is inside a call that was let through.
_inside: ContextVar[bool] = ContextVar("llm_intercept_passing", default=False)

#: The hosts of all such calls that are under way, for look-ups that other threads make for them.
_hosts: Counter[str] = Counter()


#: What is open for other reasons while anything is active: provider hosts whose other services are used, and the addresses that the
#: names of open hosts have.
opened: set[str] = set()


@contextmanager
def let_through(host: str) -> Iterator[None]:
    """A block in which a call to `host` is neither caught nor blocked."""
    answered.set(None)
    token = _inside.set(True)
    _hosts[host] += 1
    try:
        yield
    finally:
        _hosts[host] -= 1
        _inside.reset(token)


def passes(host: str | None = None) -> bool:
    """Whether this context is inside such a call, or one to `host` is under way anywhere."""
    return _inside.get() or (host is not None and _hosts[host] > 0)
