"""How a conversation is asked for: its messages, its tools, and what the answer must fit.

Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Message, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.bedrock.fields import members, optional, refused, required, structure
from llm_intercept.framing.json import dump, load, to_bytes

__all__ = ["messages_of", "schema_of", "tool_choice_of", "tools_of"]


def messages_of(body: dict[str, Any]) -> tuple[Message, ...]:
    """The history; a user message that carries tool results is one tool message each, then what the user says beside them."""
    found = []
    for block, _ in members(body, "system"):
        text = _said(block)
        if text is not None:
            found.append(Message("system", text, raw=block))
    for message, at in members(body, "messages"):
        found += _split(message, at)
    return tuple(found)


def _split(message: dict[str, Any], where: str) -> Iterator[Message]:
    role = required(message, "role", str, where)
    if role not in ("user", "assistant", "system"):
        raise refused(f"{where}role", "Member must satisfy enum value set: [user, assistant]")
    texts, uses = [], []
    said = not required(message, "content", list, where)
    for block, at in members(message, "content", where):
        used, result = optional(block, "toolUse", dict), optional(block, "toolResult", dict)
        said = said or result is None
        if used is not None:
            uses.append(_tool_use(used, f"{at}toolUse."))
        elif result is not None:
            given = required(result, "toolUseId", str, f"{at}toolResult.")
            yield Message("tool", _result(result, f"{at}toolResult."), tool_use_id=given, raw=block)
        else:
            texts.append(_said(block) or "")
    if said:
        yield Message(role, "".join(texts), tuple(uses), raw=message)  # type: ignore[arg-type]  # it is one of the three


def _said(block: dict[str, Any]) -> str | None:
    """The text of a block; None where its kind is another, known to us or not."""
    guarded = optional(optional(block, "guardContent", dict) or {}, "text", dict)
    return optional(block if guarded is None else guarded, "text", str)


def _tool_use(use: dict[str, Any], where: str) -> ToolUse:
    given, name = required(use, "toolUseId", str, where), required(use, "name", str, where)
    if "input" not in use:
        raise refused(f"{where}input", "Member must not be null")
    return ToolUse(given, name, use["input"])


def _result(result: dict[str, Any], where: str) -> str:
    required(result, "content", list, where)
    return "".join(
        [dump(block["json"]).decode() if "json" in block else _said(block) or "" for block, _ in members(result, "content", where)]
    )


def tools_of(body: dict[str, Any]) -> tuple[Tool, ...]:
    """The tools on offer, the provider's own too; a cache point among them is none."""
    found = []
    for tool, at in members(optional(body, "toolConfig", dict) or {}, "tools", "toolConfig."):
        for kind, spec in tool.items():
            if kind != "cachePoint" and spec is not None:
                found.append(_tool(kind, structure(spec), f"{at}{kind}."))
    return tuple(found)


def _tool(kind: str, spec: dict[str, Any], where: str) -> Tool:
    schema = optional(optional(spec, "inputSchema", dict) or {}, "json", dict)
    return Tool(
        required(spec, "name", str, where),
        optional(spec, "description", str) or "",
        schema or {},
        "function" if kind == "toolSpec" else kind,
    )


def tool_choice_of(body: dict[str, Any]) -> ToolChoice:
    """How free the model is to call them."""
    match (optional(body, "toolConfig", dict) or {}).get("toolChoice"):
        case {"tool": {"name": str(name)}}:
            return ToolChoice("named", name)
        case {"any": dict()}:
            return ToolChoice("required")
        case _:
            return ToolChoice()


def schema_of(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema that the answer must fit; it stands in a string."""
    match body.get("outputConfig"):
        case {"textFormat": {"structure": {"jsonSchema": {"schema": str(text)}}}}:
            try:
                return structure(load(to_bytes(text)))
            except ValueError:
                raise refused("outputConfig.textFormat.structure.jsonSchema.schema", "Member must be a valid JSON schema") from None
        case _:
            return None
