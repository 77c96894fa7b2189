"""What a model does not know, would not have, or a wire cannot say, and why. An entry that nothing needs fails a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

__all__ = ["KNOWN", "MODELLED", "REFUSED", "UNKNOWN", "UNSAID", "Known", "expected"]


class Known(NamedTuple):
    """Findings that are right as they are: in `kinds` and `parts`, with the models of `majors` (None: all)."""

    why: str
    found: tuple[str, ...]
    kinds: tuple[str, ...]
    parts: tuple[str, ...] = ("body", "event")
    majors: tuple[int, ...] | None = None


def expected(table: Iterable[Known], kind: str, part: str, major: int) -> set[str]:
    """What a table lists for one kind's bodies or events."""
    return {
        one
        for entry in table
        if kind in entry.kinds and part in entry.parts and (entry.majors is None or major in entry.majors)
        for one in entry.found
    }


#: The newest versions that these tables were held against: what an older model does not know may have come since.
KNOWN: Mapping[str, str] = {
    "openai": "3.54.0",
    "anthropic": "2.12.0",
    "google": "3.4.0",
    "groq": "1.7.0",
    "together": "3.1.1",
    "huggingface": "1.33.0",
    "bedrock": "1.43.117",
    "cohere": "7.3.1",
    "mistralai": "3.7.0",
    "ollama": "0.6.3",
    "fireworks": "1.2.30",
    "cerebras": "1.91.0",
    "writer": "3.0.0",
}

#: Kinds that not every major has models of, and those that have.
MODELLED: Mapping[str, range] = {
    "anthropic complete": range(1),  # gone with anthropic 1
    "gemini interactions": range(2, 100),  # Google refuses what google-genai 1 asks since June 2026
}

GEMINIS = ("gemini", "gemini as an array")
GOOGLES = (*GEMINIS, "gemini on Vertex")
MISTRALS = ("mistral chat", "mistral fim", "mistral agents")
OLLAMAS = ("ollama chat", "ollama generate")
CLAUDES = ("anthropic messages", "anthropic beta", "claude on Vertex", "claude on Bedrock")

_DRAWN = ("background", "output_format", "quality", "revised_prompt", "size")

_CLAUDE = (
    *("deprecated_at", "lifecycle", "line", "retires_at", "capabilities.server_tools"),
    *("capabilities.thinking.types.between_tools", "capabilities.thinking.types.disabled"),
)
_GROQ_MODEL = ("active", "context_window", "max_completion_tokens", "public_apps")

