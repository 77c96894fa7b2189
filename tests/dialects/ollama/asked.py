"""Ollama's APIs asked without an SDK, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor

HOST = "http://127.0.0.1:11434"

USER = {"role": "user", "content": "What is the weather in Paris?"}

#: What each API is asked at least.
REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "/api/chat": {"model": "llama3.2", "messages": [USER]},
    "/api/generate": {"model": "llama3.2", "prompt": "What is the weather in Paris?"},
}


def send(llm: Interceptor, path: str, body: Any) -> httpx2.Response:
    """Post a body, bytes or JSON, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response: httpx2.Response = client.post(HOST + path, content=content, headers={"content-type": "application/json"})
        return response


def post(path: str, said: object, **more: Any) -> httpx2.Response:
    """The answer to a valid request, and more keys of it, where `said` is the reply. It is a stream unless `stream` is false."""
    return send(Interceptor(said), path, {**REQUESTS[path], **more})


def lines(response: httpx2.Response) -> list[Any]:
    """The values of a stream's lines."""
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.content.decode().split("\n")[:-1]]
