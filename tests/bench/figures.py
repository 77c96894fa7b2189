"""The figures: what is measured, how, and the most that we may add."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from llm_intercept import Interceptor
from tests.bench.batches import Batch, batch
from tests.bench.floor import constant
from tests.bench.sdks import SDKS

__all__ = ["CHUNKS", "LIMITS", "TEXT", "Figure", "figures"]

#: A reply of ASCII text is streamed in pieces of three characters.
CHUNKS = 200
TEXT = "abc" * CHUNKS

#: The most that we may add, in units, to a call or to a chunk: (stream, async) to the limit.
LIMITS = {(False, False): 1.0, (False, True): 1.7, (True, False): 0.03, (True, True): 0.2}

#: How many make a batch of some milliseconds, one if not told: (SDK, stream).
_BATCHES = {("openai", False): 4, ("anthropic", False): 6, ("google-genai", False): 4}

#: How many rounds make a visit, by stream: calls are short, and so need more. Even: each side goes first as often as the other.
_ROUNDS = {False: 12, True: 6}


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is measured, on the floor and through us.

    `times` is how many make a batch, `rounds` how many rounds make a visit. `per` is what one call or stream is divided by: 1, or
    the number of its pieces of text. So a chunk bears its share of the call, and of the few events around the text.
    """

    name: str
    floor: Batch
    ours: Batch
    limit: float
    times: int
    rounds: int
    per: int


def figures(llm: Interceptor, loop: AbstractEventLoop) -> Iterator[Figure]:
    """Every figure, warmed up, inside an active interceptor.

    The floor gives the bytes that the interceptor answered to the same call, so that both sides parse the same payload.
    """
    for stream, asynchronous, sdk in product((False, True), (False, True), SDKS):
        if asynchronous not in sdk.clients:
            continue
        ours = batch(sdk.ask(asynchronous=asynchronous, stream=stream), loop, asynchronous=asynchronous, stream=stream)
        ours(1)
        answered = llm.calls.last.response
        assert answered is not None
        transport = constant(answered.body, stream=stream)
        ask = sdk.ask(asynchronous=asynchronous, stream=stream, transport=transport)
        figure = Figure(
            name=f"{sdk.name} {'async' if asynchronous else 'sync'} {'chunk' if stream else 'call'}",
            floor=batch(ask, loop, asynchronous=asynchronous, stream=stream),
            ours=ours,
            limit=LIMITS[stream, asynchronous],
            times=_BATCHES.get((sdk.name, stream), 1),
            rounds=_ROUNDS[stream],
            per=CHUNKS if stream else 1,
        )
        _warm_up(figure, llm)
        yield figure


def _warm_up(figure: Figure, llm: Interceptor) -> None:
    """Run both sides until lazy imports and caches are behind; and see that each is the side it should be."""
    for side, caught in ((figure.floor, 0), (figure.ours, 3)):
        llm.calls.clear()
        side(3)
        assert llm.calls.total == caught, f"{figure.name}: {llm.calls.total} calls of 3 were caught, not {caught}"
    llm.calls.clear()
