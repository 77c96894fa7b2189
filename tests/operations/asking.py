"""How an endpoint is asked through the explicit transport, with no SDK."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from llm_intercept import Interceptor

__all__ = ["Answer", "ask"]


@dataclass(frozen=True)
class Answer:
    """A status and a body."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.text)


def ask(llm: Interceptor, url: str, body: Any = None, method: str | None = None) -> Answer:
    """The answer to a body, JSON or bytes; without one, to a GET."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.request(method or ("GET" if body is None else "POST"), url, content=content)
        return Answer(response.status_code, response.text)
