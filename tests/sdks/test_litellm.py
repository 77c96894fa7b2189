"""litellm: its Python calls go through the openai SDK or its own HTTP client, and are caught below both."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from llm_intercept import error, intercept, reply, tool_call

litellm = pytest.importorskip("litellm")

pytestmark = [
    # litellm's own models warn where they are imported, at its first call.
    pytest.mark.filterwarnings("ignore:Items? .* using the `ReadOnly` qualifier:UserWarning"),
    # Its logging makes an event loop in sync code, and leaves it open.
    pytest.mark.filterwarnings("ignore:unclosed (event loop|<socket):ResourceWarning"),
    # It leaves its sessions of aiohttp open, too.
    pytest.mark.filterwarnings("ignore:Unclosed client session:ResourceWarning"),
]

MODELS = {"gpt-4o": "openai", "anthropic/claude-test": "anthropic"}
#: Blocking, and async over each of the libraries that it may use.
WAYS = ("sync", "aiohttp", "httpx")

every_model = pytest.mark.parametrize("model", MODELS)
way = pytest.mark.parametrize("way", WAYS)
stream = pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])


@pytest.fixture(autouse=True, scope="module")
def what_it_leaves_open() -> Iterator[None]:
    """Collected here, so that no later test is blamed for it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        asyncio.set_event_loop(None)
        gc.collect()


@pytest.fixture(autouse=True)
def clients_of_its_own(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Clients that it keeps are made anew for each test, before and after."""
    monkeypatch.setattr(litellm, "disable_aiohttp_transport", "httpx" in request.node.name)
    litellm.in_memory_llm_clients_cache.flush_cache()
    yield
    litellm.in_memory_llm_clients_cache.flush_cache()


def complete(way: str, model: str, *, stream: bool = False, **more: Any) -> Any:
    """One completion, or litellm's own completion of the chunks of a stream."""
    request = {"model": model, "messages": [{"role": "user", "content": "Weather?"}], "stream": stream, **more}

    async def asynchronous() -> Any:
        answer = await litellm.acompletion(**request)
        chunks = [chunk async for chunk in answer] if stream else None
        await _idle()
        return answer if chunks is None else litellm.stream_chunk_builder(chunks)

    if way != "sync":
        return asyncio.run(asynchronous())
    answer = litellm.completion(**request)
    return litellm.stream_chunk_builder(list(answer)) if stream else answer


async def _idle() -> None:
    """Let litellm's logging tasks end with their loop."""
    from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

    await GLOBAL_LOGGING_WORKER.flush()
    await GLOBAL_LOGGING_WORKER.stop()


@way
@stream
@every_model
def test_text_is_read(model: str, stream: bool, way: str) -> None:
    with intercept("Sunny, 25°, naïve 👩‍👩‍👧.") as llm:
        answer = complete(way, model, stream=stream)
    assert answer.choices[0].message.content == "Sunny, 25°, naïve 👩‍👩‍👧."
    assert answer.choices[0].finish_reason == "stop"
    assert llm.calls.one.provider == MODELS[model]
    assert llm.calls.one.stream is stream
    assert way != "aiohttp" or llm.calls.one.request.library == "aiohttp"


@way
@stream
@every_model
def test_tool_calls_are_read(model: str, stream: bool, way: str) -> None:
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
    with intercept(reply("Let me look.", tool_call("weather", city="Paris"), tool_call("weather", city="Rome"))) as llm:
        answer = complete(way, model, stream=stream, tools=tools)
    message = answer.choices[0].message
    assert message.content == "Let me look."
    assert [json.loads(use.function.arguments) for use in message.tool_calls] == [{"city": "Paris"}, {"city": "Rome"}]
    assert answer.choices[0].finish_reason == "tool_calls"
    assert [*llm.calls.one.tools] == ["weather"]


@way
@every_model
def test_usage_is_read(model: str, way: str) -> None:
    with intercept(reply("Hi", usage={"input": 70, "output": 7})):
        usage = complete(way, model).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (70, 7, 77)


@way
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "BadRequestError"), (401, "AuthenticationError"), (404, "NotFoundError"), (429, "RateLimitError"),
     (500, "InternalServerError")],
)  # fmt: skip
@every_model
def test_an_error_is_litellms_own(model: str, status: int, kind: str, way: str) -> None:
    with intercept(error(status)), pytest.raises(getattr(litellm, kind)):
        complete(way, model, num_retries=0, max_retries=0)


@every_model
def test_a_chunk_comes_for_each_piece(model: str) -> None:
    with intercept("abcdefgh"):
        request = {"model": model, "messages": [{"role": "user", "content": "?"}], "stream": True}
        pieces = [chunk.choices[0].delta.content for chunk in litellm.completion(**request)]
    assert [piece for piece in pieces if piece] == ["abc", "def", "gh"]
