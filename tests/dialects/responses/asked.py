"""How the tests of responses ask: a request through the explicit transport, and every document of its answer judged."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import openai

from llm_intercept import Interceptor
from llm_intercept.doctor.judges import judges_of
from tests.shapes import KINDS

JUDGES = judges_of("openai")

BASE = "https://api.openai.com/v1"

#: What OpenAI sends, by its recordings or its reference, and its SDK's models do not know.
UNTOLD = {"billing", "content_filters", "frequency_penalty", "name", "presence_penalty", "store", "tools[image_generation].n"}


def client(**more: Any) -> openai.OpenAI:
    """The real SDK, which validates all that it gets."""
    return openai.OpenAI(api_key="sk-test", _strict_response_validation=True, **more)


def send(llm: Interceptor, method: str, path: str, body: Any = None, base: str = BASE) -> httpx2.Response:
    """One request, no SDK between."""
    content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as http:
        return http.request(method, base + path, content=content, headers={"content-type": "application/json"})


def create(llm: Interceptor, base: str = BASE, **body: Any) -> dict[str, Any]:
    """The body of a response, judged by the SDK's model."""
    answer = send(llm, "POST", "/responses", {"model": "gpt-4o", "input": "Hi", **body}, base)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert {*JUDGES["responses body"].check(told)} <= UNTOLD
    return told


def events_in(answer: httpx2.Response) -> list[dict[str, Any]]:
    """The events of a stream, each judged, named by its type, and numbered."""
    found = []
    for block in answer.text.split("\n\n")[:-1]:
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
        unknown = JUDGES["responses event"].check(found[-1])
        assert {path.removeprefix("response.") for path in unknown} <= UNTOLD
    return found


def stream(llm: Interceptor, base: str = BASE, **body: Any) -> list[dict[str, Any]]:
    """The events of a streamed response."""
    found = events_in(send(llm, "POST", "/responses", {"model": "gpt-4o", "input": "Hi", "stream": True, **body}, base))
    assert [event["sequence_number"] for event in found] == [*range(len(found))]
    return found


def recorded(provider: str) -> list[str]:
    """The parts of this provider's answers that were recorded."""
    return [kind.part for kind in KINDS if kind.provider == provider and kind.operation.endswith("responses")]
