"""Bedrock converse: POST /model/{model}/converse, and /converse-stream.

Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock import blocks
from llm_intercept.dialects.bedrock.blocks import Beside, Block
from llm_intercept.dialects.bedrock.converse_reading import messages_of, schema_of, tool_choice_of, tools_of
from llm_intercept.dialects.bedrock.fields import optional, required
from llm_intercept.dialects.bedrock.house import LATENCY, BedrockEndpoint
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.payload import in_type
from llm_intercept.framing.aws_eventstream import EVENT_STREAM
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dumps, load, to_bytes
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Native, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, Request

__all__ = ["Conversation", "Converse"]


class Conversation(BedrockEndpoint, Dialect):
    """A conversation in Bedrock's words, wherever it is held."""

    places = {
        "*": in_type("metadata"),
        **dict.fromkeys(("stopReason", "additionalModelResponseFields"), in_type("messageStop")),
        "output": None,
    }
    finishes = {
        "stop": "end_turn",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "content_filter": "content_filtered",
        "refusal": "content_filtered",
        "context_window": "model_context_window_exceeded",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = self.model_of(request, body)
        if ":prompt/" not in model:  # a prompt that Bedrock manages has its own messages
            required(body, "messages", list)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=messages_of(body),
            stream=request.path.endswith("stream"),
            tools=tools_of(body),
            tool_choice=tool_choice_of(body),
            schema=schema_of(body),
            parameters={**(optional(body, "additionalModelRequestFields", dict) or {}), **body},
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.uuid("request")

    def value(self, passage: Passage, index: int, draft: Draft) -> Block | Beside:
        found: Block | Beside | None
        match passage.part:
            case Text(text) if passage.citations:
                found = blocks.cited(text, passage.citations)
            case Text(text) | Refusal(text, category=None):
                found = blocks.spoken(text)
            case ToolCall(name, arguments, given):
                used = given or "tooluse_" + draft.stamp.id(f"tool {index}", 22)
                found = blocks.tool_used(used, name, self._arguments(arguments, draft))
            case Thinking() as part:
                found = blocks.thought(part, part.signature or self._signature(part, index, draft))
            case Media("image") as media:
                found = blocks.drawn(media)
            case Media() as media:
                found = blocks.heard(media)
            case Native(value):
                found = blocks.native_block(value)
            case _:
                found = None
        if found is None or (draft.call.stream and isinstance(found, Block) and found.after is None):
            raise self.cannot_say(f"{passage.part!r}{' in a stream' if found else ''}", draft.reply)
        return found

    def _arguments(self, arguments: str, draft: Draft) -> Any:
        """A tool call's input; a stream sends its text, and has no need of a value."""
        try:
            sent = load(to_bytes(arguments))
            dumps(sent)  # refuses a number too large for a float, which is read as an infinity
        except ValueError:
            if draft.call.stream:
                return None
            raise self.cannot_say(f"tool arguments that are no JSON, but in a stream: {arguments!r}", draft.reply) from None
        return sent

    def _signature(self, thinking: Thinking, index: int, draft: Draft) -> str | None:
        """A made-up signature. Anthropic's models alone sign what they think, and hide it."""
        if not thinking.redacted and "anthropic" not in draft.call.model:
            return None
        return b64encode(bytes.fromhex("".join(draft.stamp.id(f"signature {index}.{row}", 32) for row in range(6)))).decode()

    def usage_of(self, draft: Draft) -> dict[str, Any]:
        """The tokens of a call; what a cache had a part in is no input."""
        usage = draft.usage
        return {
            "inputTokens": usage.fresh,
            "outputTokens": usage.output,
            "totalTokens": usage.total,
            "cacheReadInputTokens": usage.cached,
            "cacheWriteInputTokens": usage.cache_write,
        }

    def body(self, draft: Draft) -> dict[str, Any]:
        content = [value.value for value in draft.values if isinstance(value, Block)]
        beside = {key: given for value in draft.values if isinstance(value, Beside) for key, given in value.keys.items()}
        return {
            "metrics": {"latencyMs": LATENCY},
            "output": {"message": {"content": content, "role": "assistant"}},
            "stopReason": draft.finish,
            "usage": self.usage_of(draft),
            **_asked_back(draft),
            **_stopped_at(draft),
            **beside,
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing, number = draft.framing, 0
        yield framing.event({"role": "assistant"}, "messageStart")
        for passage, value in zip(draft.passages, draft.values, strict=True):
            if isinstance(value, Block):
                yield from _block_events(passage, value, number, draft)
                number += 1
            else:
                yield from (piece for piece in passage.pieces(draft.chunk_size) if not isinstance(piece, str))
        beside = [value for value in draft.values if isinstance(value, Beside)]
        ending = {"stopReason": draft.finish, **_stopped_at(draft)}
        counted = {"metrics": {"latencyMs": LATENCY}, "usage": self.usage_of(draft), **_asked_back(draft)}
        for value in beside:
            ending.update(value.of("messageStop"))
            counted.update(value.of("metadata"))
        yield framing.event(ending, "messageStop")
        yield framing.event(counted, "metadata")


class Converse(Conversation):
    """POST /model/{model}/converse.

    Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
    """

    name = "bedrock converse"
    path = r"/model/.+/converse(-stream)?"

    def framing(self, call: Call) -> Framing:
        return EVENT_STREAM

    def usage_of(self, draft: Draft) -> dict[str, Any]:
        usage = super().usage_of(draft)
        if not draft.call.stream:
            # The same under its older names; bodies have it, streams need not.
            usage |= {"cacheReadInputTokenCount": draft.usage.cached, "cacheWriteInputTokenCount": draft.usage.cache_write}
            usage["serverToolUsage"] = {}
        return usage


def _block_events(passage: Passage, block: Block, index: int, draft: Draft) -> Iterator[Frame]:
    framing = draft.framing
    if block.start is not None:
        yield framing.event({"contentBlockIndex": index, "start": block.start}, "contentBlockStart")
    if block.hole is None:
        yield from (piece for piece in passage.pieces(draft.chunk_size) if not isinstance(piece, str))
    else:
        fill, silent = framing.filler({"contentBlockIndex": index, "delta": block.hole}, "contentBlockDelta"), True
        for piece in passage.pieces(draft.chunk_size):
            if isinstance(piece, str):
                silent = False
                yield fill(piece)
            else:
                yield piece
        if silent:
            yield fill("")
    for delta in block.after or ():
        yield framing.event({"contentBlockIndex": index, "delta": delta}, "contentBlockDelta")
    yield framing.event({"contentBlockIndex": index}, "contentBlockStop")


def _asked_back(draft: Draft) -> dict[str, Any]:
    """What a call asks for, and is told that it was given."""
    asked = draft.call.parameters
    return {key: asked[key] for key in ("performanceConfig", "serviceTier") if isinstance(asked.get(key), dict)}


def _stopped_at(draft: Draft) -> dict[str, Any]:
    """The stop sequence at which a completion stops, where the call wants to be told: the first that was asked for."""
    asked = draft.call.parameters
    match asked.get("additionalModelResponseFieldPaths"), asked.get("inferenceConfig"):
        case [*paths], {"stopSequences": [first, *_]} if draft.finish == "stop_sequence" and "/stop_sequence" in paths:
            return {"additionalModelResponseFields": {"stop_sequence": first}}
        case _:
            return {}
