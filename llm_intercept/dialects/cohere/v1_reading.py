"""How Cohere's first chat is asked for, and in which words the provider refuses what is malformed.

Reference: https://docs.cohere.com/v1/reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.cohere.chat_reading import CHOICES, held_text
from llm_intercept.dialects.cohere.provider import Cohere, objects, optional, required, texts_or_objects
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.wanted import formatted
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["CohereV1ChatReader"]

_ROLES: Mapping[str, Role] = {"SYSTEM": "system", "USER": "user", "CHATBOT": "assistant", "TOOL": "tool"}

#: From the Python types that parameters are defined with to JSON's.
_TYPES: Mapping[str, str] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


class CohereV1ChatReader(Cohere):
    """The reading half of POST /v1/chat."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        results = [*objects(body, "tool_results")]
        message = optional(body, "message", str) or ""
        if not message and not results:
            raise Malformed("invalid request: message must be at least 1 token long or tool results must be specified.")
        texts_or_objects(body, "documents")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=optional(body, "model", str) or "",
            messages=(*_history(body), *_asked(message), *_results(body)),
            stream=optional(body, "stream", bool) is True,
            tools=tuple([_tool(tool, where) for tool, where in objects(body, "tools")]),
            tool_choice=CHOICES.get(optional(body, "tool_choice", str), ToolChoice()),
            schema=formatted(body.get("response_format")).schema,
            parameters=body,
            json=body,
        )


def _history(body: dict[str, Any]) -> Iterator[Message]:
    preamble = optional(body, "preamble", str)
    if preamble:
        yield Message("system", preamble, raw=preamble)
    for index, (turn, where) in enumerate(objects(body, "chat_history")):
        role = _ROLES.get(required(turn, "role", str, where).upper())
        if role is None:
            raise Malformed(
                f"invalid request: Invalid role in chat_history at index {index}. "
                "Role must be one of the following: User, Chatbot, System, Tool"
            )
        if role == "tool":
            yield from _tool_messages(turn, where)
        else:
            uses = tuple([_use(use, at) for use, at in objects(turn, "tool_calls", where)])
            yield Message(role, optional(turn, "message", str, where) or "", uses, raw=turn)


def _asked(message: str) -> Iterator[Message]:
    if message:
        yield Message("user", message, raw=message)


def _results(body: dict[str, Any]) -> Iterator[Message]:
    """What the tools found, and before it the turn that called them, where the history does not tell it."""
    results = [*_tool_messages(body, "")]
    history = body.get("chat_history") or [{}]
    if results and not history[-1].get("tool_calls"):
        called = [_use(required(result, "call", dict, where), f"{where}call.") for result, where in objects(body, "tool_results")]
        yield Message("assistant", "", tuple(called), raw=body["tool_results"])
    yield from results


def _tool_messages(owner: dict[str, Any], where: str) -> Iterator[Message]:
    """A message for each tool's outputs. What they answer is told by the tool's name: calls have no ids."""
    for result, at in objects(owner, "tool_results", where):
        use = _use(required(result, "call", dict, at), f"{at}call.")
        found = [held_text(output) for output, _ in objects(result, "outputs", at)]
        yield Message("tool", "\n".join(found), tool_use_id=use.id, raw=result)


def _use(use: dict[str, Any], where: str) -> ToolUse:
    name = required(use, "name", str, where)
    return ToolUse(name, name, optional(use, "parameters", dict, where) or {})


def _tool(tool: dict[str, Any], where: str) -> Tool:
    defined = optional(tool, "parameter_definitions", dict, where) or {}
    properties, needed = {}, []
    for name, definition in defined.items():
        given = definition if isinstance(definition, dict) else {}
        kind = str(given.get("type") or "str")
        properties[name] = {"type": _TYPES.get(kind.partition("[")[0].lower(), kind), "description": given.get("description") or ""}
        if given.get("required") is True:
            needed.append(name)
    schema = {"type": "object", "properties": properties, "required": needed}
    return Tool(required(tool, "name", str, where), str(tool.get("description") or ""), schema)
