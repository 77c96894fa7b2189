"""A minute's allowance, which fills again steadily: the token bucket that providers count with."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Bucket", "Level"]

_MINUTE = 60.0

#: Times are floats: a microsecond more or less decides nothing.
_INSTANT = 1e-6


class Level(NamedTuple):
    """How full a bucket is: its `limit`, the whole units `left`, when that was, and in how many seconds it is full."""

    limit: int
    left: int
    at: float
    full: float


class Bucket:
    """One allowance. It reads no clock: who asks says what time it is, and time never goes back."""

    __slots__ = ("_left", "_limit", "_since")

    def __init__(self, limit: int, now: float) -> None:
        self._limit, self._left, self._since = limit, float(limit), now

    def wait(self, wanted: int, now: float) -> float | None:
        """The seconds until so much is there, 0 for now; None where it never is."""
        self._fill(now)
        if wanted > self._limit:
            return None
        seconds = (wanted - self._left) * _MINUTE / self._limit
        return seconds if seconds > _INSTANT else 0.0

    def take(self, taken: int) -> None:
        """Take so much, or give it back where it is negative; what is owed is filled up first."""
        self._left = min(self._left - taken, float(self._limit))

    @property
    def level(self) -> Level:
        """How full it is, at the last time that it was asked."""
        seconds = (self._limit - self._left) * _MINUTE / self._limit
        return Level(self._limit, max(int(self._left + _INSTANT), 0), self._since, seconds)

    def _fill(self, now: float) -> None:
        if now > self._since:
            self._left = min(self._left + (now - self._since) * self._limit / _MINUTE, float(self._limit))
            self._since = now
