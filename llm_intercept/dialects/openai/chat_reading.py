"""How OpenAI chat completions are asked for, and in which words the provider refuses what is malformed.

Reference: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, repeat
from typing import Any, TypeVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.providers import STRICT
from llm_intercept.synthesis import tokens
from llm_intercept.wire import Request

__all__ = ["OpenAIChatReader"]

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

#: Where a tool call has its arguments, by its type; nothing is required of a type that does not stand here.
_ARGUMENTS: Mapping[str, str] = {"function": "arguments", "custom": "input"}

_FREE = ToolChoice()

_JSON_TYPES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a decimal"}

_T = TypeVar("_T", str, dict[str, Any])


def _a(value: object) -> str:
    return _JSON_TYPES.get(type(value), "null")


def _missing(param: str) -> Malformed:
    return Malformed(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def _wrong_type(param: str, expected: str, value: object) -> Malformed:
    return Malformed(
        f"Invalid type for '{param}': expected {expected}, but got {_a(value)} instead.", param=param, code="invalid_type"
    )


def _required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str) -> _T:
    """The value of a key that must be there and of one type."""
    value = owner.get(key)
    if isinstance(value, kind):
        return value
    param = f"{where}.{key}"
    raise _wrong_type(param, _JSON_TYPES[kind], value) if key in owner else _missing(param)


class OpenAIChatReader(Dialect):
    """The reading half of POST /chat/completions."""

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed(_NOT_JSON) from None
        if not isinstance(body, dict):
            raise Malformed(f"Invalid body: expected a JSON object, but got {_a(body)} instead.")
        model = body.get("model")
        if model is None or model == "":
            model = _deployment(request.path)
        if not isinstance(model, str):
            raise _wrong_type("model", "a string", model)
        if not model:
            raise Malformed("you must provide a model parameter")
        if "messages" not in body:
            raise _missing("messages")
        stream, options, n = body.get("stream"), body.get("stream_options"), body.get("n")
        if stream is not None and not isinstance(stream, bool):
            raise _wrong_type("stream", "a boolean", stream)
        if options is not None and not isinstance(options, dict):
            raise _wrong_type("stream_options", "an object", options)
        strict = provider in STRICT
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model,
            _messages(body["messages"], strict),
            stream is True,
            _tools(body["tools"], strict) if "tools" in body else (),
            _tool_choice(body["tool_choice"]) if "tool_choice" in body else _FREE,
            _schema(body["response_format"]) if "response_format" in body else None,
            1 if n is None else _choices(n),
            parameters=body,
            json=body,
        )

    def check(self, call: Call) -> None:
        if call.n > _MOST_CHOICES:
            raise _out_of_bounds(call.n)
        if len(call.request.body) > 4 * _WINDOW:
            _check_length(call)


def _deployment(path: str) -> str:
    """The model that an Azure deployment path names."""
    _, found, rest = path.partition("/deployments/")
    return unquote(rest.partition("/")[0]) if found else ""


def _choices(n: Any) -> int:
    if type(n) is not int:
        raise _wrong_type("n", "an integer", n)
    if n < 1:
        raise _out_of_bounds(n)
    return n


def _out_of_bounds(n: int) -> Malformed:
    word, bound, sign, limit = ("below", "min", ">=", 1) if n < 1 else ("above", "max", "<=", _MOST_CHOICES)
    return Malformed(
        f"Invalid 'n': integer {word} {bound}imum value. Expected a value {sign} {limit}, but got {n} instead.",
        param="n",
        code=f"integer_{word}_{bound}_value",
    )


def _messages(messages: Any, strict: bool) -> tuple[Message, ...]:
    if not isinstance(messages, list):
        raise _wrong_type("messages", "an array of objects", messages)
    return tuple(map(_message, messages, count(), repeat(strict)))


def _message(message: Any, index: int, strict: bool) -> Message:
    if not isinstance(message, dict):
        raise _wrong_type(f"messages[{index}]", "an object", message)
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise _wrong_role(message, f"messages[{index}]")
    content, uses = message.get("content"), message.get("tool_calls")
    return Message(
        _ROLES[role],
        content if type(content) is str and len(content) <= _LONGEST_TEXT else _text(content, f"messages[{index}].content"),
        () if uses is None else _tool_uses(uses, f"messages[{index}].tool_calls", strict),
        message.get("tool_call_id"),
        message,
    )


def _wrong_role(message: dict[str, Any], where: str) -> Malformed:
    role = _required(message, "role", str, where)
    return Malformed(
        f"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
        param=f"{where}.role",
        code="invalid_value",
    )


def _text(content: Any, where: str) -> str:
    match content:
        case None:
            return ""
        case str():  # a shorter one never comes here
            raise Malformed(
                f"Invalid '{where}': string too long. Expected a string with maximum length {_LONGEST_TEXT}, but got a "
                f"string with length {len(content)} instead.",
                param=where,
                code="string_above_max_length",
            )
        case list():
            return "".join([_part_text(part, f"{where}[{number}]") for number, part in enumerate(content)])
        case _:
            raise _wrong_type(where, "one of a string or array of objects", content)


def _part_text(part: Any, where: str) -> str:
    """A part's text; none where its type is another, known to us or not."""
    if not isinstance(part, dict):
        raise _wrong_type(where, "an object", part)
    if _required(part, "type", str, where) != "text":
        return ""
    text = _required(part, "text", str, where)
    return text if len(text) <= _LONGEST_TEXT else _text(text, f"{where}.text")


