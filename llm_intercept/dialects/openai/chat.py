"""OpenAI chat completions: POST /chat/completions, and every provider that speaks it.

Reference: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.chat_reading import OpenAIChatReader
from llm_intercept.framing.json import HOLE
from llm_intercept.framing.sse import DONE
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders

__all__ = ["OpenAIChat"]

#: Status to type, code and message.
_ERRORS: Mapping[int, tuple[str, str | None, str]] = {
    400: ("invalid_request_error", None, "Invalid request."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", None, "You are not allowed to do this."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    408: ("timeout", None, "Request timed out."),
    409: ("conflict", None, "The request conflicts with another one."),
    413: ("invalid_request_error", None, "The request is too large."),
    422: ("invalid_request_error", None, "The request could not be processed."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."),
    500: ("server_error", None, "The server had an error while processing your request. Sorry about that!"),
    503: ("service_unavailable_error", None, "The engine is currently overloaded, please try again later."),
}


class OpenAIChat(OpenAIChatReader):
    """POST /chat/completions. Reference: https://platform.openai.com/docs/api-reference/chat/create"""

    name = "openai chat"
    path = r"/chat/completions"
    home = "openai"
    finishes = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
    }

    def variant(self, call: Call) -> Hashable:
        return None

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return "chatcmpl-" + stamp.id("completion", 29)

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        request_id = f"req_{stamp.id('request', 32)}".encode()
        return (b"x-request-id", request_id), (b"openai-version", b"2020-10-01"), (b"openai-processing-ms", b"42")

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                return {"content": text}
            case ToolCall(name, arguments, given):
                return {
                    "id": given or "call_" + draft.stamp.id(f"tool {index}", 24),
                    "type": "function",
                    "function": {"name": name, "arguments": arguments},
                }
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        texts = [value["content"] for value in draft.values if "content" in value]
        calls = [value for value in draft.values if "content" not in value]
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(texts) if texts or not calls else None,
            "refusal": None,
            "annotations": [],
        }
        if calls:
            message["tool_calls"] = calls
        return {
            "id": draft.id,
            "object": "chat.completion",
            "created": draft.stamp.created,
            "model": draft.model,
            "choices": [
                {"index": index, "message": message, "logprobs": None, "finish_reason": draft.finish}
                for index in range(draft.call.n)
            ],
            "usage": _usage(draft),
            "service_tier": "default",
            "system_fingerprint": "fp_" + draft.stamp.id("fingerprint", 10),
        }

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        include_usage = (draft.call.json.get("stream_options") or {}).get("include_usage") is True
        common = {
            "id": draft.id,
            "object": "chat.completion.chunk",
            "created": draft.stamp.created,
            "model": draft.model,
            "service_tier": "default",
            "system_fingerprint": "fp_" + draft.stamp.id("fingerprint", 10),
        }
        tail = {"usage": None} if include_usage else {}
        indexes = range(draft.call.n)

        def chunk(index: int, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
            choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
            return {**common, "choices": [choice], **tail}

        said = "" if any(isinstance(passage.part, Text) for passage in draft.passages) or not draft.passages else None
        for index in indexes:
            yield framing.event(chunk(index, {"role": "assistant", "content": said, "refusal": None}))
        tools = -1
        for passage, value in zip(draft.passages, draft.values, strict=True):
            if isinstance(passage.part, Text):
                hole: dict[str, Any] = {"content": HOLE}
            else:
                tools += 1
                opening = {"index": tools, **value, "function": {**value["function"], "arguments": ""}}
                for index in indexes:
                    yield framing.event(chunk(index, {"tool_calls": [opening]}))
                hole = {"tool_calls": [{"index": tools, "function": {"arguments": HOLE}}]}
            fillers = [framing.filler(chunk(index, hole)) for index in indexes]
            for piece in passage.pieces(draft.chunk_size):
                if isinstance(piece, str):
                    for fill in fillers:
                        yield fill(piece)
                else:
                    yield piece
        for index in indexes:
            yield framing.event(chunk(index, {}, draft.finish))
        if include_usage:
            yield framing.event({**common, "choices": [], "usage": _usage(draft)})
        yield DONE

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        type_, code, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        return {
            "error": {
                "message": error.message or message,
                "type": error.type or type_,
                "param": error.param,
                "code": error.code or (None if error.message else code),
            }
        }


def _usage(draft: Draft) -> dict[str, Any]:
    return {
        "prompt_tokens": draft.usage.input,
        "completion_tokens": draft.usage.output,
        "total_tokens": draft.usage.total,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
