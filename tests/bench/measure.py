"""The measurement: floor, ours and unit, interleaved in every round, and what we add by two estimates.

A small shared machine is never still: its clock changes and neighbours come and go, over seconds. So nothing is compared with
what was measured at another time: one round runs, for each figure, a batch on the floor, a batch of the unit and a batch through
us, some milliseconds each, right after one another, and the next round runs them in reverse.

Two estimates of what we add, in units, come of the rounds:

- `added`: the median over the rounds of (ours - floor) / unit. A slow moment slows all three batches of a round and cancels, and
  a disturbed batch is one outlier among hundreds. This one is held against the limit: over repeated runs on a busy two-core
  machine it spreads less, the more so for chunks, where the difference is a hundredth of what it is taken from.
- `minima`: (least ours - least floor) / least unit. It needs one undisturbed batch of each kind at the machine's best clock,
  which need not be the same clock, and it sees no cost that comes now and then, such as garbage collection. Printed beside it:
  where the two disagree by much more than `error`, the machine was too busy to judge.

`error` is half the width of the 95 % confidence interval of the median, from the order of the rounds' values alone.

The garbage collector is on, as in real use. The journal is emptied between batches, off the clock: it grows by one entry a call
for as long as a block is open, and the memory that a long-lived block holds is not what a call costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from math import ceil, sqrt
from statistics import median
from time import perf_counter

from llm_intercept import Interceptor
from tests.bench.batches import Batch, calls
from tests.bench.figures import Figure
from tests.bench.floor import unit_client

__all__ = ["Measured", "measure"]

#: Bare posts in a batch: some two milliseconds.
_UNITS = 40


@dataclass(slots=True)
class Measured:
    """The rounds of one figure: the three lists run in parallel, in seconds for one call or chunk, and for one unit."""

    figure: Figure
    floor: list[float] = field(default_factory=list)
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
    def over(self) -> bool:
        """Whether that is more than the figure's limit."""
        return self.added > self.figure.limit


def measure(figures: Iterable[Figure], llm: Interceptor, seconds: float, least: int = 3) -> list[Measured]:
    """Rounds over all figures until `seconds` have passed, and at least so many."""
    post = partial(unit_client().post, "https://unit.example/", content=b"{}")
    unit = partial(calls, post)
    unit(_UNITS)
    measured = [Measured(figure) for figure in figures]
    end = perf_counter() + seconds
    while len(measured[0].unit) < least or perf_counter() < end:
        for one in measured:
            _round(one, unit, llm.calls.clear)
    return measured


def _round(one: Measured, unit: Batch, forget: Callable[[], None]) -> None:
    figure = one.figure
    batches = [
        (one.floor, figure.floor, figure.times, figure.per),
        (one.unit, unit, _UNITS, 1),
        (one.ours, figure.ours, figure.times, figure.per),
    ]
    for into, batch, times, per in batches if len(one.unit) % 2 else reversed(batches):
        into.append(batch(times) / per)
        forget()
