"""The measurement: floor, ours and unit, interleaved in every round, and what we add by two estimates.

A small shared machine is never still: its clock changes and neighbours come and go, over seconds. So nothing is compared with
what was measured at another time. A round is a batch on the floor, one of the unit and one through us, some milliseconds each,
right after one another, and in reverse in every other round. A visit to a figure is one call on each side that is not timed
(the caches hold another SDK's code until then) and some rounds; a lap visits every figure, and laps go on until the time is up.
Time is the thread's own processor time (see `batches.py`).

Two estimates of what we add, in units, come of the rounds:

- `added`: the median over all rounds of (ours - floor) / unit. A slow moment slows all three batches of a round and cancels, and
  a disturbed batch is one outlier among hundreds. This one is held against the limit, because it spreads less: over 16 runs of
  15 seconds on two cores that others were using, its standard deviation was 0.05 to 0.10 for calls and 0.001 to 0.014 for
  chunks, where the other's was 0.09 to 0.7 and 0.007 to 0.05.
- `minima`: (least ours - least floor) / least unit. It needs one undisturbed batch of each kind at the same clock of the
  processor, which a busy machine does not give, and it sees no cost that comes now and then, such as garbage collection. It
  stands beside the first: where the two are far apart, the machine was busy.

`error` is half the width of the 95 % confidence interval of the median, from the order of the rounds' values alone.

The garbage collector is on, as in real use. The journal is emptied after every batch, off the clock: it grows by one entry a call
for as long as a block is open, and the memory that a long-lived block holds is not what a call costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from math import ceil, sqrt
from statistics import median
from time import monotonic

from llm_intercept import Interceptor
from tests.bench.batches import Batch, calls
from tests.bench.figures import Figure
from tests.bench.floor import unit_client

__all__ = ["Measured", "measure"]

#: Bare posts in a batch: two milliseconds, so that the first ones, whose code the caches do not hold, weigh little.
_UNITS = 40


@dataclass(slots=True)
class Measured:
    """The rounds of one figure: the four lists run in parallel, in seconds for one call or chunk, and for one unit."""

    figure: Figure
    floor: list[float] = field(default_factory=list)
    alike: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    unit: list[float] = field(default_factory=list)

    @property
    def rounds(self) -> list[float]:
        """What we add in each round, in units, from least to most."""
        return sorted((ours - floor) / unit for floor, ours, unit in zip(self.floor, self.ours, self.unit, strict=True))

    @property
    def added(self) -> float:
        """What we add, in units: the median over the rounds."""
        return median(self.rounds)

    @property
    def headers(self) -> float:
        """What of it the headers of a provider's answer cost the library and the SDK."""
        return median((alike - floor) / unit for floor, alike, unit in zip(self.floor, self.alike, self.unit, strict=True))

    @property
    def error(self) -> float:
        """Half the width of the median's 95 % confidence interval."""
        rounds = self.rounds
        reach = ceil(0.98 * sqrt(len(rounds)))
        middle = len(rounds) // 2
        return (rounds[min(middle + reach, len(rounds) - 1)] - rounds[max(middle - reach, 0)]) / 2

    @property
    def minima(self) -> float:
        """What we add, in units: the difference of the least times."""
        return (min(self.ours) - min(self.floor)) / min(self.unit)

    @property
    def verdict(self) -> str:
        """Whether that is what we want, more, or so much that something got worse."""
        return "ok" if self.added <= self.figure.limit else "over" if self.added <= self.figure.gate else "worse"


def measure(figures: Iterable[Figure], llm: Interceptor, seconds: float) -> list[Measured]:
    """Laps over all figures until `seconds` have passed; at least one."""
    unit = partial(calls, partial(unit_client().post, "https://unit.example/", content=b"{}"))
    measured = [Measured(figure) for figure in figures]
    end = monotonic() + seconds
    while not measured[0].unit or monotonic() < end:
        for one in measured:
            _visit(one, unit, llm)
    return measured


def _visit(one: Measured, unit: Batch, llm: Interceptor) -> None:
    figure = one.figure
    batches = [
        (one.floor, figure.floor, figure.times, figure.per),
        (one.unit, unit, _UNITS, 1),
        (one.alike, figure.alike, figure.times, figure.per),
        (one.ours, figure.ours, figure.times, figure.per),
    ]
    for _into, batch, _times, _per in batches:
        batch(1)
    for _ in range(figure.rounds):
        for into, batch, times, per in batches:
            into.append(batch(times) / per)
            llm.calls.clear()
        batches.reverse()
