"""What a made-up image shows: eight rows of eight blocks in two colours, all of them by a hash.

Two colours in few runs make an image that is small in every format, however large it is, and made at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

__all__ = ["SIDE", "Colour", "Mosaic", "mosaic"]

#: Red, green and blue.
Colour = tuple[int, int, int]

#: How many blocks stand beside one another, and how many above.
SIDE = 8

#: The darkest that paper can be, and the lightest that ink can.
_PAPER, _INK = 160, 112


class Mosaic(NamedTuple):
    """`blocks` are row by row whether ink is there; where there is none `clear` shows what lies behind instead of paper."""

    width: int
    height: int
    blocks: tuple[tuple[bool, ...], ...]
    ink: Colour
    paper: Colour
    clear: bool

    @property
    def bands(self) -> Iterator[tuple[int, tuple[bool, ...]]]:
        """From the top down: for how many lines a row of blocks goes on."""
        return ((lines, row) for lines, row in zip(_shares(self.height), self.blocks, strict=True) if lines)

    def runs(self, row: tuple[bool, ...]) -> Iterator[tuple[int, bool]]:
        """The blocks of a row from the left: how many pixels wide each is, and whether it is ink."""
        return ((pixels, inked) for pixels, inked in zip(_shares(self.width), row, strict=True) if pixels)

    def at(self, x: int, y: int) -> bool:
        """Whether there is ink at a pixel, or, beyond the edge, at the nearest."""
        column, row = min(x, self.width - 1), min(y, self.height - 1)
        return self.blocks[((row + 1) * SIDE - 1) // self.height][((column + 1) * SIDE - 1) // self.width]


def _shares(length: int) -> list[int]:
    """A length in as many parts as there are blocks."""
    return [(number + 1) * length // SIDE - number * length // SIDE for number in range(SIDE)]


def mosaic(subject: str, index: int, width: int, height: int, clear: bool = False) -> Mosaic:
    """The mosaic for what an image is of: `index` is its place among those of one call."""
    digest = blake2b(f"{index} {subject}".encode("utf-8", "surrogatepass"), digest_size=SIDE + 6).digest()
    blocks = tuple([tuple([bool(byte >> bit & 1) for bit in range(SIDE)]) for byte in digest[:SIDE]])
    red, green, blue, *paper = digest[SIDE:]
    ink = red * _INK // 255, green * _INK // 255, blue * _INK // 255
    light = [_PAPER + value * (255 - _PAPER) // 255 for value in paper]
    return Mosaic(width, height, blocks, ink, (light[0], light[1], light[2]), clear)
