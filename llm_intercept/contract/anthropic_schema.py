"""What Anthropic's schemas may say: those of tools, and the narrower ones of strict tools and of the answer.

Reference: https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_shape import OWN
from llm_intercept.contract.clause import Clause

__all__ = ["SCHEMAS"]

_NUMBERS = ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf")

#: What a strict schema cannot say of each type.
_UNSAYABLE: Mapping[Any, tuple[str, ...]] = {
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "string": ("maxLength", "minLength"),
    "array": ("maxItems", "uniqueItems"),
}

_UNITED = ("oneOf", "allOf", "anyOf")


def _tools(call: Call) -> str | None:
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool.get("type") == "function":
            return (
                f"tools.{index}: Input tag 'function' found using 'type' does not match any of the expected tags: 'bash_20250124', "
                "'custom', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'web_search_20250305'"
            )
        if tool.get("type") in (None, "custom"):
            wrong = _parameters(tool)
            if wrong is not None:
                return f"tools.{index}.custom.{wrong}"
    return None


def _parameters(tool: Mapping[str, Any]) -> str | None:
    match tool.get("input_schema"):
        case None:
            return "input_schema: Field required"
        case {"type": "object", **more}:
            united = not more.keys().isdisjoint(_UNITED)
            return "input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level" if united else None
        case {"type": _}:
            return "input_schema.type: Input should be 'object'"
        case {"$ref": _}:  # pydantic-ai sends them for what leads back to itself
            return None
        case dict():
            return "input_schema.type: Field required"
        case _:
            return "input_schema: Input should be a valid dictionary"


def _strict_tools(call: Call) -> str | None:
    for index, tool in enumerate(call.json.get("tools") or ()):
        if tool.get("strict") is True and isinstance(tool.get("input_schema"), dict):
            wrong = _strictness(tool["input_schema"])
            if wrong is not None:
                return f"tools.{index}.custom: {wrong}"
    return None


def _answer(call: Call) -> str | None:
    match call.json:
        case {"output_config": {"format": {"type": "json_schema", "schema": dict(schema)}}}:
            where = "output_config.format"
        case {"output_format": {"type": "json_schema", "schema": dict(schema)}}:
            where = "output_format"
        case _:
            return None
    wrong = _strictness(schema)
    return None if wrong is None else f"{where}.schema: {wrong}"


def _strictness(schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a strict schema; None where nothing is."""
    for inner in _schemas(schema):
        kind = inner.get("type")
        if kind == "object" and inner.get("additionalProperties") is not False:
            if "additionalProperties" not in inner:
                return "For 'object' type, 'additionalProperties' must be explicitly set to false"
            given = str(inner["additionalProperties"]).lower() if isinstance(inner["additionalProperties"], bool) else "object"
            return (
                f"For 'object' type, 'additionalProperties: {given}' is not supported. Please set 'additionalProperties' to false"
            )
        said = [key for key in _UNSAYABLE.get(kind, ()) if key in inner] if isinstance(kind, str) else []
        if len(said) == 1:
            return f"For '{kind}' type, property '{said[0]}' is not supported"
        if said:
            return f"For '{kind}' type, properties {', '.join(said)} are not supported"
        if kind == "array" and inner.get("minItems", 0) not in (0, 1):
            return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    return None


def _schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each schema in a schema, outermost first; nothing recurses, however deep it is."""
    left: list[Any] = [schema]
    while left:
        inner = left.pop()
        if not isinstance(inner, dict):
            continue
        yield inner
        below: list[Any] = []
        for key in ("properties", "$defs", "definitions"):
            if isinstance(inner.get(key), dict):
                below += inner[key].values()
        for key in ("anyOf", "allOf", "oneOf"):
            if isinstance(inner.get(key), list):
                below += inner[key]
        below.append(inner.get("items"))
        left += reversed(below)


_OUTPUTS = "https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs"

SCHEMAS = (
    Clause(
        "tool schemas",
        "A tool of one's own has a schema of an object, which is no choice of several.",
        "https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use",
        _tools,
        OWN,
        about="tools",
    ),
    Clause(
        "strict tools",
        "A strict tool's schema closes its objects, and bounds nothing.",
        _OUTPUTS,
        _strict_tools,
        OWN,
        about="tools",
    ),
    Clause(
        "answer's schema",
        "The answer's schema closes its objects, and bounds nothing.",
        _OUTPUTS,
        _answer,
        OWN,
        about="output_config output_format",
    ),
)
