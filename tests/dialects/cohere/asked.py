"""Cohere's APIs asked without an SDK, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor

HOST = "https://api.cohere.com"

USER = {"role": "user", "content": "What is the weather in Paris?"}

#: What each API is asked at least.
REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "/v2/chat": {"model": "command-a-03-2025", "messages": [USER]},
    "/v1/chat": {"message": "What is the weather in Paris?"},
    "/v1/generate": {"prompt": "What is the weather in Paris?"},
}


def send(llm: Interceptor, path: str, body: Any, accept: str = "*/*") -> httpx2.Response:
    """Post a body, bytes or JSON, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response: httpx2.Response = client.post(
            HOST + path, content=content, headers={"content-type": "application/json", "accept": accept}
        )
        return response


def post(path: str, said: object, accept: str = "*/*", **more: Any) -> httpx2.Response:
    """The answer to a valid request, and more keys of it, where `said` is the reply."""
    return send(Interceptor(said), path, {**REQUESTS[path], **more}, accept)


def events(response: httpx2.Response) -> list[Any]:
    """The values of a stream's events or lines."""
    if response.headers["content-type"].startswith("text/event-stream"):
        blocks = response.text.split("\n\n")
        assert (blocks.pop(), blocks.pop()) == ("", "data: [DONE]")
        found = []
        for block in blocks:
            name, data = block.split("\n")
            found.append(json.loads(data.removeprefix("data: ")))
            assert name == f"event: {found[-1]['type']}"
        return found
    assert response.headers["content-type"] == "application/stream+json"
    return [json.loads(line) for line in response.text.splitlines()]
