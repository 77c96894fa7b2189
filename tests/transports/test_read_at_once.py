"""A whole body is read in one step; nobody can tell, but by the time it takes."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest

from llm_intercept import intercept

URL = "https://api.openai.com/v1/chat/completions"
ASKED = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]}

LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])


def _state(response: Any) -> dict[str, Any]:
    return {
        "class": type(response),
        "closed": response.is_closed,
        "consumed": response.is_stream_consumed,
        "downloaded": response.num_bytes_downloaded,
        "length": len(response.content),
        "elapsed": response.elapsed.total_seconds() >= 0,
        "text": response.json()["choices"][0]["message"]["content"],
    }


@LIBRARIES
def test_a_read_response_is_as_if_it_was_read_frame_by_frame(library: Any) -> None:
    with intercept("Hi.") as llm, library.Client() as client:
        at_once = client.post(URL, json=ASKED)
        with client.stream("POST", URL, json=ASKED) as by_frames:
            b"".join(by_frames.iter_raw())
        with client.stream("POST", URL, json=ASKED) as read_late:
            read_late.read()
        assert [entry.outcome for entry in llm.calls] == ["complete"] * 3
        assert [len(entry.delivered) for entry in llm.calls] == [len(at_once.content)] * 3
    assert _state(at_once) == _state(read_late)
    assert type(at_once) is library.Response
    assert by_frames.num_bytes_downloaded == at_once.num_bytes_downloaded
    with pytest.raises(library.StreamConsumed):
        list(at_once.iter_raw())
    assert b"".join(at_once.iter_bytes(7)) == at_once.content
    assert pickle.loads(pickle.dumps(at_once)).content == at_once.content


@LIBRARIES
def test_a_response_closed_or_begun_before_is_refused_as_ever(library: Any) -> None:
    with intercept("Hi.") as llm, library.Client() as client:
        with client.stream("POST", URL, json=ASKED) as response:
            response.close()
            with pytest.raises(library.StreamClosed):
                response.read()
        with client.stream("POST", URL, json=ASKED) as response:
            next(response.iter_raw())
            with pytest.raises(library.StreamConsumed):
                response.read()
        assert llm.calls[0].outcome == "cancelled"


@LIBRARIES
def test_an_async_response_closed_or_begun_before_is_refused_as_ever(library: Any) -> None:
    async def main() -> None:
        async with library.AsyncClient() as client:
            async with client.stream("POST", URL, json=ASKED) as response:
                await response.aclose()
                with pytest.raises(library.StreamClosed):
                    await response.aread()
            async with client.stream("POST", URL, json=ASKED) as response:
                async for _ in response.aiter_raw():
                    break
                with pytest.raises(library.StreamConsumed):
                    await response.aread()

    with intercept("Hi.") as llm:
        asyncio.run(main())
        assert llm.calls[0].outcome == "cancelled"


@LIBRARIES
def test_a_wrapper_around_an_async_pool_sees_every_call(library: Any) -> None:
    pool = __import__(library.__name__.replace("httpx", "httpcore")).AsyncConnectionPool
    seen = []

    async def main() -> None:
        async with library.AsyncClient() as client:
            await client.post(URL, json=ASKED)
            inner = pool.handle_async_request

            async def outer(self: Any, request: Any) -> Any:
                seen.append(request.url.host)
                return await inner(self, request)

            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(pool, "handle_async_request", outer)
                assert (await client.post(URL, json=ASKED)).status_code == 200

    with intercept("Hi.") as llm:
        asyncio.run(main())
        assert (seen, len(llm.calls)) == ([b"api.openai.com"], 2)


@LIBRARIES
def test_a_stream_that_somebody_put_in_its_place_is_read(library: Any) -> None:
    class Loud(library.SyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __iter__(self) -> Iterator[bytes]:
            for part in self.stream:
                yield part.upper()

        def close(self) -> None:
            self.stream.close()

    class Wrapped(library.HTTPTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            response = super().handle_request(request)
            response.stream = Loud(response.stream)
            return response

    with intercept("Hi.") as llm, library.Client(transport=Wrapped()) as client:
        assert '"CONTENT":"HI."' in client.post(URL, json=ASKED).text
        assert llm.calls.one.outcome == "complete"


@LIBRARIES
def test_an_async_read_gives_other_tasks_a_turn_and_can_be_cancelled_in_it(library: Any) -> None:
    async def main() -> None:
        async with library.AsyncClient() as client:
            turns: list[str] = []

            async def ask(name: str) -> None:
                turns.append(f"{name} asks")
                await client.post(URL, json=ASKED)
                turns.append(f"{name} has it")

            await asyncio.gather(ask("a"), ask("b"))
            assert turns[:2] == ["a asks", "b asks"]

            cancelled = asyncio.ensure_future(client.post(URL, json=ASKED))
            while len(llm.calls) < 3:
                await asyncio.sleep(0)
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled

    with intercept("Hi.") as llm:
        asyncio.run(main())
        assert [entry.outcome for entry in llm.calls] == ["complete", "complete", "cancelled"]
