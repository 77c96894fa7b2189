"""Anthropic messages: POST /v1/messages.

Reference: https://docs.anthropic.com/en/api/messages
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, TypeVar

from llm_intercept.call import Call, Message, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE, dumps, load, to_bytes
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Frame, RawHeaders, Request

__all__ = ["AnthropicMessages"]

#: The largest body, in bytes, and the largest context window, in tokens, that any model takes.
_LARGEST_BODY, _WINDOW = 32 * 1024 * 1024, 1_000_000

#: Status to type and message.
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "Invalid request."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the Anthropic API."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    409: ("conflict_error", "The request conflicts with another one."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    422: ("invalid_request_error", "The request could not be processed."),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    503: ("overloaded_error", "Overloaded"),
    504: ("timeout_error", "Request timed out."),
    529: ("overloaded_error", "Overloaded"),
}

#: Which delta a block's text streams in, by the block's type: the delta's type, its field, the block's own field, and what stands
#: there at the block's start.
_DELTAS: Mapping[str, tuple[str, str, str, Any]] = {
    "text": ("text_delta", "text", "text", ""),
    "tool_use": ("input_json_delta", "partial_json", "input", {}),
}

_JSON_TYPES = {str: "string", dict: "dictionary", list: "list", bool: "boolean"}

_T = TypeVar("_T", str, dict[str, Any], list[Any])


def _wrong(owner: Mapping[str, Any], key: str, kind: type, where: str = "") -> Malformed:
    problem = f"Input should be a valid {_JSON_TYPES[kind]}" if key in owner else "Field required"
    return Malformed(f"{where}{key}: {problem}")


def _required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str = "") -> _T:
    """The value of a key that must be there and of one type."""
    value = owner.get(key)
    if isinstance(value, kind):
        return value
    raise _wrong(owner, key, kind, where)


def _object(value: Any, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Malformed(f"{where}: Input should be a valid dictionary")


class AnthropicMessages(Dialect):
    """POST /v1/messages. Reference: https://docs.anthropic.com/en/api/messages-streaming"""

    name = "anthropic messages"
    path = r"/v1/messages"
    home = "anthropic"
    finishes = {
        "stop": "end_turn",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "content_filter": "refusal",
        "pause": "pause_turn",
        "context_window": "model_context_window_exceeded",
    }

    def read(self, request: Request, provider: str, past: Past) -> Call:
        if len(request.body) > _LARGEST_BODY:
            raise Malformed(_ERRORS[413][1], status=413)
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("The request body is not valid JSON") from None
        if not isinstance(body, dict):
            raise Malformed("Input should be a valid dictionary")
        model, stream = body.get("model"), body.get("stream")
        if not isinstance(model, str):
            raise _wrong(body, "model", str)
        if stream is not None and not isinstance(stream, bool):
            raise _wrong(body, "stream", bool)
        if isinstance(body.get("thread"), dict) and body["thread"].get("type") == "continue":
            # We keep no threads. To this the SDK sends the whole history again, which rules need to see.
            raise Malformed("The thread was not found.", status=404, code="thread_not_found")
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=_messages(body),
            stream=stream is True,
            tools=_tools(body),
            tool_choice=_tool_choice(body.get("tool_choice")),
            schema=_schema(body),
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        if len(call.request.body) > 4 * _WINDOW:
            _check_length(call)

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return "msg_01" + stamp.id("completion", 22)

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        request_id = _request_id(stamp).encode()
        return (b"request-id", request_id), (b"anthropic-organization-id", b"00000000-0000-4000-8000-000000000000")

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                return {"type": "text", "text": text}
            case ToolCall(name, arguments, given):
                try:
                    sent = load(to_bytes(arguments))
                    dumps(sent)  # refuses a number too large for a float, which is read as an infinity
                except ValueError:
                    sent = None
                if not isinstance(sent, dict):
                    raise self.cannot_say(f"tool arguments that are no JSON object: {arguments!r}", draft.reply)
                return {
                    "type": "tool_use",
                    "id": given or "toolu_01" + draft.stamp.id(f"tool {index}", 22),
                    "name": name,
                    "input": sent,
                    "caller": {"type": "direct"},
                }
            case _:
                raise self.cannot_say(f"{passage.part!r}", draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return _message_body(draft, draft.values, draft.finish, draft.usage.output)

    def variant(self, call: Call) -> Hashable:
        return _asked_to_stop(call)

    def events(self, draft: Draft) -> Iterator[Frame]:
        framing = draft.framing
        opening = _message_body(draft, (), None, 1)
        yield _event(framing, "message_start", message=opening)
        for index, (passage, value) in enumerate(zip(draft.passages, draft.values, strict=True)):
            kind, field, own, empty = _DELTAS[value["type"]]
            yield _event(framing, "content_block_start", index=index, content_block={**value, own: empty})
            if index == 0:
                yield _event(framing, "ping")
            fill = framing.filler(
                {"type": "content_block_delta", "index": index, "delta": {"type": kind, field: HOLE}}, "content_block_delta"
            )
            for piece in passage.pieces(draft.chunk_size):
                yield fill(piece) if isinstance(piece, str) else piece
            yield _event(framing, "content_block_stop", index=index)
        yield _event(
            framing,
            "message_delta",
            delta={"stop_reason": draft.finish, "stop_sequence": _stop_sequence(draft), "stop_details": None},
            usage=_usage(draft, draft.usage.output),
        )
        yield _event(framing, "message_stop")

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        type_, message = _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]
        details = {"details": {"error_code": error.code}} if error.code else {}
        return {
            "type": "error",
            "error": {"type": error.type or type_, "message": error.message or message, **details},
            "request_id": _request_id(stamp),
        }