#: Paths that a model does not know.
UNKNOWN: tuple[Known, ...] = (
    # OpenAI's
    Known("real streams of a search have it", ("choices[].delta.annotations",), ("openai chat",), ("event",)),
    Known(
        "real streams have it; the SDK's accumulator reads it",
        ("choices[].delta.tool_calls[].custom",),
        ("openai chat",),
        ("event",),
    ),
    Known(
        "real streams have it; newer than this major", ("obfuscation", "choices[].delta.audio"), ("openai chat",), ("event",), (2,)
    ),
    Known("real answers have it", ("billing", "frequency_penalty", "presence_penalty", "store"), ("openai responses",), ("body",)),
    Known(
        "real answers have it",
        ("response.frequency_penalty", "response.presence_penalty", "response.store"),
        ("openai responses",),
        ("event",),
    ),
    Known(
        "newer than this major",
        tuple(f"output[image_generation_call].{key}" for key in _DRAWN),
        ("openai responses",),
        ("body",),
        (2,),
    ),
    Known(
        "newer than this major",
        tuple(f"{at}.{key}" for at in ("item", "response.output[image_generation_call]") for key in _DRAWN),
        ("openai responses",),
        ("event",),
        (2,),
    ),
    Known("the major before demands the function's name there", ("name",), ("openai responses",), ("event",), (3,)),
    # Others' chats
    Known("the provider's answers have it", ("metadata",), ("together chat",), ("body",)),
    Known("the dataclass lacks what every answer on this wire has", ("object",), ("huggingface chat",)),
    Known(
        "OpenAI's, which the router's providers send",
        (
            "choices[].logprobs.content[].bytes",
            "choices[].logprobs.content[].top_logprobs[].bytes",
            "choices[].logprobs.refusal",
        ),
        ("huggingface chat",),
    ),
    # Clouds'
    Known("the service adds it to the last chunk", ("amazon-bedrock-invocationMetrics",), ("claude on Bedrock",), ("event",)),
    Known(
        "real bodies have it; botocore's model has not",
        ("usage.cacheReadInputTokenCount", "usage.cacheWriteInputTokenCount", "usage.serverToolUsage"),
        ("bedrock converse",),
        ("body",),
    ),
    # Google's
    Known("real answers have it", ("usageMetadata.serviceTier",), GEMINIS),
    # Cohere's
    Known(
        "recorded calls have it",
        ("delta.message.content", "delta.message.tool_plan", "delta.message.tool_calls", "delta.message.citations"),
        ("cohere v2 chat",),
        ("event",),
    ),
    Known("recorded calls have it", ("is_finished",), ("cohere v1 chat",), ("event",)),
    # Mistral's
    Known("real answers have it", ("usage.prompt_tokens_details",), MISTRALS),
    Known("newer than this major", ("choices[].message.content[thinking].signature",), MISTRALS, ("body",), (1,)),
    Known("newer than this major", ("choices[].delta.content[thinking].signature",), MISTRALS, ("event",), (1,)),
    Known(
        "newer than this major",
        (
            "outputs[function.call].agent_id",
            "outputs[function.call].model",
            "outputs[message.output].content[thinking].signature",
            "outputs[tool.execution].agent_id",
            "outputs[tool.execution].model",
        ),
        ("mistral conversations",),
        ("body",),
        (1,),
    ),
    Known("newer than this major", ("agent_id", "model", "content.signature"), ("mistral conversations",), ("event",), (1,)),
    Known(
        "real streams have it; the SDK's chunks lack it",
        ("choices[].delta.tool_calls[].index", "choices[].delta.tool_calls[function].index"),
        ("fireworks chat",),
        ("event",),
    ),
    # What else is asked
    Known("real answers have it", tuple(f"data[].{key}" for key in _GROQ_MODEL), ("groq models",)),
    Known("real answers have it", _GROQ_MODEL, ("groq model",)),
    Known("the provider's reference has it", ("usageMetadata.promptTokenDetails",), ("gemini embeddings",), majors=(3,)),
    Known("newer than these majors", ("usageMetadata",), ("gemini embeddings",), majors=(1, 2)),
    Known("newer than this major", tuple(f"data[model].{key}" for key in _CLAUDE), ("anthropic models",), majors=(0,)),
    Known("newer than this major", _CLAUDE, ("anthropic model",), majors=(0,)),
    Known("newer than this major", ("models[].sampling_defaults",), ("cohere models",), majors=(5,)),
    Known("newer than this major", ("sampling_defaults",), ("cohere model",), majors=(5,)),
    Known("newer than this major", ("data[base].capabilities.reasoning",), ("mistral models",), majors=(1,)),
    Known("the provider's reference has it", ("promptTokensDetails",), ("gemini count_tokens",)),
    Known("the server's own types have it (api/types.go), and so do its answers", ("models[].name",), ("ollama tags",)),
    # Ollama's
    Known(
        "the server's own types have it (api/types.go), and so do its answers",
        ("message.tool_calls[].id", "message.tool_calls[].function.index"),
        ("ollama chat",),
    ),
    Known("the server's own types have it (api/types.go)", ("logprobs[].bytes", "logprobs[].top_logprobs[].bytes"), OLLAMAS),
)

#: Documents that a model would not have: where, and the value there.
REFUSED: tuple[Known, ...] = (
    Known(
        "it was asked for in base64, which the SDK decodes where it asked for it itself",
        ("data[].embedding: a list is wanted, not string",),
        ("openai embeddings",),
    ),
    Known(
        "real streams call custom tools; the SDK's chunks know functions alone",
        ("choices[].delta.tool_calls[custom].type: 'custom'",),
        ("openai chat",),
        ("event",),
    ),
    Known(
        "real streams have no reason yet; the SDK has one model for body and chunk",
        ("choices[].finish_reason: None",),
        ("openai completions",),
        ("event",),
    ),
    Known(
        "a refusal's category is the provider's own word, sent as it was given", ("candidates[].finishReason: 'cyber'",), GOOGLES
    ),
    Known(
        "a model's name is sent as it was given; the SDK lists those it knows",
        ("model: 'm-7'",),
        ("gemini interactions",),
        ("body",),
    ),
    Known(
        "real refusals have it; the SDK raises by the status, and has no model of these two",
        ("error.type: 'conflict_error'", "error.type: 'request_too_large'"),
        CLAUDES,
        ("error",),
    ),
    Known(
        "the model's bodies know it, its chunks do not; the SDK takes any word",
        ("choices[].finish_reason: 'model_length'",),
        MISTRALS,
        ("event",),
    ),
)  # fmt: skip

THOUGHTS = ("thinking", "signed thinking", "redacted thinking", "thinking alone", "thinking and tool call", "thinking twice")
CALLS = (
    "tool call", "tool call without arguments", "tool call with an id", "parallel tool calls", "text and tool call", "interleaved",
    "a tool that was not offered", "malformed arguments", "arguments of nothing",
)  # fmt: skip
MALFORMED = ("malformed arguments", "arguments of nothing")
REFUSALS = ("refusal", "refusal after text", "refusal with a category")
PAGES = ("page cited", "page cited by its address")
DOCUMENT = ("document cited",)
SOUNDS = ("sound", "sound without words")
IMAGE = ("image",)

_NO_TEXT = "a completion is text, and nothing else"
_NO_PLACE = "the wire has no place for it"
_NO_WORD = "the wire has no word for it"
_PARSED = "arguments are a value on this wire, not a text"

OTHERS = ("groq chat", "together chat", "huggingface chat")
MORE = ("fireworks chat", "cerebras chat", "writer chat")

