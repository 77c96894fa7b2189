"""Whoever leaves an answer, at any of its frames and in any way, leaves no generator, task or thread of it behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any

import anthropic
import anyio
import httpx2
import openai
import pytest

import llm_intercept
from llm_intercept import disconnect, drip, duplicate, intercept, pause, reply
from tests.faults.clients import MESSAGES
from tests.transports.libraries import LIBRARIES, Library, chat

#: httpx, and httpx2 before 2.8, leave their own generators to the collector when a stream is left early, with real servers too.
pytestmark = pytest.mark.filterwarnings(r"ignore:Async generator 'httpx2?\.:ResourceWarning")

_PACKAGE = str(Path(llm_intercept.__file__).parent)

#: Every kind of frame, and faults that act on what follows.
GIVEN = reply("Once ", pause(0.001), "upon", duplicate(), " a time", drip(0.0005, size=150), " there", pause(0.001), disconnect())

#: After how many of its frames it is left.
_COUNTS = (*range(9), 14, 99)


@pytest.fixture(autouse=True)
def _left() -> Iterator[None]:
    """Nothing of ours is suspended afterwards that was not before, and there are no other threads."""
    threads = {*threading.enumerate()}
    gc.freeze()  # so that only what is made from now on is looked through
    try:
        yield
        codes = [_suspended(one) for one in gc.get_objects()]
    finally:
        gc.unfreeze()
    assert [code for code in codes if code is not None and code.co_filename.startswith(_PACKAGE)] == []
    more = [thread.name for thread in {*threading.enumerate()} - threads]
    assert [name for name in more if not name.startswith("AnyIO worker")] == []  # those wait for more work


def _suspended(one: Any) -> Any:
    """The code of a generator or coroutine that is not at its end."""
    match one:
        case GeneratorType():
            return one.gi_code if one.gi_frame is not None else None
        case CoroutineType():
            return one.cr_code if one.cr_frame is not None else None
        case AsyncGeneratorType():
            return one.ag_code if one.ag_frame is not None else None
        case _:
            return None


async def read(answer: Any, count: int) -> None:
    for _ in range(count):
        if await answer.chunk() is None:
            return


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_a_close_at_any_frame_leaves_nothing(library: Library) -> None:
    async def script() -> None:
        async with library.reach("intercept", GIVEN) as (llm, client):
            for count in _COUNTS:
                answer = await library.send(client, chat(stream=True))
                with suppress(Exception):  # where it breaks
                    await read(answer, count)
                await answer.close()
            assert {entry.outcome for entry in llm.calls} == {"cancelled", "failed"}

    library.run(script)


@pytest.mark.parametrize("library", [one for one in LIBRARIES if one.asynchronous], ids=lambda library: library.name)
def test_a_cancelled_read_at_any_frame_leaves_nothing(library: Library) -> None:
    async def one(client: Any, count: int) -> None:
        with anyio.CancelScope() as scope:
            answer = await library.send(client, chat(stream=True))
            try:
                with suppress(Exception):  # where it breaks
                    await read(answer, count)
                    scope.cancel()
                    await answer.chunk()
            finally:
                with anyio.CancelScope(shield=True):
                    await answer.close()

    async def script() -> None:
        async with library.reach("intercept", GIVEN) as (llm, client):
            for count in _COUNTS:
                await one(client, count)
            assert {entry.outcome for entry in llm.calls} == {"cancelled", "failed"}
        await anyio.sleep(0)

    library.run(script)


@pytest.mark.parametrize("count", _COUNTS[::3])
def test_a_stream_of_an_sdk_that_is_left_leaves_nothing(count: int) -> None:
    with (
        intercept(GIVEN),
        openai.OpenAI(api_key="k", max_retries=0) as one,
        anthropic.Anthropic(api_key="k", max_retries=0) as other,
    ):
        for stream in (
            one.chat.completions.create(model="m", messages=MESSAGES, stream=True),
            other.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=True),
        ):
            with suppress(openai.APIConnectionError, httpx2.RemoteProtocolError):  # where it breaks
                for _, _ in zip(range(count), stream, strict=False):
                    continue
            stream.close()


@pytest.mark.parametrize("count", _COUNTS[::3])
def test_a_cancelled_task_of_an_sdk_leaves_nothing(count: int) -> None:
    async def ask(client: openai.AsyncOpenAI) -> None:
        found = 0
        async with await client.chat.completions.create(model="m", messages=MESSAGES, stream=True) as stream:
            async for _ in stream:
                found += 1
                if found > count:
                    await asyncio.sleep(60)

    async def script() -> None:
        async with openai.AsyncOpenAI(api_key="k", max_retries=0) as client:
            task = asyncio.ensure_future(ask(client))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.wait([task])
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with intercept(GIVEN) as llm:
        asyncio.run(script())
        assert llm.calls.one.outcome in ("cancelled", "failed")
