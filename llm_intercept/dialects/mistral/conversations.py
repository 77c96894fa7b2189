"""Mistral conversations: POST /v1/conversations, /v1/conversations/{id} and /v1/conversations/{id}/restart.

Reference: https://docs.mistral.ai/api/#tag/beta.conversations
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message, Tool, ToolChoice
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.mistral.entries import Conversation, Said, inputs, messages, outputs
from llm_intercept.dialects.mistral.envelope import MistralEndpoint, invalid
from llm_intercept.dialects.wanted import formatted
from llm_intercept.framing.json import HOLE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Native, StreamEvent, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, Usage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame, Request

__all__ = ["MistralConversations", "conversation_of"]

_PATH = re.compile(r"/conversations/([^/?#]+)")


def conversation_of(request: Request, past: Past) -> tuple[str | None, Conversation | None]:
    """The conversation that a path names, by its id, and what is known of it; raises `Malformed` for one that was deleted."""
    named = _PATH.search(request.path)
    if named is None:
        return None, None
    if past.gone(named[1]):
        raise Malformed(f"Conversation {named[1]} not found", status=404)
    found = past.find(named[1])
    return named[1], found if isinstance(found, Conversation) else None


class MistralConversations(MistralEndpoint, Dialect):
    """POST /v1/conversations. A conversation has no finish reason: it cannot say that it was cut."""

    name = "mistral conversations"
    path = r"/v1/conversations(?:/[^/]+(?:/restart)?)?"
    stateful = True
    finishes: ClassVar[Mapping[str, str]] = {"stop": "", "tool_calls": ""}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        _, kept = conversation_of(request, past)
        stream = body.get("stream")
        if stream is not None and not isinstance(stream, bool):
            raise invalid(("body", "stream"), "bool_type", "Input should be a valid boolean")
        start = body if kept is None else kept.start
        known = () if kept is None else kept.entries
        if "from_entry_id" in body:
            ids = [entry.get("id") for entry in known]
            known = known[: ids.index(body["from_entry_id"]) + 1] if body["from_entry_id"] in ids else ()
        entries = (*known, *inputs(body.get("inputs"), body))
        instructions = start.get("instructions")
        system = (Message("system", instructions),) if isinstance(instructions, str) and instructions else ()
        asked = {**_dict(start.get("completion_args")), **_dict(body.get("completion_args"))}
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=str(start.get("model") or start.get("agent_id") or ""),
            messages=(*system, *messages(entries)),
            stream=stream is True,
            tools=tuple(_tools(body.get("tools") or start.get("tools"))),
            tool_choice=_tool_choice(asked.get("tool_choice")),
            schema=formatted(asked.get("response_format")).schema,
            parameters=body,
            json=body,
            kept=Conversation(start, "" if kept is None else kept.created, entries),
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        named = _PATH.search(call.request.path)
        continued = named is not None and not call.request.path.rstrip("/").endswith("/restart")
        return named[1] if named is not None and continued else "conv_" + stamp.id("completion", 32)

    def value(self, passage: Passage, index: int, draft: Draft) -> Said:
        match passage.part:
            case Text(text) if not passage.citations:
                return Said("chunk", {"type": "text", "text": text})
            case Thinking(text, signature, redacted=False):
                signed = {} if signature is None else {"signature": signature}
                return Said("chunk", {"type": "thinking", "thinking": [{"type": "text", "text": text}], **signed})
            case Media("image", data, mime):
                url = f"data:{mime};base64,{b64encode(data).decode()}"
                return Said("chunk", {"type": "image_url", "image_url": {"url": url, "detail": None}})
            case ToolCall(name, arguments, given):
                tool_id = given or draft.stamp.id(f"tool {index}", 9)
                return Said("entry", {"type": "function.call", "tool_call_id": tool_id, "name": name, "arguments": arguments})
            case Native(value):
                return Said("entry" if "." in str(value.get("type")) else "chunk", value)
            case Text():
                raise self.cannot_say(f"{passage.citations[0]!r}: give a tool_reference chunk by native(...)", draft.reply)
            case part:
                raise self.cannot_say(f"{part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return {
            "object": "conversation.response",
            "conversation_id": draft.id,
            "outputs": [_entry(draft, number, said) for number, (_, said) in enumerate(outputs(enumerate(draft.values)))],
            "usage": _usage(draft.usage),
        }

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        told = self.error(error, call, stamp)
        message = told.get("message") or told["detail"]
        data = {"type": "conversation.response.error", "created_at": stamp.timestamp, "message": str(message), "code": error.status}
        return StreamEvent(data, "conversation.response.error")

    def events(self, draft: Draft) -> Iterator[Frame]:
        event, created = draft.framing.event, draft.stamp.timestamp

        def sent(kind: str, **data: Any) -> bytes:
            return event({"type": kind, "created_at": created, **data}, kind)

        yield sent("conversation.response.started", conversation_id=draft.id)
        for number, (indexes, said) in enumerate(outputs(enumerate(draft.values))):
            whole = _entry(draft, number, said)
            same = {"id": whole.get("id"), "output_index": number, "model": draft.model, "agent_id": whole.get("agent_id")}
            for place, index in enumerate(indexes):
                passage = draft.passages[index]
                kind, hole = _delta(passage, draft.values[index])
                if hole is None:
                    fill = None
                    for name, shown in _whole(draft.values[index], place, same):
                        yield sent(name, **shown)
                else:
                    named = {"content_index": place, "role": "assistant"} if kind == "message.output" else {}
                    fill = draft.framing.filler(
                        {"type": f"{kind}.delta", "created_at": created, **same, **named, **hole}, f"{kind}.delta"
                    )
                for piece in passage.pieces(draft.chunk_size):
                    yield fill(piece) if fill is not None and isinstance(piece, str) else piece  # type: ignore[misc]
        yield sent("conversation.response.done", usage=_usage(draft.usage))

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, Reply) or call.parameters.get("store") is False:
            return
        said = answer.said
        draft = self.draft(answer, said, call, stamp, self.usage(answer, said, call, count))
        asked: Conversation = call.kept
        given = tuple({"id": "msg_" + stamp.id(f"input {n}", 32), **entry} for n, entry in enumerate(asked.entries))
        new = tuple(_entry(draft, number, one) for number, (_, one) in enumerate(outputs(enumerate(draft.values))))
        past.keep(draft.id, asked._replace(created=asked.created or stamp.timestamp, entries=(*given, *new)))


def _delta(passage: Passage, said: Said) -> tuple[str, dict[str, Any] | None]:
    """The event in which a passage streams, and what it holds where its text goes; None for one that stands whole."""
    match passage.part:
        case Text():
            return "message.output", {"content": HOLE}
        case Thinking():
            return "message.output", {"content": {**said.value, "thinking": [{"type": "text", "text": HOLE}]}}
        case ToolCall():
            return "function.call", {**{key: said.value[key] for key in ("name", "tool_call_id")}, "arguments": HOLE}
        case _:
            return "", None


#: The events of an entry that stands whole, and what each of them shows.
_WHOLE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tool.execution": {
        "tool.execution.started": ("id", "output_index", "model", "agent_id", "name", "arguments"),
        "tool.execution.done": ("id", "output_index", "name", "info"),
    },
    "agent.handoff": {
        "agent.handoff.started": ("id", "output_index", "previous_agent_id", "previous_agent_name"),
        "agent.handoff.done": ("id", "output_index", "next_agent_id", "next_agent_name"),
    },
}


def _whole(said: Said, place: int, same: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events in which a chunk or an entry stands whole, by their names."""
    if said.kind == "chunk":
        yield "message.output.delta", {**same, "content": said.value, "content_index": place, "role": "assistant"}
        return
    shown = {**same, **said.value}
    kind = str(said.value["type"])
    for name, keys in _WHOLE.get(kind, {f"{kind}.done": tuple(key for key in shown if key not in ("type", "object"))}).items():
        yield name, {key: shown[key] for key in keys if key in shown}


