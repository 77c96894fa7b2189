"""What a made-up voice says: one tone, as long as its text would take and as high as its hash says.

A square wave has two levels, so every encoding of it is two symbols in turn: cheap, and the same on every platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

__all__ = ["RATE", "Tone", "pace", "seconds", "tone"]

#: Samples a second, as most voices have.
RATE = 24_000

#: Characters said in a second, and the shortest and longest time that a made-up voice speaks.
_PACE, _SHORTEST, _LONGEST = 15.0, 0.4, 4.0

#: The lowest pitch in hertz, and how many there are: a voice's. At 8 kHz the highest makes the shortest frame that FLAC takes.
_LOWEST, _SPAN = 110, 130


class Tone(NamedTuple):
    """`samples` of one square wave at `rate` samples a second; each level lasts `half` of them."""

    rate: int
    half: int
    samples: int

    @property
    def halves(self) -> Iterator[tuple[bool, int]]:
        """Each level, high or low, and for how many samples; the last one may be cut."""
        for number, start in enumerate(range(0, self.samples, self.half)):
            yield number % 2 == 0, min(self.half, self.samples - start)

    def frames(self, size: int) -> int:
        """How many frames of `size` samples hold it."""
        return -(-self.samples // size)

    def coded(self, high: bytes, low: bytes) -> bytes:
        """Its samples, one after the other, in an encoding's two symbols."""
        period = high * self.half + low * self.half
        return (period * (self.samples // (2 * self.half) + 1))[: self.samples * len(high)]


def pace(text: str, speed: float = 1.0) -> float:
    """How long somebody says a text, in seconds."""
    return round(max(len(text) / _PACE / speed, _SHORTEST), 2)


def seconds(text: str, speed: float = 1.0) -> float:
    """How long a made-up voice says it: not longer than a test wants to listen."""
    return min(pace(text, speed), _LONGEST)


def tone(text: str, rate: int = RATE, speed: float = 1.0) -> Tone:
    """The tone for a text: `speed` makes it shorter, never higher."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    pitch = _LOWEST + int.from_bytes(digest, "big") % _SPAN
    return Tone(rate, rate // (2 * pitch), round(seconds(text, speed) * rate))
