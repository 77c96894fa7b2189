"""The mocks that need an environment of their own, or are servers: how each, and we beside it, are asked for the same.

All answer with the same text, and stream it in the same pieces; what is prepared once, such as the events that openai-responses
is to give, is not measured. Each is imported where it is asked alone, for no environment has them all.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from llm_intercept import intercept

__all__ = ["CALL", "CHUNKS", "CONTESTS", "PIECES", "STREAM", "TEXT", "Contest", "Side"]

#: A word is a piece for those who split at words, three characters are for the others, as they are for us; all differ, for litellm
#: ends a stream that repeats itself.
CHUNKS = 200
PIECES = tuple(f"{one}{other} " for one, other in islice(product(ascii_lowercase, repeat=2), CHUNKS))
TEXT = "".join(PIECES)

CALL, STREAM = "call", f"{CHUNKS}-chunk stream"

#: Seconds that a server has to start, and to answer.
_PATIENCE = 30.0

_URL = "https://api.openai.com/v1/chat/completions"
_ASKED: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Capital of France?"}]}

#: Gives the pieces of text, or in a contest with a loop their awaitable.
Ask = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Side:
    """A mock: the block in which it answers to some work, and what is asked of it, each by the name of the work."""

    active: Callable[[str], AbstractContextManager[Any]]
    asks: Mapping[str, Ask]


@dataclass(frozen=True, slots=True)
class Contest:
    """We, and a peer; the asks are coroutine functions where there is a loop."""

    ours: Side
    theirs: Side
    loop: asyncio.AbstractEventLoop | None = None


def _ours(asks: Mapping[str, Ask]) -> Side:
    return Side(lambda work: intercept(TEXT), asks)


def _asks(create: Callable[..., Any]) -> dict[str, Ask]:
    def stream() -> list[str]:
        return [piece for chunk in create(**_ASKED, stream=True) for one in chunk.choices if (piece := one.delta.content)]

    return {CALL: lambda: [create(**_ASKED).choices[0].message.content], STREAM: stream}


def _openai(base_url: str | None = None) -> dict[str, Ask]:
    """Through the SDK; its method is looked up at each call, for a peer replaces it."""
    import openai

    client = openai.OpenAI(api_key="x", base_url=base_url, timeout=_PATIENCE, max_retries=0)

    def create(**asked: Any) -> Any:
        return client.chat.completions.create(**asked)

    return _asks(create)


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [choice]}


@contextmanager
def _openai_responses(folder: Path) -> Iterator[Contest]:
    import httpx
    from openai.types.chat import ChatCompletionChunk
    from openai_responses import OpenAIMock
    from openai_responses.streaming import EventStream

    deltas = [_chunk({"role": "assistant", "content": ""}), *(_chunk({"content": piece}) for piece in PIECES), _chunk({}, "stop")]
    events = [ChatCompletionChunk.model_validate(delta) for delta in deltas]
    choice = {"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}
    headers = {"content-type": "text/event-stream"}
    usage = {"prompt_tokens": 4, "completion_tokens": CHUNKS, "total_tokens": CHUNKS + 4}

    class Events(EventStream):
        def generate(self) -> Iterator[Any]:
            yield from events

    whole, streamed = OpenAIMock(), OpenAIMock()
    whole.chat.completions.create.response = {"choices": [choice], "usage": usage}
    streamed.chat.completions.create.response = lambda request: httpx.Response(200, headers=headers, content=Events())
    routers, asks = {CALL: whole.router, STREAM: streamed.router}, _openai()
    yield Contest(_ours(asks), Side(lambda work: routers[work], asks))


@contextmanager
def _pytest_mockllm(folder: Path) -> Iterator[Contest]:
    from pytest_mockllm.providers.openai import OpenAIMock

    def active(work: str) -> Any:
        mock = OpenAIMock()
        mock.set_default_response(TEXT, stream_chunks=[*PIECES])
        return mock

    asks = _openai()
    yield Contest(_ours(asks), Side(active, asks))


@contextmanager
def _llmock(folder: Path) -> Iterator[Contest]:
    from llmock.scenarios import Reply
    from llmock.testing import LLMockServer

    with LLMockServer() as server:
        server.state.scenarios.add(Reply(text=TEXT, times=None))
        yield Contest(_ours(_openai()), Side(_always, _openai(server.base_url("openai"))))


@contextmanager
def _llmock_npm(folder: Path) -> Iterator[Contest]:
    """Whether it streams is said when it starts, so there are two of it."""
    package = folder / "node_modules" / "llmock"
    answers = json.loads((package / "src" / "response-templates" / "openai_res.json").read_text(encoding="utf-8"))
    answers[0]["choices"][0]["message"]["content"] = TEXT
    template = folder / "response-templates" / "openai_res.json"
    template.parent.mkdir(exist_ok=True)
    template.write_text(json.dumps(answers), encoding="utf-8")
    said = {
        "LLM_NAME": "openai",
        "LLM_URL_ENDPOINT": "v1/chat/completions",
        "LOG_REQUESTS": "OFF",
        "RESPONSE_DELAY_MAX": "0",
        "RESPONSE_DELAY_MIN": "0",
        "SERVER_HOST": "127.0.0.1",
        "VALIDATE_REQUESTS": "OFF",
    }
    command, ports = ("--import", "tsx", str(package / "src" / "server.ts")), (_port(), _port())
    with (
        _node(command, folder, ports[0], {**said, "SERVER_PORT": str(ports[0])}) as whole,
        _node(command, folder, ports[1], {**said, "SERVER_PORT": str(ports[1]), "STREAM": "true"}) as streamed,
    ):
        asks = {CALL: _openai(whole)[CALL], STREAM: _openai(streamed)[STREAM]}
        yield Contest(_ours(_openai()), Side(_always, asks))


@contextmanager
def _aimock(folder: Path) -> Iterator[Contest]:
    fixtures = folder / "fixtures.json"
    answer = {"match": {"userMessage": "Capital of France"}, "response": {"content": TEXT}}
    fixtures.write_text(json.dumps({"fixtures": [answer]}), encoding="utf-8")
    command, port = str(folder / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"), _port()
    options = ("--fixtures", str(fixtures), "--chunk-size", str(len(PIECES[0])), "--log-level", "silent", "--port", str(port))
    with _node((command, *options), folder, port) as url:
        yield Contest(_ours(_openai()), Side(_always, _openai(url)))


@contextmanager
def _litellm(folder: Path) -> Iterator[Contest]:
    import litellm

    ours = partial(litellm.completion, api_key="x")
    yield Contest(_ours(_asks(ours)), Side(_always, _asks(partial(litellm.completion, mock_response=TEXT))))


@contextmanager
def _aioresponses(folder: Path) -> Iterator[Contest]:
    import aiohttp
    from aioresponses import aioresponses

    async def opened() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers={"Authorization": "Bearer x"})

    with closing(asyncio.new_event_loop()) as loop:
        session = loop.run_until_complete(opened())

        async def call() -> list[str]:
            async with session.post(_URL, json=_ASKED) as response:
                return [(await response.json())["choices"][0]["message"]["content"]]

        async def stream() -> list[str]:
            async with session.post(_URL, json={**_ASKED, "stream": True}) as response:
                data = [line[6:] async for line in response.content if line.startswith(b"data: {")]
            deltas = [one["delta"] for event in data for one in json.loads(event)["choices"]]
            return [piece for delta in deltas if (piece := delta.get("content"))]

        async def raw(**asked: Any) -> bytes:
            async with session.post(_URL, json={**_ASKED, **asked}) as response:
                return await response.read()

        with intercept(TEXT):
            bodies = {CALL: loop.run_until_complete(raw()), STREAM: loop.run_until_complete(raw(stream=True))}
        asks: dict[str, Ask] = {CALL: call, STREAM: stream}

        @contextmanager
        def active(work: str) -> Iterator[None]:
            with aioresponses() as mock:
                mock.post(_URL, body=bodies[work], repeat=True)
                yield

        try:
            yield Contest(_ours(asks), Side(active, asks), loop)
        finally:
            loop.run_until_complete(session.close())


def _always(work: str) -> AbstractContextManager[None]:
    return nullcontext()


def _port() -> int:
    """One that is free."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _node(arguments: Sequence[str], folder: Path, port: int, said: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server of Node's, and what its environment says besides; its base URL, once it listens."""
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ("node", *arguments), cwd=folder, env={**os.environ, **(said or {})}, stdout=output, stderr=output
        )
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    raise RuntimeError(f"the server did not start: {next((line for line in said if 'Error' in line), 'it does not say why')}")


#: Each peer's contest, by its name; the folder is where its npm packages are, and for what it needs in files.
CONTESTS: Mapping[str, Callable[[Path], AbstractContextManager[Contest]]] = {
    "openai-responses": _openai_responses,
    "pytest-mockllm": _pytest_mockllm,
    "llmock": _llmock,
    "llmock-npm": _llmock_npm,
    "aimock": _aimock,
    "litellm": _litellm,
    "aioresponses": _aioresponses,
}
