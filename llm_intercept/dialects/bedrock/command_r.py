"""Cohere's Command R, invoked.

Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Role, Tool
from llm_intercept.dialects.bedrock.fields import members, optional, refused, required
from llm_intercept.dialects.bedrock.invoke import Invoke, invoked
from llm_intercept.dialects.dialect import Draft
from llm_intercept.framing.json import HOLE, dump, load, to_bytes
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["CommandR"]

_ROLES: Mapping[str, Role] = {"USER": "user", "CHATBOT": "assistant", "SYSTEM": "system"}


class CommandR(Invoke):
    """POST /model/cohere.command-r-.../invoke, by the reference above."""

    name = "bedrock invoke command r"
    path = invoked(r"cohere\.command-r")
    finishes = {
        "stop": "COMPLETE",
        "stop_sequence": "STOP_SEQUENCE",
        "length": "MAX_TOKENS",
        "tool_calls": "COMPLETE",
        "content_filter": "ERROR_TOXIC",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model_of(request, body),
            messages=tuple(_messages(body)),
            stream=self.stream_of(request, body),
            tools=tuple(_tools(body)),
            parameters=body,
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.uuid("completion")

    def value(self, passage: Passage, index: int, draft: Draft) -> str | dict[str, Any]:
        match passage.part:
            case Text(text) if not passage.citations:
                return text
            case ToolCall(name, arguments, None):
                try:
                    sent = load(to_bytes(arguments))
                except ValueError:
                    sent = None
                if not isinstance(sent, dict):
                    raise self.cannot_say(f"tool arguments that are no JSON object: {arguments!r}", draft.reply)
                return {"name": name, "parameters": sent}
            case ToolCall():
                raise self.cannot_say("a tool call's id, which its tool calls have not", draft.reply)
            case part:
                raise self.cannot_say(f"{passage.citations[0] if passage.citations else part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        text = "".join(value for value in draft.values if isinstance(value, str))
        calls = [value for value in draft.values if isinstance(value, dict)]
        asked, said = {"role": "USER", "message": draft.call.parameters["message"]}, {"role": "CHATBOT", "message": text}
        history = draft.call.parameters.get("chat_history") or []
        return {
            "response_id": draft.id,
            "generation_id": draft.stamp.uuid("generation"),
            "text": text,
            "chat_history": [*history, asked, {**said, "tool_calls": calls} if calls else said],
            "finish_reason": draft.finish,
            **({"tool_calls": calls} if calls else {}),
        }

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        yield framing.event(
            {
                "is_finished": False,
                "event_type": "stream-start",
                "generation_id": draft.stamp.uuid("generation"),
            }
        )
        fill = framing.filler({"is_finished": False, "event_type": "text-generation", "text": HOLE})
        for passage, value in zip(draft.passages, draft.values, strict=True):
            for piece in passage.pieces(draft.chunk_size):
                if not isinstance(piece, str):
                    yield piece
                elif isinstance(value, str):
                    yield fill(piece)
        calls = [value for value in draft.values if isinstance(value, dict)]
        if calls:
            yield framing.event({"is_finished": False, "event_type": "tool-calls-generation", "tool_calls": calls})
        yield framing.event(
            {
                "is_finished": True,
                "event_type": "stream-end",
                "finish_reason": draft.finish,
                "response": self.body(draft),
            }
        )


def _messages(body: dict[str, Any]) -> Iterator[Message]:
    preamble = optional(body, "preamble", str)
    if preamble is not None:
        yield Message("system", preamble, raw=preamble)
    for message, at in members(body, "chat_history"):
        role = required(message, "role", str, at)
        if role not in _ROLES:
            raise refused(f"{at}role", f"Member must satisfy enum value set: [{', '.join(_ROLES)}]")
        yield Message(_ROLES[role], required(message, "message", str, at), raw=message)
    asked = required(body, "message", str)
    results = [*members(body, "tool_results")]
    if asked or not results:
        yield Message("user", asked, raw=asked)
    for result, _ in results:
        outputs = optional(result, "outputs", list)
        call = optional(result, "call", dict) or {}
        yield Message("tool", dump(outputs or []).decode(), tool_use_id=optional(call, "name", str), raw=result)


def _tools(body: dict[str, Any]) -> Iterator[Tool]:
    for tool, at in members(body, "tools"):
        definitions = optional(tool, "parameter_definitions", dict) or {}
        schema = {"type": "object", "properties": definitions}
        yield Tool(required(tool, "name", str, at), optional(tool, "description", str) or "", schema)
