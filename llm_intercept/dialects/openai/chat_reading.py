"""How OpenAI chat completions are asked for, and in which words the provider refuses what is malformed.

Reference: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call, Message, Modality, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.choosing import among, named
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import body_of, choices, few, flag, missing, model_of, options, required, wrong_type
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.wanted import wanted_of
from llm_intercept.memory import Past
from llm_intercept.synthesis import tokens
from llm_intercept.wire import Request

__all__ = ["OpenAIChatReader"]

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

#: Where a tool call has its arguments, by its type; nothing is required of a type that does not stand here.
_ARGUMENTS: Mapping[str, str] = {"function": "arguments", "custom": "input"}

_plain = tuple.__new__

_FREE = ToolChoice()


class OpenAIChatReader(OpenAIEndpoint, Dialect):
    """The reading half of POST /chat/completions.

    `elsewhere` is whether the model, or that a stream is wanted, is told by something else than the keys that most have for it.
    """

    elsewhere: ClassVar[bool] = False

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        flavour = flavour_of(provider, request)
        model = body.get("model")
        if self.elsewhere or type(model) is not str or not model:
            model = self.model(body, request, flavour)
        if "messages" not in body:
            raise missing("messages")
        if "stream_options" in body:
            options(body)
        strict, wanted = flavour.strict, wanted_of(body)
        return Call(
            request,
            provider,
            self.operation,
            self.name,
            model,
            _messages(body["messages"], strict),
            (self.elsewhere or "stream" in body) and self.streams(body, request),
            _tools(body["tools"], strict) if "tools" in body else _functions(body["functions"]) if "functions" in body else (),
            self.tool_choice(body),
            wanted.schema,
            choices(body) if "n" in body else 1,
            parameters=body,
            json=body,
            modality=_modality(body, model, flavour),
            bare=wanted.bare,
        )

    def model(self, body: Mapping[str, Any], request: Request, flavour: Flavour) -> str:
        """The model that is asked; raises `Malformed`."""
        return model_of(body, request, flavour)

    def tool_choice(self, body: Mapping[str, Any]) -> ToolChoice:
        """How free the model is."""
        if "tool_choice" in body:
            return _tool_choice(body["tool_choice"])
        return _tool_choice(body.get("function_call")) if "functions" in body else _FREE

    def streams(self, body: Mapping[str, Any], request: Request) -> bool:
        """Whether a stream is wanted; raises `Malformed`."""
        return flag(body, "stream")

    def check(self, call: Call) -> None:
        few(call.n)
        if len(call.request.body) > 4 * _WINDOW:
            _check_length(call)


def _modality(body: Mapping[str, Any], model: str, flavour: Flavour) -> Modality:
    """What the answer must be: a sound or an image, where that is asked for, and had; models of images make them unasked."""
    asked = body.get("modalities")
    if not isinstance(asked, list):
        return "image" if flavour.draws and "-image" in model else "text"
    return "audio" if flavour.speaks and "audio" in asked else "image" if flavour.draws and "image" in asked else "text"


def _messages(messages: Any, strict: bool) -> tuple[Message, ...]:
    if not isinstance(messages, list):
        raise wrong_type("messages", "an array of objects", messages)
    read = []
    for index, message in enumerate(messages):
        # Most messages of a long history are a role and a text: they are read here, in a third of the time that a function takes.
        if type(message) is dict and len(message) == 2 and type(content := message.get("content")) is str:
            role = message.get("role")
            if type(role) is str and role in _ROLES and len(content) <= _LONGEST_TEXT:
                read.append(_plain(Message, (_ROLES[role], content, (), None, message)))
                continue
        read.append(_message(message, index, strict))
    return tuple(read)


def _message(message: Any, index: int, strict: bool) -> Message:
    if not isinstance(message, dict):
        raise wrong_type(f"messages[{index}]", "an object", message)
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise _wrong_role(message, f"messages[{index}]")
    content, uses = message.get("content"), message.get("tool_calls")
    return Message(
        _ROLES[role],
        content if type(content) is str and len(content) <= _LONGEST_TEXT else _text(content, f"messages[{index}].content"),
        _tool_uses(uses, f"messages[{index}].tool_calls", strict)
        if uses is not None
        else _function_call(message, index)
        if message.get("function_call") is not None
        else (),
        message.get("tool_call_id"),
        message,
    )


def _function_call(message: dict[str, Any], index: int) -> tuple[ToolUse, ...]:
    """The call of one of `functions`, which has no id."""
    where = f"messages[{index}].function_call"
    called = required(message, "function_call", dict, f"messages[{index}]")
    return (ToolUse("", required(called, "name", str, where), required(called, "arguments", str, where)),)


def _wrong_role(message: dict[str, Any], where: str) -> Malformed:
    role = required(message, "role", str, where)
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
            raise wrong_type(where, "one of a string or array of objects", content)


def _part_text(part: Any, where: str) -> str:
    """A part's text; none where its type is another, known to us or not."""
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", part)
    if required(part, "type", str, where) != "text":
        return ""
    text = required(part, "text", str, where)
    return text if len(text) <= _LONGEST_TEXT else _text(text, f"{where}.text")


