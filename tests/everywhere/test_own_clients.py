"""SDKs that come with a client of their own: DSPy's and lm15's raw sockets are answered, xai-sdk's gRPC is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import BlockedNetwork, error, intercept, reply
from tests.transports import test_faults
from tests.transports.libraries import AsyncLm15, Lm15
from tests.transports.test_faults import ports  # noqa: F401  (a fixture)

either = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


@pytest.fixture
def dspy(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """DSPy, with a cache of its own."""
    monkeypatch.setenv("DSPY_CACHEDIR", str(tmp_path))
    return pytest.importorskip("dspy")


def predict(dspy: Any, asynchronous: bool, model: str = "openai/gpt-4o", **options: Any) -> str:
    """What a language model of DSPy says."""
    lm = dspy.LM(model, api_key="not-a-key", cache=False, num_retries=0, **options)
    (said,) = asyncio.run(lm.acall("Hello")) if asynchronous else lm("Hello")
    text: str = said
    return text


@either
@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("openai/gpt-4o", "https://api.openai.com/v1/chat/completions"),
        ("anthropic/claude-sonnet-4-5", "https://api.anthropic.com/v1/messages"),
    ],
)
def test_dspy_is_answered_through_its_own_client(dspy: Any, model: str, url: str, asynchronous: bool) -> None:
    with intercept("Hi there.") as llm:
        assert predict(dspy, asynchronous, model) == "Hi there."
        assert (llm.calls.one.url, llm.calls.one.request.library, llm.calls.one.outcome) == (url, "lm15", "complete")


@either
def test_dspy_sees_the_providers_error(dspy: Any, asynchronous: bool) -> None:
    with intercept(error(401, "No.")) as llm:
        with pytest.raises(Exception, match=r"No\."):
            predict(dspy, asynchronous)
        assert llm.calls.one.outcome == "complete"


@pytest.mark.usefixtures("dspy")
@pytest.mark.parametrize("library", [Lm15, AsyncLm15])
@pytest.mark.parametrize("fault", list(test_faults.FAULTS))
def test_a_fault_of_dspys_client_is_what_a_misbehaving_server_raises(library: Any, fault: str, ports: dict[str, int]) -> None:  # noqa: F811
    reached = (library("dspy._vendor.lm15.transports"), "intercept")
    test_faults.test_a_fault_is_what_a_misbehaving_server_raises(reached, ports, fault)


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("name", ["OpenAIChatLM", "AsyncOpenAIChatLM", "AnthropicLM", "AsyncAnthropicLM"])
def test_a_model_of_lm15_is_answered(name: str, stream: bool) -> None:
    lm15 = pytest.importorskip("lm15")
    request = lm15.Request(model="a-model", messages=(lm15.Message.user("Hello"),))
    lm = getattr(lm15, name)(api_key="not-a-key")

    async def asynchronous() -> Any:
        if not stream:
            return await lm.complete(request)
        return await lm15.amaterialize_response(lm.stream(request), request)

    def blocking() -> Any:
        return lm15.materialize_response(lm.stream(request), request) if stream else lm.complete(request)

    with intercept(reply("Hi there.", chunk_size=2)) as llm:
        answer = asyncio.run(asynchronous()) if name.startswith("Async") else blocking()
        assert answer.text == "Hi there."
        assert (llm.calls.one.stream, llm.calls.one.request.library) == (stream, "lm15")


ASKS: dict[str, Callable[[Any], Any]] = {"sample": lambda chat: chat.sample(), "stream": lambda chat: list(chat.stream())}


async def _all(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


ASYNC_ASKS: dict[str, Callable[[Any], Any]] = {"sample": lambda chat: chat.sample(), "stream": lambda chat: _all(chat.stream())}


def chat(client: Any) -> Any:
    """A conversation with xAI."""
    begun = client.chat.create(model="grok-4")
    begun.append(pytest.importorskip("xai_sdk.chat").user("Hello"))
    return begun


@pytest.mark.parametrize("name", ["Client", "AsyncClient"])
def test_a_client_of_xai_cannot_be_made(name: str) -> None:
    async def script() -> None:
        getattr(pytest.importorskip("xai_sdk"), name)(api_key="not-a-key")

    with pytest.raises(BlockedNetwork, match=r"api\.x\.ai(.|\n)*grpc(.|\n)*allow=\['api\.x\.ai'\]"), intercept():
        asyncio.run(script())


@pytest.mark.parametrize("how", ASKS)
def test_a_client_of_xai_from_before_is_refused(how: str) -> None:
    client = pytest.importorskip("xai_sdk").Client(api_key="not-a-key")
    with intercept() as llm, llm.expect_failure() as refused:
        ASKS[how](chat(client))
    assert isinstance(refused.value, BlockedNetwork)
    client.close()


@pytest.mark.parametrize("how", ASYNC_ASKS)
def test_an_async_client_of_xai_from_before_is_refused(how: str) -> None:
    async def script() -> None:
        client = pytest.importorskip("xai_sdk").AsyncClient(api_key="not-a-key")
        with intercept() as llm, llm.expect_failure() as refused:
            await ASYNC_ASKS[how](chat(client))
        assert isinstance(refused.value, BlockedNetwork)
        await client.close()

    asyncio.run(script())