#: The entries that are no model's.
_NOBODYS = frozenset({"agent.handoff"})


def _entry(draft: Draft, number: int, said: Said) -> dict[str, Any]:
    """An output as it stands in a body."""
    stamp, agent = draft.stamp, draft.call.kept.start.get("agent_id")
    prefix = "msg_" if said.kind == "chunk" else "fc_"
    common = {
        "object": "entry",
        "created_at": stamp.timestamp,
        "completed_at": stamp.timestamp if said.kind == "chunk" else None,
        "id": prefix + stamp.id(f"entry {number}", 32),
        **({} if said.value.get("type") in _NOBODYS else {"agent_id": agent, "model": draft.model}),
    }
    own = {"type": "message.output", "role": "assistant", **said.value} if said.kind == "chunk" else said.value
    return {**common, **own}


def _usage(usage: Usage) -> dict[str, Any]:
    return {"prompt_tokens": usage.input, "completion_tokens": usage.output, "total_tokens": usage.total, "connector_tokens": None}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tools(tools: Any) -> Iterator[Tool]:
    for tool in tools if isinstance(tools, list) else ():
        match tool:
            case {"function": {"name": str(name)} as function}:
                yield Tool(name, str(function.get("description") or ""), _dict(function.get("parameters")))
            case {"type": str(kind)}:
                yield Tool(kind, kind=kind)
            case _:
                raise invalid(("body", "tools"), "missing", "Field required")


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case "none":
            return ToolChoice("none")
        case "any" | "required":
            return ToolChoice("required")
        case {"function": {"name": str(name)}}:
            return ToolChoice("named", name)
        case _:
            return ToolChoice()
