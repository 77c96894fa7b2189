"""Many callers at once, through several libraries: every call is answered once, by its own rule, in its own order."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3

from llm_intercept import intercept
from llm_intercept.interceptor import Interceptor
from tests.transports.libraries import CHAT, JSON, TLS, chat, said

THREADS, CALLS, TASKS = 16, 500, 2000


def _httpx(module: Any) -> Callable[[bytes], bytes]:
    client = module.Client(verify=TLS)
    return lambda body: client.post(CHAT, content=body, headers=JSON).content


def _requests() -> Callable[[bytes], bytes]:
    session = requests.Session()
    return lambda body: session.post(CHAT, data=body, headers=JSON).content


def _urllib3() -> Callable[[bytes], bytes]:
    pool = urllib3.PoolManager()
    return lambda body: pool.request("POST", CHAT, body=body, headers=JSON).data


#: How a thread asks, by its number.
_CLIENTS: tuple[Callable[[], Callable[[bytes], bytes]], ...] = (
    lambda: _httpx(httpx2),
    _urllib3,
    lambda: _httpx(httpx),
    lambda: _httpx(httpx2),
    _requests,
)


def _scripted(llm: Interceptor, callers: int, calls: int) -> None:
    for caller in range(callers):
        replies = [f"{caller}: {number}" for number in range(calls)]
        llm.on(prompt=re.compile(rf"^{caller}:")).replies(*replies)


def _expect_complete(llm: Interceptor, callers: int, calls: int) -> None:
    assert llm.calls.total == callers * calls
    prompts = [entry.prompt for entry in llm.calls]
    assert len(set(prompts)) == callers * calls
    for caller, rule in enumerate(llm._current().book.rules):
        mine = [entry for entry in llm.calls if entry.rule is rule]
        assert [entry.prompt for entry in mine] == [f"{caller}: {number}" for number in range(calls)]
        assert {entry.outcome for entry in mine} == {"complete"}
    assert not llm.failures


def test_threads_through_mixed_libraries() -> None:
    wrong: list[str] = []

    def work(caller: int) -> None:
        send = _CLIENTS[caller % len(_CLIENTS)]()
        started.wait()
        for number in range(CALLS):
            text = f"{caller}: {number}"
            answered = said(send(chat(text)))
            if answered != text:
                wrong.append(f"{text} -> {answered}")

    with intercept(default=None) as llm:
        _scripted(llm, THREADS, CALLS)
        started = threading.Barrier(THREADS)
        threads = [threading.Thread(target=work, args=(caller,)) for caller in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        _expect_complete(llm, THREADS, CALLS)


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
def test_concurrent_tasks_through_mixed_libraries(stream: bool) -> None:
    async def main() -> None:
        async with (
            httpx2.AsyncClient(verify=TLS) as newer,
            httpx.AsyncClient(verify=TLS) as older,
            aiohttp.ClientSession() as session,
        ):

            async def by_aiohttp(body: bytes) -> bytes:
                async with session.post(CHAT, data=body, headers=JSON) as answer:
                    return await answer.read()

            async def ask(number: int) -> None:
                body = chat(f"task {number}", stream=stream)
                if number % 3 == 0:
                    content = await by_aiohttp(body)
                else:
                    client: Any = newer if number % 3 == 1 else older
                    content = (await client.post(CHAT, content=body, headers=JSON)).content
                if stream:
                    lines = content.decode().split("\n\n")
                    chunks = [json.loads(line[6:]) for line in lines if line and line != "data: [DONE]"]
                    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
                else:
                    text = said(content)
                assert text == f"reply to task {number}"

            await asyncio.gather(*map(ask, range(TASKS)))

    with intercept(lambda call: f"reply to {call.prompt}") as llm:
        asyncio.run(main())
        assert sorted(entry.prompt for entry in llm.calls) == sorted(f"task {number}" for number in range(TASKS))
        assert {entry.outcome for entry in llm.calls} == {"complete"}
