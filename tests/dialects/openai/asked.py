"""Who is asked on OpenAI's wire, without an SDK, and what the answer says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor
from tests.dialects.wire import Answered

__all__ = ["CHATS", "accumulated", "ask", "chat", "chunks"]

USER = {"role": "user", "content": "What is the weather in Paris?"}

#: Everybody's chat endpoint.
CHATS: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1/chat/completions",
    "compatible": "https://api.deepinfra.com/v1/openai/chat/completions",
    "azure": "https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
    "azure v1": "https://r.openai.azure.com/openai/v1/chat/completions",
    "azure inference": "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
    "github": "https://models.github.ai/inference/chat/completions",
    "groq": "https://api.groq.com/openai/v1/chat/completions",
    "together": "https://api-inference.together.ai/v1/chat/completions",
    "mistral": "https://api.mistral.ai/v1/chat/completions",
    "deepseek": "https://api.deepseek.com/chat/completions",
    "xai": "https://api.x.ai/v1/chat/completions",
    "openrouter": "https://openrouter.ai/api/v1/chat/completions",
    "cerebras": "https://api.cerebras.ai/v1/chat/completions",
    "fireworks": "https://api.fireworks.ai/inference/v1/chat/completions",
    "perplexity": "https://api.perplexity.ai/chat/completions",
    "zai": "https://api.z.ai/api/paas/v4/chat/completions",
    "writer": "https://api.writer.com/v1/chat",
    "huggingface": "https://router.huggingface.co/v1/chat/completions",
    "huggingface for together": "https://router.huggingface.co/together/v1/chat/completions",
    "ollama": "https://ollama.com/v1/chat/completions",
    "sambanova": "https://api.sambanova.ai/v1/chat/completions",
    "nvidia": "https://integrate.api.nvidia.com/v1/chat/completions",
    "databricks": "https://w.cloud.databricks.com/serving-endpoints/m/invocations",
}


def ask(llm: Interceptor, url: str, body: Any = None, method: str = "POST") -> Answered:
    """What an endpoint answers, through the explicit transport."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.request(method, url, content=content, headers={"content-type": "application/json"})
        return Answered(response.status_code, response.headers, response.content)


def chat(who: str, said: object, **more: Any) -> Answered:
    """The answer to a chat where `said` is the reply."""
    return ask(Interceptor(said), CHATS[who], {"model": "m", "messages": [USER], **more})


def chunks(answer: Answered) -> Iterator[dict[str, Any]]:
    """The chunks of a stream: what comes between its comments and its end."""
    blocks = answer.body.decode().split("\n\n")
    assert blocks[-2:] == ["data: [DONE]", ""]
    for block in blocks[:-2]:
        if not block.startswith(":"):
            assert block.startswith("data: ")
            yield json.loads(block.removeprefix("data: "))


def accumulated(answer: Answered) -> dict[str, Any]:
    """The message of a stream's first choice: its deltas, put together as the provider means them."""
    message: dict[str, Any] = {}
    for chunk in chunks(answer):
        for choice in chunk["choices"]:
            if choice["index"] == 0:
                _add(message, choice["delta"])
    return message


def _add(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key, new in delta.items():
        old = message.get(key)
        if new is None or key in ("role", "type", "format", "index", "expires_at"):
            message[key] = new if old is None else old
        elif old is None or (old == "" and isinstance(new, list)):
            message[key] = json.loads(json.dumps(new))
        elif isinstance(old, str) and isinstance(new, str):
            message[key] = old + new
        elif isinstance(old, dict):
            _add(old, new)
        elif isinstance(old, list) and isinstance(new, str):
            _item(old, {"type": "text", "text": new})
        elif isinstance(old, list):
            for item in new:
                _item(old, item)
        else:
            message[key] = [{"type": "text", "text": old}, *new]


def _item(items: list[Any], item: dict[str, Any]) -> None:
    """An item goes on with the one of its index, or a piece of content with the last of its type."""
    if "text" in item and item["text"] == "" and item.get("type") == "text":
        return
    same = [one for one in items if "index" in item and one.get("index") == item["index"]]
    if "index" not in item and items and items[-1].get("type") == item.get("type") and "url_citation" not in item:
        same = [items[-1]]
    if not same:
        items.append(json.loads(json.dumps(item)))
    elif item.get("type") == "thinking":
        same[0]["thinking"][0]["text"] += item["thinking"][0]["text"]
    else:
        _add(same[0], item)
