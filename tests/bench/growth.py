"""How the time of a call grows with what is in it: over four decades, and how fast over the last two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from time import thread_time
from typing import Any

import httpx2

from llm_intercept import intercept, reply
from tests.bench.rows import Row

__all__ = ["GROWING", "Curve", "curves", "exponent"]

#: Linear is 1; a little more for caches that a large thing does not fit into.
LIMIT = 1.15

_DECADES = (1, 10, 100, 1_000, 10_000)
_QUICK = (1, 10, 100, 1_000)

_URL = "https://api.openai.com/v1/chat/completions"
_HEADERS = {"authorization": "Bearer k"}

#: So long, in seconds, that what is short is run again and again.
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Curve:
    """Seconds by size."""

    name: str
    points: Mapping[int, float]

    @property
    def row(self) -> Row:
        """How fast it grows at its end."""
        sizes = sorted(self.points)[-3:]
        beside = {f"us at {size}": self.points[size] * 1e6 for size in sorted(self.points)}
        return Row(f"growth in {self.name}", exponent([(size, self.points[size]) for size in sizes]), "exponent", LIMIT, beside)


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The power of the size that the time grows by, fitted."""
    xs, ys = [log(size) for size, _ in points], [log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _chat(**more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], **more}


def _post(client: httpx2.Client, body: dict[str, Any]) -> Callable[[], Any]:
    request = client.build_request("POST", _URL, json=body, headers=_HEADERS)
    return lambda: client.send(request).read()


def _messages(client: httpx2.Client, size: int) -> Callable[[], Any]:
    turns = [{"role": ("user", "assistant")[index % 2], "content": "What is the weather in Paris? " * 4} for index in range(size)]
    return _post(client, _chat(messages=turns))


def _tools(client: httpx2.Client, size: int) -> Callable[[], Any]:
    """OpenAI takes 128 at most, so that somebody else is asked."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tools = [{"type": "function", "function": {"name": f"look_{index}", "parameters": schema}} for index in range(size)]
    request = client.build_request(
        "POST", "https://api.groq.com/openai/v1/chat/completions", json=_chat(tools=tools, tool_choice="none"), headers=_HEADERS
    )
    return lambda: client.send(request).read()


def _chunks(client: httpx2.Client, size: int) -> Callable[[], Any]:
    """So many pieces, read one by one."""
    request = client.build_request("POST", _URL, json=_chat(stream=True, user=str(size)), headers=_HEADERS)

    def ask() -> int:
        return sum(1 for _ in client.send(request, stream=True).iter_raw())

    return ask


def _calls(client: httpx2.Client, size: int) -> Callable[[], Any]:
    """So many calls in one block, with all that the journal keeps of them."""
    requests = [client.build_request("POST", _URL, json=_chat(user=str(index)), headers=_HEADERS) for index in range(size)]

    def ask() -> None:
        with intercept("Paris."):
            for request in requests:
                client.send(request)

    return ask


GROWING: Mapping[str, Callable[[httpx2.Client, int], Callable[[], Any]]] = {
    "messages": _messages,
    "tools": _tools,
    "chunks": _chunks,
    "calls": _calls,
}


def curves(*, quick: bool = False, sizes: Sequence[int] = ()) -> Iterator[Curve]:
    """Every curve, each point the least of some runs."""
    for name, make in GROWING.items():
        points = {}
        for size in sizes or (_QUICK if quick else _DECADES):
            with intercept(reply("abc" * size, chunk_size=3), journal=10), httpx2.Client() as client:
                points[size] = _least(make(client, size))
        yield Curve(name, points)


def _least(ask: Callable[[], Any]) -> float:
    ask()
    found, spent = float("inf"), 0.0
    while spent < _LEAST or found == float("inf"):
        start = thread_time()
        ask()
        taken = thread_time() - start
        found, spent = min(found, taken), spent + taken
    return found
