"""How a client is changed and changed back: an attribute or item is stood in for, by one object for all runs that answer there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from llm_intercept.run import Run

__all__ = ["Undo", "change_slot", "each"]

Undo = Callable[[], None]


def change_slot(slots: Any, key: Any, make: Callable[[list[Run], Any], Any], run: Run) -> Undo:
    """Answer with a run what one slot sends. A slot that is changed already gets one more run, so that any may leave first.

    `make` takes the runs and what stood there (None: nothing did), and makes what stands in for it: with both as `runs`, `around`.
    """
    standing = slots.get(key)  # None for an attribute of the class
    if hasattr(standing, "runs"):
        standing.runs.append(run)
    else:
        standing = slots[key] = make([run], standing)

    def undo() -> None:
        standing.runs.remove(run)
        if not standing.runs and slots.get(key) is standing:
            if standing.around is None:
                del slots[key]
            else:
                slots[key] = standing.around

    return undo


def each(steps: Iterable[Callable[[], Undo]]) -> Undo:
    """Take all steps, or none if one fails; what undoes them undoes the last first."""
    undos: list[Undo] = []

    def undo() -> None:
        while undos:
            undos.pop()()

    try:
        for step in steps:
            undos.append(step())
    except BaseException:
        undo()
        raise
    return undo
