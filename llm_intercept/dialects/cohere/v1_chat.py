"""Cohere's first chat: POST /v1/chat.

Reference: https://docs.cohere.com/v1/reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.arguments import as_object
from llm_intercept.dialects.cohere.provider import billed
from llm_intercept.dialects.cohere.sources import Source, documents, source
from llm_intercept.dialects.cohere.v1_reading import CohereV1ChatReader
from llm_intercept.dialects.dialect import Draft
from llm_intercept.framing.json import HOLE
from llm_intercept.replies.parts import StreamEvent, Text, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame

__all__ = ["CohereV1Chat"]

#: How the provider names a document that has no id.
_NAMING = "doc_{}"


class CohereV1Chat(CohereV1ChatReader):
    """POST /v1/chat. Writer's path is the same, its API another."""

    name = "cohere v1 chat"
    path = r"/v1/chat"
    only = frozenset({"cohere"})
    lines = True
    finishes = {
        "stop": "COMPLETE",
        "stop_sequence": "COMPLETE",
        "tool_calls": "COMPLETE",
        "length": "MAX_TOKENS",
        "content_filter": "ERROR_TOXIC",
        "context_window": "ERROR_LIMIT",
    }

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                return {"text": text}
            case ToolCall(name, arguments, None):
                parameters = as_object(arguments)
                if parameters is None:
                    raise self.cannot_say(f"tool arguments that are no JSON object: {arguments!r}", draft.reply)
                return {"name": name, "parameters": parameters}
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        text, calls, citations = _text(draft), _calls(draft), [one for _, found in _cited(draft) for one in found]
        said = {"role": "CHATBOT", "message": text, **({"tool_calls": calls} if calls else {})}
        counts = billed(draft.usage)
        body = {
            "response_id": draft.stamp.uuid("response"),
            "text": text,
            "generation_id": draft.id,
            "chat_history": [*_asked(draft.call.parameters), said],
            "finish_reason": draft.finish,
            "meta": {"api_version": {"version": "1"}, **counts},
        }
        if calls:
            body["tool_calls"] = calls
        if citations:
            body |= {"citations": citations, "documents": _documents(draft)}
        return body

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing

        def event(kind: str, **data: Any) -> dict[str, Any]:
            return {"is_finished": False, "event_type": kind, **data}

        yield framing.event(event("stream-start", generation_id=draft.id))
        cited = dict(_cited(draft))
        if cited:
            yield framing.event(event("search-results", documents=_documents(draft)))
        last, calls = _last_call(draft), 0
        for index, passage in enumerate(draft.passages):
            if isinstance(passage.part, ToolCall):
                yield framing.event(event("tool-calls-chunk", tool_call_delta={"index": calls, "name": passage.part.name}))
                fill = framing.filler(event("tool-calls-chunk", tool_call_delta={"index": calls, "parameters": HOLE}))
                calls += 1
            elif index < last:  # the plan that leads to a tool call
                fill = framing.filler(event("tool-calls-chunk", tool_call_delta={}, text=HOLE))
            else:
                fill = framing.filler(event("text-generation", text=HOLE))
            for piece in passage.pieces(draft.chunk_size):
                yield fill(piece) if isinstance(piece, str) else piece
            if index in cited:
                yield framing.event(event("citation-generation", citations=cited[index]))
            if index == last:
                plan = "".join(value.get("text", "") for value in draft.values[:last])
                yield framing.event(event("tool-calls-generation", text=plan, tool_calls=_calls(draft)))
        ended = {"is_finished": True, "event_type": "stream-end", "response": self.body(draft), "finish_reason": draft.finish}
        yield framing.event(ended)

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        told = {"finish_reason": "ERROR", "error": self.error(error, call, stamp)["message"]}
        response = {"response_id": stamp.uuid("response"), "text": "", "finish_reason": "ERROR"}
        return StreamEvent({"is_finished": True, "event_type": "stream-end", **told, "response": response})


def _text(draft: Draft) -> str:
    return "".join(value.get("text", "") for value in draft.values)


def _calls(draft: Draft) -> list[dict[str, Any]]:
    return [value for value in draft.values if "name" in value]


def _last_call(draft: Draft) -> int:
    return max((index for index, value in enumerate(draft.values) if "name" in value), default=-1)


def _asked(body: Any) -> Iterator[dict[str, Any]]:
    """The history as it goes on: what was there, what is said, what the tools found."""
    for turn in body.get("chat_history") or ():
        yield {**turn, "role": turn["role"].upper()}
    if body.get("message"):
        yield {"role": "USER", "message": body["message"]}
    if body.get("tool_results"):
        yield {"role": "TOOL", "tool_results": body["tool_results"]}


def _sources(draft: Draft) -> Iterator[tuple[int, list[Source]]]:
    """Each text that cites, by its place, and what it cites."""
    known = [*documents(draft.call, _NAMING)]
    for index, passage in enumerate(draft.passages):
        if passage.citations:
            yield index, [source(citation, known, _NAMING) for citation in passage.citations]


def _cited(draft: Draft) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The citations of each text that has any, by its place: all of the text cites."""
    for index, sources in _sources(draft):
        start = len("".join(value.get("text", "") for value in draft.values[:index]))
        text = draft.values[index]["text"]
        ids = [one.id for one in sources]
        yield index, [{"start": start, "end": start + len(text), "text": text, "document_ids": ids}]


def _documents(draft: Draft) -> list[dict[str, Any]]:
    """What is cited, once each."""
    found = {one.id: {"id": one.id, **one.held} for _, sources in _sources(draft) for one in sources}
    return list(found.values())
