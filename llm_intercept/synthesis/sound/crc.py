"""Cyclic redundancy checks of the containers that the standard library has none for: the highest bit first, from zero."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

__all__ = ["crc"]


@lru_cache(maxsize=4)
def crc(bits: int, polynomial: int) -> Callable[[bytes], int]:
    """The function that checks with a polynomial of so many bits, 8 or more."""
    top, mask, shift = 1 << (bits - 1), (1 << bits) - 1, bits - 8
    table = []
    for value in range(256):
        rest = value << shift
        for _ in range(8):
            rest = (rest << 1) ^ polynomial if rest & top else rest << 1
        table.append(rest & mask)

    def check(data: bytes) -> int:
        rest = 0
        for byte in data:
            rest = ((rest << 8) & mask) ^ table[(rest >> shift) ^ byte]
        return rest

    return check