def _tool_uses(uses: Any, where: str, strict: bool) -> tuple[ToolUse, ...]:
    if not isinstance(uses, list):
        raise wrong_type(where, "an array of objects", uses)
    return tuple([_tool_use(use, f"{where}[{number}]", strict) for number, use in enumerate(uses)])


def _tool_use(use: Any, where: str, strict: bool) -> ToolUse:
    kind, called, name = _typed(use, where, strict)
    if strict and kind in _ARGUMENTS:
        arguments = required(called, _ARGUMENTS[kind], str, f"{where}.{kind}")
        return ToolUse(required(use, "id", str, where), name, arguments)
    return ToolUse(str(use.get("id") or ""), name, called.get("arguments", called.get("input", "")))


def _tools(tools: Any, strict: bool) -> tuple[Tool, ...]:
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise wrong_type("tools", "an array of objects", tools)
    return tuple([_tool(tool, f"tools[{number}]", strict) for number, tool in enumerate(tools)])


def _tool(tool: Any, where: str, strict: bool) -> Tool:
    kind, offered, name = _typed(tool, where, strict)
    parameters = offered.get("parameters")
    return Tool(name, str(offered.get("description") or ""), parameters if isinstance(parameters, dict) else {}, kind)


def _functions(functions: Any) -> tuple[Tool, ...]:
    """What was offered before there were tools."""
    if functions is None:
        return ()
    if not isinstance(functions, list):
        raise wrong_type("functions", "an array of objects", functions)
    return tuple(
        [_tool({"type": "function", "function": one}, f"functions[{number}]", True) for number, one in enumerate(functions)]
    )


def _typed(tool: Any, where: str, strict: bool) -> tuple[str, dict[str, Any], str]:
    """The type of a tool or of a tool call, what it holds under it, and the name there; the type where there is none."""
    if not isinstance(tool, dict):
        raise wrong_type(where, "an object", tool)
    kind = "function" if tool.get("type") is None and not strict else required(tool, "type", str, where)
    if kind in _ARGUMENTS:
        held = required(tool, kind, dict, where)
        return kind, held, required(held, "name", str, f"{where}.{kind}")
    found = tool.get(kind)
    return (kind, found, str(found.get("name", kind))) if isinstance(found, dict) else (kind, {}, kind)


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case None:
            return _FREE
        case "none" | "required":
            return ToolChoice(choice)
        case "any":
            return ToolChoice("required")
        case {"function": {"name": str(name)}} | {"custom": {"name": str(name)}} | {"name": str(name)}:
            return ToolChoice("named", name)
        case {"allowed_tools": {"mode": "required", "tools": tools}}:
            return among(named(tools))
        case {"allowed_tools": {"mode": "auto", "tools": tools}}:
            return ToolChoice(allowed=named(tools))
        case {"value": value}:  # Writer
            return _tool_choice(value)
        case _:
            return _FREE


def _check_length(call: Call) -> None:
    asked = tokens.asked(call)
    if asked > _WINDOW:
        raise Malformed(
            f"This model's maximum context length is {_WINDOW} tokens. However, your messages resulted in {asked} tokens. Please "
            "reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )
