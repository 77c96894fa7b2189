"""Streams side by side take turns, and nobody waits for another's pause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier, Event
from typing import Any

import aiohttp
import anthropic
import anyio
import httpx
import httpx2
import openai
import pytest

from llm_intercept import intercept, pause, reply

URL = "https://api.openai.com/v1/chat/completions"
HEADERS = {"authorization": "Bearer k"}


def asked(text: str) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], "stream": True}


async def by_httpx2(text: str) -> AsyncIterator[Any]:
    async with httpx2.AsyncClient() as client, client.stream("POST", URL, json=asked(text), headers=HEADERS) as response:
        async for piece in response.aiter_raw():
            yield piece


async def by_httpx(text: str) -> AsyncIterator[Any]:
    async with httpx.AsyncClient() as client, client.stream("POST", URL, json=asked(text), headers=HEADERS) as response:
        async for piece in response.aiter_raw():
            yield piece


async def by_aiohttp(text: str) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session, session.post(URL, json=asked(text), headers=HEADERS) as response:
        async for line in response.content:
            yield line


async def by_openai(text: str) -> AsyncIterator[Any]:
    async with openai.AsyncOpenAI(api_key="k") as client, await client.chat.completions.create(**asked(text)) as stream:
        async for event in stream:
            yield event


async def by_anthropic(text: str) -> AsyncIterator[Any]:
    async with (
        anthropic.AsyncAnthropic(api_key="k") as client,
        await client.messages.create(**asked(text), max_tokens=9) as stream,
    ):
        async for event in stream:
            yield event


SOURCES: dict[str, Callable[[str], AsyncIterator[Any]]] = {
    "httpx": by_httpx,
    "httpx2": by_httpx2,
    "aiohttp": by_aiohttp,
    "openai": by_openai,
    "anthropic": by_anthropic,
}


async def read(name: str, source: Callable[[str], AsyncIterator[Any]], seen: list[str], both: anyio.Event) -> None:
    """Read a stream, the rest of it when both have begun."""
    async for _ in source(name):
        if not both.is_set():
            if seen:
                both.set()
            seen.append(name)
            await both.wait()
        else:
            seen.append(name)


def longest_run(seen: list[str]) -> int:
    """How often one came after itself, at most, while the other was not at its end."""
    last = min(len(seen) - 1 - seen[::-1].index(name) for name in {*seen})
    runs, run = [1], 1
    for before, after in pairwise(seen[: last + 1]):
        run = run + 1 if before == after else 1
        runs.append(run)
    return max(runs)


def side_by_side(source: Callable[[str], AsyncIterator[Any]]) -> Callable[[list[str]], Awaitable[None]]:
    async def main(seen: list[str]) -> None:
        both = anyio.Event()
        async with anyio.create_task_group() as group:
            for name in ("one", "two"):
                group.start_soon(read, name, source, seen, both)

    return main


@pytest.mark.parametrize(
    ("source", "loop"),
    [*[(name, "asyncio") for name in SOURCES], ("httpx", "trio"), ("httpx2", "trio"), ("anthropic", "trio")],
)
def test_two_streams_take_turns(source: str, loop: str) -> None:
    seen: list[str] = []
    with intercept(reply("abc" * 100, chunk_size=3)):
        anyio.run(side_by_side(SOURCES[source]), seen, backend=loop)
    assert seen.count("one") == seen.count("two") > 100
    # a library may hand on the lines of a piece together; and trio draws lots who is next
    assert longest_run(seen) <= (4 if loop == "asyncio" else 40), seen


def test_who_is_in_a_pause_keeps_nobody_waiting() -> None:
    client, others = openai.OpenAI(api_key="k"), Event()

    def slow(_: Any) -> str:
        assert others.wait(20), "the others waited for this one"
        return "Slow."

    with intercept("Quick.") as llm:
        llm.on("slow").reply(slow)
        with ThreadPoolExecutor(8) as pool:
            first = pool.submit(lambda: client.chat.completions.create(model="m", messages=[{"role": "user", "content": "slow"}]))
            quick = [
                pool.submit(lambda: client.chat.completions.create(model="m", messages=[{"role": "user", "content": "quick"}]))
                for _ in range(50)
            ]
            assert {one.result(20).choices[0].message.content for one in quick} == {"Quick."}
            assert not first.done()
            others.set()
            assert first.result(20).choices[0].message.content == "Slow."


def test_pauses_of_streams_in_threads_pass_together() -> None:
    """Each stream waits for all others in its midst: if one kept the others from going on, none would come through."""
    client, threads = openai.OpenAI(api_key="k"), 6
    together = Barrier(threads)

    def drain(number: int) -> list[str]:
        stream = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"{number}"}], stream=True)
        said = [next(stream).choices[0].delta.content]
        together.wait(20)
        return [*said, *[event.choices[0].delta.content for event in stream if event.choices]]

    with intercept(reply("One ", pause(0.05), "two.")), ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(drain, range(threads)))
    assert ["".join(filter(None, said)) for said in found] == ["One two."] * threads
