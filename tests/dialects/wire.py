"""A request posted to one dialect, and the bytes of its answer; no SDK between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from llm_intercept import Interceptor
from llm_intercept.doctor.judges import Judge, judges_of

URLS: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1/chat/completions",
    "anthropic": "https://api.anthropic.com/v1/messages",
}

#: The judges, and what its bodies, events and errors are called there.
JUDGES: Mapping[str, tuple[Mapping[str, Judge], str]] = {
    "openai": (judges_of("openai"), "chat"),
    "anthropic": (judges_of("anthropic"), "messages"),
}

USER = {"role": "user", "content": "What is the weather in Paris?"}

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "openai": {"model": "gpt-4o", "messages": [USER]},
    "anthropic": {"model": "claude-test", "max_tokens": 100, "messages": [USER]},
}


@dataclass(frozen=True)
class Answered:
    """A response's status, headers and whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[str | None, bytes]]:
        """The name and the data of each event of a stream, read without mercy: every event is its lines and a blank one."""
        blocks = self.body.decode().split("\n\n")
        assert blocks.pop() == "", "the last event does not end"
        found = []
        for block in blocks:
            *name, data = block.split("\n")
            assert len(name) <= 1
            assert all(line.startswith("event: ") for line in name)
            assert data.startswith("data: ")
            found.append((name[0].removeprefix("event: ") if name else None, data.removeprefix("data: ").encode()))
        return found


def judge(dialect: str, part: str) -> Judge:
    """The SDK's own model of a part ("body", "event", "error") of a dialect's answers."""
    judges, name = JUDGES[dialect]
    return judges[f"{name} {part}"]


def send(llm: Interceptor, dialect: str, body: Any) -> Answered:
    """Post a body, bytes or JSON, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.post(URLS[dialect], content=content, headers={"content-type": "application/json"})
        return Answered(response.status_code, response.headers, response.content)


def post(dialect: str, said: object, **more: Any) -> Answered:
    """The answer to a valid request, and more keys of it, where `said` is the reply."""
    return send(Interceptor(said), dialect, {**REQUESTS[dialect], **more})
