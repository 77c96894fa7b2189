"""The guard of tool loops: a rule that calls a tool again although it was given the result would do so for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.errors import LoopingRule
from llm_intercept.replies.parts import ToolCall
from llm_intercept.replies.reply import Reply
from llm_intercept.rules.rule import Rule

__all__ = ["as_value", "guard"]

#: So often is a rule believed that may stop by itself.
_PATIENCE = 25

#: The criteria on what changes while tools are called.
_MOMENTARY = ("tool_result", "step", "turn", "where", "body")


def guard(rule: Rule, reply: Reply, call: Call) -> None:
    """Raise `LoopingRule` where a rule that always replies the same makes a tool call that was made, and answered, before.

    A rule whose reply is a callable's, or that asks for a tool's result or another thing of the moment, may poll: it is stopped
    where it goes on for long. `.forever()` says that the loop is meant.
    """
    if not rule.endless:
        return
    made = [(part.name, as_value(part.arguments)) for part in reply.parts if isinstance(part, ToolCall)]
    since = _since(call.messages)
    answered = {message.tool_use_id for message in since if message.role == "tool"}
    uses = [use for message in since for use in message.tool_uses]
    again = [use for use in uses if (use.id or use.name) in answered and (use.name, as_value(use.arguments)) in made]
    if len(again) >= (_PATIENCE if _may_stop(rule) else 1):
        raise LoopingRule(
            f"{rule!r} ({rule.origin}) answers with {again[0].name} again, whose result it was just given: the loop would not "
            "end.\n"
            f"  reply: {reply!r}   {reply.origin}\n"
            "Bound it with step=0 or .once(), script the turns with .converse(...), or say .forever() where a loop is meant."
        )


def _may_stop(rule: Rule) -> bool:
    """Whether what a rule replies, or whether it replies at all, can depend on what the tools gave."""
    return not isinstance(rule.sources[0], Reply) or any(one.name in _MOMENTARY for one in rule.criteria)


def _since(messages: Sequence[Message]) -> list[Message]:
    """What was said since the user spoke, the last first; what stands right behind a tool's result is none of the user's words."""
    found: list[Message] = []
    for message in reversed(messages):
        if found and found[-1].role == "user" and message.role != "tool":
            return found[:-1]
        found.append(message)
    return found


def as_value(arguments: Any) -> Any:
    """Arguments as a value, where they are JSON."""
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return arguments
