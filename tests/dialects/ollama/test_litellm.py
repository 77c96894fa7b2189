"""litellm asks both of Ollama's APIs, and reads their lines with parsers of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import error, intercept, reply, thinking, tool_call
from tests.dialects.ollama.asked import USER
from tests.sdks.test_litellm import clients_of_its_own, litellm, pytestmark, what_it_leaves_open

__all__ = ["clients_of_its_own", "pytestmark", "what_it_leaves_open"]

MODELS = {"ollama/llama3.2": "completion", "ollama_chat/llama3.2": "chat"}

models = pytest.mark.parametrize("model", MODELS)

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def complete(model: str, **more: Any) -> Any:
    return litellm.completion(model=model, messages=[USER], **more)


@models
def test_text_is_said_in_a_body_and_in_a_stream(model: str) -> None:
    with intercept("Paris, of course. \u2028 é") as llm:
        answer = complete(model)
        pieces = [chunk.choices[0].delta.content or "" for chunk in complete(model, stream=True)]
    assert answer.choices[0].message.content == "Paris, of course. \u2028 é" == "".join(pieces)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    asked = [call for call in llm.calls if call.operation in MODELS.values()]
    assert {(call.provider, call.operation) for call in asked} == {("ollama", MODELS[model])}


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_a_tool_call_and_a_thought_are_said(stream: bool) -> None:
    said = reply(thinking("Hm."), tool_call("weather", city="Paris"))
    with intercept(said):
        answer = complete("ollama_chat/llama3.2", tools=[TOOL], stream=stream)
        message = litellm.stream_chunk_builder([*answer]).choices[0].message if stream else answer.choices[0].message
    (call,) = message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Paris"})
    assert message.reasoning_content == "Hm."


@pytest.mark.parametrize(("status", "kind"), [(404, "NotFoundError"), (429, "RateLimitError"), (500, "InternalServerError")])
@models
def test_an_error_is_litellm_s_own(model: str, status: int, kind: str) -> None:
    with intercept(error(status)), pytest.raises(getattr(litellm, kind)):
        complete(model, num_retries=0)
