"""How Cohere's chat is asked for, and in which words the provider refuses what is malformed.

Reference: https://docs.cohere.com/reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.arguments import as_object
from llm_intercept.dialects.cohere.provider import Cohere, objects, optional, required, texts_or_objects
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.wanted import formatted
from llm_intercept.framing.json import dumps
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["CHOICES", "CohereChatReader", "held_text", "outputs"]

_ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}

CHOICES: Mapping[Any, ToolChoice] = {"REQUIRED": ToolChoice("required"), "NONE": ToolChoice("none")}


class CohereChatReader(Cohere):
    """The reading half of POST /v2/chat."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        if body.get("model") in (None, ""):
            raise Malformed("a model parameter is required for this endpoint.")
        model = required(body, "model", str)
        if not required(body, "messages", list):
            raise Malformed("invalid request: list of messages must not be empty")
        texts_or_objects(body, "documents")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=tuple([_message(message, where) for message, where in objects(body, "messages")]),
            stream=optional(body, "stream", bool) is True,
            tools=tuple([_tool(tool, where) for tool, where in objects(body, "tools")]),
            tool_choice=CHOICES.get(optional(body, "tool_choice", str), ToolChoice()),
            schema=formatted(body.get("response_format")).schema,
            parameters=body,
            json=body,
        )


def _message(message: dict[str, Any], where: str) -> Message:
    role = _ROLES.get(required(message, "role", str, where).lower())
    if role is None:
        raise Malformed(f"invalid request: {where}role must be one of the following: system, user, assistant, tool")
    uses = tuple([_use(use, at) for use, at in objects(message, "tool_calls", where)])
    answered = required(message, "tool_call_id", str, where) if role == "tool" else None
    plan = optional(message, "tool_plan", str, where) or ""
    return Message(role, plan + _text(message, where), uses, answered, message)


def _text(message: dict[str, Any], where: str) -> str:
    if isinstance(message.get("content"), str):
        return str(message["content"])
    return "".join(_texts(message, where))


def _texts(message: dict[str, Any], where: str) -> Iterator[str]:
    """The text of each block; none where its type is another, known to us or not."""
    for block, at in objects(message, "content", where):
        match required(block, "type", str, at):
            case "text":
                yield required(block, "text", str, at)
            case "document":
                yield held_text(required(block, "document", dict, at).get("data"))


def held_text(data: Any) -> str:
    """The text of what a document holds: its texts, or its JSON where it has others."""
    values = list(data.values()) if isinstance(data, dict) else [data]
    return "\n".join(values) if all(isinstance(value, str) for value in values) else dumps(data)


def outputs(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the request's tool messages hold, block by block, each with the id by which the provider cites it."""
    for message in call.messages:
        if message.role == "tool":
            content = message.raw.get("content")
            blocks = content if isinstance(content, list) else [{"type": "text", "text": message.text}]
            for number, block in enumerate(blocks):
                held = block["document"].get("data") if block["type"] == "document" else block.get("text")
                yield f"{message.tool_use_id}:{number}", _output(held)


def _output(held: Any) -> dict[str, Any]:
    """An object, or the one whose JSON a text is; anything else is the output itself."""
    read = as_object(held) if isinstance(held, str) else held
    return read if isinstance(read, dict) else {"output": held}


def _use(use: dict[str, Any], where: str) -> ToolUse:
    called = required(use, "function", dict, where)
    name = required(called, "name", str, f"{where}function.")
    return ToolUse(str(use.get("id") or ""), name, called.get("arguments", ""))


def _tool(tool: dict[str, Any], where: str) -> Tool:
    offered = required(tool, "function", dict, where)
    name = required(offered, "name", str, f"{where}function.")
    parameters = optional(offered, "parameters", dict, f"{where}function.")
    return Tool(name, str(offered.get("description") or ""), parameters or {})
