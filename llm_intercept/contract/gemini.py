"""Where Gemini wants the responses of functions to stand, and its words for another place.

Reference: https://ai.google.dev/gemini-api/docs/function-calling
"""

from __future__ import annotations

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.gemini_fields import FIELDS

__all__ = ["GENERATE"]

_UNEVEN = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call "
    "turn."
)
_ORPHANED = "Please ensure that function response turn comes immediately after a function call turn."


def _responses(call: Call) -> str | None:
    """Calls that nothing answers are let be: whether they are refused depends on the model."""
    asked, answered = 0, 0
    for message in call.messages:
        if message.role == "tool":
            answered += 1
        elif message.role == "assistant":
            if answered and asked != answered:
                break
            asked, answered = len(message.tool_uses), 0
    if not answered or asked == answered:
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
