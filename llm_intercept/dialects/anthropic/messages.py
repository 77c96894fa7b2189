"""Anthropic messages: POST /v1/messages.

Reference: https://docs.anthropic.com/en/api/messages
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import chain
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.anthropic.asked import Asked, asked_of
from llm_intercept.dialects.anthropic.blocks import flow_of
from llm_intercept.dialects.anthropic.citations import location
from llm_intercept.dialects.anthropic.messages_reading import AnthropicReader
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.payload import in_type
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dumps, load, to_bytes
from llm_intercept.replies.parts import Citation, Media, Native, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.graphemes import pieces
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame

__all__ = ["AnthropicMessages"]


class AnthropicMessages(AnthropicReader, Dialect):
    """POST /v1/messages. Reference: https://docs.anthropic.com/en/docs/build-with-claude/streaming"""

    name = "anthropic messages"
    path = r"/v1/messages"
    places = {
        "*": in_type("message_start", within=("message",)),
        "usage": in_type("message_delta"),
        **dict.fromkeys(("stop_reason", "stop_sequence", "stop_details"), in_type("message_delta", within=("delta",))),
        "content": None,
    }
    #: Whether a stream is kept alive by events that say nothing.
    pings: ClassVar[bool] = True
    finishes = {
        "stop": "end_turn",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "refusal": "refusal",
        "content_filter": "refusal",
        "pause": "pause_turn",
        "context_window": "model_context_window_exceeded",
    }

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return f"msg_{self.mark}01{stamp.id('completion', 22)}"

    def variant(self, call: Call) -> Hashable:
        return asked_of(call)

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any] | None:
        """A passage's content block; None for a refusal, which stands in the message's `stop_details`."""
        match passage.part:
            case Text(text) if passage.citations:
                cited = [self._cited(citation, f"citation {index} {at}", draft) for at, citation in enumerate(passage.citations)]
                return {"citations": cited, "type": "text", "text": text}
            case Text(text):
                return {"type": "text", "text": text}
            case ToolCall(name, arguments, given):
                return {
                    "type": "tool_use",
                    "id": given or f"toolu_{self.mark}01{draft.stamp.id(f'tool {index}', 22)}",
                    "name": name,
                    "input": self._input(arguments, draft),
                    "caller": {"type": "direct"},
                }
            case Thinking(_, signature, redacted=True):
                return {"type": "redacted_thinking", "data": signature or _sealed(index, draft.stamp)}
            case Thinking(text, signature):
                return {"type": "thinking", "thinking": text, "signature": signature or _sealed(index, draft.stamp)}
            case Refusal():
                if draft.finish != "refusal":
                    raise self.cannot_say(f"a refusal whose stop_reason is {draft.finish!r}: give finish='refusal'", draft.reply)
                return None
            case Native(value):
                return dict(value)
            case Media(kind):
                raise self.cannot_say(f"an {kind}", draft.reply)
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def _cited(self, citation: Citation, label: str, draft: Draft) -> dict[str, Any]:
        found = location(citation, draft.call, draft.stamp, label)
        if found is None:
            raise self.cannot_say(f"a citation of {citation.document!r}, which is no document of the request", draft.reply)
        return found

    def _input(self, arguments: str, draft: Draft) -> dict[str, Any]:
        """A tool call's arguments as an object; a stream carries them as text, so that it may break off or go wrong there."""
        try:
            sent = load(to_bytes(arguments))
            dumps(sent)  # refuses a number too large for a float, which is read as an infinity
        except ValueError:
            sent = None
        if isinstance(sent, dict):
            return sent
        if draft.call.stream:
            return {}
        raise self.cannot_say(f"tool arguments that are no JSON object: {arguments!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        asked, content = asked_of(draft.call), [block for block in draft.values if block is not None]
        return {
            **_opening(draft),
            "content": content,
            **_stop(draft, asked),
            **_contained(draft, asked),
            **_edited(asked),
            "usage": {
                **_input_usage(draft),
                **_cache_creation(draft),
                **_output_usage(draft),
                **_served(asked),
            },
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing, asked, index = draft.framing, asked_of(draft.call), 0
        yield _event(framing, "message_start", message=_start(draft, asked))
        for passage, block in zip(draft.passages, draft.values, strict=True):
            if block is None:
                yield from _happenings(passage, draft)
                continue
            part = passage.part
            flow = flow_of(block, part.arguments if isinstance(part, ToolCall) else None)
            yield _event(framing, "content_block_start", index=index, content_block=flow.start)
            if index == 0 and self.pings:
                yield _event(framing, "ping")
            for delta in flow.before:
                yield _event(framing, "content_block_delta", index=index, delta=delta)
            if flow.delta is None:
                yield from _happenings(passage, draft)
            else:
                data = {"type": "content_block_delta", "index": index, "delta": flow.delta}
                fill = framing.filler(data, "content_block_delta")
                said = passage.pieces(draft.chunk_size)
                for piece in chain(said, pieces(flow.text, draft.chunk_size)) if isinstance(part, Native) else said:
                    yield fill(piece) if isinstance(piece, str) else piece
            for delta in flow.after:
                yield _event(framing, "content_block_delta", index=index, delta=delta)
            yield _event(framing, "content_block_stop", index=index)
            index += 1
        yield _event(
            framing,
            "message_delta",
            delta={**_stop(draft, asked), **_contained(draft, asked)},
            usage={**_input_usage(draft), **_output_usage(draft)},
            **_edited(asked),
        )
        yield self.last_event(draft)

    def last_event(self, draft: Draft) -> bytes:
        """What ends a stream; some clouds tell more there."""
        return _event(draft.framing, "message_stop")


def _event(framing: Framing, name: str, /, **data: Any) -> bytes:
    return framing.event({"type": name, **data}, name)


def _happenings(passage: Passage, draft: Draft) -> Iterator[Frame]:
    """What happens to the stream in a passage that sends no text there."""
    return (piece for piece in passage.pieces(draft.chunk_size) if not isinstance(piece, str))


def _sealed(index: int, stamp: Stamp) -> str:
    """What looks like a thought under seal: base64."""
    return f"EqoBCkgIBxABGAIi{stamp.id(f'thought {index}', 32)}{stamp.id(f'seal {index}', 32)}GAE="


def _opening(draft: Draft) -> dict[str, Any]:
    return {"model": draft.model, "id": draft.id, "type": "message", "role": "assistant"}


def _start(draft: Draft, asked: Asked) -> dict[str, Any]:
    """The message as a stream starts with it: nothing said, and one token of it counted."""
    return {
        **_opening(draft),
        "content": (),
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {**_input_usage(draft), **_cache_creation(draft), "output_tokens": 1, **_served(asked)},
    }


def _stop(draft: Draft, asked: Asked) -> dict[str, Any]:
    return {
        "stop_reason": draft.finish,
        "stop_sequence": asked.stop if draft.finish == "stop_sequence" else None,
        "stop_details": _refused(draft) if draft.finish == "refusal" else None,
    }


def _refused(draft: Draft) -> dict[str, Any]:
    refusals = [passage.part for passage in draft.passages if isinstance(passage.part, Refusal)]
    return {
        "type": "refusal",
        "category": next((refusal.category for refusal in refusals if refusal.category is not None), None),
        "explanation": "".join(refusal.text for refusal in refusals) or None,
    }


def _contained(draft: Draft, asked: Asked) -> dict[str, Any]:
    """The container that code ran in: the one that was asked for, or a new one where a block tells of code."""
    if not asked.contained and not any("code_execution" in kind for kind, _ in _natives(draft)):
        return {}
    skills = [skill._asdict() for skill in asked.skills] or None
    container = asked.container or f"container_01{draft.stamp.id('container', 22)}"
    return {"container": {"id": container, "expires_at": draft.stamp.timestamp, "skills": skills}}


def _natives(draft: Draft) -> Iterator[tuple[str, str]]:
    """The type and the name of each block in the provider's own shape."""
    for passage in draft.passages:
        if isinstance(passage.part, Native):
            yield str(passage.part.value.get("type")), str(passage.part.value.get("name"))


def _edited(asked: Asked) -> dict[str, Any]:
    return {"context_management": {"applied_edits": []}} if asked.edited else {}


def _input_usage(draft: Draft) -> dict[str, Any]:
    return {
        "input_tokens": draft.usage.fresh,
        "cache_creation_input_tokens": draft.usage.cache_write,
        "cache_read_input_tokens": draft.usage.cached,
    }


def _cache_creation(draft: Draft) -> dict[str, Any]:
    return {"cache_creation": {"ephemeral_5m_input_tokens": draft.usage.cache_write, "ephemeral_1h_input_tokens": 0}}


def _output_usage(draft: Draft) -> dict[str, Any]:
    usage: dict[str, Any] = {
        "output_tokens": draft.usage.output,
        "output_tokens_details": {"thinking_tokens": draft.usage.reasoning},
    }
    natives = [*_natives(draft)]
    if any(kind.endswith(("server_tool_use", "mcp_tool_use", "tool_result")) for kind, _ in natives):
        used = [name for kind, name in natives if kind == "server_tool_use"]
        usage["server_tool_use"] = {
            "web_search_requests": used.count("web_search"),
            "web_fetch_requests": used.count("web_fetch"),
        }
    return usage


def _served(asked: Asked) -> dict[str, Any]:
    speed = {} if asked.speed is None else {"speed": asked.speed}
    return {"service_tier": "standard", "inference_geo": asked.geo, **speed}
