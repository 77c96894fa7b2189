"""One real call of an SDK, under the interceptor and in a process that nothing leaves: whether it was caught, and where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from inspect import isawaitable
from operator import attrgetter
from pkgutil import resolve_name
from typing import Any

from llm_intercept.doctor.aside import aside
from llm_intercept.doctor.probes import Ask, Probe
from llm_intercept.doctor.probes.probe import made
from llm_intercept.doctor.sealed import sealed
from llm_intercept.errors import BlockedNetwork, InterceptFailure
from llm_intercept.interceptor import Interceptor
from llm_intercept.replies.parts import embedding
from llm_intercept.replies.reply import reply
from llm_intercept.transports.patches import displaced

__all__ = ["SAID", "Asked", "asked"]

#: What is said, and what is looked for in what the SDK makes of it.
SAID = "Caught by llm_intercept."
VECTOR = (0.5, -0.25, 0.8125)


@dataclass(frozen=True)
class Asked:
    """What became of one call: the `library` in which it was caught, or `wrong`, in words, what was not as it should be."""

    client: str
    way: str
    library: str | None = None
    wrong: str | None = None


def asked(probe: Probe, client: str, way: str) -> Asked:
    """Ask once."""
    llm = Interceptor(reply(SAID, chunk_size=len(SAID)), block_network="all", keys=False)
    llm.on(operation="embeddings").reply(embedding(VECTOR))
    came_out: BaseException | None = None
    heard: Any = None
    gone: list[str] = []
    with ExitStack() as settings, sealed() as tried:
        for name, value in probe.aside.items():
            owner, _, attribute = name.rpartition(":")
            settings.enter_context(aside(resolve_name(owner), attribute, made(value)))
        try:
            with llm:
                try:
                    heard = _run(_answer(probe.clients[client][way], way), way)
                finally:
                    gone = displaced()
        except (Exception, InterceptFailure) as error:
            came_out = error
    library = llm.calls[-1].request.library if llm.calls else None
    wrong = _judge(probe, llm, came_out, heard, tried)
    if gone:
        wrong = f"{wrong or 'caught, but not everywhere'}; somebody took our hook away from {', '.join(gone)}"
    return Asked(client, way, library, wrong)


def _judge(probe: Probe, llm: Interceptor, came_out: BaseException | None, heard: Any, tried: list[str]) -> str | None:
    """What is not as it should be."""
    failure = llm.failures[0] if llm.failures else came_out
    if tried:
        return f"not caught: it would have left the process, to {', '.join(dict.fromkeys(tried))}"
    if probe.state == "refused":
        return None if isinstance(failure, BlockedNetwork) else f"not refused: {_told(failure)}"
    if isinstance(failure, BlockedNetwork):
        return f"not caught: {_told(failure)}"
    if failure is not None:
        return _told(failure)
    if not llm.calls:
        return "not caught: it made no call that was seen"
    if not any(said in _shown(heard) for said in (SAID, str(VECTOR[-1]))):
        return f"caught, and the SDK made something else of the answer: {_shown(heard):.200}"
    return None


def _told(failure: BaseException | None) -> str:
    """An error in one line."""
    return "it was answered" if failure is None else f"{type(failure).__name__}: {' '.join(str(failure).split()):.300}"


def _shown(heard: Any) -> str:
    return f"{heard!r} {vars(heard) if hasattr(heard, '__dict__') else ''}"


def _run(work: Coroutine[Any, Any, Any], way: str) -> Any:
    """Drive it; sync work never suspends, so it needs no loop, and sees none."""
    if way.startswith("async"):
        return asyncio.run(work)
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise RuntimeError("a sync call waited for an event loop")


async def _answer(ask: Ask, way: str) -> Any:
    asynchronous = way.startswith("async")
    client = resolve_name(ask.client) if isinstance(ask.client, str) else ask.client.make()
    async with _closed(client, ask, asynchronous) as opened:
        method = attrgetter(ask.method)(opened)
        return await _taken(method(**ask.asked), asynchronous)


@asynccontextmanager
async def _closed(client: Any, ask: Ask, asynchronous: bool) -> AsyncIterator[Any]:
    """A client, entered where it must be, and closed where it can be."""
    enter, leave = ("__aenter__", "__aexit__") if asynchronous else ("__enter__", "__exit__")
    if not ask.close and hasattr(client, enter) and not isinstance(ask.client, str):
        opened = await _settled(getattr(type(client), enter)(client))
        try:
            yield opened
        finally:
            await _settled(getattr(type(client), leave)(client, None, None, None))
        return
    try:
        yield client
    finally:
        if ask.close:
            close = attrgetter(ask.close[1:])(client) if ask.close.startswith(".") else resolve_name(ask.close)
            await _settled(close())


async def _taken(answer: Any, asynchronous: bool) -> Any:
    """All of an answer, its events where it is a stream or holds one."""
    answer = await _settled(answer)
    if isinstance(answer, Mapping):
        return {key: await _taken(value, asynchronous) for key, value in answer.items()}
    if asynchronous and hasattr(answer, "__aiter__"):
        events = [event async for event in answer]
    elif isinstance(answer, str | bytes) or not hasattr(answer, "__iter__"):
        return answer
    else:
        events = list(answer)
    close = getattr(answer, "aclose" if asynchronous else "close", None)
    if close is not None:
        await _settled(close())
    return events


async def _settled(value: Any) -> Any:
    return await value if isawaitable(value) else value
