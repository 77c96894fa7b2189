"""Ollama chat: POST /api/chat.

Reference: https://docs.ollama.com/api/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Role, Tool, ToolUse
from llm_intercept.dialects.arguments import as_object
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.ollama.provider import Ollama
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.wire import Request

__all__ = ["OllamaChat"]

#: Any other role steers the model, as a system message does.
_ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant", "tool": "tool"}


class OllamaChat(Ollama):
    """POST /api/chat. Without messages it loads the model."""

    name = "ollama chat"
    path = r"/api/chat"
    asked = "ChatRequest"
    text = "content"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = self.field(body, "model", str)
        if not model:
            raise Malformed("model is required")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=tuple([self._message(message) for message in self.objects(body, "messages")]),
            stream=self.streams(body),
            tools=tuple(self._tools(body)),
            schema=self.schema(body),
            parameters=body,
            json=body,
        )

    def loads(self, call: Call) -> bool:
        return not call.messages

    def message(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"message": {"role": "assistant", **said}}

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text) if not passage.citations:
                return {"content": text}
            case Thinking(text, signature=None, redacted=False):
                return {"content": "", "thinking": text}
            case ToolCall(name, arguments, given):
                sent = as_object(arguments)
                if sent is None:
                    raise self.cannot_say(f"tool arguments that are no JSON object: {arguments!r}", draft.reply)
                number = sum(isinstance(earlier.part, ToolCall) for earlier in draft.passages[:index])
                called = {"index": number, "name": name, "arguments": sent}
                identity = given or "call_" + draft.stamp.id(f"tool {index}", 8)
                return {"content": "", "tool_calls": [{"id": identity, "function": called}]}
            case _:
                raise self.cannot_say(f"{passage.part!r}{' with a citation' if passage.citations else ''}", draft.reply)

    def _message(self, message: dict[str, Any]) -> Message:
        where = "messages."
        role = _ROLES.get((self.field(message, "role", str, where) or "").lower(), "system")
        answered = self.field(message, "tool_call_id", str, where) or self.field(message, "tool_name", str, where)
        text = self.field(message, "content", str, where) or ""
        return Message(role, text, tuple(self._uses(message)), answered if role == "tool" else None, message)

    def _uses(self, message: dict[str, Any]) -> Iterator[ToolUse]:
        """The tool calls of a message; one without an id is known by its tool's name."""
        where = "messages.tool_calls."
        for use in self.objects(message, "tool_calls", "messages."):
            called = self.field(use, "function", dict, where) or {}
            name = self.field(called, "name", str, f"{where}function.") or ""
            arguments = self.field(called, "arguments", dict, f"{where}function.") or {}
            yield ToolUse(self.field(use, "id", str, where) or name, name, arguments)

    def _tools(self, body: dict[str, Any]) -> Iterator[Tool]:
        where = "tools.function."
        for tool in self.objects(body, "tools"):
            offered = self.field(tool, "function", dict, "tools.") or {}
            parameters = self.field(offered, "parameters", dict, where) or {}
            description = self.field(offered, "description", str, where) or ""
            yield Tool(self.field(offered, "name", str, where) or "", description, parameters)