#: Replies that a wire cannot say: `CannotSay`, whatever is asked or unless what is asked.
UNSAID: tuple[Known, ...] = (
    # OpenAI's
    Known("thoughts are not shown here, but in responses", THOUGHTS, ("openai chat",)),
    Known(_NO_PLACE, (*DOCUMENT, *IMAGE), ("openai chat",)),
    Known("who listens asks for it", tuple(f"{sound}, unless asked for: audio" for sound in SOUNDS), ("openai chat",)),
    Known(_NO_WORD, ("finish pause",), ("openai chat", "openai completions", *OTHERS, *MORE)),
    Known(
        _NO_TEXT,
        (*THOUGHTS, *CALLS, *REFUSALS, *PAGES, *DOCUMENT, *SOUNDS, *IMAGE, "native text"),
        ("openai completions", "anthropic complete"),
    ),
    Known(_NO_WORD, ("finish refusal", "finish tool_calls"), ("openai completions", "anthropic complete")),
    Known(_NO_WORD, ("finish pause", "finish stop_sequence"), ("openai responses",)),
    Known(_NO_PLACE, SOUNDS, ("openai responses",)),
    # Others' chats
    Known(_NO_PLACE, ("signed thinking", "redacted thinking", *REFUSALS, *PAGES, *SOUNDS, *IMAGE), OTHERS),
    Known(_NO_PLACE, DOCUMENT, ("together chat", "huggingface chat")),
    Known(_NO_WORD, ("finish content_filter",), ("groq chat", "together chat")),
    Known(_NO_PLACE, ("signed thinking", "redacted thinking", *PAGES, *DOCUMENT, *SOUNDS, *IMAGE), MORE),
    Known(_NO_PLACE, REFUSALS, ("fireworks chat", "cerebras chat")),
    Known(_NO_PLACE, ("thinking", "thinking alone", "thinking and tool call", "thinking twice"), ("writer chat",)),
    Known(_NO_WORD, ("finish content_filter",), ("fireworks chat",)),
    # Anthropic's
    Known(_NO_PLACE, (*IMAGE, *SOUNDS), CLAUDES),
    Known(_PARSED, MALFORMED, CLAUDES, ("body",)),
    Known(_NO_WORD, ("finish content_filter", "finish context_window", "finish pause"), ("anthropic complete",)),
    # Google's
    Known(_NO_WORD, ("finish context_window", "finish pause"), (*GOOGLES, "gemini interactions")),
    Known("a sound's words have no place beside it", ("sound",), (*GOOGLES, "gemini interactions")),
    Known(_PARSED, MALFORMED, ("gemini interactions",)),
    # Amazon's
    Known(_NO_WORD, ("finish pause", "refusal with a category"), ("bedrock converse",)),
    Known("a sound's words have no place beside it", ("sound",), ("bedrock converse",)),
    Known("streams have no sound", ("sound without words",), ("bedrock converse",), ("event",)),
    Known(_PARSED, MALFORMED, ("bedrock converse",), ("body",)),
    # Cohere's
    Known(
        _NO_PLACE, ("signed thinking", "redacted thinking", *REFUSALS, *IMAGE, *SOUNDS), ("cohere v2 chat", "cohere v1 chat")
    ),
    Known(_NO_WORD, ("finish pause", "finish refusal"), ("cohere v2 chat", "cohere v1 chat")),
    Known(_NO_WORD, ("finish content_filter", "finish context_window"), ("cohere v2 chat",)),
    Known(_NO_PLACE, ("thinking", "thinking alone", "thinking and tool call", "thinking twice"), ("cohere v1 chat",)),
    Known(_NO_PLACE, ("native text",), ("cohere v1 chat", *OLLAMAS)),
    Known(_NO_PLACE, ("tool call with an id",), ("cohere v1 chat",)),
    Known(_PARSED, MALFORMED, ("cohere v1 chat",)),
    # Mistral's
    Known(_NO_PLACE, ("redacted thinking", *REFUSALS, *PAGES, *DOCUMENT, *IMAGE, *SOUNDS), MISTRALS),
    Known(_NO_WORD, ("finish content_filter", "finish pause"), MISTRALS),
    Known(_NO_PLACE, ("redacted thinking", *REFUSALS, *PAGES, *DOCUMENT, *SOUNDS), ("mistral conversations",)),
    Known(
        "a conversation's answer has no finish reason",
        (
            "cut JSON", "finish content_filter", "finish context_window", "finish length", "finish pause", "finish refusal",
            "finish stop_sequence",
        ),
        ("mistral conversations",),
    ),
    # Ollama's
    Known(_NO_PLACE, ("signed thinking", "redacted thinking", *REFUSALS, *PAGES, *DOCUMENT, *IMAGE, *SOUNDS), OLLAMAS),
    Known(_NO_WORD, ("finish content_filter", "finish context_window", "finish pause", "finish refusal"), OLLAMAS),
    Known(_PARSED, MALFORMED, ("ollama chat",)),
    Known(_NO_PLACE, (*CALLS, "thinking and tool call"), ("ollama generate",)),
)  # fmt: skip
