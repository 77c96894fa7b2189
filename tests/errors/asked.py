"""One question to each provider that has its own words for errors, past all SDKs."""

from __future__ import annotations

from typing import Any

import httpx

from llm_intercept import intercept
from llm_intercept.replies.reply import ErrorReply

__all__ = ["CHATS", "answered", "ask"]

#: Where chats are asked for at those who have their own words, and what else they want in a body.
CHATS: dict[str, tuple[str, dict[str, Any]]] = {
    "openai": ("https://api.openai.com/v1/chat/completions", {}),
    "azure": ("https://me.openai.azure.com/openai/v1/chat/completions", {}),
    "anthropic": ("https://api.anthropic.com/v1/messages", {"max_tokens": 9}),
    "gemini": (
        "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
    ),
    "bedrock": (
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.m/converse",
        {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]},
    ),
    "cohere": ("https://api.cohere.com/v2/chat", {}),
    "groq": ("https://api.groq.com/openai/v1/chat/completions", {}),
    "mistral": ("https://api.mistral.ai/v1/chat/completions", {}),
    "ollama": ("http://localhost:11434/api/chat", {}),
    "compatible": ("http://localhost:8000/v1/chat/completions", {}),
    "together": ("https://api.together.xyz/v1/chat/completions", {}),
    "deepseek": ("https://api.deepseek.com/chat/completions", {}),
    "xai": ("https://api.x.ai/v1/chat/completions", {}),
    "openrouter": ("https://openrouter.ai/api/v1/chat/completions", {}),
    "cerebras": ("https://api.cerebras.ai/v1/chat/completions", {}),
    "fireworks": ("https://api.fireworks.ai/inference/v1/chat/completions", {}),
    "huggingface": ("https://router.huggingface.co/v1/chat/completions", {}),
    "mistral conversations": ("https://api.mistral.ai/v1/conversations", {"inputs": "Hi"}),
    "watsonx": ("https://us-south.ml.cloud.ibm.com/ml/v1/text/chat?version=2024-10-10", {"model_id": "m"}),
    "dashscope": (
        "https://dashscope.aliyuncs.com/api/v1/services/aigc/text-generation/generation",
        {"input": {"messages": [{"role": "user", "content": "Hi"}]}},
    ),
    "replicate": ("https://api.replicate.com/v1/models/a/m/predictions", {"input": {"prompt": "Hi"}}),
    "voyage": ("https://api.voyageai.com/v1/embeddings", {"input": "Hi"}),
    "vertex": (
        "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/m:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
    ),
    "claude on vertex": (
        "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic/models/claude-m:rawPredict",
        {"anthropic_version": "vertex-2023-10-16", "max_tokens": 9},
    ),
    "claude on bedrock": (
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-m/invoke",
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9},
    ),
    "gpt on bedrock": ("https://bedrock-runtime.us-east-1.amazonaws.com/model/openai.gpt-oss-20b-1:0/invoke", {}),
}


def ask(name: str, answer: ErrorReply) -> httpx.Response:
    """The response to a call that is answered with an error."""
    url, body = CHATS[name]
    asked = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], **body}
    with intercept(hosts=["localhost"]) as llm:
        llm.on(operation={"chat", "completion", "embeddings"}).reply(answer)
        return httpx.post(url, json=asked, verify=False)  # reading certificates would take longer than all the rest


def answered(name: str, answer: ErrorReply) -> tuple[int, Any]:
    """Its status and body."""
    response = ask(name, answer)
    return response.status_code, response.json()
