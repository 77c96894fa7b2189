"""DashScope's own generation: POST /api/v1/services/aigc/text-generation/generation, and multimodal-generation/generation.

Reference: https://help.aliyun.com/zh/model-studio/qwen-api-via-dashscope
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.dialects.wanted import formatted
from llm_intercept.framing.dashscope_events import DASHSCOPE_EVENTS
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Media, Native, StreamEvent, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["DashScope", "DashScopeEndpoint", "DashScopeMultimodal"]

#: Status to code and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("InvalidParameter", "Required parameter(s) missing or invalid, please check the request parameters."),
    401: ("InvalidApiKey", "Invalid API-key provided."),
    403: ("AccessDenied", "Access denied."),
    404: ("ModelNotFound", "Model can not be found."),
    429: ("Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
    500: ("InternalError", "An internal error has occurred, please try again later or contact service support."),
    503: ("ModelServingError", "Model serving error."),
}

#: What is said of an error that has a name. Reference: https://help.aliyun.com/zh/model-studio/error-code
_NAMED: NamedErrors = {
    "content_filtered": Words(400, "Input data may contain inappropriate content.", code="DataInspectionFailed"),
    "context_length_exceeded": Words(400, "Range of input length should be [1, 129024]", code="InvalidParameter"),
    "quota_exhausted": Words(429, "Allocated quota exceeded, please increase your quota limit.", code="Throttling.AllocationQuota"),
}


_ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}


class DashScopeEndpoint(Endpoint):
    """The base of all that DashScope serves in its own words."""

    home: ClassVar[str] = "dashscope"

    def body_of(self, request: Request) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """The body, its input and its parameters; raises `Malformed`."""
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("Request body format invalid") from None
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            raise Malformed("Required parameter 'model' missing or invalid, please check the request parameters.")
        given, asked = body.get("input"), body.get("parameters") or {}
        if not isinstance(given, dict) or not isinstance(asked, dict):
            raise Malformed("Required body invalid, please check the request body format.")
        return body, given, asked

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        code, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        return {"code": error.code or code, "message": error.message or message, "request_id": stamp.uuid("completion")}

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        return StreamEvent(self.error(error, call, stamp), "error")

    def named_errors(self, call: Call) -> NamedErrors:
        return _NAMED

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        request_id = stamp.uuid("completion").encode()
        return (b"x-request-id", request_id), (b"x-dashscope-call-gateway", b"true"), (b"req-cost-time", b"42")


class DashScope(DashScopeEndpoint, Dialect):
    """POST .../text-generation/generation. Streams when the header X-DashScope-SSE is enable, in growing texts or in new ones."""

    name = "dashscope generation"
    path = r"/services/aigc/text-generation/generation"
    finishes: ClassVar[Mapping[str, str]] = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body, given, asked = self.body_of(request)
        n = asked.get("n", 1)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=body["model"],
            messages=tuple(_messages(given)),
            stream=request.header("x-dashscope-sse") == "enable",
            tools=tuple(_tools(asked.get("tools"))),
            tool_choice=_tool_choice(asked.get("tool_choice")),
            schema=formatted(asked.get("response_format")).schema,
            n=n if type(n) is int and n > 0 else 1,
            parameters=body,
            json=body,
        )

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return stamp.uuid("completion")

    def framing(self, call: Call) -> Framing:
        return DASHSCOPE_EVENTS

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text) if not passage.citations:
                return {"content": text}
            case Thinking(text, None, redacted=False):
                return {"reasoning_content": text}
            case ToolCall(name, arguments, given):
                tool_id = given or "call_" + draft.stamp.id(f"tool {index}", 22)
                return {"tool_calls": {"function": {"name": name, "arguments": arguments}, "id": tool_id, "type": "function"}}
            case Text():
                raise self.cannot_say(f"{passage.citations[0]!r}", draft.reply)
            case part:
                raise self.cannot_say(f"{part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return self.response_body(draft, _whole(draft.values), draft.finish, draft.usage.output)

    def response_body(self, draft: Draft, said: Mapping[str, Any], finish: str, output: int) -> dict[str, Any]:
        """A response that says so much, and has cost so many tokens."""
        usage = draft.usage
        thought = {"output_tokens_details": {"reasoning_tokens": min(usage.reasoning, output)}} if usage.reasoning else {}
        cost = {
            "input_tokens": usage.input,
            "output_tokens": output,
            "total_tokens": usage.input + output,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            **thought,
        }
        return {"output": self.output(draft, said, finish), "usage": cost, "request_id": draft.id}

    def output(self, draft: Draft, said: Mapping[str, Any], finish: str) -> dict[str, Any]:
        """What a response says, in the format that was asked for."""
        asked = draft.call.parameters.get("parameters") or {}
        format_ = asked.get("result_format", "message" if "messages" in draft.call.parameters["input"] else "text")
        if format_ == "text" and said.keys() == {"content"}:
            return {"text": said["content"], "finish_reason": finish}
        message = self.message(said)
        numbered = ({"index": index} if draft.call.n > 1 else {} for index in range(draft.call.n))
        return {"choices": [{**number, "finish_reason": finish, "message": message} for number in numbered]}

    def message(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The message of a choice."""
        return {"role": "assistant", **said}

    def events(self, draft: Draft) -> Iterator[Frame]:
        growing = (draft.call.parameters.get("parameters") or {}).get("incremental_output") is not True
        total = sum(len(_text(value)) for value in draft.values) or 1
        so_far: list[dict[str, Any]] = []
        done = 0
        for passage, value in zip(draft.passages, draft.values, strict=True):
            key = next(iter(value))
            if not isinstance(passage.part, Text | Thinking | ToolCall):
                yield draft.framing.event(self.response_body(draft, _whole([*so_far, value] if growing else [value]), "null", 1))
            text = ""
            for piece in passage.pieces(draft.chunk_size):
                if not isinstance(piece, str):
                    yield piece
                    continue
                done += len(piece)
                shown = _of(value, text + piece if growing else piece, named=growing or not text)
                said = _whole([*(so_far if growing else _before(so_far, key)), shown])
                text += piece
                output = max(1, draft.usage.output * done // total)
                yield draft.framing.event(self.response_body(draft, said, "null", output))
            so_far.append(value)
        last = _whole(so_far) if growing else _whole([])
        yield draft.framing.event(self.response_body(draft, last, draft.finish, draft.usage.output))


class DashScopeMultimodal(DashScope):
    """POST .../multimodal-generation/generation: a message's content is a list."""

    name = "dashscope multimodal generation"
    path = r"/services/aigc/multimodal-generation/generation"

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Media("image", data, mime):
                return {"media": {"image": f"data:{mime};base64,{b64encode(data).decode()}"}}
            case Native(value):
                return {"media": value}
            case _:
                return super().value(passage, index, draft)

    def output(self, draft: Draft, said: Mapping[str, Any], finish: str) -> dict[str, Any]:
        return {"choices": [{"finish_reason": finish, "message": self.message(said)} for _ in range(draft.call.n)]}

    def message(self, said: Mapping[str, Any]) -> dict[str, Any]:
        text = [{"text": said["content"]}] if said["content"] else []
        rest = {key: value for key, value in said.items() if key not in ("content", "media")}
        return {"role": "assistant", "content": [*text, *said.get("media", ())], **rest}


def _text(value: Mapping[str, Any]) -> str:
    """The text in which a passage streams."""
    return str(value.get("content") or value.get("reasoning_content") or _arguments(value))


def _arguments(value: Mapping[str, Any]) -> str:
    return str(value["tool_calls"]["function"]["arguments"]) if "tool_calls" in value else ""


def _of(value: Mapping[str, Any], text: str, *, named: bool) -> dict[str, Any]:
    """A passage as far as it is said; increments tell the name of a tool but once."""
    if "tool_calls" in value:
        call = value["tool_calls"]
        name = call["function"]["name"] if named else ""
        return {"tool_calls": {**call, "function": {"name": name, "arguments": text}}}
    return dict.fromkeys(value, text)


def _before(said: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """What an increment needs of what was said: tool calls, empty, so that each keeps its number."""
    return [{"tool_calls": None} for value in said if "tool_calls" in value] if key == "tool_calls" else []


def _whole(values: Any) -> dict[str, Any]:
    """What some passages say together; a tool call that is only counted is not shown."""
    said: dict[str, Any] = {"content": "".join(value.get("content", "") for value in values)}
    if any("reasoning_content" in value for value in values):
        said["reasoning_content"] = "".join(value.get("reasoning_content", "") for value in values)
    calls = [value["tool_calls"] for value in values if "tool_calls" in value]
    if calls:
        said["tool_calls"] = [{"index": index, **call} for index, call in enumerate(calls) if call is not None]
    media = [value["media"] for value in values if "media" in value]
    return {**said, "media": media} if media else said


def _messages(given: Mapping[str, Any]) -> Iterator[Message]:
    told = given.get("messages")
    if told is not None and not isinstance(told, list):
        raise Malformed("Input should be a valid list: input.messages")
    for message in told or ():
        role = str(message.get("role")) if isinstance(message, dict) else ""
        if role not in _ROLES:
            raise Malformed("Role must be in [user, assistant, system, tool]")
        content = message.get("content")
        pieces = content if isinstance(content, list) else [content]
        text = "".join(str(one.get("text", "")) if isinstance(one, dict) else str(one or "") for one in pieces)
        uses = tuple(
            ToolUse(str(use.get("id")), str(use["function"].get("name")), use["function"].get("arguments", ""))
            for use in message.get("tool_calls") or ()
            if isinstance(use, dict) and isinstance(use.get("function"), dict)
        )
        yield Message(_ROLES[role], text, uses, message.get("tool_call_id"), message)
    if isinstance(given.get("prompt"), str):
        yield Message("user", given["prompt"])


def _tools(tools: Any) -> Iterator[Tool]:
    for tool in tools if isinstance(tools, list) else ():
        match tool:
            case {"function": {"name": str(name)} as function}:
                parameters = function.get("parameters")
                yield Tool(name, str(function.get("description") or ""), parameters if isinstance(parameters, dict) else {})
            case _:
                raise Malformed("Tool names are not allowed to be []")


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case "none" | "required":
            return ToolChoice(choice)
        case {"function": {"name": str(name)}}:
            return ToolChoice("named", name)
        case _:
            return ToolChoice()
