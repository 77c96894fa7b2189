"""How Anthropic messages are asked for, and in which words the provider refuses what is malformed.

Reference: https://docs.anthropic.com/en/api/messages
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.anthropic.fields import blocks, mapping, required, text
from llm_intercept.dialects.anthropic.house import House
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.memory import Past
from llm_intercept.synthesis import tokens
from llm_intercept.wire import Request

__all__ = ["AnthropicReader"]

#: The largest context window, in tokens, that any model takes.
_WINDOW = 1_000_000

_FREE = ToolChoice()


class AnthropicReader(House):
    """The reading half of POST /v1/messages, and of what takes the same messages."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model, stream = self.model_of(request, body), self.stream_of(request, body)
        if isinstance(body.get("thread"), dict) and body["thread"].get("type") == "continue":
            # We keep no threads. To this the SDK sends the whole history again, which rules need to see.
            raise Malformed("The thread was not found.", status=404, code="thread_not_found")
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model,
            _messages(body),
            stream,
            _tools(body) if body.get("tools") is not None else (),
            _tool_choice(body["tool_choice"]) if "tool_choice" in body else _FREE,
            _schema(body) if "output_config" in body or "output_format" in body else None,
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        if len(call.request.body) > 4 * _WINDOW:
            _check_length(call)


def _messages(body: dict[str, Any]) -> tuple[Message, ...]:
    system, messages = body.get("system"), required(body, "messages", list)
    found = [] if system is None else [Message("system", text(body, "system", ""), raw=system)]
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            raise Malformed(f"messages.{index}: Input should be a valid dictionary")
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant", "system"):
            problem = "Input should be 'user' or 'assistant'" if "role" in message else "Field required"
            raise Malformed(f"messages.{index}.role: {problem}")
        if isinstance(content, str):
            found.append(Message(role, content, (), None, message))
        else:
            found += _split(message, f"messages.{index}.")
    return tuple(found)


def _split(message: dict[str, Any], where: str) -> Iterator[Message]:
    """A user message that carries tool results is one tool message each, then what the user says beside them."""
    texts, uses, said = [], [], not message.get("content")
    for block, kind, at in blocks(message, "content", where):
        said = said or kind != "tool_result"
        match kind:
            case "text":
                texts.append(required(block, "text", str, at))
            case "tool_use":
                name, given = required(block, "name", str, at), required(block, "input", dict, at)
                uses.append(ToolUse(required(block, "id", str, at), name, given))
            case "tool_result":
                result = "" if block.get("content") is None else text(block, "content", at)
                yield Message("tool", result, tool_use_id=required(block, "tool_use_id", str, at), raw=block)
    if said:
        yield Message(message["role"], "".join(texts), tuple(uses), raw=message)


def _tools(body: dict[str, Any]) -> tuple[Tool, ...]:
    return tuple([_tool(tool, f"tools.{index}") for index, tool in enumerate(required(body, "tools", list))])


def _tool(tool: Any, where: str) -> Tool:
    """A tool; one that the provider brings along may have no name, then its type is it."""
    given = mapping(tool, where)
    kind = "custom" if given.get("type") is None else required(given, "type", str, f"{where}.")
    name = required(given, "name", str, f"{where}.custom.") if kind == "custom" else str(given.get("name", kind))
    schema = given.get("input_schema")
    return Tool(
        name,
        str(given.get("description") or ""),
        schema if isinstance(schema, dict) else {},
        "function" if kind == "custom" else kind,  # the provider's word for a tool of one's own, which takes arguments
    )


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case {"type": "tool", "name": str(name)}:
            return ToolChoice("named", name)
        case {"type": "any"}:
            return ToolChoice("required")
        case {"type": "none"}:
            return ToolChoice("none")
        case _:
            return _FREE


def _schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The schema that the answer must fit; `output_format` is where it stood before `output_config`."""
    match body:
        case {"output_config": {"format": {"schema": dict(schema)}}} | {"output_format": {"schema": dict(schema)}}:
            return schema
        case _:
            return None


def _check_length(call: Call) -> None:
    asked = tokens.asked(call)
    if asked > _WINDOW:
        raise Malformed(f"prompt is too long: {asked} tokens > {_WINDOW} maximum")
