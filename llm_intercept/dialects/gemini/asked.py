"""What a request to Gemini asks: its contents, tools, and the shape of the answer.

Reference: https://ai.google.dev/api/generate-content
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from llm_intercept.call import Message, Modality, Role, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.choosing import among, named
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.fields import field, listed, snake, typed, wrong
from llm_intercept.dialects.gemini.schemas import json_schema
from llm_intercept.dialects.wanted import ANYTHING, OBJECT, Wanted
from llm_intercept.framing.json import dumps

__all__ = ["choices", "messages", "modality", "tool_choice", "tools", "wanted"]

_ROLES: Mapping[str, Role] = {"user": "user", "model": "assistant", "function": "user", "tool": "user"}

_FREE = ToolChoice()

#: JSON, as a MIME type and as the name of one.
_JSON = frozenset({"application/json", "application_json"})


def messages(body: Mapping[str, Any]) -> tuple[Message, ...]:
    """The history: the system instruction, then the contents."""
    found: list[Message] = []
    system = field(body, "systemInstruction")
    if isinstance(system, str):  # no content, but Google's own SDKs have sent it
        found.append(Message("system", system, raw=system))
    elif system is not None:
        if not isinstance(system, dict):
            raise wrong("system_instruction", dict, system)
        found.append(Message("system", _text(system, "system_instruction."), raw=system))
    for content, at in listed(body, "contents"):
        for message in _split(content, at):
            if found and found[-1].role == message.role == "assistant":
                found[-1] = _joined(found[-1], message)
            else:
                found.append(_matched(message, found) if message.role == "tool" else message)
    return tuple(found)


def _matched(answer: Message, before: list[Message]) -> Message:
    """A response with the id of the call that it answers: the functions that the SDK calls itself are told of by name alone."""
    answered = {one.tool_use_id for one in takewhile(lambda one: one.role == "tool", reversed(before))}
    asked = next((one for one in reversed(before) if one.role == "assistant"), answer)
    meant = [use.id for use in asked.tool_uses if use.name == answer.tool_use_id and use.id not in answered]
    return answer._replace(tool_use_id=meant[0]) if meant else answer


def _joined(first: Message, second: Message) -> Message:
    """One turn of the model's: the SDK's chats, and the functions that it calls itself, keep each chunk of a stream apart."""
    parts = [part for content in (first.raw, second.raw) for part, _ in listed(content, "parts")]
    raw = {**first.raw, "parts": parts}
    return Message("assistant", first.text + second.text, first.tool_uses + second.tool_uses, raw=raw)


def _split(content: dict[str, Any], at: str) -> Iterator[Message]:
    """A content that carries functions' responses is one tool message each, then what is said beside them."""
    told = typed(content, "role", str, at) or "user"
    role = _ROLES.get(told)
    if role is None:
        raise Malformed("Please use a valid role: user, model.", param=f"{at}role")
    texts, uses, others, answers = [], [], 0, []
    for part, where in listed(content, "parts", at):
        if len(part) == 1 and type(text := part.get("text")) is str:  # most are no more
            texts.append(text)
            others += 1
            continue
        text = typed(part, "text", str, where)
        use, answer = typed(part, "functionCall", dict, where), typed(part, "functionResponse", dict, where)
        if answer is not None:
            answers.append(_answer(answer, f"{where}function_response."))
            continue
        others += 1
        if use is not None:
            uses.append(_use(use, f"{where}function_call."))
        elif text is not None and field(part, "thought") is not True:
            texts.append(text)
    yield from answers
    if others or not answers:
        yield Message(role, "".join(texts), tuple(uses), raw=content)


def _text(content: dict[str, Any], at: str) -> str:
    return "".join([typed(part, "text", str, where) or "" for part, where in listed(content, "parts", at)])


def _use(use: dict[str, Any], at: str) -> ToolUse:
    name = typed(use, "name", str, at) or ""
    return ToolUse(typed(use, "id", str, at) or name, name, typed(use, "args", dict, at) or {})


def _answer(answer: dict[str, Any], at: str) -> Message:
    """A function's response; what stands alone in it, under whatever name, is its text."""
    given = typed(answer, "response", dict, at) or {}
    value = next(iter(given.values())) if len(given) == 1 else given
    name = typed(answer, "name", str, at) or ""
    text = value if isinstance(value, str) else dumps(value)
    return Message("tool", text, tool_use_id=typed(answer, "id", str, at) or name, raw=answer)


def tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    """The functions on offer, and Google's own tools by their names in snake_case."""
    if "tools" not in body:
        return ()
    found = []
    for tool, at in listed(body, "tools"):
        for function, where in listed(tool, "functionDeclarations", at):
            found.append(_function(function, where))
        for name in map(snake, tool):
            if name != "function_declarations":
                found.append(Tool(name, kind=name))
    return tuple(found)


def _function(function: dict[str, Any], at: str) -> Tool:
    name = typed(function, "name", str, at)
    if not name:
        raise Malformed(f"Invalid function name at '{at}name'. Must start with a letter or an underscore.", param=f"{at}name")
    written, given = field(function, "parametersJsonSchema"), typed(function, "parameters", dict, at)
    parameters = written if isinstance(written, dict) else json_schema(given or {})
    return Tool(name, typed(function, "description", str, at) or "", parameters)


def tool_choice(body: Mapping[str, Any]) -> ToolChoice:
    """How free the model is."""
    if "toolConfig" not in body and "tool_config" not in body:
        return _FREE
    config = typed(typed(body, "toolConfig", dict) or {}, "functionCallingConfig", dict, "tool_config.") or {}
    names = field(config, "allowedFunctionNames")
    match str(field(config, "mode") or "").upper():
        case "ANY":
            return among(named(names))
        case "NONE":
            return ToolChoice("none")
        case _:
            return _FREE


def modality(config: Mapping[str, Any], model: str) -> Modality:
    """What the answer must be: a sound or an image, where that is among what is wanted; models of images make them unasked."""
    wanted = field(config, "responseModalities") if config else None
    if not isinstance(wanted, list):
        return "image" if "-image" in model else "text"
    named = {str(one).lower() for one in wanted}
    return "audio" if "audio" in named else "image" if "image" in named else "text"


def wanted(config: Mapping[str, Any]) -> Wanted:
    """What the answer must be, from the generation config; with the MIME type of an enum it is the member, and no JSON."""
    if not config:
        return ANYTHING
    kind = typed(config, "responseMimeType", str, "generation_config.") or ""
    given = typed(config, "responseSchema", dict, "generation_config.")
    written = field(config, "responseJsonSchema")
    if isinstance(written, dict) or given is not None:
        return Wanted(written if isinstance(written, dict) else json_schema(given or {}), bare=kind == "text/x.enum")
    for shape in _shapes(field(config, "responseFormat")):
        found = field(shape, "schema")
        if isinstance(found, dict):
            return Wanted(json_schema(found))
        kind = kind or str(field(shape, "mimeType") or "").lower()
    return OBJECT if kind in _JSON else ANYTHING


def _shapes(given: Any) -> Iterator[Mapping[str, Any]]:
    """The text formats among the response formats, one or a list."""
    for one in given if isinstance(given, list) else [given]:
        match one:
            case {"text": dict(text)}:
                yield text
            case dict():
                yield one
            case _:
                continue


def choices(config: Mapping[str, Any]) -> int:
    """How many candidates are wanted."""
    if not config:
        return 1
    count = typed(config, "candidateCount", int, "generation_config.")
    if count is not None and count < 1:
        raise Malformed("* GenerateContentRequest.generation_config.candidate_count: must be positive\n")
    return 1 if count is None else count
