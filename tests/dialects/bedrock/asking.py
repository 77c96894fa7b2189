"""A request posted to one of Bedrock's endpoints, and what comes back; and the clients that do it really."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import boto3
import httpx2
from botocore.config import Config
from botocore.eventstream import EventStreamBuffer

from llm_intercept import Interceptor

__all__ = ["CLAUDE", "MESSAGES", "URL", "boto", "chunks", "events", "post"]

URL = "https://bedrock-runtime.us-east-1.amazonaws.com"

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

MESSAGES = [{"role": "user", "content": [{"text": "Capital of France?"}]}]


def post(said: object, path: str = "converse", model: str = CLAUDE, raw: bytes | None = None, **body: Any) -> httpx2.Response:
    """The answer where `said` is the reply, or the interceptor that has it."""
    llm = said if isinstance(said, Interceptor) else Interceptor(said)
    if raw is None:
        raw = json.dumps({"messages": MESSAGES, **body} if path.startswith("converse") else body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return client.post(f"{URL}/model/{quote(model, safe='')}/{path}", content=raw)


def _frames(response: httpx2.Response) -> Iterator[Any]:
    assert response.headers["content-type"] == "application/vnd.amazon.eventstream"
    buffer = EventStreamBuffer()
    buffer.add_data(response.content)
    yield from buffer


def events(response: httpx2.Response) -> list[tuple[str, Any]]:
    """The name and the JSON of each event, without its padding."""
    found = []
    for frame in _frames(response):
        assert frame.headers[":content-type"] == "application/json"
        assert frame.headers[":message-type"] == "event"
        data = json.loads(frame.payload)
        assert data.pop("p")
        found.append((frame.headers[":event-type"], data))
    return found


def chunks(response: httpx2.Response) -> list[Any]:
    """The JSON of each chunk."""
    assert response.headers["x-amzn-bedrock-content-type"] == "application/json"
    found = events(response)
    assert {name for name, _ in found} == {"chunk"}
    return [json.loads(b64decode(data["bytes"])) for _, data in found]


@cache
def boto() -> Any:
    """A client without retries."""
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=config)
