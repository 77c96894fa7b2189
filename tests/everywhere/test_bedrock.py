"""Bedrock through aiobotocore, on both of its HTTP libraries, and LiteLLM's async side: what is said, and what is retried.

aiobotocore reads no event streams over httpx (`AioEventStream` knows aiohttp's responses alone): streams are asked over aiohttp.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import aiobotocore.endpoint
import aiobotocore.session
import botocore.exceptions
import litellm
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.eventstream import AioEventStream
from aiobotocore.parsers import AioEventStreamJSONParser

from llm_intercept import connect_error, error, intercept, read_timeout, reply, stream_event, thinking, tool_call
from llm_intercept.framing.aws_eventstream import EVENT_STREAM
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES
from tests.dialects.bedrock.test_invoke import ASKED, TEXT
from tests.framing.test_aws_eventstream import CONVERSED, cut, delta
from tests.sdks.askings.boto3 import accumulated

BACKENDS = {"aiohttp": "aiobotocore.httpsession:AIOHTTPSession", "httpx": "aiobotocore.httpxsession:HttpxSession"}

ATTEMPTS = 3

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@asynccontextmanager
async def opened(backend: str, mode: str = "standard", attempts: int = 1) -> Any:
    module, _, name = BACKENDS[backend].partition(":")
    config = AioConfig(
        http_session_cls=getattr(import_module(module), name), retries={"mode": mode, "total_max_attempts": attempts}
    )
    made = aiobotocore.session.get_session().create_client(
        "bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=config
    )
    async with made as client:
        yield client


def asked(backend: str, work: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    """What a client was told."""

    async def run() -> Any:
        async with opened(backend, **options) as client:
            return await work(client)

    return asyncio.run(run())


SAID = reply(thinking("A city.", signature="c2ln"), "Paris.", tool_call("weather", city="Paris").with_id("t-1"))


@every_backend
def test_a_conversation_is_read_in_a_body_and_in_a_stream(backend: str) -> None:
    async def body(client: Any) -> Any:
        return await client.converse(modelId=CLAUDE, messages=MESSAGES)

    async def stream(client: Any) -> Any:
        return await accumulated((await client.converse_stream(modelId=CLAUDE, messages=MESSAGES))["stream"])

    with intercept(SAID) as llm:
        whole, streamed = asked(backend, body), asked("aiohttp", stream)
    assert whole.pop("ResponseMetadata")["RequestId"]
    assert whole == streamed
    assert whole["stopReason"] == "tool_use"
    assert [call.outcome for call in llm.calls] == ["complete"] * 2


@every_backend
@pytest.mark.parametrize("model", ASKED)
def test_a_model_is_invoked(model: str, backend: str) -> None:
    whole, piece = TEXT[model]
    ask = {"modelId": model, "body": json.dumps(ASKED[model])}

    async def body(client: Any) -> str:
        answer = await client.invoke_model(**ask)
        return whole(json.loads(await answer["body"].read()))

    async def stream(client: Any) -> str:
        answer = await client.invoke_model_with_response_stream(**ask)
        return "".join([piece(json.loads(event["chunk"]["bytes"])) or "" async for event in answer["body"]])

    with intercept("Paris."):
        assert (asked(backend, body), asked("aiohttp", stream)) == ("Paris.", "Paris.")


@every_backend
def test_tokens_are_counted(backend: str) -> None:
    async def count(client: Any) -> Any:
        return await client.count_tokens(modelId=CLAUDE, input={"converse": {"messages": MESSAGES}})

    with intercept():
        assert asked(backend, count)["inputTokens"] > 0


def test_an_exception_in_a_stream_is_raised() -> None:
    async def stream(client: Any) -> None:
        async for _ in (await client.converse_stream(modelId=CLAUDE, messages=MESSAGES))["stream"]:
            pass

    said = reply("Once", stream_event({"message": "Slow down."}, name="throttlingException"))
    with intercept(said), pytest.raises(botocore.exceptions.EventStreamError, match="Slow down"):
        asked("aiohttp", stream)


@pytest.mark.parametrize("at", [[], [1, 11, 12], [*range(0, 400, 3)]])
def test_events_are_read_the_same_at_any_split(at: list[int]) -> None:
    texts = ["Paris", "é\n", ""]
    parts = cut(b"".join(EVENT_STREAM.event(delta(text), "contentBlockDelta") for text in texts), at)

    class Content:
        async def iter_chunks(self) -> Any:
            for part in parts:
                yield part, True

    async def read() -> list[Any]:
        stream = AioEventStream(SimpleNamespace(content=Content()), CONVERSED, AioEventStreamJSONParser(), "ConverseStream")
        return [event async for event in stream]

    assert asyncio.run(read()) == [{"contentBlockDelta": delta(text)} for text in texts]


RETRIED: dict[str, tuple[Any, str]] = {
    "429": (error(429), "ThrottlingException"),
    "500": (error(500), "InternalServerException"),
    "503": (error(503), "ServiceUnavailableException"),
    "refused": (reply(connect_error()), "EndpointConnectionError"),
    "no answer in time": (reply(read_timeout()), "ReadTimeoutError"),
}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long aiobotocore would have slept between its attempts."""
    delays: list[float] = []

    async def sleep(_: Any, seconds: float) -> None:
        delays.append(seconds)

    for kind in (aiobotocore.endpoint.AioEndpoint, aiobotocore.endpoint.AnyioEndpoint):
        monkeypatch.setattr(kind, "_sleep", sleep)
    return delays


async def _converse(client: Any) -> str:
    answer = await client.converse(modelId=CLAUDE, messages=MESSAGES)
    return str(answer["output"]["message"]["content"][0]["text"])


@every_backend
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("failing", RETRIED)
def test_it_is_tried_again_as_often_as_it_says(failing: str, mode: str, backend: str, slept: list[float]) -> None:
    failure, raised = RETRIED[failing]
    with intercept(failure, failure, "Paris.") as llm:
        assert asked(backend, _converse, mode=mode, attempts=ATTEMPTS) == "Paris."
    assert (llm.calls.total, len(slept)) == (ATTEMPTS, ATTEMPTS - 1)
    with intercept(failure) as llm, pytest.raises(Exception, match=r".") as caught:
        asked(backend, _converse, mode=mode, attempts=ATTEMPTS)
    assert (type(caught.value).__name__, llm.calls.total) == (raised, ATTEMPTS)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", [f"bedrock/{CLAUDE}", f"bedrock/invoke/{CLAUDE}", "bedrock/us.amazon.nova-lite-v1:0"])
def test_litellm_reads_them_async(model: str, stream: bool) -> None:
    ask = {
        "model": model,
        "messages": [{"role": "user", "content": "Hello"}],
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
    }

    async def work() -> str:
        answer = await litellm.acompletion(**ask, aws_region_name="us-east-1", stream=stream)
        if not stream:
            return str(answer.choices[0].message.content)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in answer])

    with intercept("Paris, of course.") as llm:
        assert asyncio.run(work()) == "Paris, of course."
    assert llm.calls.total == 1
