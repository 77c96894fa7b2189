"""What else is asked of a provider, and judged: embeddings, images, moderation, reranking, models, token counts. One entry each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept.doctor.wires.kinds import BEDROCK, CONVERSE, GEMINI, KINDS, MESSAGES, QUESTION, Kind
from llm_intercept.replies.parts import embedding, image

__all__ = ["OPERATIONS", "WIRES"]

#: What is said: nothing, so that the usual answer is given, and then the parts that an operation can be answered with.
USUAL: Mapping[str, Any] = {"the usual answer": None}
VECTOR: Mapping[str, Any] = {**USUAL, "a vector": embedding((0.5, -0.25, 0.125))}
PICTURE: Mapping[str, Any] = {**USUAL, "a picture": image(b"\x89PNG\r\n\x1a\n")}

TEXTS = ["The sky is blue.", "Grass is green."]
OPENAI = "https://api.openai.com/v1"
MISTRAL = "https://api.mistral.ai/v1"
COHERE = "https://api.cohere.com"
OLLAMA = "http://127.0.0.1:11434/api"
GOOGLE = "https://generativelanguage.googleapis.com/v1beta"


def _one(
    sdk: str, judge: str, url: str, asked: Mapping[str, Any] | None = None, said: Mapping[str, Any] = USUAL, /, **more: Any
) -> Kind:
    """An operation with bodies alone; `more` is what is added to what is asked, by a name."""
    return Kind(sdk, judge, url, asked, more, parts=("body",), said=said)


OPERATIONS: Mapping[str, Kind] = {
    # Embeddings
    "openai embeddings": _one(
        "openai", "embeddings", f"{OPENAI}/embeddings", {"model": "text-embedding-3-small", "input": TEXTS}, VECTOR,
        sized={"dimensions": 8}, encoded={"encoding_format": "base64"}, one={"input": "Hi"}, tokens={"input": [1, 2, 3]},
    ),
    "groq embeddings": _one("groq", "embeddings", "https://api.groq.com/openai/v1/embeddings",
                            {"model": "nomic-embed-text-v1_5", "input": TEXTS}, VECTOR),
    "together embeddings": _one("together", "embeddings", "https://api.together.ai/v1/embeddings",
                                {"model": "BAAI/bge-base-en-v1.5", "input": TEXTS}, VECTOR),
    "mistral embeddings": _one("mistralai", "embeddings", f"{MISTRAL}/embeddings",
                               {"model": "mistral-embed", "input": TEXTS}, VECTOR),
    "gemini embeddings": _one(
        "google", "embed", f"{GOOGLE}/models/gemini-embedding-001:batchEmbedContents",
        {"requests": [{"model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]}} for text in TEXTS]}, VECTOR,
    ),
    "cohere v2 embed": _one(
        "cohere", "v2 embed", f"{COHERE}/v2/embed",
        {"model": "embed-v4.0", "input_type": "search_query", "texts": TEXTS, "embedding_types": ["float"]}, VECTOR,
        all={"embedding_types": ["float", "int8", "uint8", "binary", "ubinary", "base64"]},
    ),
    "cohere v1 embed": _one("cohere", "v1 embed", f"{COHERE}/v1/embed",
                            {"model": "embed-english-v3.0", "input_type": "search_query", "texts": TEXTS}, VECTOR),
    "ollama embed": _one("ollama", "embed", f"{OLLAMA}/embed", {"model": "nomic-embed-text", "input": TEXTS}, VECTOR),
    "ollama embeddings": _one("ollama", "embeddings", f"{OLLAMA}/embeddings",
                              {"model": "nomic-embed-text", "prompt": "Hi"}, VECTOR),
    # Images
    "openai images": Kind(
        "openai", "images", f"{OPENAI}/images/generations", {"model": "gpt-image-1", "prompt": QUESTION, "size": "1024x1024"},
        {"several": {"n": 2}}, said=PICTURE,
    ),
    "together images": _one("together", "images", "https://api.together.ai/v1/images/generations",
                            {"model": "black-forest-labs/FLUX.1-schnell", "prompt": QUESTION}, PICTURE),
    # Moderation
    "openai moderations": _one("openai", "moderations", f"{OPENAI}/moderations",
                               {"model": "omni-moderation-latest", "input": TEXTS}),
    "mistral moderations": _one("mistralai", "moderations", f"{MISTRAL}/moderations",
                                {"model": "mistral-moderation-latest", "input": TEXTS}),
    "mistral classifications": _one("mistralai", "classifications", f"{MISTRAL}/classifications", {"model": "m", "input": TEXTS}),
    # Reranking
    "cohere v2 rerank": _one("cohere", "v2 rerank", f"{COHERE}/v2/rerank",
                             {"model": "rerank-v3.5", "query": QUESTION, "documents": TEXTS}),
    "cohere v1 rerank": _one("cohere", "v1 rerank", f"{COHERE}/v1/rerank",
                             {"model": "rerank-v3.5", "query": QUESTION, "documents": TEXTS}, documents={"return_documents": True}),
    "together rerank": _one("together", "rerank", "https://api.together.ai/v1/rerank",
                            {"model": "Salesforce/Llama-Rank-V1", "query": QUESTION, "documents": TEXTS}),
    # Models
    "openai models": _one("openai", "models", f"{OPENAI}/models"),
    "openai model": _one("openai", "model", f"{OPENAI}/models/gpt-4o"),
    "anthropic models": _one("anthropic", "models", "https://api.anthropic.com/v1/models"),
    "anthropic model": _one("anthropic", "model", "https://api.anthropic.com/v1/models/claude-haiku-4-5"),
    "groq models": _one("groq", "models", "https://api.groq.com/openai/v1/models"),
    "groq model": _one("groq", "model", "https://api.groq.com/openai/v1/models/llama-3.3-70b-versatile"),
    "mistral models": _one("mistralai", "models", f"{MISTRAL}/models"),
    "cohere models": _one("cohere", "models", f"{COHERE}/v1/models"),
    "cohere model": _one("cohere", "model", f"{COHERE}/v1/models/command-a-03-2025"),
    "ollama tags": _one("ollama", "tags", f"{OLLAMA}/tags"),
    "ollama ps": _one("ollama", "ps", f"{OLLAMA}/ps"),
    "ollama show": _one("ollama", "show", f"{OLLAMA}/show", {"model": "llama3.2"}),
    # Tokens
    "openai input_tokens": _one("openai", "responses input_tokens", f"{OPENAI}/responses/input_tokens",
                                {"model": "gpt-4o", "input": QUESTION}),
    "anthropic count_tokens": _one("anthropic", "count_tokens", "https://api.anthropic.com/v1/messages/count_tokens", MESSAGES),
    "gemini count_tokens": _one("google", "count_tokens", f"{GEMINI}:countTokens", {"contents": [{"parts": [{"text": QUESTION}]}]}),
    "bedrock count_tokens": _one("bedrock", "count_tokens", f"{BEDROCK}/count-tokens", {"input": {"converse": CONVERSE}}),
    "cohere tokenize": _one("cohere", "tokenize", f"{COHERE}/v1/tokenize", {"model": "command-a-03-2025", "text": QUESTION}),
    "cohere detokenize": _one("cohere", "detokenize", f"{COHERE}/v1/detokenize", {"model": "command-a-03-2025", "tokens": [1, 2]}),
}  # fmt: skip

#: Everything that is judged.
WIRES: Mapping[str, Kind] = {**KINDS, **OPERATIONS}
