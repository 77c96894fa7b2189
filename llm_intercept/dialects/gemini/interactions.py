"""Gemini's interactions: POST /interactions, body and events.

References: https://ai.google.dev/api/interactions-api, https://ai.google.dev/gemini-api/docs/interactions/streaming
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Hashable, Iterable, Iterator
from itertools import takewhile
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.gemini.interaction_steps import begun, cited, deltas, joined, joins
from llm_intercept.dialects.gemini.interactions_kept import Kept, asked
from llm_intercept.dialects.gemini.interactions_reading import InteractionsReader, messages
from llm_intercept.dialects.gemini.saying import arguments
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Native, Part, Refusal, StreamEvent, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.picture import picture
from llm_intercept.synthesis.sound import sound
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame

__all__ = ["PATH", "Interactions", "replayed"]

#: Where interactions are, on Google's own host and on Vertex AI.
PATH = r"/v\d\w*/(?:projects/[^/]+/locations/[^/]+/)?interactions"

_DONE = b"event: done\ndata: [DONE]\n\n"

#: The number of google.rpc.Code for what is not allowed.
_REFUSED = 7

#: What the text of a part streams in.
_TEXT = {"type": "text", "text": HOLE}
_DELTAS = {
    Text: _TEXT,
    Thinking: {"type": "thought_summary", "content": _TEXT},
    ToolCall: {"type": "arguments_delta", "arguments": HOLE},
}


class Interactions(InteractionsReader):
    """POST /interactions. Reference: https://ai.google.dev/api/interactions-api"""

    name: ClassVar[str] = "gemini interactions"
    path: ClassVar[str] = PATH
    finishes = {
        "stop": "completed",
        "stop_sequence": "completed",
        "tool_calls": "requires_action",
        "length": "incomplete",
        "refusal": "failed",
        "content_filter": "failed",
    }

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return "v1_" + stamp.id("completion", 32)

    def variant(self, call: Call) -> Hashable:
        sent = call.json
        return sent.get("agent") is not None, sent.get("previous_interaction_id"), sent.get("background") is True

    def shown(self, text: str, call: Call) -> Part:
        """The input said aloud, as samples without a header, or an image of it."""
        if call.modality == "image":
            return Media("image", picture(call.prompt or text, 0, 1024, 1024), "image/png")
        return Media("audio", sound(call.prompt or text, "pcm"), "audio/l16")

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                marks = cited(passage.citations, _before(draft.passages[:index]), text)
                return _given_out({"type": "text", "text": text, **({"annotations": marks} if marks else {})})
            case Media(kind, data, mime_type, ""):
                return _given_out({"type": kind, "data": b64encode(data).decode("ascii"), "mime_type": mime_type})
            case Thinking(text, signature, redacted):
                summary = {"summary": [{"type": "text", "text": text}]} if text and not redacted else {}
                return {"type": "thought", "signature": signature or draft.stamp.id(f"thought {index}", 32), **summary}
            case ToolCall() as call:
                given = arguments(call)
                if given is None:
                    raise self.cannot_say(f"tool arguments that are no JSON object: {call.arguments!r}", draft.reply)
                made = call.id or draft.stamp.id(f"tool {index}", 8)
                return {"type": "function_call", "id": made, "name": call.name, "arguments": given}
            case Refusal(text):
                return {"type": "model_output", "error": {"code": _REFUSED, "message": text}}
            case Native(value):
                return dict(value)
            case _:  # a sound
                raise self.cannot_say(f"a transcript: {passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        whole = _whole(draft)
        if draft.call.json.get("background") is not True:
            return whole
        return {**{name: value for name, value in whole.items() if name not in ("steps", "usage")}, "status": "in_progress"}

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing, whole = draft.framing, _whole(draft)
        yield from _opening(framing, whole)
        index, last = -1, None
        for passage, value in zip(draft.passages, draft.values, strict=True):
            goes_on = joins(last, value)
            if last is not None and not goes_on:
                yield _event(framing, "step.stop", index=index)
            index += not goes_on
            yield from _streamed(passage, value, index, goes_on, draft)
            last = value
        if last is not None:
            yield _event(framing, "step.stop", index=index)
        yield from _closing(framing, whole)

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        return StreamEvent(_named("error", **self.error(error, call, stamp)), "error")

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if not isinstance(answer, Reply) or call.json.get("store") is False:
            return
        said = answer.said
        if said.opening:
            return
        body = _whole(self.draft(answer, said, call, stamp, self.usage(answer, said, call, count)))
        history = tuple(message for message in call.messages if message.role != "system")
        past.keep(body["id"], Kept(body, asked(call.json.get("input")), (*history, *messages(body["steps"]))))


def replayed(whole: dict[str, Any], framing: Framing) -> Iterator[Frame]:
    """The events of an interaction that is complete."""
    yield from _opening(framing, whole)
    for index, step in enumerate(whole["steps"]):
        yield _event(framing, "step.start", index=index, step=begun(step))
        for delta in deltas(step):
            yield _event(framing, "step.delta", index=index, delta=delta)
        yield _event(framing, "step.stop", index=index)
    yield from _closing(framing, whole)


def _given_out(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "model_output", "content": [content]}


def _before(passages: tuple[Passage, ...]) -> str:
    """The text that the next passage, if it is a text, goes on with."""
    texts = takewhile(lambda passage: isinstance(passage.part, Text), reversed(passages))
    return "".join(reversed([passage.part.text for passage in texts if isinstance(passage.part, Text)]))


def _streamed(passage: Passage, value: dict[str, Any], index: int, goes_on: bool, draft: Draft) -> Iterator[Frame]:
    """One passage: its text in pieces, what else it has after them. A part without text begins its step where it stands."""
    framing = draft.framing
    start = [] if goes_on else [_event(framing, "step.start", index=index, step=begun(value))]
    whole = [_event(framing, "step.delta", index=index, delta=delta) for delta in deltas(value)]
    hole = _DELTAS.get(type(passage.part))
    if hole is None or (value["type"] == "thought" and "summary" not in value):
        for fragment in passage.around():
            if fragment is None:
                yield from (*start, *whole)
            else:
                yield fragment
        return
    yield from start
    fill = framing.filler(_named("step.delta", index=index, delta=hole), "step.delta")
    for piece in passage.pieces(draft.chunk_size):
        yield fill(piece) if isinstance(piece, str) else piece
    yield from whole[1:]


def _whole(draft: Draft) -> dict[str, Any]:
    """The interaction once it is complete."""
    sent, usage = draft.call.json, draft.usage
    before = sent.get("previous_interaction_id")
    return {
        "id": draft.id,
        "status": draft.finish,
        "model" if sent.get("agent") is None else "agent": draft.model,
        "created": draft.stamp.timestamp,
        "updated": draft.stamp.timestamp,
        "service_tier": "standard",
        **({} if before is None else {"previous_interaction_id": before}),
        "steps": joined(draft.values),
        "usage": {
            "total_tokens": usage.total,
            "total_input_tokens": usage.input,
            "input_tokens_by_modality": [{"modality": "text", "tokens": usage.input}],
            "total_cached_tokens": usage.cached,
            "total_output_tokens": usage.spoken,
            "output_tokens_by_modality": [{"modality": "text", "tokens": usage.spoken}],
            "total_tool_use_tokens": 0,
            "total_thought_tokens": usage.reasoning,
        },
    }


def _named(name: str, /, **data: Any) -> dict[str, Any]:
    return {**data, "event_type": name}


def _event(framing: Framing, name: str, /, **data: Any) -> bytes:
    return framing.event(_named(name, **data), name)


#: What an event tells of the interaction at its start, and at its end.
_BEGUN = ("id", "model", "agent")
_ENDED = (*_BEGUN, "status", "created", "updated", "service_tier", "usage")


def _told(whole: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {**{name: whole[name] for name in names if name in whole}, "object": "interaction"}


def _opening(framing: Framing, whole: dict[str, Any]) -> Iterator[bytes]:
    yield _event(framing, "interaction.created", interaction={**_told(whole, _BEGUN), "status": "in_progress"})
    yield _event(framing, "interaction.status_update", interaction_id=whole["id"], status="in_progress")


def _closing(framing: Framing, whole: dict[str, Any]) -> Iterator[bytes]:
    yield _event(framing, "interaction.completed", interaction=_told(whole, _ENDED))
    yield _DONE
