"""How each wire is asked to call tools: what offers them, the words that force one, and where an answer has the calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.structured.test_wanted import ASKED

__all__ = ["TOOLS", "WIRES", "Wire"]

#: The tools, by name, with the schemas of their arguments.
TOOLS: Mapping[str, Mapping[str, Any]] = {
    "weather": {
        "type": "object",
        "properties": {"city": {"type": "string", "minLength": 2}, "unit": {"enum": ["celsius", "fahrenheit"]}},
        "required": ["city", "unit"],
    },
    "book": {
        "type": "object",
        "properties": {"seats": {"type": "integer", "minimum": 1, "maximum": 9}, "when": {"type": "string", "format": "date"}},
        "required": ["seats"],
    },
    "done": {"type": "object", "properties": {}},
}

Call = tuple[str, Any]


@dataclass(frozen=True)
class Wire:
    """One of them.

    `offers` makes the keys that offer tools, `forces` those that force one, any of them (None) or that of a name; None where the
    wire has no words for it. `some` forces one of some. `calls` takes the calls out of a body. `tools` are the tools with as much
    of their schemas as the wire has words for.
    """

    asked: str
    offers: Callable[[Mapping[str, Any]], dict[str, Any]]
    forces: Callable[[str | None], dict[str, Any] | None]
    calls: Callable[[Any], list[Call]]
    some: Callable[[tuple[str, ...]], dict[str, Any]] | None = None
    tools: Mapping[str, Any] = field(default_factory=lambda: TOOLS)

    @property
    def url(self) -> str:
        return ASKED[self.asked][0]

    def body(self, *more: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(ASKED[self.asked][1])
        for keys in more:
            for key, value in keys.items():
                made[key] = {**made[key], **value} if isinstance(made.get(key), dict) else value
        return made


def functions(tools: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in tools.items()]


def chat(body: Any) -> list[Call]:
    calls = body["choices"][0]["message"].get("tool_calls") or []
    return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]


def named(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def openai(asked: str, word: str = "required", **more: Any) -> Wire:
    return Wire(
        asked,
        lambda tools: {"tools": functions(tools)},
        lambda name: {"tool_choice": word if name is None else named(name)},
        chat,
        **more,
    )


def allowed(names: tuple[str, ...]) -> dict[str, Any]:
    return {"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [*map(named, names)]}}}


def anthropic(asked: str) -> Wire:
    return Wire(
        asked,
        lambda tools: {"tools": [{"name": name, "input_schema": schema} for name, schema in tools.items()]},
        lambda name: {"tool_choice": {"type": "any"} if name is None else {"type": "tool", "name": name}},
        lambda body: [(block["name"], block["input"]) for block in body["content"] if block["type"] == "tool_use"],
    )


def bedrock(asked: str) -> Wire:
    return Wire(
        asked,
        lambda tools: {
            "toolConfig": {
                "tools": [{"toolSpec": {"name": name, "inputSchema": {"json": schema}}} for name, schema in tools.items()]
            }
        },
        lambda name: {"toolConfig": {"toolChoice": {"any": {}} if name is None else {"tool": {"name": name}}}},
        lambda body: [
            (block["toolUse"]["name"], block["toolUse"]["input"])
            for block in body["output"]["message"]["content"]
            if "toolUse" in block
        ],
    )


def gemini(asked: str) -> Wire:
    def forces(*names: str) -> dict[str, Any]:
        only = {"allowedFunctionNames": [*names]} if names else {}
        return {"toolConfig": {"functionCallingConfig": {"mode": "ANY", **only}}}

    return Wire(
        asked,
        lambda tools: {
            "tools": [{"functionDeclarations": [{"name": name, "parametersJsonSchema": schema} for name, schema in tools.items()]}]
        },
        lambda name: forces() if name is None else forces(name),
        lambda body: [
            (part["functionCall"]["name"], part["functionCall"].get("args", {}))
            for part in body["candidates"][0]["content"]["parts"]
            if "functionCall" in part
        ],
        some=lambda names: forces(*names),
    )


def cohere_v1(tools: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    types = {"string": "str", "integer": "int"}
    for name, schema in tools.items():
        defined = {
            key: {"type": types.get(one.get("type", "string")), "required": key in schema.get("required", ())}
            for key, one in schema["properties"].items()
        }
        yield {"name": name, "description": "", "parameter_definitions": defined}


WIRES: Mapping[str, Wire] = {
    **{
        name: openai(name, some=allowed)
        for name in ("openai", "azure", "azure models", "groq", "together", "fireworks", "huggingface", "writer", "vllm", "watsonx")
    },
    **{name: openai(name, "any") for name in ("mistral", "mistral agents")},
    "functions": Wire(
        "openai",
        lambda tools: {"functions": [{"name": name, "parameters": schema} for name, schema in tools.items()]},
        lambda name: None if name is None else {"function_call": {"name": name}},
        lambda body: [
            (call["name"], json.loads(call["arguments"])) for call in [body["choices"][0]["message"].get("function_call")] if call
        ],
    ),
    "watsonx option": Wire(
        "watsonx",
        lambda tools: {"tools": functions(tools)},
        lambda name: {"tool_choice_option": "required"} if name is None else None,
        chat,
    ),
    "invoked openai": openai("invoked openai"),
    "mistral conversations": Wire(
        "mistral conversations",
        lambda tools: {"tools": functions(tools)},
        lambda name: {"completion_args": {"tool_choice": "any" if name is None else named(name)}},
        lambda body: [(one["name"], json.loads(one["arguments"])) for one in body["outputs"] if one["type"] == "function.call"],
    ),
    "responses": Wire(
        "responses",
        lambda tools: {"tools": [{"type": "function", "name": name, "parameters": schema} for name, schema in tools.items()]},
        lambda name: {"tool_choice": "required" if name is None else {"type": "function", "name": name}},
        lambda body: [(one["name"], json.loads(one["arguments"])) for one in body["output"] if one["type"] == "function_call"],
        some=lambda names: {
            "tool_choice": {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "function", "name": name} for name in names],
            }
        },
    ),
    **{name: anthropic(name) for name in ("anthropic", "invoked claude")},
    **{name: bedrock(name) for name in ("converse", "invoked nova")},
    **{name: gemini(name) for name in ("gemini", "vertex")},
    "interactions": Wire(
        "interactions",
        lambda tools: {"tools": [{"type": "function", "name": name, "parameters": schema} for name, schema in tools.items()]},
        lambda name: {
            "generation_config": {"tool_choice": "any" if name is None else {"allowed_tools": {"mode": "any", "tools": [name]}}}
        },
        lambda body: [(one["name"], one["arguments"]) for one in body["steps"] if one["type"] == "function_call"],
        some=lambda names: {"generation_config": {"tool_choice": {"allowed_tools": {"mode": "any", "tools": [*names]}}}},
    ),
    "cohere": Wire(
        "cohere",
        lambda tools: {"tools": functions(tools)},
        lambda name: {"tool_choice": "REQUIRED"} if name is None else None,
        lambda body: [
            (call["function"]["name"], json.loads(call["function"]["arguments"]))
            for call in body["message"].get("tool_calls") or []
        ],
    ),
    "cohere v1": Wire(
        "cohere v1",
        lambda tools: {"tools": [*cohere_v1(tools)]},
        lambda name: {"tool_choice": "REQUIRED"} if name is None else None,
        lambda body: [(call["name"], call["parameters"]) for call in body.get("tool_calls") or []],
        tools={
            "weather": {**TOOLS["weather"], "properties": {"city": {"type": "string"}, "unit": {"type": "string"}}},
            "book": {"properties": {"seats": {"type": "integer"}, "when": {"type": "string"}}, "required": ["seats"]},
            "done": TOOLS["done"],
        },
    ),
    "dashscope": Wire(
        "dashscope",
        lambda tools: {"parameters": {"tools": functions(tools), "result_format": "message"}},
        lambda name: {"parameters": {"tool_choice": "required" if name is None else named(name)}},
        lambda body: chat(body["output"]),
    ),
}
