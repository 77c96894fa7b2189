"""Cohere chat: POST /v2/chat.

References: https://docs.cohere.com/reference/chat, https://docs.cohere.com/reference/chat-stream
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.cohere.chat_reading import CohereChatReader, outputs
from llm_intercept.dialects.cohere.provider import billed
from llm_intercept.dialects.cohere.sources import Source, documents, source
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.payload import in_type
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE
from llm_intercept.replies.parts import Native, StreamEvent, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.likelihood import logprob, token_id
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame

__all__ = ["CohereChat"]

#: How the provider names a document that has no id.
_NAMING = "doc:{}"


class CohereChat(CohereChatReader):
    """POST /v2/chat."""

    name = "cohere chat"
    path = r"/v2/chat"
    places = {"*": in_type("message-end", within=("delta",)), "id": in_type("message-start"), "message": None}
    finishes = {"stop": "COMPLETE", "stop_sequence": "STOP_SEQUENCE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL"}

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                return {"type": "text", "text": text}
            case Thinking(text, signature=None, redacted=False):
                return {"type": "thinking", "thinking": text}
            case ToolCall(name, arguments, given):
                return {
                    "id": given or f"{name}_{draft.stamp.id(f'tool {index}', 12)}",
                    "type": "function",
                    "function": {"name": name, "arguments": arguments},
                }
            case Native(value):
                return dict(value)
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        content: list[dict[str, Any]] = []
        plan: list[str] = []
        calls: list[dict[str, Any]] = []
        citations: list[dict[str, Any]] = []
        for block in _blocks(draft):
            match block.kind:
                case "plan":
                    plan.append(block.text)
                case "call":
                    calls.append(block.said[0][1])
                case "text":
                    content.append({"type": "text", "text": block.text})
                case _:
                    content.append(block.said[0][1])
            for place in range(len(block.said)):
                citations += _citations(draft, block, place)
        message: dict[str, Any] = {"role": "assistant"}
        if content or not (plan or calls):
            message["content"] = content
        if plan:
            message["tool_plan"] = "".join(plan)
        if calls:
            message["tool_calls"] = calls
        if citations:
            message["citations"] = citations
        body: dict[str, Any] = {"id": draft.id, "message": message, "finish_reason": draft.finish, "usage": billed(draft.usage)}
        if _wants_logprobs(draft):
            body["logprobs"] = [_logprobs(piece) for piece in _content_pieces(draft)]
        return body

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        opening = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
        yield framing.event({"id": draft.id, "type": "message-start", "delta": {"message": opening}}, "message-start")
        citations = count()
        for block in _blocks(draft):
            yield from block.opening(framing)
            for place, (passage, _) in enumerate(block.said):
                yield from block.pieces(passage, draft)
                for citation in _citations(draft, block, place):
                    index = next(citations)
                    yield _event(framing, "citation-start", index, {"citations": citation})
                    yield _event(framing, "citation-end", index)
            yield from block.closing(framing)
        delta = {"finish_reason": draft.finish, "usage": billed(draft.usage)}
        yield framing.event({"type": "message-end", "delta": delta}, "message-end")

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        delta = {"finish_reason": "ERROR", "error": self.error(error, call, stamp)["message"]}
        return StreamEvent({"type": "message-end", "delta": delta}, "message-end")


class _Block:
    """What stands under one heading of a message: adjacent texts, one thought, one tool call, or one block of the caller's own.

    `index` is its place among the content or the tool calls, `start` how many characters of the plan stand before it.
    """

    def __init__(self, kind: str, index: int, start: int = 0) -> None:
        self.kind, self.index, self.start = kind, index, start
        self.said: list[tuple[Passage, dict[str, Any]]] = []

    @property
    def text(self) -> str:
        """Its texts, joined."""
        return "".join(_text(passage) for passage, _ in self.said)

    def opening(self, framing: Framing) -> Iterator[Frame]:
        value = self.said[0][1]
        match self.kind:
            case "plan":
                return
            case "call":
                called = {**value, "function": {**value["function"], "arguments": ""}}
                yield _event(framing, "tool-call-start", self.index, {"tool_calls": called})
            case "native":
                yield _event(framing, "content-start", self.index, {"content": value})
            case _:
                yield _event(framing, "content-start", self.index, {"content": {"type": self.kind, self.kind: ""}})

    def pieces(self, passage: Passage, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        logprobs = self.kind in ("text", "thinking") and _wants_logprobs(draft)
        event = self._delta(HOLE)
        fill = framing.filler(event, event["type"])
        for piece in passage.pieces(draft.chunk_size):
            if not isinstance(piece, str):
                yield piece
            elif logprobs:
                yield framing.event({**self._delta(piece), "logprobs": _logprobs(piece)}, event["type"])
            else:
                yield fill(piece)

    def _delta(self, piece: str) -> dict[str, Any]:
        match self.kind:
            case "plan":
                return {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": piece}}}
            case "call":
                message: dict[str, Any] = {"tool_calls": {"function": {"arguments": piece}}}
                return {"type": "tool-call-delta", "index": self.index, "delta": {"message": message}}
            case _:
                message = {"content": {self.kind: piece}}
                return {"type": "content-delta", "index": self.index, "delta": {"message": message}}

    def closing(self, framing: Framing) -> Iterator[Frame]:
        match self.kind:
            case "plan":
                return
            case "call":
                yield _event(framing, "tool-call-end", self.index)
            case _:
                yield _event(framing, "content-end", self.index)


def _text(passage: Passage) -> str:
    return passage.part.text if isinstance(passage.part, Text) else ""


_KINDS = {Text: "text", Thinking: "thinking", ToolCall: "call", Native: "native"}


def _blocks(draft: Draft) -> list[_Block]:
    """The message's blocks in order; a text before a tool call is the plan that leads to it."""
    last = max((index for index, passage in enumerate(draft.passages) if isinstance(passage.part, ToolCall)), default=-1)
    content, calls = count(), count()
    planned = 0
    blocks: list[_Block] = []
    for index, (passage, value) in enumerate(zip(draft.passages, draft.values, strict=True)):
        kind = _KINDS[type(passage.part)]
        if kind == "text" and index < last:
            kind = "plan"
        if not blocks or blocks[-1].kind != kind or kind not in ("text", "plan"):
            if kind == "plan":
                blocks.append(_Block(kind, 0, planned))
            else:
                blocks.append(_Block(kind, next(calls if kind == "call" else content)))
        blocks[-1].said.append((passage, value))
        planned += len(_text(passage)) if kind == "plan" else 0
    return blocks


