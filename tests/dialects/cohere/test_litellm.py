"""litellm asks Cohere for lines, and reads them with a parser of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import citation, error, intercept, reply, tool_call
from tests.dialects.cohere.asked import USER
from tests.sdks.test_litellm import clients_of_its_own, litellm, pytestmark, what_it_leaves_open

__all__ = ["clients_of_its_own", "pytestmark", "what_it_leaves_open"]

MODELS = ("cohere/command-a-03-2025", "cohere_chat/command-a-03-2025", "cohere_chat/v1/command-r")

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
    return litellm.completion(model=model, messages=[USER], api_key="test", **more)


@models
def test_text_is_said_in_a_body_and_in_a_stream(model: str) -> None:
    with intercept("Paris, of course. \u2028 é") as llm:
        assert complete(model).choices[0].message.content == "Paris, of course. \u2028 é"
        pieces = [chunk.choices[0].delta.content or "" for chunk in complete(model, stream=True)]
    assert "".join(pieces) == "Paris, of course. \u2028 é"
    assert len(pieces) > 3
    assert [call.provider for call in llm.calls] == ["cohere", "cohere"]


@models
def test_a_tool_call_is_said(model: str) -> None:
    with intercept(tool_call("weather", city="Paris")):
        (call,) = complete(model, tools=[TOOL]).choices[0].message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Paris"})


def test_a_tool_call_is_streamed() -> None:
    with intercept(reply("I will look.", tool_call("weather", city="Paris"))):
        chunks = [*complete(MODELS[0], tools=[TOOL], stream=True)]
    calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or ()]
    assert calls[0].function.name == "weather"
    assert json.loads("".join(call.function.arguments or "" for call in calls)) == {"city": "Paris"}


def test_usage_and_citations_arrive() -> None:
    said = reply("Blue.", citation(document=0), usage={"input": 10, "output": 7})
    with intercept(said):
        answer = complete(MODELS[0], documents=[{"id": "sky", "data": {"title": "Sky", "text": "The sky is blue."}}])
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (10, 7, 17)
    found = answer.choices[0].message.annotations[0]["url_citation"]
    assert (found["start_index"], found["end_index"], found["title"], found["url"]) == (0, 5, "Sky", "source:sky")


@pytest.mark.parametrize(("status", "kind"), [(400, "BadRequestError"), (401, "AuthenticationError"), (429, "RateLimitError")])
def test_an_error_is_litellm_s_own(status: int, kind: str) -> None:
    with intercept(error(status)), pytest.raises(getattr(litellm, kind)):
        complete(MODELS[0], num_retries=0)
