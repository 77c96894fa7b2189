"""The order in which Mistral wants the messages of a chat, and its words for another.

Reference: https://docs.mistral.ai/capabilities/function_calling/
"""

from __future__ import annotations

from collections.abc import Mapping

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.contract.mistral_fields import FIELDS
from llm_intercept.replies.reply import ErrorReply

__all__ = ["CHAT"]

#: The roles, as the wire names them, that may not stand after a role; what is not here is left to the model.
_NEVER_AFTER: Mapping[str, frozenset[str]] = {
    "system": frozenset({"tool"}),
    "user": frozenset({"tool"}),
}


def _roles(call: Call) -> ErrorReply | None:
    before = None
    for message in call.messages:
        role = message.raw.get("role", "user")
        if role in _NEVER_AFTER.get(before or "", ()):
            return _misplaced(f"Unexpected role '{role}' after role '{before}'")
        before = role
    return None


def _last(call: Call) -> ErrorReply | None:
    last = call.messages[-1].raw if call.messages else {}
    if last.get("role") != "assistant" or last.get("prefix") is True:
        return None
    return _misplaced("Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant")


def _results(call: Call) -> ErrorReply | None:
    """Calls that are said last are judged by who said them."""
    asked, answered, before = 0, 0, None
    for message in call.messages:
        if message.role == "tool":
            answered += 1
        elif asked != answered:
            return _uneven()
        else:
            asked, answered = len(message.tool_uses), 0
        before = message.role
    return _uneven() if before == "tool" and asked != answered else None


def _uneven() -> ErrorReply:
    return _misplaced("Not the same number of function calls and responses")


def _misplaced(message: str) -> ErrorReply:
    return ErrorReply(400, message, type="invalid_request_message_order", code="3230")


_SOURCE = "https://docs.mistral.ai/capabilities/function_calling/"
_MISTRAL = frozenset({"mistral"})

CHAT = (
    Clause("roles", "A tool message follows no user or system message.", _SOURCE, _roles, _MISTRAL),
    Clause("tool results", "After tool calls come as many tool messages as there are calls.", _SOURCE, _results, _MISTRAL),
    Clause("last role", "The last message is a user's, a tool's, or an assistant's with `prefix`.", _SOURCE, _last, _MISTRAL),
    *FIELDS,
)
