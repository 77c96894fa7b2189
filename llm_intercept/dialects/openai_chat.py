"""OpenAI chat completions: POST /chat/completions, and every provider that speaks it.

Reference: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.dialect import Dialect, Draft, Malformed
from llm_intercept.framing import sse
from llm_intercept.framing.json import HOLE, load
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.reply import ErrorReply, Reply
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["OpenAIChat"]

_NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. "
    "The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix "
    "this, please contact us through our help center at help.openai.com.)"
)

_ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}

#: The longest text of one message, in characters, and the largest context window, in tokens, that any model takes.
_LONGEST_TEXT, _WINDOW = 10_485_760, 1_047_576

_MOST_CHOICES = 128

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

_FREE = ToolChoice()

_JSON_TYPES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a decimal"}


def _a(value: object) -> str:
    return _JSON_TYPES.get(type(value), "null")


def _wrong_type(param: str, expected: str, value: object) -> Malformed:
    return Malformed(
        f"Invalid type for '{param}': expected {expected}, but got {_a(value)} instead.", param=param, code="invalid_type"
    )


class OpenAIChat(Dialect):
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
    provider_headers: ClassVar[RawHeaders] = (
        (b"openai-version", b"2020-10-01"),
        (b"openai-processing-ms", b"42"),
    )

    def read(self, request: Request, provider: str) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed(_NOT_JSON) from None
        if not isinstance(body, dict):
            raise Malformed(f"Invalid body: expected a JSON object, but got {_a(body)} instead.")
        model = body.get("model") or _deployment(request.path)
        if not isinstance(model, str):
            raise _wrong_type("model", "a string", model)
        if not model:
            raise Malformed("you must provide a model parameter")
        if "messages" not in body:
            raise Malformed("Missing required parameter: 'messages'.", param="messages", code="missing_required_parameter")
        options = body.get("stream_options")
        if options is not None and not isinstance(options, dict):
            raise _wrong_type("stream_options", "an object", options)
        n = body.get("n") or 1
        if type(n) is not int:
            raise _wrong_type("n", "an integer", n)
        if not 1 <= n <= _MOST_CHOICES:
            raise Malformed(f"Invalid 'n': expected a value from 1 to {_MOST_CHOICES}, but got {n} instead.", param="n")
        call = Call(
            request,
            provider,
            self.operation,
            self.name,
            model,
            messages=_messages(body["messages"]),
            stream=body.get("stream") is True,
            tools=_tools(body["tools"]) if "tools" in body else (),
            tool_choice=_tool_choice(body["tool_choice"]) if "tool_choice" in body else _FREE,
            schema=_schema(body["response_format"]) if "response_format" in body else None,
            n=n,
            parameters=body,
            json=body,
        )
        if len(request.body) > 4 * _WINDOW:
            _check_length(call)
        return call

    def completion_id(self, stamp: Stamp) -> str:
        return "chatcmpl-" + stamp.id("completion", 29)

    def headers(self, stamp: Stamp) -> RawHeaders:
        return ((b"x-request-id", b"req_" + stamp.id("request", 32).encode()), *self.provider_headers)

    def value(self, part: Text | ToolCall, index: int, stamp: Stamp, reply: Reply) -> dict[str, Any]:
        match part:
            case Text(text):
                return {"content": text}
            case ToolCall(name, arguments, given):
                return {
                    "id": given or "call_" + stamp.id(f"tool {index}", 24),
                    "type": "function",
                    "function": {"name": name, "arguments": arguments},
                }
            case _:
                raise self.cannot_say(f"{part!r}", reply)

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
            yield sse.event(chunk(index, {"role": "assistant", "content": said, "refusal": None}))
        tools = -1
        for passage, value in zip(draft.passages, draft.values, strict=True):
            if isinstance(passage.part, Text):
                hole: dict[str, Any] = {"content": HOLE}
            else:
                tools += 1
                opening = {"index": tools, **value, "function": {**value["function"], "arguments": ""}}
                for index in indexes:
                    yield sse.event(chunk(index, {"tool_calls": [opening]}))
                hole = {"tool_calls": [{"index": tools, "function": {"arguments": HOLE}}]}
            fillers = [sse.filler(chunk(index, hole)) for index in indexes]
            for piece in passage.pieces(draft.chunk_size):
                if isinstance(piece, str):
                    for fill in fillers:
                        yield fill(piece)
                else:
                    yield piece
        for index in indexes:
            yield sse.event(chunk(index, {}, draft.finish))
        if include_usage:
            yield sse.event({**common, "choices": [], "usage": _usage(draft)})
        yield sse.DONE

    def error(self, error: ErrorReply, stamp: Stamp) -> dict[str, Any]:
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


def _deployment(path: str) -> str:
    """The model that an Azure deployment path names."""
    _, found, rest = path.partition("/deployments/")
    return unquote(rest.partition("/")[0]) if found else ""


def _messages(messages: Any) -> tuple[Message, ...]:
    if not isinstance(messages, list):
        raise _wrong_type("messages", "an array of objects", messages)
    return tuple([_message(message, index) for index, message in enumerate(messages)])


def _message(message: Any, index: int) -> Message:
    if not isinstance(message, dict):
        raise _wrong_type(f"messages[{index}]", "an object", message)
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise Malformed(
            f"Invalid value: {role!r}. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
            param=f"messages[{index}].role",
            code="invalid_value",
        )
    content, uses = message.get("content"), message.get("tool_calls")
    return Message(
        _ROLES[role],
        content if type(content) is str and len(content) <= _LONGEST_TEXT else _text(content, f"messages[{index}].content"),
        _tool_uses(uses, f"messages[{index}].tool_calls") if uses else (),
        message.get("tool_call_id"),
        message,
    )


def _text(content: Any, where: str) -> str:
    match content:
        case None:
            return ""
        case str() if len(content) > _LONGEST_TEXT:
            raise Malformed(
                f"Invalid '{where}': string too long. Expected a string with maximum length {_LONGEST_TEXT}, but got a "
                f"string with length {len(content)} instead.",
                param=where,
                code="string_above_max_length",
            )
        case str():
            return content
        case list():
            return "".join([_part_text(part, f"{where}[{number}]") for number, part in enumerate(content)])
        case _:
            raise _wrong_type(where, "one of a string or array of objects", content)


def _part_text(part: Any, where: str) -> str:
    if not isinstance(part, dict):
        raise _wrong_type(where, "an object", part)
    if part.get("type") != "text":
        return ""
    if not isinstance(part.get("text"), str):
        raise _wrong_type(f"{where}.text", "a string", part.get("text"))
    return _text(part["text"], f"{where}.text")


def _tool_uses(uses: Any, where: str) -> tuple[ToolUse, ...]:
    if not isinstance(uses, list):
        raise _wrong_type(where, "an array of objects", uses)
    found = []
    for number, use in enumerate(uses):
        if not isinstance(use, dict):
            raise _wrong_type(f"{where}[{number}]", "an object", use)
        kind = use.get("type", "function")
        called = use.get(kind) if isinstance(kind, str) else None
        if not isinstance(called, dict):
            raise _wrong_type(f"{where}[{number}].{kind}", "an object", called)
        found.append(ToolUse(str(use.get("id", "")), str(called.get("name", "")), called.get("arguments", called.get("input", ""))))
    return tuple(found)


def _tools(tools: Any) -> tuple[Tool, ...]:
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise _wrong_type("tools", "an array of objects", tools)
    found = []
    for number, tool in enumerate(tools):
        if not isinstance(tool, dict):
            raise _wrong_type(f"tools[{number}]", "an object", tool)
        kind = tool.get("type", "function")
        offered = tool.get(kind) if isinstance(kind, str) else None
        if not isinstance(offered, dict):
            offered = {}
        parameters = offered.get("parameters")
        found.append(
            Tool(
                str(offered.get("name", kind)),
                str(offered.get("description") or ""),
                parameters if isinstance(parameters, dict) else {},
            )
        )
    return tuple(found)


def _tool_choice(choice: Any) -> ToolChoice:
    if choice in ("none", "required"):
        return ToolChoice(choice)
    if isinstance(choice, dict):
        named = choice.get("function") or choice.get("custom")
        if isinstance(named, dict) and isinstance(named.get("name"), str):
            return ToolChoice("named", named["name"])
    return ToolChoice()


def _schema(response_format: Any) -> Mapping[str, Any] | None:
    if not isinstance(response_format, dict):
        return None
    wanted = response_format.get("json_schema")
    schema = wanted.get("schema") if isinstance(wanted, dict) else None
    return schema if isinstance(schema, dict) else None


def _check_length(call: Call) -> None:
    asked = tokens.asked(call)
    if asked > _WINDOW:
        raise Malformed(
            f"This model's maximum context length is {_WINDOW} tokens. However, your messages resulted in {asked} tokens. Please "
            "reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )
