"""What is asked of the responses API, in no provider's words: its items as messages, its tools, the choice among them, the schema.

Reference: https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.choosing import among, named
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import missing, required, wrong_type
from llm_intercept.dialects.wanted import formatted

__all__ = ["FREE", "Item", "items_of", "messages", "schema", "tool_choice", "tools"]

Item = dict[str, Any]

_ROLES: Mapping[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}

#: Items that call a tool of the user's, and where each has its arguments.
_CALLS: Mapping[str, str] = {
    "function_call": "arguments",
    "custom_tool_call": "input",
    "apply_patch_call": "operation",
    "computer_call": "action",
    "local_shell_call": "action",
    "shell_call": "action",
    "tool_search_call": "arguments",
}

#: Of those, what is called by its name; the others by their type.
_NAMED = ("function_call", "custom_tool_call")

#: What answers one, besides all whose type ends in `_output`.
_ANSWERS = ("mcp_approval_response",)

#: What else the model's turn consists of, besides all whose type ends in `_call`.
_TURN = ("mcp_approval_request", "mcp_list_tools", "program", "program_output", "reasoning")

FREE = ToolChoice()


def items_of(given: Any) -> tuple[Item, ...]:
    """The items of a request's `input`; a text is a user's message."""
    match given:
        case None:
            return ()
        case str():
            return ({"type": "message", "role": "user", "content": given},)
        case list():
            for index, item in enumerate(given):
                if not isinstance(item, dict):
                    raise wrong_type(f"input[{index}]", "an object", item)
            return tuple(given)
        case _:
            raise wrong_type("input", "one of a string or array of input items", given)


def messages(items: Sequence[Item], strict: bool = False) -> Iterator[Message]:
    """Items as messages: all that the model says in one turn is one, whose raw form is a tuple of its items."""
    turn: list[tuple[Item, str, ToolUse | None]] = []
    for index, item in enumerate(items):
        where = f"input[{index}]"
        kind = _type(item, where)
        if kind in _CALLS:
            turn.append((item, "", _use(item, kind, where, strict)))
        elif kind.endswith("_call") or kind in _TURN:
            turn.append((item, "", None))
        elif kind == "message":
            role, said = _role(item, where), _text(_content(item, where), f"{where}.content")
            if role == "assistant":
                turn.append((item, said, None))
            else:
                yield from _turn(turn)
                yield Message(role, said, (), None, item)
        elif kind.endswith("_output") or kind in _ANSWERS:
            yield from _turn(turn)
            yield Message("tool", _output(item.get("output")), (), _answered(item), item)
    yield from _turn(turn)


def _turn(said: list[tuple[Item, str, ToolUse | None]]) -> Iterator[Message]:
    """The model's turn that has come to its end, if there is one."""
    if said:
        uses = tuple([use for _, _, use in said if use is not None])
        yield Message("assistant", "".join([text for _, text, _ in said]), uses, None, tuple([item for item, _, _ in said]))
        said.clear()


def _type(item: Item, where: str) -> str:
    if item.get("type") is not None:
        return required(item, "type", str, where)
    if "role" in item:
        return "message"
    if "id" in item:
        return "item_reference"
    raise missing(f"{where}.type")


def _role(item: Item, where: str) -> Role:
    role = required(item, "role", str, where)
    if role in _ROLES:
        return _ROLES[role]
    raise Malformed(
        f"Invalid value: '{role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
        param=where,
        code="invalid_value",
    )


def _content(item: Item, where: str) -> Any:
    if "content" not in item:
        raise missing(f"{where}.content")
    return item["content"]


def _text(content: Any, where: str) -> str:
    match content:
        case str():
            return content
        case list():
            return "".join([_part_text(part, f"{where}[{number}]") for number, part in enumerate(content)])
        case _:
            raise wrong_type(where, "one of a string or array of objects", content)


def _part_text(part: Any, where: str) -> str:
    """A part's text, or its refusal; none where its type is another."""
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", part)
    for key in ("text", "refusal"):
        if part.get(key) is not None:
            return required(part, key, str, where)
    required(part, "type", str, where)
    return ""


def _use(item: Item, kind: str, where: str, strict: bool) -> ToolUse:
    if strict and kind in _NAMED:
        arguments = required(item, _CALLS[kind], str, where)
        return ToolUse(required(item, "call_id", str, where), required(item, "name", str, where), arguments)
    name = item.get("name") if kind in _NAMED else kind.removesuffix("_call")
    return ToolUse(str(item.get("call_id") or item.get("id") or ""), str(name or ""), item.get(_CALLS[kind], ""))


def _answered(item: Item) -> str | None:
    call = item.get("call_id") or item.get("approval_request_id")
    return None if call is None else str(call)


def _output(output: Any) -> str:
    """The text of what a tool gave: itself, that of its parts, or what a shell printed."""
    if isinstance(output, str):
        return output
    parts = [part for part in output if isinstance(part, dict)] if isinstance(output, list) else []
    return "".join([str(part.get("text") or part.get("stdout") or "") for part in parts])


def tools(body: Item, items: Iterable[Item]) -> tuple[Tool, ...]:
    """The tools on offer, those that stand among the items or in a namespace included."""
    given = body.get("tools")
    found = [] if given is None else [*_tools(given, "tools")]
    for item in items:
        if item.get("type") in ("additional_tools", "tool_search_output") and item.get("tools") is not None:
            found += _tools(item["tools"], "input.tools")
    return tuple(found)


def _tools(given: Any, where: str) -> Iterator[Tool]:
    if not isinstance(given, list):
        raise wrong_type(where, "an array of objects", given)
    for index, tool in enumerate(given):
        at = f"{where}[{index}]"
        if not isinstance(tool, dict):
            raise wrong_type(at, "an object", tool)
        kind = required(tool, "type", str, at)
        if kind == "namespace":
            yield from _tools(tool.get("tools") or [], f"{at}.tools")
            continue
        name = required(tool, "name", str, at) if kind in ("function", "custom") else str(tool.get("name") or kind)
        schema = tool.get("parameters")
        yield Tool(name, str(tool.get("description") or ""), schema if isinstance(schema, dict) else {}, kind)


def tool_choice(choice: Any) -> ToolChoice:
    """How free the model is; one of the provider's own tools is named by its type."""
    match choice:
        case "none" | "required":
            return ToolChoice(choice)
        case {"type": "function" | "custom", "name": str(name)}:
            return ToolChoice("named", name)
        case {"type": "allowed_tools", "mode": "required"}:
            return among(named(choice.get("tools")))
        case {"type": "allowed_tools"}:
            return ToolChoice(allowed=named(choice.get("tools")))
        case {"type": "mcp", "name": str(name)}:
            return ToolChoice("named", name)
        case {"type": str(kind)}:
            return ToolChoice("named", kind)
        case _:
            return FREE


def schema(text: Any) -> Mapping[str, Any] | None:
    """The schema that the answer must fit."""
    return formatted(text["format"]).schema if isinstance(text, dict) and "format" in text else None
