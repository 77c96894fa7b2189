"""What every dialect's own words demand, read: the schema, whether its value stands bare, and the choice among the tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from llm_intercept import Call, Interceptor
from llm_intercept.call import ToolChoice

CITY = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
ANY = {"type": "object"}
USER = [{"role": "user", "content": "Hi"}]
NAMED = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}

#: A dialect, where it is asked, and a request that demands nothing.
ASKED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "openai": ("https://api.openai.com/v1/chat/completions", {"model": "m", "messages": USER}),
    "vllm": ("http://localhost:8000/v1/chat/completions", {"model": "m", "messages": USER}),
    "vllm completions": ("http://localhost:8000/v1/completions", {"model": "m", "prompt": "Hi"}),
    "azure": ("https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=1", {"messages": USER}),
    "azure models": ("https://r.services.ai.azure.com/models/chat/completions", {"model": "m", "messages": USER}),
    "groq": ("https://api.groq.com/openai/v1/chat/completions", {"model": "m", "messages": USER}),
    "together": ("https://api.together.xyz/v1/chat/completions", {"model": "m", "messages": USER}),
    "fireworks": ("https://api.fireworks.ai/inference/v1/chat/completions", {"model": "m", "messages": USER}),
    "perplexity": ("https://api.perplexity.ai/chat/completions", {"model": "m", "messages": USER}),
    "huggingface": ("https://router.huggingface.co/v1/chat/completions", {"model": "m", "messages": USER}),
    "writer": ("https://api.writer.com/v1/chat", {"model": "m", "messages": USER}),
    "mistral": ("https://api.mistral.ai/v1/chat/completions", {"model": "m", "messages": USER}),
    "mistral agents": ("https://api.mistral.ai/v1/agents/completions", {"agent_id": "a", "messages": USER}),
    "mistral conversations": ("https://api.mistral.ai/v1/conversations", {"model": "m", "inputs": "Hi"}),
    "watsonx": ("https://us-south.ml.cloud.ibm.com/ml/v1/text/chat?version=1", {"model_id": "m", "messages": USER}),
    "responses": ("https://api.openai.com/v1/responses", {"model": "m", "input": "Hi"}),
    "anthropic": ("https://api.anthropic.com/v1/messages", {"model": "m", "max_tokens": 9, "messages": USER}),
    "invoked claude": (
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-x/invoke",
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": USER},
    ),
    "invoked openai": ("https://bedrock-runtime.us-east-1.amazonaws.com/model/openai.gpt-oss-20b/invoke", {"messages": USER}),
    "invoked nova": (
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1:0/invoke",
        {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]},
    ),
    "converse": (
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse",
        {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]},
    ),
    "gemini": (
        "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
        {"contents": [{"parts": [{"text": "Hi"}]}]},
    ),
    "vertex": (
        "https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
    ),
    "interactions": ("https://generativelanguage.googleapis.com/v1beta/interactions", {"model": "m", "input": "Hi"}),
    "cohere": ("https://api.cohere.com/v2/chat", {"model": "m", "messages": USER}),
    "cohere v1": ("https://api.cohere.com/v1/chat", {"message": "Hi"}),
    "ollama": ("http://localhost:11434/api/chat", {"model": "m", "messages": USER, "stream": False}),
    "ollama generate": ("http://localhost:11434/api/generate", {"model": "m", "prompt": "Hi", "stream": False}),
    "dashscope": (
        "https://dashscope.aliyuncs.com/api/v1/services/aigc/text-generation/generation",
        {"model": "m", "input": {"messages": USER}},
    ),
    "replicate": ("https://api.replicate.com/v1/models/openai/gpt-5-structured/predictions", {"input": {"prompt": "Hi"}}),
}


def read(dialect: str, **keys: Any) -> Call:
    """The call that a request with these keys makes."""
    url, asked = ASKED[dialect]
    llm = Interceptor("ok", contract="off")
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        answered = client.post(url, content=json.dumps({**asked, **keys}).encode(), headers={"content-type": "application/json"})
    assert answered.is_success, answered.text
    call: Call = llm.calls.one.call
    return call


def converse(schema: str) -> dict[str, Any]:
    return {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"name": "city", "schema": schema}}}}


#: A dialect, what it is asked, and the schema that this comes to.
SCHEMAS: list[tuple[str, dict[str, Any], Any]] = [
    *((name, {}, None) for name in ASKED),
    *(
        (name, {"response_format": NAMED}, CITY)
        for name in (
            *("openai", "vllm", "vllm completions", "azure", "azure models", "groq", "together", "fireworks", "perplexity"),
            *("huggingface", "writer", "mistral", "mistral agents", "watsonx", "invoked openai"),
        )
    ),
    *(
        (name, {"response_format": {"type": "json_object"}}, ANY)
        for name in ("openai", "azure models", "groq", "mistral", "watsonx", "cohere", "cohere v1")
    ),
    ("openai", {"response_format": None}, None),
    ("openai", {"response_format": {"type": "text"}}, None),
    ("openai", {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True}}}, ANY),
    ("mistral", {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema_definition": CITY}}}, CITY),
    ("together", {"response_format": {"type": "json_object", "schema": CITY}}, CITY),
    ("together", {"response_format": {"type": "json_schema", "schema": CITY}}, CITY),
    ("fireworks", {"response_format": {"type": "json_schema", "json_schema": CITY}}, CITY),
    ("fireworks", {"response_format": {"type": "grammar", "grammar": "root ::= [a-z]"}}, None),
    ("writer", {"response_format": {"type": "json_schema", "json_schema": CITY}}, CITY),
    ("perplexity", {"response_format": {"type": "json_schema", "json_schema": {"schema": CITY}}}, CITY),
    ("huggingface", {"response_format": {"type": "json", "value": CITY}}, CITY),
    ("huggingface", {"response_format": {"type": "json_schema", "value": {"name": "city", "schema": CITY}}}, CITY),
    *((name, {"guided_json": CITY}, CITY) for name in ("vllm", "vllm completions", "watsonx")),
    ("vllm", {"guided_json": json.dumps(CITY)}, CITY),
    ("vllm", {"guided_json": "{"}, None),
    ("vllm", {"guided_json": "[]"}, None),
    ("vllm", {"guided_json": None}, None),
    ("vllm", {"structured_outputs": {"json": CITY}}, CITY),
    ("vllm", {"structured_outputs": {"json": json.dumps(CITY)}}, CITY),
    ("vllm", {"structured_outputs": {"json_object": True}}, ANY),
    ("vllm", {"structured_outputs": {"grammar": "root ::= [a-z]"}}, None),
    ("vllm", {"json_schema": json.dumps(CITY)}, CITY),
    ("vllm", {"nvext": {"guided_json": CITY}}, CITY),
    ("mistral conversations", {"completion_args": {"response_format": NAMED}}, CITY),
    ("mistral conversations", {"completion_args": {"response_format": {"type": "json_object"}}}, ANY),
    ("responses", {"text": {"format": {"type": "json_schema", "name": "city", "schema": CITY}}}, CITY),
    ("responses", {"text": {"format": {"type": "json_object"}}}, ANY),
    ("responses", {"text": {"format": {"type": "text"}, "verbosity": "low"}}, None),
    ("responses", {"text": {"verbosity": "low"}}, None),
    ("anthropic", {"output_config": {"format": {"type": "json_schema", "schema": CITY}}}, CITY),
    ("anthropic", {"output_format": {"type": "json_schema", "schema": CITY}}, CITY),
    ("anthropic", {"output_config": {"effort": "low"}}, None),
    ("invoked claude", {"output_config": {"format": {"type": "json_schema", "schema": CITY}}}, CITY),
    ("converse", {"outputConfig": converse(json.dumps(CITY))}, CITY),
    ("gemini", {"generationConfig": {"responseMimeType": "application/json"}}, ANY),
    ("gemini", {"generationConfig": {"responseMimeType": "text/plain"}}, None),
    ("gemini", {"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": CITY}}, CITY),
    *(
        (name, {"generationConfig": {"responseMimeType": "application/json", "responseSchema": given}}, meant)
        for name in ("gemini", "vertex")
        for given, meant in (
            ({"type": "OBJECT", "properties": {"name": {"type": "STRING"}}, "required": ["name"]}, CITY),
            ({"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
            ({"type": "STRING", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
            ({"anyOf": [{"type": "STRING"}], "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
            ({"type": "TYPE_UNSPECIFIED", "example": 1}, {"examples": [1]}),
            (
                {"type": "OBJECT", "additionalProperties": {"type": "STRING"}},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ),
        )
    ),
    ("interactions", {"response_format": {"type": "text", "mime_type": "application/json", "schema": CITY}}, CITY),
    ("interactions", {"response_format": {"type": "text", "mime_type": "application/json"}}, ANY),
    ("interactions", {"response_format": {"type": "text", "mime_type": "text/plain"}}, None),
    ("interactions", {"response_format": CITY, "response_mime_type": "application/json"}, CITY),
    ("interactions", {"response_mime_type": "application/json"}, ANY),
    ("cohere", {"response_format": {"type": "json_object", "json_schema": CITY}}, CITY),
    ("cohere", {"response_format": {"type": "json_object", "schema": CITY}}, CITY),
    ("cohere", {"response_format": {"type": "text"}}, None),
    ("cohere v1", {"response_format": {"type": "json_object", "schema": CITY}}, CITY),
    *(
        (name, {"format": given}, meant)
        for name in ("ollama", "ollama generate")
        for given, meant in (("json", ANY), (CITY, CITY), ("", None))
    ),
    ("dashscope", {"parameters": {"response_format": NAMED}}, CITY),
    ("dashscope", {"parameters": {"response_format": {"type": "json_object"}}}, ANY),
    (
        "replicate",
        {"input": {"prompt": "Hi", "json_schema": {"format": {"type": "json_schema", "name": "x", "schema": CITY}}}},
        CITY,
    ),
    ("replicate", {"input": {"prompt": "Hi", "json_schema": {"type": "json_schema", "name": "x", "schema": CITY}}}, CITY),
]


@pytest.mark.parametrize(("dialect", "keys", "schema"), SCHEMAS)
def test_the_schema_is_the_one_that_the_request_demands(dialect: str, keys: dict[str, Any], schema: Any) -> None:
    call = read(dialect, **keys)
    assert (call.schema, call.bare) == (schema, False)


ENUM = {"type": "string", "enum": ["a", "b"]}
REGEX = {"type": "string", "pattern": "^(?:[ab]+)$"}

#: A dialect, what it is asked, and the schema that the text itself must fit.
BARE: list[tuple[str, dict[str, Any], Any]] = [
    *((name, {"guided_choice": ["a", "b"]}, ENUM) for name in ("vllm", "vllm completions")),
    ("vllm", {"structured_outputs": {"choice": ["a", "b"]}}, ENUM),
    ("vllm", {"structured_outputs": {"regex": "[ab]+"}}, REGEX),
    ("vllm", {"guided_regex": "[ab]+"}, REGEX),
    ("vllm", {"regex": "[ab]+"}, REGEX),
    ("vllm", {"nvext": {"guided_regex": "[ab]+"}}, REGEX),
    ("huggingface", {"response_format": {"type": "regex", "value": "[ab]+"}}, REGEX),
    ("together", {"response_format": {"type": "regex", "pattern": "[ab]+"}}, REGEX),
    ("perplexity", {"response_format": {"type": "regex", "regex": {"regex": "[ab]+"}}}, REGEX),
    *(
        (
            name,
            {"generationConfig": {"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["a", "b"]}}},
            ENUM,
        )
        for name in ("gemini", "vertex")
    ),
]


@pytest.mark.parametrize(("dialect", "keys", "schema"), BARE)
def test_a_text_that_must_fit_is_told_from_json(dialect: str, keys: dict[str, Any], schema: Any) -> None:
    call = read(dialect, **keys)
    assert (call.schema, call.bare) == (schema, True)


def function(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def allowed(mode: str, *tools: dict[str, Any]) -> dict[str, Any]:
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": list(tools)}}


#: A dialect, what it is asked, and the choice that this comes to.
CHOICES: list[tuple[str, dict[str, Any], ToolChoice]] = [
    *((name, {}, ToolChoice()) for name in ASKED),
    *(
        (name, {"tool_choice": given}, meant)
        for name in ("openai", "vllm", "azure", "azure models", "groq", "together", "mistral", "watsonx", "writer")
        for given, meant in (
            ("auto", ToolChoice()),
            ("none", ToolChoice("none")),
            ("required", ToolChoice("required")),
            (function("f"), ToolChoice("named", "f")),
        )
    ),
    *((name, {"tool_choice": "any"}, ToolChoice("required")) for name in ("mistral", "mistral agents")),
    ("openai", {"tool_choice": {"type": "custom", "custom": {"name": "f"}}}, ToolChoice("named", "f")),
    ("openai", {"tool_choice": allowed("required", function("f"))}, ToolChoice("named", "f")),
    (
        "openai",
        {"tool_choice": allowed("required", function("f"), {"type": "custom", "custom": {"name": "g"}})},
        ToolChoice("required", None, ("f", "g")),
    ),
    ("openai", {"tool_choice": allowed("required")}, ToolChoice("required")),
    ("openai", {"tool_choice": allowed("auto", function("f"), {})}, ToolChoice("auto", None, ("f",))),
    ("openai", {"functions": [{"name": "f"}], "function_call": {"name": "f"}}, ToolChoice("named", "f")),
    ("openai", {"functions": [{"name": "f"}], "function_call": "none"}, ToolChoice("none")),
    ("openai", {"functions": [{"name": "f"}]}, ToolChoice()),
    ("writer", {"tool_choice": {"value": "required"}}, ToolChoice("required")),
    ("writer", {"tool_choice": {"value": function("f")}}, ToolChoice("named", "f")),
    ("watsonx", {"tool_choice_option": "required"}, ToolChoice("required")),
    ("watsonx", {"tool_choice_option": "none"}, ToolChoice("none")),
    ("watsonx", {"tool_choice_option": "auto"}, ToolChoice()),
    ("mistral conversations", {"completion_args": {"tool_choice": "any"}}, ToolChoice("required")),
    ("mistral conversations", {"completion_args": {"tool_choice": function("f")}}, ToolChoice("named", "f")),
    ("responses", {"tool_choice": "required"}, ToolChoice("required")),
    ("responses", {"tool_choice": {"type": "function", "name": "f"}}, ToolChoice("named", "f")),
    ("responses", {"tool_choice": {"type": "custom", "name": "f"}}, ToolChoice("named", "f")),
    ("responses", {"tool_choice": {"type": "web_search"}}, ToolChoice("named", "web_search")),
    ("responses", {"tool_choice": {"type": "mcp", "server_label": "s", "name": "f"}}, ToolChoice("named", "f")),
    (
        "responses",
        {"tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]}},
        ToolChoice("named", "f"),
    ),
    (
        "responses",
        {"tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"name": "f"}, {"type": "web_search"}]}},
        ToolChoice("required", None, ("f", "web_search")),
    ),
    (
        "responses",
        {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}},
        ToolChoice("auto", None, ("f",)),
    ),
    *(
        (name, {"tool_choice": given}, meant)
        for name in ("anthropic", "invoked claude")
        for given, meant in (
            ({"type": "auto"}, ToolChoice()),
            ({"type": "none"}, ToolChoice("none")),
            ({"type": "any", "disable_parallel_tool_use": True}, ToolChoice("required")),
            ({"type": "tool", "name": "f"}, ToolChoice("named", "f")),
        )
    ),
    *(
        (name, {"toolConfig": {"tools": [], "toolChoice": given}}, meant)
        for name in ("converse", "invoked nova")
        for given, meant in (
            ({"auto": {}}, ToolChoice()),
            ({"any": {}}, ToolChoice("required")),
            ({"tool": {"name": "f"}}, ToolChoice("named", "f")),
        )
    ),
    *(
        (name, {"toolConfig": {"functionCallingConfig": given}}, meant)
        for name in ("gemini", "vertex")
        for given, meant in (
            ({"mode": "AUTO"}, ToolChoice()),
            ({"mode": "VALIDATED"}, ToolChoice()),
            ({"mode": "NONE"}, ToolChoice("none")),
            ({"mode": "ANY"}, ToolChoice("required")),
            ({"mode": "ANY", "allowedFunctionNames": ["f"]}, ToolChoice("named", "f")),
            ({"mode": "ANY", "allowedFunctionNames": ["f", "g"]}, ToolChoice("required", None, ("f", "g"))),
        )
    ),
    ("interactions", {"generation_config": {"tool_choice": "any"}}, ToolChoice("required")),
    ("interactions", {"generation_config": {"tool_choice": "validated"}}, ToolChoice()),
    (
        "interactions",
        {"generation_config": {"tool_choice": {"allowed_tools": {"mode": "any", "tools": ["f", "g"]}}}},
        ToolChoice("required", None, ("f", "g")),
    ),
    *(
        (name, {"tool_choice": given}, meant)
        for name in ("cohere", "cohere v1")
        for given, meant in (("REQUIRED", ToolChoice("required")), ("NONE", ToolChoice("none")))
    ),
    ("dashscope", {"parameters": {"tool_choice": function("f")}}, ToolChoice("named", "f")),
    ("dashscope", {"parameters": {"tool_choice": "required"}}, ToolChoice("required")),
]


@pytest.mark.parametrize(("dialect", "keys", "choice"), CHOICES)
def test_the_choice_is_the_one_that_the_request_leaves(dialect: str, keys: dict[str, Any], choice: ToolChoice) -> None:
    assert read(dialect, **keys).tool_choice == choice
