"""What each field of a chat with Mistral must be, and in which words it refuses what is not.

References: https://docs.mistral.ai/api/, https://github.com/mistralai/mistral-common
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause
from llm_intercept.replies.reply import ErrorReply

__all__ = ["FIELDS"]

#: The least and the most that a setting may be; there is no most where it is None.
_RANGES: Mapping[str, tuple[float, float | None]] = {
    "temperature": (0, 1.5),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "max_tokens": (0, None),
    "random_seed": (0, None),
}

#: The models that want ids of their own form; later ones take any.
_PARTICULAR = re.compile(r"open-mi|pixtral|ministral-\d+b-2410|codestral-2|mistral-(tiny|small|medium|large)-(23|24|250[1-3])")

_ID, _NAME = re.compile(r"[a-zA-Z0-9]{9}"), re.compile(r"[a-zA-Z0-9_-]{1,64}")


def _messages(call: Call) -> ErrorReply | None:
    if call.messages:
        return None
    return ErrorReply(400, "Conversation must have at least one message", type="invalid_request_message_order", code="3230")


def _ranges(call: Call) -> ErrorReply | None:
    for key, (least, most) in _RANGES.items():
        given = call.json.get(key)
        if isinstance(given, bool) or not isinstance(given, int | float):
            continue
        if given < least:
            return ErrorReply(422, f"Input should be greater than or equal to {least}", param=key, code="greater_than_equal")
        if most is not None and given > most:
            return ErrorReply(422, f"Input should be less than or equal to {most}", param=key, code="less_than_equal")
    return None


def _greedy(call: Call) -> ErrorReply | None:
    match call.json:
        case {"temperature": int() | float() as heat, "top_p": int() | float() as share} if heat == 0 and share != 1:
            return ErrorReply(400, "top_p must be 1 when using greedy sampling.", type="invalid_request_invalid_args", code="3054")
        case _:
            return None


def _ids(call: Call) -> ErrorReply | None:
    if not _PARTICULAR.match(call.model):
        return None
    for given in _given(call):
        if not _ID.fullmatch(given):
            message = f"Tool call id was {given} but must be a-z, A-Z, 0-9, with a length of 9."
            return ErrorReply(400, message, type="invalid_function_call", code="3280")
    return None


def _given(call: Call) -> Iterator[str]:
    for message in call.messages:
        yield from (use.id for use in message.tool_uses)
        if message.role == "tool" and isinstance(message.tool_use_id, str):
            yield message.tool_use_id


def _names(call: Call) -> ErrorReply | None:
    for tool in call.tools:
        if tool.kind == "function" and not _NAME.fullmatch(tool.name):
            message = (
                f"Function name was {tool.name} but must be a-z, A-Z, 0-9, or contain underscores and dashes, "
                "with a maximum length of "
                "64."
            )
            return ErrorReply(400, message, type="invalid_function_call", code="3280")
    return None


_API, _COMMON = "https://docs.mistral.ai/api/", "https://github.com/mistralai/mistral-common"
_MISTRAL = frozenset({"mistral"})

FIELDS = (
    Clause("conversation", "There is at least one message.", _COMMON, _messages, _MISTRAL),
    Clause(
        "ranges",
        "`temperature` is from 0 to 1.5, `top_p` from 0 to 1, penalties from -2 to 2, `max_tokens` and `random_seed` not below 0.",
        _API,
        _ranges,
        _MISTRAL,
        about=" ".join(_RANGES),
    ),
    Clause("greedy sampling", "Where `temperature` is 0, `top_p` is 1.", _API, _greedy, _MISTRAL, about="top_p"),
    Clause("tool call ids", "Up to early 2025's models, a tool call's id has nine letters and digits.", _COMMON, _ids, _MISTRAL),
    Clause(
        "function names",
        "A function's name has at most 64 letters, digits, `_` and `-`.",
        _COMMON,
        _names,
        _MISTRAL,
        about="tools",
    ),
)
