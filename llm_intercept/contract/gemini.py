"""Where Gemini wants the responses of functions to stand, and its words for another place.

Reference: https://ai.google.dev/gemini-api/docs/function-calling
"""

from __future__ import annotations

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.gemini_fields import FIELDS
from llm_intercept.dialects.gemini.fields import field

__all__ = ["GENERATE"]

_UNEVEN = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call "
    "turn."
)
_ORPHANED = "Please ensure that function response turn comes immediately after a function call turn."


def _responses(call: Call) -> str | None:
    """Calls that nothing answers are let be: whether they are refused depends on the model. What is cached may hold calls."""
    if field(call.json, "cachedContent") is not None:
        return None
    asked, last, answered = 0, 0, 0
    for message in call.messages:
        if message.role == "tool":
            answered += 1
        elif message.role == "assistant":
            if answered and answered not in (asked, last):
                break
            last = len(message.tool_uses)
            asked, answered = last if answered else asked + last, 0
    if not answered or answered in (asked, last):
        return None
    return _UNEVEN if asked else _ORPHANED


GENERATE = (
    Clause(
        "function responses",
        "After function calls come as many function responses as there are calls, if any, and elsewhere there are none.",
        "https://ai.google.dev/gemini-api/docs/function-calling",
        _responses,
    ),
    *FIELDS,
)
