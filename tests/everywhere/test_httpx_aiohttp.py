"""httpx over aiohttp: caught once, at aiohttp, as lazily as aiohttp reads."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from llm_intercept import connect_error, disconnect, intercept, read_timeout, reply
from tests.transports import loopback
from tests.transports.libraries import CHAT, chat, said


def run(script: Any) -> Any:
    async def main() -> Any:
        async with httpx.AsyncClient(transport=AiohttpTransport(), timeout=0.2) as client:
            return await script(client)

    return asyncio.run(main())


def test_a_call_is_caught_once() -> None:
    async def script(client: Any) -> None:
        answer = await client.post(CHAT, content=chat(), headers={"content-type": "application/json"})
        assert said(answer.content) == "Hello."

    with intercept("Hello.") as llm:
        run(script)
    assert (llm.calls.one.outcome, llm.calls.one.request.library) == ("complete", "aiohttp")


def test_a_stream_is_as_lazy_as_its_reader() -> None:
    async def script(client: Any) -> None:
        async with client.stream("POST", CHAT, content=chat(stream=True)) as answer:
            pieces = answer.aiter_raw()
            for number in range(1, 4):
                await anext(pieces)
                assert llm.calls.one.played == number
            await pieces.aclose()

    with intercept(reply("abcdef", chunk_size=1)) as llm:
        run(script)
    assert llm.calls.one.outcome == "cancelled"


@pytest.mark.parametrize(
    ("fault", "server"),
    [
        (connect_error(), loopback.refusing()),
        (disconnect(), loopback.serving(loopback.after(b"", loopback.leave))),
        (read_timeout(), loopback.serving(loopback.after(b"", loopback.hang))),
    ],
)
def test_a_fault_is_what_a_misbehaving_server_raises(fault: Any, server: Any) -> None:
    async def script(client: Any) -> type:
        with pytest.raises(httpx.HTTPError) as raised:
            await client.post(f"http://127.0.0.1:{port}/v1/chat/completions", content=chat())
        return type(raised.value)

    with server as port:
        really = run(script)
        with intercept(reply(fault), hosts=f"127.0.0.1:{port}") as llm:
            assert run(script) is really
        assert llm.calls.one.outcome == "failed"
