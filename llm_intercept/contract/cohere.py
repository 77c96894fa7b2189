"""What Cohere demands of a chat, and in which words it refuses what does not meet it.

References: https://docs.cohere.com/reference/chat, https://docs.cohere.com/v1/reference/chat, https://docs.cohere.com/reference/errors
"""

from __future__ import annotations

from collections.abc import Mapping

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause

__all__ = ["CHAT", "V1_CHAT"]

#: The least and the most that a setting may be, as it is told.
_RANGES: Mapping[str, tuple[float, float, str]] = {
    "temperature": (0, 1, "0 and 1.0"),
    "p": (0, 1, "0 and 1"),
    "k": (0, 500, "0 and 500"),
    "frequency_penalty": (0, 1, "0 and 1"),
    "presence_penalty": (0, 1, "0 and 1"),
}

_MOST_STOPS = 5


def _ranges(call: Call) -> str | None:
    for key, (least, most, told) in _RANGES.items():
        given = call.json.get(key)
        if isinstance(given, int | float) and not least <= given <= most:
            return f"invalid request: {key} must be between {told} inclusive."
    return None


def _penalties(call: Call) -> str | None:
    if call.json.get("frequency_penalty") and call.json.get("presence_penalty"):
        return "invalid request: cannot specify both frequency_penalty and presence_penalty."
    return None


def _stops(call: Call) -> str | None:
    given = call.json.get("stop_sequences")
    if not isinstance(given, list) or len(given) <= _MOST_STOPS:
        return None
    return f"invalid request: stop_sequences must have at most {_MOST_STOPS} elements - received {len(given)}"


def _results(call: Call) -> str | None:
    """Calls that nothing answers are let be."""
    made = set[str]()
    for number, message in enumerate(call.messages):
        if message.tool_uses:
            made |= {use.id for use in message.tool_uses}
        elif message.role == "tool" and message.tool_use_id not in made:
            return (
                f"invalid request: messages[{number}].tool_call_id {message.tool_use_id!r} is not the id of a tool call before it"
            )
    return None


_API, _ERRORS = "https://docs.cohere.com/reference/chat", "https://docs.cohere.com/reference/errors"

V1_CHAT = (
    Clause(
        "ranges",
        "`temperature`, `p` and penalties are from 0 to 1, and `k` from 0 to 500.",
        _ERRORS,
        _ranges,
        about=" ".join(_RANGES),
    ),
    Clause(
        "penalties",
        "`frequency_penalty` and `presence_penalty` do not stand together.",
        _ERRORS,
        _penalties,
        about="presence_penalty",
    ),
    Clause("stop sequences", f"There are at most {_MOST_STOPS} stop sequences.", _API, _stops, about="stop_sequences"),
)

CHAT = (
    *V1_CHAT,
    Clause(
        "tool results", "A tool message answers a tool call before it.", "https://docs.cohere.com/docs/tool-use-overview", _results
    ),
)