def _event(framing: Framing, name: str, /, **data: Any) -> bytes:
    return framing.event({"type": name, **data}, name)


def _request_id(stamp: Stamp) -> str:
    return "req_01" + stamp.id("request", 22)


def _message_body(draft: Draft, content: tuple[dict[str, Any], ...], stop: str | None, output: int) -> dict[str, Any]:
    return {
        "model": draft.model,
        "id": draft.id,
        "type": "message",
        "role": "assistant",
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None if stop is None else _stop_sequence(draft),
        "stop_details": None,
        "usage": {
            **_usage(draft, output),
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        },
    }


def _usage(draft: Draft, output: int) -> dict[str, Any]:
    return {
        "input_tokens": draft.usage.input,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output,
    }


def _stop_sequence(draft: Draft) -> str | None:
    return _asked_to_stop(draft.call) if draft.finish == "stop_sequence" else None


def _asked_to_stop(call: Call) -> str | None:
    """The first stop sequence that was asked for, the one at which a completion stops that stops at one."""
    asked = call.parameters.get("stop_sequences")
    return str(asked[0]) if isinstance(asked, list) and asked else None


def _messages(body: dict[str, Any]) -> tuple[Message, ...]:
    system, messages = body.get("system"), _required(body, "messages", list)
    found = [] if system is None else [Message("system", _text(body, "system", ""), raw=system)]
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            raise Malformed(f"messages.{index}: Input should be a valid dictionary")
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant", "system"):
            problem = "Input should be 'user' or 'assistant'" if "role" in message else "Field required"
            raise Malformed(f"messages.{index}.role: {problem}")
        if isinstance(content, str):
            found.append(Message(role, content, (), None, message))
        else:
            found += _split(message, f"messages.{index}.")
    return tuple(found)


def _split(message: dict[str, Any], where: str) -> Iterator[Message]:
    """A user message that carries tool results is one tool message each, then what the user says beside them."""
    texts, uses, said = [], [], not message.get("content")
    for block, kind, at in _blocks(message, "content", where):
        said = said or kind != "tool_result"
        match kind:
            case "text":
                texts.append(_required(block, "text", str, at))
            case "tool_use":
                name, given = _required(block, "name", str, at), _required(block, "input", dict, at)
                uses.append(ToolUse(_required(block, "id", str, at), name, given))
            case "tool_result":
                text = "" if block.get("content") is None else _text(block, "content", at)
                yield Message("tool", text, tool_use_id=_required(block, "tool_use_id", str, at), raw=block)
    if said:
        yield Message(message["role"], "".join(texts), tuple(uses), raw=message)


def _blocks(owner: dict[str, Any], key: str, where: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each block under a key, its type, and what stands before its own keys' names; a type unknown to us is one too."""
    for number, block in enumerate(_required(owner, key, list, where)):
        kind = _required(_object(block, f"{where}{key}.{number}"), "type", str, f"{where}{key}.{number}.")
        yield block, kind, f"{where}{key}.{number}.{kind}."


def _text(owner: dict[str, Any], key: str, where: str) -> str:
    """The text under a key: a string, or the text blocks of a list."""
    content = owner[key]
    if isinstance(content, str):
        return content
    return "".join([_required(block, "text", str, at) for block, kind, at in _blocks(owner, key, where) if kind == "text"])


def _tools(body: dict[str, Any]) -> tuple[Tool, ...]:
    if body.get("tools") is None:
        return ()
    return tuple([_tool(tool, f"tools.{index}") for index, tool in enumerate(_required(body, "tools", list))])


def _tool(tool: Any, where: str) -> Tool:
    """A tool; one that the provider brings along may have no name, then its type is it."""
    given = _object(tool, where)
    kind = "custom" if given.get("type") is None else _required(given, "type", str, f"{where}.")
    name = _required(given, "name", str, f"{where}.custom.") if kind == "custom" else str(given.get("name", kind))
    schema = given.get("input_schema")
    return Tool(name, str(given.get("description") or ""), schema if isinstance(schema, dict) else {})


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case {"type": "tool", "name": str(name)}:
            return ToolChoice("named", name)
        case {"type": "any"}:
            return ToolChoice("required")
        case {"type": "none"}:
            return ToolChoice("none")
        case _:
            return ToolChoice()


def _schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    match body.get("output_config"):
        case {"format": {"schema": dict(schema)}}:
            return schema
        case _:
            return None


def _check_length(call: Call) -> None:
    asked = tokens.asked(call)
    if asked > _WINDOW:
        raise Malformed(f"prompt is too long: {asked} tokens > {_WINDOW} maximum")
