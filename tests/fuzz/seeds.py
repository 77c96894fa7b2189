"""Requests that are rich in what is read and judged, one or more for each wire; others are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["SEEDS", "Seed"]


class Seed(NamedTuple):
    """Where a request is sent, and its body."""

    url: str
    body: Any


_SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/b"}]}}},
    "required": ["a"],
    "additionalProperties": False,
    "$defs": {"b": {"type": "object", "properties": {}, "required": [], "additionalProperties": False}},
}
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_USE = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"a": []}'}}
_CHAT: dict[str, Any] = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "Answer in JSON."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "?"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_PIXEL}"}},
            ],
        },
        {"role": "assistant", "content": None, "tool_calls": [_USE]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Sunny."},
        {"role": "user", "content": "So?", "name": "me"},
    ],
    "tools": [{"type": "function", "function": {"name": "look", "description": "d", "parameters": _SCHEMA, "strict": True}}],
    "tool_choice": {"type": "function", "function": {"name": "look"}},
    "parallel_tool_calls": False,
    "response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": _SCHEMA, "strict": True}},
    "temperature": 0.5,
    "top_p": 1,
    "n": 2,
    "logprobs": True,
    "top_logprobs": 3,
    "max_tokens": 99,
    "stop": ["a"],
    "seed": 1,
    "frequency_penalty": 0,
    "presence_penalty": 0,
    "logit_bias": {"50256": -100},
    "user": "u",
    "metadata": {"a": "b"},
    "stream": True,
    "stream_options": {"include_usage": True},
    "reasoning_effort": "low",
    "modalities": ["text"],
}
_RESPONSES: dict[str, Any] = {
    "model": "gpt-4o",
    "instructions": "Answer in JSON.",
    "input": [
        {
            "role": "user",
            "content": [{"type": "input_text", "text": "?"}, {"type": "input_file", "file_data": "data:text/plain;base64,YQ=="}],
        },
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "Sunny."},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "So.", "annotations": []}]},
    ],
    "tools": [{"type": "function", "name": "look", "parameters": _SCHEMA, "strict": True}, {"type": "web_search"}],
    "tool_choice": "auto",
    "text": {"format": {"type": "json_schema", "name": "city", "schema": _SCHEMA, "strict": True}},
    "include": ["reasoning.encrypted_content"],
    "temperature": 1,
    "top_logprobs": 2,
    "max_output_tokens": 99,
    "metadata": {"a": "b"},
    "reasoning": {"effort": "low"},
    "stream": True,
    "truncation": "auto",
    "store": False,
    "previous_response_id": None,
}
_CLAUDE: dict[str, Any] = {
    "max_tokens": 4096,
    "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": _PIXEL}}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "Sunny."}]}],
        },
    ],
    "tools": [{"name": "look", "input_schema": _SCHEMA}],
    "tool_choice": {"type": "auto"},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "stream": True,
    "temperature": 1,
}
_GEMINI: dict[str, Any] = {
    "systemInstruction": {"parts": [{"text": "s"}]},
    "contents": [
        {"role": "user", "parts": [{"text": "?"}, {"inlineData": {"mimeType": "image/png", "data": _PIXEL}}]},
        {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"a": 1}}}]},
    ],
    "tools": [
        {"functionDeclarations": [{"name": "look", "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}}]}
    ],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["look"]}},
    "generationConfig": {
        "temperature": 1,
        "maxOutputTokens": 9,
        "candidateCount": 1,
        "responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
        "thinkingConfig": {"thinkingBudget": 9},
    },
}
_CONVERSE: dict[str, Any] = {
    "system": [{"text": "s"}],
    "messages": [
        {"role": "user", "content": [{"text": "?"}, {"document": {"name": "a", "format": "pdf", "source": {"bytes": "YQ=="}}}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "look", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "Sunny."}]}}]},
    ],
    "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "stopSequences": ["a"]},
    "toolConfig": {"tools": [{"toolSpec": {"name": "look", "inputSchema": {"json": _SCHEMA}}}], "toolChoice": {"auto": {}}},
}
_PLAIN: dict[str, Any] = {key: value for key, value in _CHAT.items() if key not in ("response_format", "modalities", "logit_bias")}

_OPENAI = "https://api.openai.com/v1"
_GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models"
_VERTEX = "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers"
_BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"

SEEDS: Mapping[str, Seed] = {
    "openai chat": Seed(f"{_OPENAI}/chat/completions", _CHAT),
    "azure chat": Seed("https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-04-01", _CHAT),
    "openai responses": Seed(f"{_OPENAI}/responses", _RESPONSES),
    "openai input tokens": Seed(f"{_OPENAI}/responses/input_tokens", _RESPONSES),
    "openai conversations": Seed(f"{_OPENAI}/conversations", {"items": _RESPONSES["input"], "metadata": {}}),
    "openai completions": Seed(
        f"{_OPENAI}/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": ["a", [1, 2]], "n": 2, "echo": True}
    ),
    "openai embeddings": Seed(
        f"{_OPENAI}/embeddings",
        {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 8, "encoding_format": "base64"},
    ),
    "openai images": Seed(f"{_OPENAI}/images/generations", {"model": "gpt-image-1", "prompt": "a", "n": 1, "size": "1024x1024"}),
    "openai speech": Seed(f"{_OPENAI}/audio/speech", {"model": "tts-1", "input": "a", "voice": "alloy", "speed": 1}),
    "openai moderation": Seed(
        f"{_OPENAI}/moderations", {"model": "omni-moderation-latest", "input": [{"type": "text", "text": "a"}]}
    ),
    "anthropic messages": Seed("https://api.anthropic.com/v1/messages", {"model": "claude-sonnet-4-5", **_CLAUDE}),
    "anthropic count_tokens": Seed("https://api.anthropic.com/v1/messages/count_tokens", {"model": "claude-sonnet-4-5", **_CLAUDE}),
    "anthropic complete": Seed(
        "https://api.anthropic.com/v1/complete",
        {"model": "claude-2.1", "prompt": "\n\nHuman: a\n\nAssistant:", "max_tokens_to_sample": 9},
    ),
    "anthropic on vertex": Seed(
        f"{_VERTEX}/anthropic/models/claude-m:rawPredict", {"anthropic_version": "vertex-2023-10-16", **_CLAUDE}
    ),
    "anthropic on bedrock": Seed(f"{_BEDROCK}/anthropic.claude-m/invoke", {"anthropic_version": "bedrock-2023-05-31", **_CLAUDE}),
    "bedrock converse": Seed(f"{_BEDROCK}/amazon.nova-lite-v1:0/converse", _CONVERSE),
    "bedrock converse stream": Seed(f"{_BEDROCK}/amazon.nova-lite-v1:0/converse-stream", _CONVERSE),
    "bedrock titan embeddings": Seed(f"{_BEDROCK}/amazon.titan-embed-text-v2:0/invoke", {"inputText": "a", "dimensions": 256}),
    "gemini generate": Seed(f"{_GOOGLE}/gemini-2.5-flash:generateContent", _GEMINI),
    "gemini stream": Seed(f"{_GOOGLE}/gemini-2.5-flash:streamGenerateContent?alt=sse", _GEMINI),
    "gemini count tokens": Seed(f"{_GOOGLE}/gemini-2.5-flash:countTokens", {"contents": _GEMINI["contents"]}),
    "gemini embed": Seed(
        f"{_GOOGLE}/gemini-embedding-001:embedContent", {"content": {"parts": [{"text": "a"}]}, "outputDimensionality": 8}
    ),
    "gemini interactions": Seed(
        "https://generativelanguage.googleapis.com/v1beta/interactions", {"model": "gemini-2.5-flash", "input": "a"}
    ),
    "vertex generate": Seed(f"{_VERTEX}/google/models/gemini-2.5-flash:generateContent", _GEMINI),
    "mistral chat": Seed("https://api.mistral.ai/v1/chat/completions", {**_PLAIN, "model": "mistral-large-latest"}),
    "mistral conversations": Seed(
        "https://api.mistral.ai/v1/conversations", {"model": "mistral-large-latest", "inputs": "a", "stream": False}
    ),
    "mistral embeddings": Seed("https://api.mistral.ai/v1/embeddings", {"model": "mistral-embed", "input": ["a"]}),
    "cohere chat": Seed(
        "https://api.cohere.com/v2/chat", {"model": "command-a", "messages": _CHAT["messages"], "tools": _CHAT["tools"]}
    ),
    "cohere v1 chat": Seed(
        "https://api.cohere.com/v1/chat",
        {"model": "command-r", "message": "a", "chat_history": [{"role": "USER", "message": "b"}], "documents": [{"title": "t"}]},
    ),
    "cohere embed": Seed(
        "https://api.cohere.com/v2/embed",
        {"model": "embed-v4.0", "texts": ["a"], "input_type": "search_query", "embedding_types": ["float"]},
    ),
    "cohere rerank": Seed(
        "https://api.cohere.com/v2/rerank", {"model": "rerank-v3.5", "query": "a", "documents": ["b"], "top_n": 1}
    ),
    "ollama chat": Seed(
        "http://localhost:11434/api/chat", {**_PLAIN, "model": "llama3", "options": {"temperature": 1}, "format": _SCHEMA}
    ),
    "ollama generate": Seed(
        "http://localhost:11434/api/generate", {"model": "llama3", "prompt": "a", "images": [_PIXEL], "stream": False}
    ),
    "ollama embed": Seed("http://localhost:11434/api/embed", {"model": "llama3", "input": ["a"]}),
    "groq chat": Seed("https://api.groq.com/openai/v1/chat/completions", {**_PLAIN, "model": "llama-3.3-70b-versatile"}),
    "deepseek responses": Seed("https://api.deepseek.com/responses", {**_RESPONSES, "model": "deepseek-v4-flash"}),
    "openrouter chat": Seed(
        "https://openrouter.ai/api/v1/chat/completions", {**_PLAIN, "model": "a/b", "provider": {"order": ["a"]}}
    ),
    "watsonx chat": Seed("https://us-south.ml.cloud.ibm.com/ml/v1/text/chat?version=2024-10-10", {**_PLAIN, "model_id": "m"}),
    "voyage embeddings": Seed("https://api.voyageai.com/v1/embeddings", {"model": "voyage-3", "input": ["a"]}),
    "replicate": Seed("https://api.replicate.com/v1/models/a/m/predictions", {"input": {"prompt": "a"}}),
}
