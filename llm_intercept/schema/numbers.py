"""Numbers within bounds, the ones that a property's name makes one expect where they fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Any, NamedTuple

from llm_intercept.schema.assertions import fraction, is_multiple
from llm_intercept.schema.chance import Chance
from llm_intercept.schema.words import NUMBERS, words_of

__all__ = ["Bounds", "number"]

#: How fine a number is, where nothing says so: the first of these with a few numbers between the bounds.
_STEPS = (Fraction(1, 2), Fraction(1, 100), *(Fraction(1, 10**places) for places in range(4, 325, 4)))

#: How many numbers are looked at before the bounds count as empty.
_TRIES = 64


class Bounds(NamedTuple):
    """What numbers some schemas allow together."""

    least: Fraction | None = None
    most: Fraction | None = None
    above: bool = False
    below: bool = False
    steps: tuple[float, ...] = ()

    @classmethod
    def of(cls, schemas: Iterable[Mapping[str, Any]]) -> Bounds:
        """The bounds that some schemas draw together."""
        lows: list[tuple[Fraction, bool]] = []
        highs: list[tuple[Fraction, bool]] = []
        steps: list[float] = []
        for one in schemas:
            lows += [(fraction(one[name]), name != "minimum") for name in ("minimum", "exclusiveMinimum") if name in one]
            highs += [(fraction(one[name]), name != "maximum") for name in ("maximum", "exclusiveMaximum") if name in one]
            if "multipleOf" in one:
                steps.append(one["multipleOf"])
        least, above = max(lows, default=(None, False), key=lambda low: (low[0], low[1]))
        most, below = min(highs, default=(None, False), key=lambda high: (high[0], not high[1]))
        return cls(least, most, above, below, tuple(steps))

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies between the bounds."""
        low = self.least is None or value > self.least or (value == self.least and not self.above)
        return low and (self.most is None or value < self.most or (value == self.most and not self.below))


def number(bounds: Bounds, whole: bool, name: str, chance: Chance) -> int | float | None:
    """A number within bounds; None where there is none."""
    wanted = [fraction(1)] if whole else []
    grain = _common([*wanted, *(fraction(step) for step in bounds.steps)])
    expected = next((NUMBERS[end] for end in words_of(name) if end in NUMBERS), ("1", "100", "1" if whole else "0.5"))
    low, high, fine = (Fraction(text) for text in expected)
    for least, most, step in (
        (low, high, _common([grain, fine]) if grain else fine),
        (low, high, grain or Fraction(1, 100)),
        *((None, None, grain or step) for step in ([grain] if grain else _STEPS)),
    ):
        for value in _between(bounds, least, most, step, chance):
            written = _written(value, whole)
            if written is not None and bounds.holds(fraction(written)) and all(is_multiple(written, one) for one in bounds.steps):
                return written
    return None


def _between(bounds: Bounds, least: Fraction | None, most: Fraction | None, step: Fraction, chance: Chance) -> Iterable[Fraction]:
    """Multiples of a step between the bounds and what is expected, the chosen one first."""
    lows = [one for one in (bounds.least, least) if one is not None]
    highs = [one for one in (bounds.most, most) if one is not None]
    low = max(lows) if lows else min(Fraction(0), *highs) - 100 * step if highs else Fraction(0)
    high = min(highs) if highs else low + 100 * step
    first, last = ceil(low / step), floor(high / step)
    first += bounds.above and bounds.least == first * step
    last -= bounds.below and bounds.most == last * step
    count = last - first + 1
    if count < 1:
        return ()
    start = chance.below(count, "number")
    return ((first + (start + turn) % count) * step for turn in range(min(count, _TRIES)))


def _common(steps: Iterable[Fraction]) -> Fraction:
    """The least common multiple of some steps; 0 for none."""
    found = Fraction(0)
    for step in steps:
        found = Fraction(lcm(found.numerator, step.numerator), gcd(found.denominator, step.denominator)) if found else step
    return found


def _written(value: Fraction, whole: bool) -> int | float | None:
    if whole:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        return int(value) if value.denominator == 1 else None