def _tool_uses(uses: Any, where: str, strict: bool) -> tuple[ToolUse, ...]:
    if not isinstance(uses, list):
        raise _wrong_type(where, "an array of objects", uses)
    return tuple([_tool_use(use, f"{where}[{number}]", strict) for number, use in enumerate(uses)])


def _tool_use(use: Any, where: str, strict: bool) -> ToolUse:
    kind, called, name = _typed(use, where, strict)
    if strict and kind in _ARGUMENTS:
        arguments = _required(called, _ARGUMENTS[kind], str, f"{where}.{kind}")
        return ToolUse(_required(use, "id", str, where), name, arguments)
    return ToolUse(str(use.get("id") or ""), name, called.get("arguments", called.get("input", "")))


def _tools(tools: Any, strict: bool) -> tuple[Tool, ...]:
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise _wrong_type("tools", "an array of objects", tools)
    return tuple([_tool(tool, f"tools[{number}]", strict) for number, tool in enumerate(tools)])


def _tool(tool: Any, where: str, strict: bool) -> Tool:
    kind, offered, name = _typed(tool, where, strict)
    parameters = offered.get("parameters")
    return Tool(name, str(offered.get("description") or ""), parameters if isinstance(parameters, dict) else {}, kind)


def _typed(tool: Any, where: str, strict: bool) -> tuple[str, dict[str, Any], str]:
    """The type of a tool or of a tool call, what it holds under it, and the name there; the type where there is none."""
    if not isinstance(tool, dict):
        raise _wrong_type(where, "an object", tool)
    kind = "function" if tool.get("type") is None and not strict else _required(tool, "type", str, where)
    if kind in _ARGUMENTS:
        held = _required(tool, kind, dict, where)
        return kind, held, _required(held, "name", str, f"{where}.{kind}")
    found = tool.get(kind)
    return (kind, found, str(found.get("name", kind))) if isinstance(found, dict) else (kind, {}, kind)


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case "none" | "required":
            return ToolChoice(choice)
        case {"function": {"name": str(name)}} | {"custom": {"name": str(name)}}:
            return ToolChoice("named", name)
        case {"allowed_tools": {"mode": "required"}}:
            return ToolChoice("required")
        case _:
            return _FREE


def _schema(response_format: Any) -> Mapping[str, Any] | None:
    match response_format:
        case {"json_schema": {"schema": dict(schema)}}:
            return schema
        case _:
            return None


def _check_length(call: Call) -> None:
    asked = tokens.asked(call)
    if asked > _WINDOW:
        raise Malformed(
            f"This model's maximum context length is {_WINDOW} tokens. However, your messages resulted in {asked} tokens. Please "
            "reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )
