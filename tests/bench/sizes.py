"""What grows, or is there once: rules, activations, the import, the journal, streams side by side, a long text, other libraries.

Each figure is a function from a `Scale` to its rows. What takes only the processor is measured as `measure.py` does it; memory by
`tracemalloc`, but for what must stay flat, which is the process's own.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import anthropic
import httpx2
import openai

from llm_intercept import intercept, reply
from tests.bench.batches import calls
from tests.bench.floor import constant, unit_client
from tests.bench.loopback import rows as loopback_rows
from tests.bench.rows import Row

__all__ = ["QUICK", "SIZES", "Scale", "sizes"]

URL = "https://api.openai.com/v1/chat/completions"
_HEADERS = {"authorization": "Bearer k"}


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: `rounds` of what is short, and the sizes that the figures are of."""

    rounds: int = 200
    rules: int = 10_000
    entries: int = 20_000
    calls: int = 1_000_000
    streams: int = 10_000
    text: int = 1_000_000
    threads: int = 4
    imports: int = 15


QUICK = Scale(rounds=40, entries=5_000, calls=100_000, streams=2_000, text=200_000, imports=5)


def _asked(text: str, *, stream: bool = False) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **({"stream": True} if stream else {})}


def _by_turns(rounds: int, times: int, *works: Callable[[], Any]) -> list[list[float]]:
    """Seconds of each work, round by round, each first as often as the others."""
    found: list[list[float]] = [[] for _ in works]
    order = list(zip(works, found, strict=True))
    for work in works:
        work()
    for _ in range(rounds):
        for work, into in order:
            into.append(calls(work, times))
        order.reverse()
    return found


def _unit() -> Callable[[], Any]:
    client = unit_client()
    return lambda: client.post("https://unit.example/", content=b"{}")


def _rules(scale: Scale) -> Iterator[Row]:
    """The last of so many rules answers; they ask for words."""
    few, many = intercept(journal=1), intercept(journal=1)
    for llm, count in ((few, 10), (many, scale.rules)):
        for number in range(count - 1):
            llm.on(f"word{number}").reply("No.")
        llm.on("weather").reply("Sunny.")

    def ask(llm: Any) -> Callable[[], Any]:
        transport = httpx2.Client(transport=llm.httpx2_transport)
        return lambda: transport.post(URL, json=_asked("The weather?"), headers=_HEADERS)

    less, more, unit = _by_turns(scale.rounds, 10, ask(few), ask(many), _unit())
    added = median((b - a) / one for a, b, one in zip(less, more, unit, strict=True))
    yield Row(f"10 to {scale.rules} rules", added, "units", 1.0, {"few us": min(less) * 1e6, "many us": min(more) * 1e6})


def _activation(scale: Scale) -> Iterator[Row]:
    def block() -> None:
        with intercept("Paris."):
            pass

    blocks, unit = _by_turns(scale.rounds, 10, block, _unit())
    taken = median(a / one for a, one in zip(blocks, unit, strict=True))
    yield Row("activation and deactivation, warm", taken, "units", 2.0, {"us": min(blocks) * 1e6})


def _import(scale: Scale) -> Iterator[Row]:
    def seconds(code: str) -> float:
        timed = f"from time import perf_counter as t; a = t(); {code}; print(t() - a)"
        return float(subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout)

    seconds("import llm_intercept")
    yield Row("import llm_intercept", median(seconds("import llm_intercept") for _ in range(scale.imports)) * 1e3, "ms", 25.0)


def _entries(scale: Scale) -> Iterator[Row]:
    client, sdk = httpx2.Client(), openai.OpenAI(api_key="k")

    def bare(number: int) -> None:
        client.post(URL, json=_asked(f"Capital number {number}?"), headers=_HEADERS)

    def chat(number: int) -> None:
        sdk.chat.completions.create(**_asked(f"Capital number {number}?"))

    for name, ask in (("httpx2", bare), ("openai", chat)):
        with intercept("Paris."):
            for number in range(100):
                ask(-number)
            gc.collect()
            tracemalloc.start()
            before, _ = tracemalloc.get_traced_memory()
            for number in range(scale.entries):
                ask(number)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        yield Row(f"memory of a journal entry, {name}", (after - before) / scale.entries, "bytes", 1536.0)


def _bounded(scale: Scale) -> Iterator[Row]:
    """Every call asks something else, so that nothing is known again."""
    with intercept("Paris.", journal=100) as llm:
        client = httpx2.Client(transport=llm.httpx2_transport)

        def ask(numbers: range) -> None:
            for number in numbers:
                client.post(URL, json=_asked(f"Capital number {number}?"), headers=_HEADERS)

        tenth = scale.calls // 10
        ask(range(2 * tenth))
        gc.collect()
        before = _resident()
        ask(range(2 * tenth, scale.calls))
        gc.collect()
        grown = _resident() - before
    yield Row(f"memory that {scale.calls} calls add, the journal bounded", grown / 2**20, "MiB", 1.0)


def _resident() -> int:
    """The bytes that the process has in memory, as Linux tells."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def _streams(scale: Scale) -> Iterator[Row]:
    """All are open at once, and each is read a piece by turns."""
    pieces = 20

    async def run() -> tuple[float, float]:
        with intercept(reply("abc" * pieces, chunk_size=3)):
            async with httpx2.AsyncClient() as client:
                requests = [
                    client.build_request("POST", URL, json=_asked(f"{number}", stream=True), headers=_HEADERS)
                    for number in range(scale.streams)
                ]
                gc.collect()
                before = _resident()
                start = perf_counter()
                opened = [await client.send(request, stream=True) for request in requests]
                lines = [response.aiter_raw() for response in opened]
                for one in lines:
                    await anext(one)
                held = _resident() - before

                async def drain(one: Any) -> int:
                    return sum([len(piece) async for piece in one])

                await asyncio.gather(*map(drain, lines))
                return perf_counter() - start, held

    seconds, held = asyncio.run(run())
    share = scale.streams / 10_000
    yield Row(f"{scale.streams} streams at once", seconds / share, "s for 10000", 3.5)
    yield Row("memory of an open stream", held / scale.streams / 1024, "KiB", 12.0)


def _long_text(scale: Scale) -> Iterator[Row]:
    """A text in pieces of three characters, through anthropic, whose own part of a piece is the smallest; and half of it."""

    def drained(client: Any) -> Callable[[], Any]:
        asked = {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "A story!"}], "stream": True}
        return lambda: sum(1 for _ in client.messages.create(**asked))

    taken = []
    for length in (scale.text // 2, scale.text):
        with intercept(reply("a" * length, chunk_size=3)) as llm:
            sdk = anthropic.Anthropic(api_key="k")
            assert drained(sdk)() > length // 3
            answered = llm.calls.last.response
            assert answered is not None
            transport = constant(answered.body, stream=True)
            floor = anthropic.Anthropic(api_key="k", http_client=httpx2.Client(transport=transport))
            theirs, ours = _by_turns(2, 1, drained(floor), drained(sdk))
        taken.append(min(ours))
    yield Row(f"{scale.text} characters streamed by three", median(b / a for a, b in zip(theirs, ours, strict=True)), "x", 1.1)
    yield Row("the same against half of them", taken[1] / taken[0], "x", 2.2)


def _threads(scale: Scale) -> Iterator[Row]:
    """How much longer the same calls take on several threads, against how much longer the SDK's own take."""
    count = scale.rounds * scale.threads

    def seconds(ask: Callable[[], Any], threads: int) -> float:
        with ThreadPoolExecutor(threads) as pool:
            start = perf_counter()
            list(pool.map(lambda _: ask(), range(count)))
            return perf_counter() - start

    with intercept("Paris.", journal=100) as llm:
        sdk = openai.OpenAI(api_key="k")

        def ask() -> Any:
            return sdk.chat.completions.create(**_asked("Capital?"))

        ask()
        answered = llm.calls.last.response
        assert answered is not None
        floor = openai.OpenAI(api_key="k", http_client=httpx2.Client(transport=constant(answered.body, stream=False)))

        def below() -> Any:
            return floor.chat.completions.create(**_asked("Capital?"))

        rounds = []
        for _ in range(5):
            scaled = [seconds(one, scale.threads) / seconds(one, 1) for one in (below, ask)]
            rounds.append(scaled[1] / scaled[0])
    yield Row(f"{scale.threads} threads against one, over the SDK's own", median(rounds), "x", 1.15)


SIZES: tuple[Callable[[Scale], Iterator[Row]], ...] = (
    _rules, _activation, _import, _entries, _bounded, _streams, _long_text, _threads,
    lambda scale: loopback_rows(max(scale.rounds // 10, 3)),
)  # fmt: skip


def sizes(scale: Scale) -> Iterator[Row]:
    """Every row."""
    for figure in SIZES:
        yield from figure(scale)
