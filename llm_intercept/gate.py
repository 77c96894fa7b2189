"""What stands before the rules of a run: its limits, and chaos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llm_intercept.chaos import Chaos
from llm_intercept.limits import Limiter

if TYPE_CHECKING:
    from llm_intercept.call import Call
    from llm_intercept.journal import Entry
    from llm_intercept.replies.reply import Answer
    from llm_intercept.wire import Response

__all__ = ["Gate"]


class Gate:
    """Decides whether a call comes to the rules. A run has one only where there are limits or chaos."""

    __slots__ = ("chaos", "limiter")

    def __init__(self, limiter: Limiter | None, chaos: tuple[Chaos, ...] = ()) -> None:
        self.limiter = limiter
        #: What was started, the newest first.
        self.chaos = chaos

    def answer(self, entry: Entry, call: Call) -> Answer | None:
        """What a call is answered with instead of by a rule; None for most."""
        refused = None if self.limiter is None else self.limiter.admit(entry, call)
        if refused is not None:
            return refused
        for chaos in self.chaos:
            struck = chaos.strike(entry, call)
            if struck is not None:
                return struck
        return None

    def settled(self, entry: Entry, response: Response) -> Response:
        """The response to a call, now that it is known what is said."""
        if self.limiter is None:
            return response
        self.limiter.settle(entry)
        return entry.limited(response)
