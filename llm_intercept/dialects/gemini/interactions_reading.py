"""How an interaction is asked for: its input, what it goes on from, its tools, and the shape of the answer.

Reference: https://ai.google.dev/api/interactions-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.choosing import among, named
from llm_intercept.dialects.dialect import Dialect
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.asked import modality
from llm_intercept.dialects.gemini.fields import body, listed, typed
from llm_intercept.dialects.gemini.house import House
from llm_intercept.dialects.gemini.interactions_kept import kept
from llm_intercept.dialects.wanted import OBJECT
from llm_intercept.framing.json import dumps
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["InteractionsReader", "messages"]


class InteractionsReader(House, Dialect):
    """The reading half of POST /interactions."""

    stateful = True

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body(request)
        model = typed(sent, "model", str) or typed(sent, "agent", str)
        if not model:
            raise Malformed("Either 'model' or 'agent' must be specified.")
        before = typed(sent, "previous_interaction_id", str)
        found = None if before is None else kept(before, past)
        system = typed(sent, "system_instruction", str)
        config = typed(sent, "generation_config", dict) or {}
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model.removeprefix("models/"),
            messages=(
                *(() if system is None else (Message("system", system, raw=system),)),
                *(() if found is None else found.messages),
                *messages(sent.get("input")),
            ),
            stream=typed(sent, "stream", bool) is True,
            tools=tuple(_tools(sent)),
            tool_choice=_tool_choice(config.get("tool_choice")),
            schema=_schema(sent),
            parameters=sent,
            json=sent,
            kept=found,
            modality=modality(sent, model),
        )

    def check(self, call: Call) -> None:
        if call.json.get("input") in (None, "", []):
            raise Malformed("'input' must be specified.", param="input")


def messages(given: Any) -> tuple[Message, ...]:
    """The messages of an input: a text, contents, which are one user's, or steps. What one side says in a row is one message."""
    if given is None:
        return ()
    if isinstance(given, str):
        return (Message("user", given, raw=given),)
    found: list[Message] = []
    for message in _each(given):
        last = found[-1] if found else None
        if last is not None and last.role == message.role != "tool":
            found[-1] = last._replace(text=last.text + message.text, tool_uses=last.tool_uses + message.tool_uses)
        else:
            found.append(message)
    return tuple(found)


def _each(given: Any) -> Iterator[Message]:
    for one, at in listed({"input": given}, "input"):
        match one.get("type"):
            case "model_output":
                yield Message("assistant", _text(one, at), raw=one)
            case "user_input":
                yield Message("user", _text(one, at), raw=one)
            case "function_call":
                name = typed(one, "name", str, at) or ""
                use = ToolUse(typed(one, "id", str, at) or name, name, typed(one, "arguments", dict, at) or {})
                yield Message("assistant", "", (use,), raw=one)
            case "function_result":
                named = typed(one, "call_id", str, at) or typed(one, "name", str, at)
                yield Message("tool", _result(one.get("result")), tool_use_id=named, raw=one)
            case None:  # a turn, as it was before there were steps
                yield Message("assistant" if typed(one, "role", str, at) == "model" else "user", _text(one, at), raw=one)
            case str(kind) if kind == "thought" or kind.endswith(("_call", "_result")):
                yield Message("assistant", "", raw=one)
            case _:
                yield Message("user", typed(one, "text", str, at) or "", raw=one)


def _text(step: dict[str, Any], at: str) -> str:
    if isinstance(step.get("content"), str):
        return str(step["content"])
    return "".join([typed(content, "text", str, where) or "" for content, where in listed(step, "content", at)])


def _result(result: Any) -> str:
    """What a function gave: a text, contents, or anything else as JSON."""
    match result:
        case None:
            return ""
        case str():
            return result
        case list() if all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in result):
            return "".join([one["text"] for one in result])
        case _:
            return dumps(result)


def _tools(sent: Mapping[str, Any]) -> Iterator[Tool]:
    for tool, at in listed(sent, "tools"):
        kind = typed(tool, "type", str, at) or "function"
        if kind != "function":
            yield Tool(typed(tool, "name", str, at) or kind, kind=kind)
            continue
        name = typed(tool, "name", str, at)
        if not name:
            raise Malformed(f"Missing function name at '{at}name'.", param=f"{at}name")
        yield Tool(name, typed(tool, "description", str, at) or "", typed(tool, "parameters", dict, at) or {})


def _tool_choice(choice: Any) -> ToolChoice:
    match choice:
        case "any" | {"allowed_tools": {"mode": "any"}}:
            return among(named(choice["allowed_tools"].get("tools") if isinstance(choice, dict) else None))
        case "none" | {"allowed_tools": {"mode": "none"}}:
            return ToolChoice("none")
        case _:
            return ToolChoice()


def _schema(sent: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of the text format among the response formats; a schema alone is one, too."""
    given = sent.get("response_format")
    formats: list[Any] = given if isinstance(given, list) else [given]
    for one in formats:
        match one:
            case {"schema": dict(schema)}:
                return schema
            case {"type": "text", "mime_type": "application/json"}:
                return OBJECT.schema
            case {"type": "object" | "array"} | {"$ref": _} | {"anyOf": _}:
                return dict(one)
            case _:
                continue
    return OBJECT.schema if sent.get("response_mime_type") == "application/json" else None
