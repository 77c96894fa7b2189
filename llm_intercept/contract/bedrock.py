"""What Bedrock demands of a conversation, and in which words it refuses what does not meet it.

What one of its models accepts is accepted: a conversation may start with the assistant, and turns need not alternate.
Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use-inference-call.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from llm_intercept.call import Call
from llm_intercept.contract.bedrock_fields import FIELDS, messages
from llm_intercept.contract.clause import Clause

__all__ = ["CONVERSE", "kinds"]


_TOOLS = "https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use-inference-call.html"
_UNOFFERED = "The toolConfig field must be defined when using toolUse and toolResult content blocks."


def kinds(call: Call) -> frozenset[str]:
    """The kinds of content that a request holds, those in tools' results too, each after a dot."""
    found = set[str]()
    for message in messages(call):
        found.update(*message["content"])
        for block in message["content"]:
            if isinstance(block.get("toolResult"), dict):
                found.update(*block["toolResult"]["content"])
    for listed in (call.json.get("system"), (call.json.get("toolConfig") or {}).get("tools")):
        found.update(*(listed or ()))
    return frozenset([f".{one}" for one in found])


def _turns(call: Call) -> Iterator[tuple[str, int, list[str], list[tuple[int, str]]]]:
    """Each turn's role, its first message's number, its tool uses, and its results with the numbers of their messages.

    Messages of one role in a row are one turn.
    """
    for role, turn in groupby(enumerate(messages(call)), lambda one: one[1]["role"]):
        said = [*turn]
        blocks = [(number, block) for number, message in said for block in message["content"]]
        uses = [block["toolUse"]["toolUseId"] for _, block in blocks if block.get("toolUse") is not None]
        found = [(number, block["toolResult"].get("toolUseId")) for number, block in blocks if block.get("toolResult") is not None]
        yield role, said[0][0], uses, found


def _offered(call: Call) -> str | None:
    if call.json.get("toolConfig") is not None:
        return None
    return _UNOFFERED if any(uses or results for _, _, uses, results in _turns(call)) else None


def _pairs(call: Call) -> str | None:
    """A tool of Bedrock's own has its result beside its use, in the assistant's turn."""
    used: list[str] = []
    for role, first, uses, found in _turns(call):
        results = [given for _, given in found]
        if role == "assistant":
            used = [given for given in uses if given not in results]
        elif role == "user":
            missing = [given for given in used if given not in results]
            if missing:
                return f"Expected toolResult blocks at messages.{first}.content for the following Ids: {', '.join(missing)}"
            if len(results) > len(used):
                at = f"messages.{found[len(used)][0]}.content"
                return f"The number of toolResult blocks at {at} exceeds the number of toolUse blocks of previous turn."
            used = []
    return None


CONVERSE = (
    Clause("tools offered", "Where tools were used, `toolConfig` offers some.", _TOOLS, _offered, about=".toolUse .toolResult"),
    Clause(
        "tool pairs",
        "The user's turn after tool uses has a result for each, and no more.",
        _TOOLS,
        _pairs,
        about=".toolUse .toolResult",
    ),
    *FIELDS,
)
