"""The SDKs over aiohttp: their own clients for it, and httpx-aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import openai
import pytest

from llm_intercept import disconnect, error, intercept, pause, read_timeout, reply, reset, tool_call
from llm_intercept.journal import Calls
from tests.sdks.clients import ANTHROPIC, FORMS, OPENAI, Asking

#: What asks, and what makes its client on the event loop.
SDKS: dict[str, tuple[Asking, Callable[..., Any]]] = {
    "openai": (OPENAI, lambda **more: openai.AsyncOpenAI(api_key="k", http_client=openai.DefaultAioHttpClient(), **more)),
    "anthropic": (
        ANTHROPIC,
        lambda **more: anthropic.AsyncAnthropic(api_key="k", http_client=anthropic.DefaultAioHttpClient(), **more),
    ),
}

every_sdk = pytest.mark.parametrize("sdk", SDKS)


def asked(sdk: str, work: Callable[[Asking, Any], Awaitable[Any]], *replies: object, **more: Any) -> tuple[Any, Calls]:
    """What came of some work with a client, and the calls it made, all of them over aiohttp."""
    asking, make = SDKS[sdk]

    async def main() -> Any:
        async with make(**more) as client:
            return await work(asking, client)

    with intercept(*replies) as llm:
        came = asyncio.run(main())
    assert {call.request.library for call in llm.calls} == {"aiohttp"}
    return came, llm.calls


@pytest.mark.parametrize("form", FORMS)
@every_sdk
def test_an_answer_is_read(sdk: str, form: str) -> None:
    said, calls = asked(sdk, lambda asking, client: asking.ask(client, form), reply("Sunny.", tool_call("look", at="Paris")))
    (choice,) = said.choices
    assert choice.text == "Sunny."
    assert len(choice.tools) == 1
    assert calls.one.outcome == "complete"


@every_sdk
def test_an_error_is_retried_and_then_typed(sdk: str) -> None:
    async def work(asking: Asking, client: Any) -> None:
        with pytest.raises(asking.errors.RateLimitError):
            await asking.ask(client)

    _, calls = asked(sdk, work, error(429), max_retries=2)
    assert [call.outcome for call in calls] == ["complete"] * 3


@pytest.mark.parametrize("fault", [disconnect(), reset(), read_timeout()])
@every_sdk
def test_a_stream_that_breaks_raises(sdk: str, fault: Any) -> None:
    async def work(asking: Asking, client: Any) -> None:
        with pytest.raises(Exception, match=r".") as raised:
            await asking.ask(client, "stream")
        assert type(raised.value).__module__.partition(".")[0] in ("httpx2", sdk)

    _, calls = asked(sdk, work, reply("Once", fault), max_retries=0)
    assert calls.one.outcome == "failed"


@every_sdk
def test_a_stream_that_is_left_is_cancelled(sdk: str) -> None:
    async def work(asking: Asking, client: Any) -> None:
        create = client.messages.create if asking is ANTHROPIC else client.chat.completions.create
        stream = await create(model="m", messages=[{"role": "user", "content": "?"}], stream=True, max_tokens=9)
        async for _ in stream:
            break
        await stream.close()

    _, calls = asked(sdk, work, reply("abcdef", pause(5)))
    assert (calls.one.outcome, calls.one.played) == ("cancelled", 1)
