"""Gemini and Vertex through the frameworks: LiteLLM, LangChain and Pydantic AI, each with its own idea of Google's wire."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llm_intercept import citation, error, intercept, reply, thinking, tool_call

MODELS = [
    {"model": "gemini/gemini-2.5-flash", "api_key": "fake"},
    {"model": "gemini/gemini-3-flash-preview", "api_key": "fake"},
    {"model": "vertex_ai/gemini-2.5-flash", "vertex_project": "p", "vertex_location": "us-central1"},
]
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "The weather?"}]
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
THOUGHT = reply(thinking("hm"), "Look.", tool_call("weather", city="Paris"))


def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 degrees in {city}"


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model["model"]))
def test_litellm_reads_every_part(model: dict[str, Any], stream: bool) -> None:
    litellm = pytest.importorskip("litellm")
    with intercept(THOUGHT) as llm:
        answer = litellm.completion(messages=MESSAGES, tools=TOOLS, stream=stream, **model)
        if stream:
            answer = litellm.stream_chunk_builder([*answer])
    (choice,) = answer.choices
    assert (choice.message.content, choice.finish_reason) == ("Look.", "tool_calls")
    assert [(use.function.name, use.function.arguments) for use in choice.message.tool_calls] == [("weather", '{"city": "Paris"}')]
    assert choice.message.reasoning_content == "hm"
    call = llm.calls.one
    assert (call.system, call.prompt, call.model) == ("Be brief.", "The weather?", str(model["model"]).partition("/")[2])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model["model"]))
def test_litellm_raises_its_own_errors(model: dict[str, Any]) -> None:
    litellm = pytest.importorskip("litellm")
    for status, raised in ((400, "BadRequestError"), (401, "AuthenticationError"), (429, "RateLimitError")):
        with intercept(error(status)), pytest.raises(getattr(litellm.exceptions, raised)):
            litellm.completion(messages=MESSAGES, num_retries=0, **model)


def test_langchain_reads_every_part_and_adds_its_chunks_up() -> None:
    google = pytest.importorskip("langchain_google_genai")
    chat = google.ChatGoogleGenerativeAI(model="gemini-2.5-flash", google_api_key="fake").bind_tools([weather])
    with intercept(THOUGHT):
        whole = chat.invoke("The weather?")
        first, *rest = chat.stream("The weather?")
        streamed = sum(rest, first)
        later = asyncio.run(chat.ainvoke("The weather?"))
    for message in (whole, streamed, later):
        assert [(use["name"], use["args"]) for use in message.tool_calls] == [("weather", {"city": "Paris"})]
        assert (
            message.usage_metadata["total_tokens"]
            == message.usage_metadata["input_tokens"] + message.usage_metadata["output_tokens"]
        )
    assert whole.usage_metadata == streamed.usage_metadata
    with intercept(reply("Paris.", citation(url="https://a.test"))):
        assert chat.invoke("?").content == "Paris."


def test_an_agent_of_pydantic_ai_runs_to_its_end() -> None:
    ai = pytest.importorskip("pydantic_ai")
    models, providers = pytest.importorskip("pydantic_ai.models.google"), pytest.importorskip("pydantic_ai.providers.google")
    agent = ai.Agent(models.GoogleModel("gemini-2.5-flash", provider=providers.GoogleProvider(api_key="fake")), tools=[weather])

    async def streamed() -> str:
        async with agent.run_stream("The weather?") as run:
            return str(await run.get_output())

    with intercept() as llm:
        llm.on("weather", step=0).reply(thinking("hm"), tool_call("weather", city="Paris"))
        llm.on(step=1).reply("Mild.")
        assert agent.run_sync("The weather?").output == "Mild."
        assert asyncio.run(streamed()) == "Mild."
    assert llm.calls.last.messages[-1].text == "18 degrees in Paris"
