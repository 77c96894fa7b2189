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

#: What we want to add at most, in units, to a call or to a chunk, by (stream, async).
LIMITS = {(False, False): 0.8, (False, True): 1.5, (True, False): 0.02, (True, True): 0.15}

#: What nothing may add: what is more than this was not there before.
GATES = {(False, False): 1.6, (False, True): 1.9, (True, False): 0.06, (True, True): 0.2}

#: How many make a batch of some milliseconds, one if not told: (SDK, stream).
_BATCHES = {("openai", False): 4, ("groq", False): 4, ("anthropic", False): 6, ("google-genai", False): 4}

#: How many rounds make a visit, by stream: calls are short, and so need more. Even: each side goes first as often as the other.
_ROUNDS = {False: 12, True: 6}


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is measured, on the floor and through us.

    `alike` is a floor that gives our headers, too, and not the content type alone: what the library and the SDK do with them.
    `limit` is what we want to add at most, `gate` what would be a regression. `times` is how many make a batch, `rounds` how many
    rounds make a visit. `per` is what one call or stream is divided by: 1, or the number of its pieces of text. So a chunk bears
    its share of the call, and of the few events around the text.
    """

    name: str
    floor: Batch
    alike: Batch
    ours: Batch
    limit: float
    gate: float
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
        body, headers = answered.body, [pair for pair in answered.headers if pair[0] != b"transfer-encoding"]
        floors = [
            sdk.ask(
                asynchronous=asynchronous,
                stream=stream,
                transport=constant(body, stream=stream, headers=sent, library=sdk.library),
            )
            for sent in (None, headers)
        ]
        floor, alike = (batch(ask, loop, asynchronous=asynchronous, stream=stream) for ask in floors)
        figure = Figure(
            name=f"{sdk.name} {'async' if asynchronous else 'sync'} {'chunk' if stream else 'call'}",
            floor=floor,
            alike=alike,
            ours=ours,
            limit=LIMITS[stream, asynchronous],
            gate=GATES[stream, asynchronous],
            times=_BATCHES.get((sdk.name, stream), 1),
            rounds=_ROUNDS[stream],
            per=CHUNKS if stream else 1,
        )
        _warm_up(figure, llm)
        yield figure


def _warm_up(figure: Figure, llm: Interceptor) -> None:
    """Run both sides until lazy imports and caches are behind; and see that each is the side it should be."""
    for side, caught in ((figure.floor, 0), (figure.alike, 0), (figure.ours, 3)):
        llm.calls.clear()
        side(3)
        assert llm.calls.total == caught, f"{figure.name}: {llm.calls.total} calls of 3 were caught, not {caught}"
    llm.calls.clear()
