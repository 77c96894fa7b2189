"""How OpenAI wants the items of a response's input to follow one another, and in which words it refuses others.

Reference: https://platform.openai.com/docs/guides/function-calling
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from llm_intercept.call import Call
from llm_intercept.replies.reply import ErrorReply

__all__ = ["items", "known_whole", "pairs", "reasoning", "turns"]

#: The calls of a user's tools, and what is told of each where its output is missing.
_CALLS: Mapping[str, str] = {"function_call": "function call", "custom_tool_call": "custom tool call"}
_OUTPUTS: Mapping[str, str] = {f"{kind}_output": told for kind, told in _CALLS.items()}

#: What tells of items that stand elsewhere.
_ELSEWHERE = ("previous_response_id", "conversation", "prompt")


def items(call: Call) -> list[dict[str, Any]]:
    """The items of a request's own input; none where it is a text."""
    given = call.json.get("input")
    return given if isinstance(given, list) else []


def known_whole(call: Call) -> bool:
    """Whether all that the model is told stands in the request itself."""
    if any(call.json.get(key) is not None for key in _ELSEWHERE):
        return False
    return not any(item.get("type") == "item_reference" or not ("type" in item or "role" in item) for item in items(call))


def pairs(call: Call) -> ErrorReply | None:
    """A call that the model's kept turns made is due as well; an output may answer a call that is kept where we know of nothing."""
    due, made, answered = dict[str, str](), set[str](), set[str | None]()
    for message in call.messages:
        if message.role == "tool":
            answered.add(message.tool_use_id)
        elif message.tool_uses:
            made.update(use.id for use in message.tool_uses)
            due.update((_id(item), _CALLS[item["type"]]) for item in message.raw if item.get("type") in _CALLS)
    if answered and known_whole(call):
        for item in items(call):
            if item.get("type") in _OUTPUTS and _id(item) not in made:
                return _refused(f"No tool call found for {_OUTPUTS[item['type']]} output with call_id {_id(item)}.")
    for one, told in due.items():
        if one not in answered:
            return _refused(f"No tool output found for {told} {one}.")
    return None


def _id(item: Mapping[str, Any]) -> str:
    return str(item.get("call_id") or item.get("id") or "")


def reasoning(call: Call) -> ErrorReply | None:
    """What the model thought, told by its id, stands before what it said or called next, told by its id or as a call."""
    given = items(call)
    for item, after in pairwise(given):
        if item.get("type") == "reasoning" and item.get("id") and after.get("role") is not None and not after.get("id"):
            return _refused(f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.")
    return None


def turns(call: Call) -> ErrorReply | None:
    """DeepSeek wants a turn's calls answered before the model says anything more."""
    due = list[str]()
    for item in items(call):
        if item.get("type") == "function_call":
            due.append(_id(item))
        elif item.get("type") == "function_call_output":
            due = [one for one in due if one != _id(item)]
        elif due and item.get("role") is not None:
            return ErrorReply(400, f"No tool output found for tool call {due[0]}.", code="invalid_request_error")
    return None


def _refused(message: str) -> ErrorReply:
    return ErrorReply(400, message, param="input")
