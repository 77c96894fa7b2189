"""A request posted to one of Google's endpoints, and what came back; no SDK between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor
from llm_intercept.doctor.judges import judges_of

JUDGES = judges_of("google")

__all__ = ["ASKED", "GEMINI", "INTERACTIONS", "VERTEX", "Answered", "judged", "post", "said"]

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash"
VERTEX = (
    "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash"
)
INTERACTIONS = "https://generativelanguage.googleapis.com/v1beta/interactions"

ASKED: Mapping[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "What is the weather in Paris?"}]}]}


class Answered:
    """A response, and what its framing holds."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status, self.headers, self.content = response.status_code, response.headers, response.content

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.content)

    @property
    def events(self) -> list[Any]:
        """The data of every event; each is one line and a blank one."""
        blocks = self.content.decode().replace("\r\n", "\n").split("\n\n")
        assert blocks.pop() == ""
        lines = [block.split("\n")[-1] for block in blocks]
        assert all(line.startswith("data: ") for line in lines)
        return [json.loads(line[6:]) for line in lines if line != "data: [DONE]"]


def post(llm: Interceptor, url: str, body: Any = ASKED, method: str = "POST") -> Answered:
    """The answer to a body, bytes or JSON, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return Answered(client.request(method, url, content=content, headers={"content-type": "application/json"}))


def said(given: Any, url: str = f"{GEMINI}:generateContent", **more: Any) -> Answered:
    """The answer to a valid request, and more keys of it, where `given` is the reply."""
    return post(Interceptor(given), url, {**ASKED, **more})


def judged(part: str, document: Any) -> Any:
    """A document that the SDK's own model takes and knows every path of, but for what real answers have besides."""
    unknown = set(JUDGES[part].check(document))
    assert unknown <= _REAL, unknown
    return document


#: Paths that recorded answers have and the SDK's model does not: it says no more than `totalTokens` of a count, and no tier.
_REAL = {"usageMetadata.serviceTier", "promptTokensDetails", "totalBillableCharacters"}
