"""anthropic's clients: each cloud's, the beta forms, and the helpers above them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import pytest
from pydantic import BaseModel

from llm_intercept import citation, error, intercept, reply, thinking, tool_call
from tests.dialects.anthropic.asked import REPLIES, SEARCH
from tests.sdks.ways import WAYS, each, entered, run, settled

_STRICT: Mapping[str, Any] = {"_strict_response_validation": True, "max_retries": 0}
_AWS: Mapping[str, Any] = {"aws_region": "us-east-1", "api_key": "k", **_STRICT}
_GOOGLE: Mapping[str, Any] = {"project": "p", "location": "us", "workspace_id": "w", "skip_auth": True, **_STRICT}

#: A client's name (an async one has another), how it is made, and the provider that it calls.
CLIENTS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "Anthropic": ({"api_key": "k", **_STRICT}, "anthropic"),
    "AnthropicVertex": ({"region": "us-east5", "project_id": "p", "access_token": "t", **_STRICT}, "vertex"),
    "AnthropicFoundry": ({"resource": "res", "api_key": "k", **_STRICT}, "azure"),
    "AnthropicBedrockMantle": (_AWS, "bedrock"),
    "AnthropicAWS": ({"workspace_id": "w", **_AWS}, "anthropic"),
    "AnthropicGoogleCloud": (_GOOGLE, "anthropic"),
}

ASKED: Mapping[str, Any] = {"model": "claude-test", "messages": [{"role": "user", "content": "Weather?"}]}
SAID = reply(thinking("Hm.", signature="c2ln"), "Blue.", citation(url="https://x.org"), SEARCH, tool_call("now"))

ways = pytest.mark.parametrize("way", WAYS)
clients = pytest.mark.parametrize("name", CLIENTS)


@asynccontextmanager
async def client(way: str, name: str = "Anthropic", **more: Any) -> AsyncIterator[Any]:
    """A client, closed behind."""
    made = getattr(anthropic, name if way == "sync" else f"Async{name}")(**CLIENTS[name][0], **more)
    try:
        yield made
    finally:
        await settled(made.close())


async def three_forms(messages: Any) -> list[Any]:
    """The body, and what the helper and the raw stream gave."""
    asked = {**ASKED, "max_tokens": 100}
    body = await settled(messages.create(**asked))
    async with entered(messages.stream(**asked)) as stream:
        helped = await settled(stream.get_final_message())
    kinds = [event.type async for event in each(await settled(messages.create(stream=True, **asked)))]
    return [body, helped, kinds]


@ways
@clients
@pytest.mark.parametrize("beta", [False, True], ids=["messages", "beta"])
def test_every_client_hears_what_was_said(way: str, name: str, beta: bool) -> None:
    async def ask() -> list[Any]:
        async with client(way, name) as made:
            return await three_forms(made.beta.messages if beta else made.messages)

    with intercept(SAID) as llm:
        body, helped, kinds = run(way, ask)
    for message in (body, helped):
        assert [block.type for block in message.content] == ["thinking", "text", "server_tool_use", "tool_use"]
        assert (message.content[0].thinking, message.content[0].signature) == ("Hm.", "c2ln")
        assert (message.content[1].text, message.content[1].citations[0].url) == ("Blue.", "https://x.org")
        assert (message.content[2].input, message.content[3].input) == ({"query": "sky"}, {})
        assert message.stop_reason == "tool_use"
    assert helped.usage == body.usage
    assert (kinds[0], kinds[-2:]) == ("message_start", ["message_delta", "message_stop"])
    assert [(call.provider, call.operation, call.model, call.stream) for call in llm.calls] == [
        (CLIENTS[name][1], "chat", "claude-test", stream) for stream in (False, True, True)
    ]


@ways
@clients
def test_every_client_counts(way: str, name: str) -> None:
    async def ask() -> Any:
        async with client(way, name) as made:
            return await settled(made.messages.count_tokens(**ASKED))

    with intercept("unheard") as llm:
        assert run(way, ask).input_tokens == 9
        assert (llm.calls.one.operation, llm.calls.one.provider) == ("count_tokens", CLIENTS[name][1])
        llm.on(operation="count_tokens").reply({"input_tokens": 7})
        assert run(way, ask).input_tokens == 7


@ways
@clients
def test_every_client_raises_the_error_of_a_status(way: str, name: str) -> None:
    async def ask() -> Any:
        async with client(way, name) as made:
            return await settled(made.messages.create(max_tokens=9, **ASKED))

    with intercept(error(429, code="ramp_limit_exceeded")) as llm, pytest.raises(anthropic.RateLimitError) as caught:
        run(way, ask)
    assert (caught.value.type, caught.value.error_code) == ("rate_limit_error", "ramp_limit_exceeded")
    assert caught.value.request_id == dict(llm.calls.one.response.headers)[b"request-id"].decode()


class City(BaseModel):
    """What a parsed answer is."""

    name: str


@ways
@pytest.mark.parametrize("beta", [False, True], ids=["messages", "beta"])
def test_an_object_is_parsed_whole_and_streamed(way: str, beta: bool) -> None:
    async def ask() -> list[Any]:
        async with client(way) as made:
            messages = made.beta.messages if beta else made.messages
            asked = {**ASKED, "max_tokens": 100, "output_format": City}
            parsed = await settled(messages.parse(**asked))
            async with entered(messages.stream(**asked)) as stream:
                return [parsed.parsed_output, (await settled(stream.get_final_message())).parsed_output]

    with intercept({"name": "Paris"}) as llm:
        assert run(way, ask) == [City(name="Paris")] * 2
    assert [call.call.schema["properties"].keys() for call in llm.calls] == [{"name"}] * 2


@ways
@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_the_tool_runner_goes_round(way: str, stream: bool) -> None:
    heard: list[str] = []

    def weather(city: str) -> str:
        """The weather in a city."""
        heard.append(city)
        return "Sunny."

    async def aweather(city: str) -> str:
        """The weather in a city."""
        return weather(city)

    async def ask() -> Any:
        async with client(way) as made:
            tool: Callable[..., Any] = anthropic.beta_tool(weather) if way == "sync" else anthropic.beta_async_tool(aweather)
            runner = made.beta.messages.tool_runner(max_tokens=100, tools=[tool], stream=stream, **ASKED)
            return await settled(runner.until_done())

    first = reply(thinking("Hm."), tool_call("weather" if way == "sync" else "aweather", city="Paris"))
    with intercept() as llm:
        llm.on(step=0).reply(first)
        llm.on(step=1).reply("It is sunny.")
        assert run(way, ask).content[0].text == "It is sunny."
    assert heard == ["Paris"]
    assert [message.role for message in llm.calls[-1].messages] == ["user", "assistant", "tool"]


@ways
def test_the_raw_response_has_the_providers_headers(way: str) -> None:
    async def ask() -> Any:
        async with client(way) as made:
            return await settled(made.messages.with_raw_response.create(max_tokens=9, **ASKED))

    with intercept("Hi"):
        headers = run(way, ask).headers
    assert headers["request-id"].startswith("req_01")
    assert headers["anthropic-ratelimit-tokens-remaining"].isdigit()


def test_over_aiohttp_it_hears_the_same() -> None:
    async def ask() -> list[Any]:
        async with client("asyncio", http_client=anthropic.DefaultAioHttpClient()) as made:
            return await three_forms(made.messages)

    with intercept(SAID) as llm:
        body, helped, _ = run("asyncio", ask)
    assert [block.type for block in helped.content] == [block.type for block in body.content]
    assert helped.usage == body.usage
    assert {call.request.library for call in llm.calls} == {"aiohttp"}


@ways
def test_a_refusal_is_told_in_the_stop_details(way: str) -> None:
    async def ask() -> list[Any]:
        async with client(way) as made:
            return await three_forms(made.messages)

    with intercept(REPLIES["refusal"]):
        for message in run(way, ask)[:2]:
            assert (message.content, message.stop_reason) == ([], "refusal")
            assert (message.stop_details.category, message.stop_details.explanation) == ("cyber", "I cannot help with that.")
