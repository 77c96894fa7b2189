"""The guard of tool loops: a rule that calls a tool again although it was given the result would do so for ever."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

from llm_intercept.call import Call
from llm_intercept.errors import LoopingRule
from llm_intercept.replies.parts import ToolCall
from llm_intercept.replies.reply import Reply
from llm_intercept.rules.rule import Rule

__all__ = ["guard"]


def guard(rule: Rule, reply: Reply, call: Call) -> None:
    """Raise `LoopingRule` where a rule that always replies the same makes a tool call that was made, and answered, before.

    `.forever()` says that the loop is meant.
    """
    if not rule.endless:
        return
    made = [(part.name, _value(part.arguments)) for part in reply.parts if isinstance(part, ToolCall)]
    since = [*takewhile(lambda message: message.role != "user", reversed(call.messages))]
    answered = {message.tool_use_id for message in since if message.role == "tool"}
    for use in (use for message in since for use in message.tool_uses):
        if (use.id or use.name) in answered and (use.name, _value(use.arguments)) in made:
            raise LoopingRule(
                f"{rule!r} ({rule.origin}) answers with {use.name} again, whose result it was just given: the loop would not end.\n"
                f"  reply: {reply!r}   {reply.origin}\n"
                "Bound it with step=0 or .once(), script the turns with .converse(...), or say .forever() where a loop is meant."
            )


def _value(arguments: Any) -> Any:
    """Arguments as a value, where they are JSON."""
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return arguments
