"""A Python interpreter under `llm-intercept run`: what it is told by the environment, and what it leaves for the end."""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from llm_intercept.interceptor import Interceptor

__all__ = ["CALLS", "SWALLOWED", "VARIABLE", "Order", "begin", "end"]

#: The variable that an order is handed down in.
VARIABLE = "LLM_INTERCEPT_RUN"

#: How the files end that an interpreter leaves: its calls, and one for each failure that something swallowed.
CALLS, SWALLOWED = ".calls", ".swallowed"


@dataclass(frozen=True, slots=True)
class Order:
    """What every interpreter of a command answers with.

    `replies`, `playbooks` (whole paths) and `options` are those of an interceptor; `ledger` is the folder where each leaves its
    calls as it ends, in a file of its own, and an empty one for each failure that something swallowed.
    """

    ledger: str
    replies: list[str] = field(default_factory=list)
    playbooks: list[str] = field(default_factory=list)
    options: Mapping[str, Any] = field(default_factory=dict)

    def handed_down(self) -> str:
        """The order as the variable's text."""
        return json.dumps(asdict(self))


def begin() -> Interceptor:
    """Answer this interpreter's LLM calls from now to its end, whatever it activates and deactivates itself."""
    order = Order(**json.loads(os.environ[VARIABLE]))
    llm = Interceptor(*order.replies, **order.options)
    llm.play(*order.playbooks)
    llm.__enter__()
    atexit.register(end, llm, order)
    os._exit = partial(_exit, llm, order, os._exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=partial(_forget, llm))
    return llm


def end(llm: Interceptor, order: Order) -> None:
    """Leave the calls in the ledger, and tell of failures that nobody has seen; what was left once is not left again."""
    place = Path(order.ledger)
    if llm.calls and place.is_dir():  # a process may outlive the command that it is of
        own = place / f"{os.getpid()}-{os.urandom(4).hex()}"  # a number is another process's after the first has ended
        llm.calls.dump(own)
        own.rename(own.with_suffix(CALLS))  # whole, or not there
        llm.calls.clear()
    for failure in llm._take_pending():
        if failure is not getattr(sys, "last_value", None):
            sys.stderr.write(f"llm-intercept: a failure that something swallowed:\n{type(failure).__name__}: {failure}\n")
            sys.stderr.flush()
            if place.is_dir():
                (place / f"{os.getpid()}-{os.urandom(4).hex()}{SWALLOWED}").touch()


def _exit(llm: Interceptor, order: Order, leave: Callable[[int], NoReturn], status: int) -> NoReturn:
    """`os._exit`, with which forked workers end, and which runs nothing of `atexit`."""
    end(llm, order)
    leave(status)


def _forget(llm: Interceptor) -> None:
    """In a process that was forked: what happened so far is its parent's."""
    llm.calls.clear()
    llm._take_pending()
