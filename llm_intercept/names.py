"""The words of closed sets, for editors and type checkers; at run time the tables behind them judge.

A test holds each of these against its table.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["Finish", "OperationName", "ProviderName"]

Finish = Literal["stop", "length", "tool_calls", "refusal", "content_filter", "stop_sequence", "pause", "context_window"]

OperationName = Literal[
    "cancel", "chat", "check_key", "classification", "compact", "completion", "copy", "count_tokens", "create", "delete",
    "detokenize", "embeddings", "images", "list", "models", "moderation", "pull", "push", "rerank", "retrieve", "speech",
    "tokenize", "transcription", "translation", "update", "version",
]  # fmt: skip

ProviderName = Literal[
    "openai", "azure", "anthropic", "groq", "together", "mistral", "deepseek", "xai", "openrouter", "cerebras", "fireworks",
    "perplexity", "sambanova", "nvidia", "moonshot", "zai", "huggingface", "github", "gemini", "vertex", "bedrock", "cohere",
    "ollama", "lmstudio", "replicate", "voyage", "jina", "scaleway", "dashscope", "watsonx", "databricks", "deepinfra",
    "nebius", "hyperbolic", "lambda", "ai21", "writer", "vercel", "meta", "reka", "baseten", "pydantic", "helicone", "anyscale",
    "friendli", "galadriel", "featherless", "nscale", "novita", "modelscope", "publicai", "synthetic", "nanogpt", "poe",
    "chutes", "v0", "morph", "inception", "minimax", "wandb", "volcengine", "clarifai", "edenai", "gigachat",
]  # fmt: skip
