"""What is posted where, and which models judge the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_intercept import native, reply

__all__ = ["BEDROCK", "CONVERSE", "GEMINI", "KINDS", "MESSAGES", "QUESTION", "Kind"]


@dataclass(frozen=True)
class Kind:
    """One wire at one host.

    `sdk` and `judge` are what its bodies and events are called in `judges`. `asked` is the least that is posted, and
    `more` what is added to it, by a name. A stream has its own URL, or else is asked for by `stream`; `unstreamed` is how a body is
    asked for. `own` are replies in the provider's own shapes, `said` what is said instead of the table of all. `refuses` is whether
    its errors are its judge's. Nothing `asked` is a GET.
    """

    sdk: str
    judge: str
    url: str
    asked: Mapping[str, Any] | None
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    streamed: str | None = None
    unstreamed: Mapping[str, Any] = field(default_factory=dict)
    accept: str = "*/*"
    own: Mapping[str, Any] = field(default_factory=lambda: {"native text": native({"type": "text", "text": "Given."})})

    parts: tuple[str, ...] = ("body", "event")
    refuses: bool = True
    said: Mapping[str, Any] | None = None

    def request(self, name: str, part: str) -> tuple[str, dict[str, Any] | None]:
        """The URL and the body that ask for a body or for events."""
        if self.asked is None:
            return self.url, None
        body = {**self.asked, **({} if name == "plain" else self.more[name])}
        if part == "body":
            return self.url, {**body, **self.unstreamed}
        return (self.url, {**body, "stream": True}) if self.streamed is None else (self.streamed, body)


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}

QUESTION = "What is the weather in Paris?"
USER = [{"role": "user", "content": QUESTION}]

# OpenAI's wire, at OpenAI's and at others'

FUNCTION = {"name": "weather", "description": "The weather.", "parameters": SCHEMA}
TOOLS = {"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "auto"}
JSON = {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": SCHEMA, "strict": True}}}
LOGPROBS = {"logprobs": True, "top_logprobs": 2}
USAGE = {"stream_options": {"include_usage": True}}
#: What real requests have besides, and answers repeat or tell of.
REASONING = {"reasoning_effort": "high", "max_completion_tokens": 1000, "service_tier": "default", "seed": 7}

CHAT = {"model": "m", "messages": USER}
#: A piece of a message, beside its text.
THOUGHT: Mapping[str, Any] = {"native thought": reply(native({"reasoning": "Hm."}), "Paris.")}
CHATS: Mapping[str, Mapping[str, Any]] = {"tools": TOOLS, "json schema": JSON, "n": {"n": 2}, "logprobs": LOGPROBS, "usage": USAGE}

AUDIO = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}
SEARCH: Mapping[str, Any] = {"web_search_options": {}}

OPENAI = Kind(
    "openai", "chat", "https://api.openai.com/v1/chat/completions", {"model": "gpt-4o", "messages": USER},
    {**CHATS, "audio": AUDIO, "search": SEARCH, "n, logprobs and usage": {"n": 2, **LOGPROBS, **USAGE}, "reasoning": REASONING,
     "custom tool": {"tools": [{"type": "custom", "custom": {"name": "weather"}}]}},
    own={"native annotations": reply("Blue.", native({"annotations": [{"type": "url_citation", "url_citation": {
        "url": "https://a.test", "title": "A", "start_index": 0, "end_index": 5}}]}))},
)  # fmt: skip

RESPONSES_TOOL = {"type": "function", **FUNCTION, "strict": True}
RESPONSES = Kind(
    "openai", "responses", "https://api.openai.com/v1/responses", {"model": "gpt-4o", "input": QUESTION},
    {
        "tools": {"tools": [RESPONSES_TOOL], "parallel_tool_calls": True, "tool_choice": "auto"},
        "custom tool": {"tools": [{"type": "custom", "name": "weather"}]},
        "hosted tool": {"tools": [{"type": "web_search"}], "include": ["web_search_call.action.sources"]},
        "json schema": {"text": {"format": {"type": "json_schema", "name": "city", "schema": SCHEMA, "strict": True}}},
        "logprobs": {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
        "reasoning": {"reasoning": {"effort": "high", "summary": "auto"}, "include": ["reasoning.encrypted_content"]},
        "not stored": {"store": False, "instructions": "Be terse.", "metadata": {"a": "b"}, "truncation": "auto"},
    },
    own={
        "native web search": reply(
            native({"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "q"}}),
            "Found.",
        ),
    },
)  # fmt: skip

# Anthropic's

MESSAGES = {"model": "claude-test", "max_tokens": 100, "messages": USER}
ANTHROPICS: Mapping[str, Mapping[str, Any]] = {
    "tools": {"tools": [{"name": "weather", "input_schema": SCHEMA}], "tool_choice": {"type": "auto"}},
    "thinking": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000},
    "stop": {"stop_sequences": ["END"], "system": "Be terse.", "service_tier": "auto"},
    "json schema": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    "documents": {"messages": [{"role": "user", "content": [
        {"type": "document", "title": "Sky", "source": {"type": "text", "media_type": "text/plain", "data": "The sky is blue."}},
        {"type": "text", "text": "Which colour?"},
    ]}]},
}  # fmt: skip
ANTHROPIC_OWN: Mapping[str, Any] = {
    "native text": reply(native({"type": "text", "text": "Given.", "citations": None})),
    "native tool": native({"type": "tool_use", "id": "toolu_1", "name": "now", "input": {"a": [1, None]}}),
    "native search": reply(
        native({"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}}),
        native({"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [
            {"type": "web_search_result", "url": "https://x.org", "title": "X", "encrypted_content": "e", "page_age": None},
        ]}),
        "Found it.",
    ),
}  # fmt: skip
VERTEX = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers"
CLAUDE = f"{VERTEX}/anthropic/models/claude-test@20250929"
ON_VERTEX = {"anthropic_version": "vertex-2023-10-16", "max_tokens": 100, "messages": USER}

# Google's

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash"
CONTENTS = {"contents": [{"role": "user", "parts": [{"text": QUESTION}]}]}
GEMINIS: Mapping[str, Mapping[str, Any]] = {
    "tools": {"tools": [{"functionDeclarations": [{"name": "weather", "parameters": {"type": "OBJECT"}}]}]},
    "json schema": {"generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}}},
    "n": {"generationConfig": {"candidateCount": 2}},
    "logprobs": {"generationConfig": {"responseLogprobs": True, "logprobs": 2}},
    "thinking": {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    "system": {"systemInstruction": {"parts": [{"text": "Be terse."}]}, "tools": [{"googleSearch": {}}]},
}
GEMINI_OWN: Mapping[str, Any] = {
    "native code": reply(
        native({"executableCode": {"language": "PYTHON", "code": "1+1"}}),
        native({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}}),
        "Two.",
    ),
    "native text": native({"text": "Given."}),
}


def _google(base: str) -> Kind:
    """Its stream as events, which the SDK asks for."""
    return Kind("google", "generate", f"{base}:generateContent", CONTENTS, GEMINIS, f"{base}:streamGenerateContent?alt=sse",
                own=GEMINI_OWN)  # fmt: skip


# Amazon's

BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0"
CONVERSE = {"messages": [{"role": "user", "content": [{"text": QUESTION}]}]}
CONVERSES: Mapping[str, Mapping[str, Any]] = {
    "tools": {"toolConfig": {"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": SCHEMA}}}]}},
    "tiers": {"serviceTier": {"type": "flex"}, "performanceConfig": {"latency": "optimized"}},
    "stop": {"inferenceConfig": {"stopSequences": ["END"]}, "additionalModelResponseFieldPaths": ["/stop_sequence"]},
}
INVOKE = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": USER}

# Cohere's, Mistral's and Ollama's

DOCUMENTS = {"documents": [{"id": "sky", "data": {"text": "The sky is blue."}}]}
COHERES: Mapping[str, Mapping[str, Any]] = {
    "tools": {"tools": [{"type": "function", "function": FUNCTION}]},
    "documents": DOCUMENTS,
    "logprobs": {"logprobs": True},
    "json schema": {"response_format": {"type": "json_object", "json_schema": SCHEMA}},
}
COHERE_V1: Mapping[str, Mapping[str, Any]] = {
    "documents": {"documents": [{"id": "sky", "text": "The sky is blue."}]},
    "conversation": {"conversation_id": "c-7", "preamble": "Be terse."},
}
MISTRAL = "https://api.mistral.ai/v1"
MISTRALS: Mapping[str, Mapping[str, Any]] = {"tools": TOOLS, "json schema": JSON, "n": {"n": 2}}
#: A request of ollama's without `stream` asks for one.
WHOLE = {"stream": False}
OLLAMAS: Mapping[str, Mapping[str, Any]] = {"json schema": {"format": SCHEMA}, "logprobs": LOGPROBS, "thinking": {"think": True}}

KINDS: Mapping[str, Kind] = {
    "openai chat": OPENAI,
    "openai completions": Kind(
        "openai", "completions", "https://api.openai.com/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": QUESTION},
        {"n": {"n": 2}, "logprobs": {"logprobs": 2}, "usage": USAGE, "echo": {"echo": True}, "prompts": {"prompt": ["a", "b"]}},
    ),
    "openai responses": RESPONSES,
    "groq chat": Kind("groq", "chat", "https://api.groq.com/openai/v1/chat/completions", CHAT, CHATS, own=THOUGHT),
    "together chat": Kind("together", "chat", "https://api-inference.together.ai/v1/chat/completions", CHAT, CHATS, own=THOUGHT),
    "huggingface chat": Kind("huggingface", "chat", "https://router.huggingface.co/v1/chat/completions", CHAT, CHATS, own=THOUGHT),
    "fireworks chat": Kind("fireworks", "chat", "https://api.fireworks.ai/inference/v1/chat/completions", CHAT, CHATS, own={}),
    "cerebras chat": Kind("cerebras", "chat", "https://api.cerebras.ai/v1/chat/completions", CHAT, CHATS, own=THOUGHT),
    "writer chat": Kind("writer", "chat", "https://api.writer.com/v1/chat", CHAT, CHATS, own={}),
    "anthropic messages": Kind("anthropic", "messages", "https://api.anthropic.com/v1/messages", MESSAGES, ANTHROPICS,
                               own=ANTHROPIC_OWN),
    "anthropic beta": Kind("anthropic", "beta messages", "https://api.anthropic.com/v1/messages?beta=true", MESSAGES,
                           {**ANTHROPICS, "mcp": {"mcp_servers": [{"type": "url", "name": "wiki", "url": "https://a.test"}]}},
                           own=ANTHROPIC_OWN),
    "anthropic complete": Kind("anthropic", "complete", "https://api.anthropic.com/v1/complete",
                               {"model": "claude-2", "prompt": f"\n\nHuman: {QUESTION}\n\nAssistant:", "max_tokens_to_sample": 9}),
    "claude on Vertex": Kind("anthropic", "messages", f"{CLAUDE}:rawPredict", ON_VERTEX, ANTHROPICS, f"{CLAUDE}:streamRawPredict",
                             own=ANTHROPIC_OWN),
    "claude on Bedrock": Kind("anthropic", "messages", f"{BEDROCK}/invoke", INVOKE, ANTHROPICS,
                              f"{BEDROCK}/invoke-with-response-stream", own=ANTHROPIC_OWN, refuses=False),
    "gemini": _google(GEMINI),
    "gemini on Vertex": _google(f"{VERTEX}/google/models/gemini-2.5-flash"),
    "gemini as an array": Kind("google", "generate", f"{GEMINI}:generateContent", CONTENTS, GEMINIS,
                               f"{GEMINI}:streamGenerateContent", own=GEMINI_OWN),
    "gemini interactions": Kind(
        "google", "interactions", "https://generativelanguage.googleapis.com/v1beta/interactions",
        {"model": "gemini-2.5-flash", "input": QUESTION},
        {"tools": {"tools": [{"type": "function", "name": "weather", "parameters": SCHEMA}]},
         "not stored": {"store": False, "system_instruction": "Be terse."}},
        own={"native step": reply(native({"type": "thought", "signature": "c2ln"}), "Paris.")},
    ),
    "bedrock converse": Kind("bedrock", "converse", f"{BEDROCK}/converse", CONVERSE, CONVERSES, f"{BEDROCK}/converse-stream",
                             own={"native text": native({"text": "Given."})}),
    "cohere v2 chat": Kind("cohere", "v2 chat", "https://api.cohere.com/v2/chat", {"model": "command-a-03-2025", "messages": USER},
                           COHERES, own={"native text": native({"type": "text", "text": "Given."})}),
    "cohere v1 chat": Kind("cohere", "v1 chat", "https://api.cohere.com/v1/chat", {"message": QUESTION}, COHERE_V1),
    "mistral chat": Kind("mistralai", "chat", f"{MISTRAL}/chat/completions", CHAT, MISTRALS, own={}),
    "mistral fim": Kind("mistralai", "fim", f"{MISTRAL}/fim/completions", {"model": "codestral-latest", "prompt": "def f("},
                        own={}),
    "mistral agents": Kind("mistralai", "agents", f"{MISTRAL}/agents/completions", {"agent_id": "ag_1", "messages": USER}, MISTRALS,
                           own={}),
    "mistral conversations": Kind(
        "mistralai", "conversations", f"{MISTRAL}/conversations", {"model": "mistral-medium-latest", "inputs": QUESTION},
        {"tools": {"tools": TOOLS["tools"]}},
        own={"native tool": reply(native({"type": "tool.execution", "name": "web_search", "arguments": "{}"}), "Found.")},
    ),
    "ollama chat": Kind("ollama", "chat", "http://127.0.0.1:11434/api/chat", {"model": "llama3.2", "messages": USER},
                        {**OLLAMAS, "tools": {"tools": TOOLS["tools"]}}, unstreamed=WHOLE),
    "ollama generate": Kind("ollama", "generate", "http://127.0.0.1:11434/api/generate", {"model": "llama3.2", "prompt": QUESTION},
                            {**OLLAMAS, "raw": {"raw": True}}, unstreamed=WHOLE),
}  # fmt: skip
