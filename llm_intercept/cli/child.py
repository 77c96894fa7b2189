"""A Python interpreter under `llm-intercept run`: what it is told by the environment, and what it leaves for the end."""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from llm_intercept.interceptor import Interceptor

__all__ = ["VARIABLE", "Order", "begin", "end"]

#: The variable that an order is handed down in.
VARIABLE = "LLM_INTERCEPT_RUN"


@dataclass(frozen=True, slots=True)
class Order:
    """What every interpreter of a command answers with.

    `replies`, `playbooks` (whole paths) and `options` are those of an interceptor; `ledger` is the folder where each leaves its
    calls as it ends.
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
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=llm.calls.clear)  # they are its parent's
    return llm


def end(llm: Interceptor, order: Order) -> None:
    """Leave the calls in the ledger, and tell of failures that nobody has seen."""
    if llm.calls:
        llm.calls.dump(Path(order.ledger) / f"{os.getpid()}.jsonl")
    for failure in llm._take_pending():
        if failure is not getattr(sys, "last_value", None):
            sys.stderr.write(f"llm-intercept: a failure that something swallowed:\n{type(failure).__name__}: {failure}\n")
