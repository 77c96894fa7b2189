"""What every HTTP library gets, in every way in: the same answer, as lazily, as a real server gives it."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import anyio
import pytest

from llm_intercept import error, pause, reply
from tests.transports.libraries import JSON, LIBRARIES, Library, chat, said

#: httpx, and httpx2 before 2.8, leave their own generators to the collector when a stream is left early, with real servers too.
pytestmark = pytest.mark.filterwarnings(r"ignore:Async generator 'httpx2?\.:ResourceWarning")

Reached = tuple[Library, str]


def test_an_answer_is_whole(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("Paris.", headers={"x-mine": "1"})) as (llm, client):
            answer = await library.send(client, chat())
            assert (answer.status, answer.reason, answer.version) == (200, "OK", "HTTP/1.1")
            body = await answer.read()
            assert said(body) == "Paris."
            entry = llm.calls.one
            assert entry.response is not None
            assert answer.headers == {name.decode(): value.decode() for name, value in entry.response.headers}
            assert answer.headers["x-mine"] == "1"
            assert int(answer.headers["content-length"]) == len(body)
            assert (entry.prompt, entry.outcome, entry.delivered) == ("Hello", "complete", body)
            assert entry.request.library == ("urllib3" if library.name == "requests" else library.name.partition("-")[0])

    library.run(script)


def test_each_chunk_is_made_when_it_is_pulled(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("abcdefghi", chunk_size=1)) as (llm, client):
            answer = await library.send(client, chat(stream=True))
            entry = llm.calls.one
            assert entry.response is not None
            frames = list(entry.response.frames)
            assert (entry.played, entry.outcome) == (0, "pending")
            for number, frame in enumerate(frames, 1):
                assert await answer.chunk() == frame
                assert entry.played == number
            assert await answer.chunk() is None
            assert entry.outcome == "complete"
            assert answer.headers["transfer-encoding"] == "chunked"

    library.run(script)


def test_a_pause_passes_where_it_stands(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("abc", pause(0.06), "def")) as (_, client):
            answer = await library.send(client, chat(stream=True))
            gaps = []
            start = time.perf_counter()
            while (chunk := await answer.chunk()) is not None:
                gaps.append((time.perf_counter() - start, chunk))
                start = time.perf_counter()
            longest, after = max(gaps)
            assert longest >= 0.055
            assert b'"def"' in after
            assert sum(gap for gap, _ in gaps) < 2 * longest

    library.run(script)


def test_a_pause_in_an_unstreamed_answer_comes_before_its_head(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("abc", pause(0.06), "def")) as (_, client):
            start = time.perf_counter()
            answer = await library.send(client, chat())
            assert time.perf_counter() - start >= 0.055
            assert said(await answer.read()) == "abcdef"

    library.run(script)


@pytest.mark.parametrize("stream", [False, True])
def test_a_delay_comes_before_the_head(reached: Reached, stream: bool) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("abc", delay=0.06)) as (llm, client):
            start = time.perf_counter()
            answer = await library.send(client, chat(stream=stream))
            assert time.perf_counter() - start >= 0.055
            await answer.read()
            assert llm.calls.one.outcome == "complete"

    library.run(script)


def test_an_early_close_releases_the_reply(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, "a very long story " * 50) as (llm, client):
            answer = await library.send(client, chat(stream=True))
            first = await answer.chunk()
            await answer.close()
            entry = llm.calls.one
            assert (entry.outcome, entry.played, entry.delivered) == ("cancelled", 1, first)

    library.run(script)


def test_a_close_before_the_body_cancels(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, "Hello.") as (llm, client):
            answer = await library.send(client, chat(stream=True))
            await answer.close()
            assert (llm.calls.one.outcome, llm.calls.one.played) == ("cancelled", 0)

    library.run(script)


def test_a_close_after_the_last_chunk_is_complete(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, "Hello.") as (llm, client):
            answer = await library.send(client, chat(stream=True))
            entry = llm.calls.one
            assert entry.response is not None
            for _ in entry.response.frames:
                await answer.chunk()
            await answer.close()
            await answer.close()
            assert entry.outcome == "complete"

    library.run(script)


def test_a_response_is_open_until_it_is_read(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, "Hello.") as (_, client):
            answer = await library.send(client, chat(stream=True))
            assert not library.closed(answer.native)
            await answer.chunk()
            assert not library.closed(answer.native)
            await answer.read()
            assert library.closed(answer.native)

    library.run(script)


def test_elapsed_is_the_time_it_took(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, reply("Hello.", delay=0.03)) as (_, client):
            answer = await library.send(client, chat())
            await answer.read()
            await answer.close()
            elapsed = getattr(answer.native, "elapsed", None)
            assert (elapsed is not None) == library.elapses
            assert elapsed is None or 0.025 <= elapsed.total_seconds() < 2

    library.run(script)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (404, "Not Found"),
        (429, "Too Many Requests"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (529, ""),
    ],
)
def test_an_error_keeps_its_status_and_reason(reached: Reached, status: int, reason: str) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, error(status, "No.")) as (llm, client):
            answer = await library.send(client, chat(stream=True))
            assert (answer.status, answer.reason) == (status, reason)
            assert json.loads(await answer.read())["error"]["message"] == "No."
            assert llm.calls.one.outcome == "complete"

    library.run(script)


def _parts() -> Iterator[bytes]:
    body = chat("sent in parts")
    yield body[:10]
    yield body[10:11]
    yield body[11:]


async def _async_parts() -> AsyncIterator[bytes]:
    for part in _parts():
        yield part


_BODIES = {
    "bytes": lambda: chat("sent in parts"),
    "str": lambda: chat("sent in parts").decode(),
    "generator": _parts,
    "async generator": _async_parts,
    "file": lambda: io.BytesIO(chat("sent in parts")),
}


@pytest.mark.parametrize("kind", list(_BODIES))
def test_a_request_body_of_any_kind_is_read_whole(reached: Reached, kind: str) -> None:
    library, way = reached
    if (kind == "async generator") > library.asynchronous or (library.asynchronous and kind in ("generator", "file")):
        pytest.skip(f"{library.name} takes no {kind}")

    async def script() -> None:
        async with library.reach(way, "Hello.") as (llm, client):
            answer = await library.send(client, _BODIES[kind]())
            assert answer.status == 200
            await answer.read()
            assert llm.calls.one.request.body == chat("sent in parts")
            assert llm.calls.one.prompt == "sent in parts"

    library.run(script)


def test_an_empty_generator_is_an_empty_body(reached: Reached) -> None:
    library, way = reached

    async def nothing() -> AsyncIterator[bytes]:
        for part in ():
            yield part

    async def script() -> None:
        async with library.reach(way) as (llm, client):
            answer = await library.send(client, nothing() if library.asynchronous else iter(()))
            assert answer.status == 400
            assert llm.calls.one.request.body == b""
            await answer.close()

    library.run(script)


def test_a_multipart_body_arrives_and_gets_the_providers_400(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way) as (llm, client):
            answer = await library.send(client, files={"file": ("a.txt", b"contents")}, headers={})
            assert (answer.status, answer.reason) == (400, "Bad Request")
            assert "message" in json.loads(await answer.read())["error"]
            sent = llm.calls.one.request
            boundary = (sent.header("content-type") or "").partition("boundary=")[2].encode()
            assert sent.body.startswith(b"--" + boundary)
            assert sent.body.rstrip().endswith(boundary + b"--")
            assert b"contents" in sent.body

    library.run(script)


def test_an_accepted_encoding_does_no_harm(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, "Grüße 👋") as (_, client):
            answer = await library.send(client, chat(), headers={**JSON, "accept-encoding": "gzip, deflate, br, zstd"})
            assert "content-encoding" not in answer.headers
            assert said(await answer.read()) == "Grüße 👋"

    library.run(script)


def test_the_request_is_noted_as_it_would_have_left(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, hosts="gateway.test:8443") as (llm, client):
            url = "http://gateway.test:8443/a%20b/v1/chat/completions?x=1&y=%2F"
            answer = await library.send(client, chat(), url=url, headers={**JSON, "X-Mine": "1"})
            await answer.read()
            sent = llm.calls.one.request
            assert (sent.method, sent.url, sent.body) == ("POST", url, chat())
            assert (sent.scheme, sent.host, sent.port) == ("http", "gateway.test", 8443)
            assert sent.header("x-mine") == "1"
            assert sent.header("host") == "gateway.test:8443"
            assert sent.header("content-length") == str(len(chat()))

    library.run(script)


def test_a_default_port_in_the_url_changes_nothing(reached: Reached) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way) as (llm, client):
            answer = await library.send(client, chat(), url="https://API.openai.com:443/v1/chat/completions")
            await answer.read()
            sent = llm.calls.one.request
            assert (sent.host, sent.port, sent.url) == ("api.openai.com", None, "https://api.openai.com/v1/chat/completions")

    library.run(script)


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8443"])
def test_an_ipv6_host_keeps_its_brackets(reached: Reached, host: str) -> None:
    library, way = reached

    async def script() -> None:
        async with library.reach(way, hosts=host) as (llm, client):
            answer = await library.send(client, chat(), url=f"http://{host}/v1/chat/completions")
            await answer.read()
            assert llm.calls.one.request.url == f"http://{host}/v1/chat/completions"

    library.run(script)


@pytest.mark.parametrize("moment", ["the head", "a chunk", "the body"])
def test_a_cancelled_task_releases_the_reply(async_reached: Reached, moment: str) -> None:
    library, way = async_reached
    given = {
        "the head": reply("abc", delay=5),
        "a chunk": reply("abc", pause(5), "def"),
        "the body": reply("abc", pause(5), "def"),
    }[moment]

    async def script() -> None:
        async with library.reach(way, given) as (llm, client):
            start = time.perf_counter()
            with anyio.move_on_after(0.03) as scope:
                if moment == "the body":
                    await library.post(client, chat(stream=True))
                else:
                    answer = await library.send(client, chat(stream=True))
                    try:
                        while await answer.chunk() is not None:
                            continue
                    finally:
                        await answer.close()
            assert scope.cancelled_caught
            assert time.perf_counter() - start < 1
            assert llm.calls.one.outcome == "cancelled"
            assert llm.failures == []

    library.run(script)


def test_two_streams_take_turns(async_reached: Reached) -> None:
    library, way = async_reached
    turns = []

    async def script() -> None:
        async with library.reach(way, reply("x" * 40, chunk_size=1)) as (_, client):

            async def consume(name: str) -> None:
                answer = await library.send(client, chat(stream=True))
                while await answer.chunk() is not None:
                    turns.append(name)

            async with anyio.create_task_group() as group:
                group.start_soon(consume, "a")
                group.start_soon(consume, "b")

    library.run(script)
    switches = sum(one != other for one, other in pairwise(turns))
    assert len(turns) >= 80
    assert switches >= len(turns) * 0.4  # trio shuffles who is next; a stream that hogs the loop switches once


def test_an_async_callable_may_wait(async_reached: Reached) -> None:
    library, way = async_reached

    async def think(call: Any) -> str:
        await anyio.sleep(0.01)
        return f"You said {call.prompt}."

    async def script() -> None:
        async with library.reach(way, think) as (_, client):
            assert said(await (await library.send(client, chat("hi"))).read()) == "You said hi."

    library.run(script)


def test_an_async_callable_is_refused_where_nothing_can_wait(reached: Reached) -> None:
    library, way = reached
    if library.asynchronous:
        pytest.skip("an event loop can wait")

    async def think(call: Any) -> str:
        await asyncio.sleep(0)
        return "unreachable"

    async def script() -> None:
        async with library.reach(way, think) as (llm, client):
            with llm.expect_failure() as expected:
                await library.send(client, chat())
            assert "an async callable was given as a reply" in str(expected.value)

    library.run(script)


def test_an_async_callable_cannot_swallow_its_refusal() -> None:
    async def stubborn(call: Any) -> str:
        try:
            await asyncio.sleep(0)
        except BaseException:
            return "never mind"
        return "unreachable"

    library = LIBRARIES[0]

    async def script() -> None:
        async with library.reach("explicit", stubborn) as (_, client):
            with pytest.raises(TypeError, match="an async callable was given as a reply"):
                await library.send(client, chat())

    library.run(script)


def test_event_hooks_run(reached: Reached) -> None:
    library, way = reached
    if not library.hooks:
        pytest.skip(f"{library.name} has none")
    seen: list[Any] = []

    def hook(event: Any, **_: Any) -> None:
        seen.append(event)

    async def async_hook(event: Any) -> None:
        seen.append(event)

    async def script() -> None:
        async with library.reach(way) as (_, client):
            if library.name == "requests":
                client.hooks["response"].append(hook)
            else:
                one = async_hook if library.asynchronous else hook
                client.event_hooks = {"request": [one], "response": [one]}
            answer = await library.send(client, chat())
            await answer.close()
            assert seen[-1] is answer.native
            assert len(seen) == (1 if library.name == "requests" else 2)

    library.run(script)
