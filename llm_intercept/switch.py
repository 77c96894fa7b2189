"""The global switch: `intercept` makes a block, `activate` and `deactivate` turn the whole process on and off."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from llm_intercept.interceptor import Interceptor

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from llm_intercept.signatures import Given

__all__ = ["activate", "deactivate", "intercept"]

_lock = Lock()
_activated: Interceptor | None = None


def intercept(*replies: object, **options: Unpack[Given]) -> Interceptor:
    """Answer the LLM calls of the whole process while a block, or a decorated function, runs.

    `replies` are what is said when no rule answers: none for the default reply, "This is a mock request"; one for every call;
    several, each once and in order, and then a miss. `options` stand in the page Options: hosts, scope, keys, contract, seed ...

        with intercept("Paris.") as llm:
            client.chat.completions.create(...)

        @intercept("Paris.")
        async def test_capital(llm): ...
    """
    return Interceptor(*replies, **options)


def activate(*replies: object, **options: Unpack[Given]) -> Interceptor:
    """Answer the LLM calls of the whole process until `deactivate()`.

    A second call replaces the first. `replies` and `options` are those of `intercept`.

        llm = activate("Paris.")
    """
    global _activated
    llm = Interceptor(*replies, **options)
    with _lock:
        llm.__enter__()
        before, _activated = _activated, llm
    if before is not None:
        before._discard()
    return llm


def deactivate() -> None:
    """Undo `activate`; raises the failures that nobody has seen.

    Does nothing when off.

        llm = activate("Paris.")
        deactivate()
    """
    global _activated
    with _lock:
        before, _activated = _activated, None
    if before is not None:
        before.__exit__(None, None, None)
