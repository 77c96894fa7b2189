"""Which form a part takes that waits for the call: an object, and what is said by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llm_intercept.errors import CannotSay
from llm_intercept.framing.json import dumps
from llm_intercept.replies.parts import Default, Object, Part, Text, ToolCall

if TYPE_CHECKING:
    from llm_intercept.call import Call, Tool
    from llm_intercept.replies.reply import Reply

__all__ = ["formed", "plain"]

#: Makes the part that says a text to a call that wants something else than text.
Shown = Callable[[str, "Call"], Part]


def plain(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts where nothing demands a form: an object is its JSON, the default its text. The same tuple where none waits."""
    if not any(isinstance(part, Object | Default) for part in parts):
        return parts
    return tuple([_plain(part) for part in parts])


def _plain(part: Part) -> Part:
    match part:
        case Object(value):
            return Text(dumps(value))
        case Default(text):
            return Text(text)
        case _:
            return part


def formed(reply: Reply, call: Call, seed: int, shown: Shown) -> Reply:
    """The reply with every part in the form that the call demands; `CannotSay` where an object does not fit it.

    `shown` makes the sound or the image that says a text by default.
    """
    tools = _demanded(call)
    if not tools and call.schema is None and call.modality == "text":
        return reply.plain or reply  # always the same one, so that a dialect knows it again
    return replace(reply, parts=tuple([_form(part, tools, reply, call, seed, shown) for part in reply.parts]))


def _form(part: Part, tools: tuple[Tool, ...], reply: Reply, call: Call, seed: int, shown: Shown) -> Part:
    match part:
        case Object(value) if tools:
            return ToolCall(_fitting(value, tools, reply).name, dumps(value))
        case Object(value):
            _check(value, call.schema or {}, "the schema that the call wants", reply)
            return Text(dumps(value))
        case Default(text) if tools:
            tool = _next(tools, call)
            return ToolCall(tool.name, text if tool.kind == "custom" else dumps(_made(_arguments(tool), call, seed, reply)))
        case Default(text) if call.modality != "text":
            return shown(text, call)
        case Default():
            made = _made(_wanted(call), call, seed, reply)
            return Text(str(made) if call.bare else dumps(made))
        case _:
            return part


def _demanded(call: Call) -> tuple[Tool, ...]:
    """The tools of which the call demands one; none where it demands none, or one that the provider runs itself."""
    choice = call.tool_choice
    if choice.mode not in ("required", "named"):
        return ()
    wanted = (choice.name,) if choice.mode == "named" else choice.allowed
    return tuple([tool for tool in call.tools if tool.kind in ("function", "custom") and (not wanted or tool.name in wanted)])


def _next(tools: tuple[Tool, ...], call: Call) -> Tool:
    """The first tool that was not called since the user last spoke, else the last on offer: so that a loop of calls ends.

    Agents offer the tool that ends them last.
    """
    called: set[str] = set()
    for message in reversed(call.messages):
        if message.role == "user":
            break
        called.update(use.name for use in message.tool_uses)
    return next((tool for tool in tools if tool.name not in called), tools[-1])


def _arguments(tool: Tool) -> Mapping[str, Any]:
    """The schema of a tool's arguments, which are always an object."""
    return {"type": "object", "properties": {}, **tool.parameters}


def _fitting(value: Any, tools: tuple[Tool, ...], reply: Reply) -> Tool:
    """The one tool whose arguments an object is."""
    from llm_intercept.schema import misfit

    if len(tools) == 1:
        _check(value, _arguments(tools[0]), f"the arguments of {tools[0].name}, which the call demands", reply)
        return tools[0]
    fitting = [tool for tool in tools if misfit(value, _arguments(tool)) is None]
    if len(fitting) > 1:  # most schemas let unknown keys pass
        fitting = [tool for tool in fitting if isinstance(value, dict) and {*value} <= {*_arguments(tool)["properties"]}]
    if len(fitting) == 1:
        return fitting[0]
    offered = ", ".join(tool.name for tool in tools)
    raise CannotSay(
        f"The call requires one of several tools ({offered}), and an object does not say which.\n"
        f"  reply: {reply!r}   {reply.origin}\n"
        f"Name it: tool_call('...', {value!r})."
    )


def _check(value: Any, schema: Mapping[str, Any], what: str, reply: Reply) -> None:
    from llm_intercept.schema import misfit

    wrong = misfit(value, schema)
    if wrong is not None:
        raise CannotSay(
            f"The object does not fit {what}.\n"
            f"  {wrong}\n"
            f"  reply: {reply!r}   {reply.origin}\n"
            "Give one that fits, or a str, which is sent as it stands."
        )


def _wanted(call: Call) -> Mapping[str, Any]:
    """The schema that the call wants; in JSON mode, the one that its texts spell out, if one does."""
    from llm_intercept.schema import spelled

    if call.schema != {"type": "object"}:
        return call.schema or {}
    texts = [message.text for message in call.messages if message.role in ("system", "user")]
    return next(filter(None, map(spelled, reversed(texts))), call.schema)


def _made(schema: Mapping[str, Any], call: Call, seed: int, reply: Reply) -> Any:
    """An instance: another for each seed and each thing asked, and the same however it is asked."""
    from llm_intercept.schema import Unsatisfiable, instance

    try:
        return instance(schema, f"{seed} {call.prompt}")
    except Unsatisfiable as wrong:
        raise CannotSay(
            f"No instance of the schema that the call wants could be made up.\n  {wrong}\n  reply: {reply!r}   {reply.origin}\n"
            "Give a reply: llm.on(...).reply({...}), or a str, which is sent as it stands."
        ) from None
