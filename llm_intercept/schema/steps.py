"""Recursion without the stack: generators that yield what they wait for, however deep."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

__all__ = ["Steps", "finish"]

T = TypeVar("T")

#: What yields the steps that it waits for, is sent what each returned (or thrown what each raised), and returns a T.
Steps = Generator[Any, Any, T]


def finish(first: Steps[T]) -> T:
    """What the first step returns, once all that it waits for has."""
    waiting: list[Steps[Any]] = [first]
    answer: Any = None
    wrong: ValueError | None = None
    while waiting:
        try:
            step = waiting[-1].send(answer) if wrong is None else waiting[-1].throw(wrong)
        except StopIteration as done:
            waiting.pop()
            answer, wrong = done.value, None
        except ValueError as raised:
            waiting.pop()
            answer, wrong = None, raised
        else:
            waiting.append(step)
            answer, wrong = None, None
    if wrong is not None:
        raise wrong
    return answer  # type: ignore[no-any-return]