def _citations(draft: Draft, block: _Block, place: int) -> Iterator[dict[str, Any]]:
    """What one text of a block cites: all of it does."""
    passage = block.said[place][0]
    if not passage.citations:
        return
    text = _text(passage)
    start = block.start + sum(len(_text(earlier)) for earlier, _ in block.said[:place])
    sources = [*documents(draft.call, _NAMING), *_found(draft)]
    citation = {
        "start": start,
        "end": start + len(text),
        "text": text,
        "sources": [_source(source(one, sources, _NAMING)) for one in passage.citations],
    }
    where = {"type": "PLAN"} if block.kind == "plan" else {"content_index": block.index, "type": "TEXT_CONTENT"}
    yield {**citation, **where}


def _found(draft: Draft) -> Iterator[Source]:
    """What the request's tools found."""
    for name, held in outputs(draft.call):
        yield Source(name, held, tool=True)


def _source(found: Source) -> dict[str, Any]:
    if found.tool:
        return {"type": "tool", "id": found.id, "tool_output": dict(found.held)}
    return {"type": "document", "id": found.id, "document": {"id": found.id, **found.held}}


def _wants_logprobs(draft: Draft) -> bool:
    return draft.call.parameters.get("logprobs") is True


def _logprobs(piece: str) -> dict[str, Any]:
    return {"text": piece, "token_ids": [token_id(piece)], "logprobs": [logprob(piece)]}


def _content_pieces(draft: Draft) -> Iterator[str]:
    """The pieces that the texts and thoughts of the content are streamed in."""
    for block in _blocks(draft):
        if block.kind in ("text", "thinking"):
            for passage, _ in block.said:
                yield from (piece for piece in passage.pieces(draft.chunk_size) if isinstance(piece, str))


def _event(framing: Framing, name: str, index: int, message: dict[str, Any] | None = None) -> bytes:
    delta = {} if message is None else {"delta": {"message": message}}
    return framing.event({"type": name, "index": index, **delta}, name)
