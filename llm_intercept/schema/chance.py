"""Choices that look random and are not: from a seed and the way to where they are made, on every platform the same."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["Chance"]

T = TypeVar("T")


class Chance:
    """The choices at one place of a value. `turn` shifts every choice by one, so that neighbours in a list differ."""

    __slots__ = ("_key", "turn")

    def __init__(self, seed: str | bytes, turn: int = 0) -> None:
        material = seed.encode("utf-8", "surrogatepass") if isinstance(seed, str) else seed
        self._key = blake2b(material, digest_size=16).digest()
        self.turn = turn

    def at(self, step: str | int) -> Chance:
        """The choices one step further down."""
        return Chance(b"%b %d %b" % (self._key, self.turn, str(step).encode("utf-8", "surrogatepass")))

    def turned(self, turn: int) -> Chance:
        """The same choices, each shifted."""
        other = Chance.__new__(Chance)
        other._key, other.turn = self._key, turn
        return other

    def below(self, count: int, label: str = "") -> int:
        """A whole number from 0, below `count`."""
        digest = blake2b(label.encode(), key=self._key, digest_size=8).digest()
        return (int.from_bytes(digest, "big") + self.turn) % count

    def pick(self, choices: Sequence[T], label: str = "") -> T:
        """One of some choices."""
        return choices[self.below(len(choices), label)]
