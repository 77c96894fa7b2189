"""Which form an object takes for one call: a forced tool's arguments, else JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llm_intercept.errors import CannotSay
from llm_intercept.framing.json import dumps
from llm_intercept.replies.parts import Object, Part, Text, ToolCall

if TYPE_CHECKING:
    from llm_intercept.call import Call
    from llm_intercept.replies.reply import Reply

__all__ = ["formed"]


def formed(reply: Reply, call: Call) -> tuple[Part, ...]:
    """The reply's parts with every object in the form that the call demands; `CannotSay` where that form is not decided."""
    return tuple(_form(part, reply, call) if isinstance(part, Object) else part for part in reply.parts)


def _form(part: Object, reply: Reply, call: Call) -> Part:
    choice = call.tool_choice
    said = dumps(part.value)
    if call.schema is not None or choice.mode in ("auto", "none"):
        return Text(said)
    if choice.name is not None:
        return ToolCall(choice.name, said)
    if not call.tools:
        return Text(said)
    if len(call.tools) == 1:
        return ToolCall(call.tools[0].name, said)
    offered = ", ".join(tool.name for tool in call.tools)
    raise CannotSay(
        f"The call requires one of several tools ({offered}), and an object does not say which.\n"
        f"  reply: {reply!r}   {reply.origin}\n"
        f"Name it: tool_call('...', {part.value!r})."
    )
