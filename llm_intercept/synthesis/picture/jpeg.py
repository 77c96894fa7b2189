"""JPEG: squares of one colour each, of which nothing but the mean is coded. Reference: https://www.w3.org/Graphics/JPEG/itu-t81.pdf"""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack

from llm_intercept.synthesis.picture.mosaic import Colour, Mosaic

__all__ = ["jpeg"]

#: The side of a square, in pixels: four blocks of brightness, one of each colour difference.
_SQUARE = 16

#: Means in whole levels: a block's first coefficient is eight times its mean.
_QUANTISATION = b"\x00" + bytes([8] * 64)

#: What each component is: its number, how many of its blocks stand in a square, its quantisation.
_COMPONENTS = bytes((1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0))

#: How many codes there are of each length, and what they stand for: by how many bits a mean differs from the last, no difference
#: being the shortest; that a block holds no more, which is all there is to say of the rest.
_MEANS = (0, bytes((1, 0, 0, 7, 1, *[0] * 11)), bytes(range(9)))
_RESTS = (0x10, bytes((1, *[0] * 15)), b"\x00")

#: The codes of `_MEANS`, as bits.
_CODES = ("0", "1000", "1001", "1010", "1011", "1100", "1101", "1110", "11110")


def jpeg(mosaic: Mosaic) -> bytes:
    """A baseline JPEG file; it has no transparency."""
    frame = pack(">BHHB", 8, mosaic.height, mosaic.width, 3) + _COMPONENTS
    across = -(-mosaic.width // _SQUARE)
    scan = bytes((3, 1, 0, 2, 0, 3, 0, 0, 63, 0))
    return (
        b"\xff\xd8"
        + _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + _segment(0xDB, _QUANTISATION)
        + _segment(0xC0, frame)
        + b"".join([_segment(0xC4, bytes((number,)) + lengths + values) for number, lengths, values in (_MEANS, _RESTS)])
        + _segment(0xDD, pack(">H", across))
        + _segment(0xDA, scan)
        + b"".join(_lines(mosaic, across))
        + b"\xff\xd9"
    )


def _segment(marker: int, data: bytes) -> bytes:
    return pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _lines(mosaic: Mosaic, across: int) -> Iterator[bytes]:
    """The lines of squares. Each starts anew, so that those that look alike are alike; a marker with its number stands between."""
    colours = _levels(mosaic.paper), _levels(mosaic.ink)
    known = dict[tuple[bool, ...], bytes]()
    for number, y in enumerate(range(_SQUARE // 2, mosaic.height + _SQUARE // 2, _SQUARE)):
        row = tuple([mosaic.at(x * _SQUARE + _SQUARE // 2, y) for x in range(across)])
        if row not in known:
            known[row] = _line(row, colours)
        yield (bytes((0xFF, 0xD0 + (number - 1) % 8)) if number else b"") + known[row]


def _line(row: tuple[bool, ...], colours: tuple[Colour, Colour]) -> bytes:
    last, bits = (0, 0, 0), list[str]()
    for inked in row:
        colour = colours[inked]
        bright, blue, red = (_mean(now - before) + "0" for now, before in zip(colour, last, strict=True))
        bits.append(f"{bright}{'00' * 3}{blue}{red}")
        last = colour
    text = "".join(bits)
    coded = int(text.ljust(-(-len(text) // 8) * 8, "1"), 2).to_bytes(-(-len(text) // 8), "big")
    return coded.replace(b"\xff", b"\xff\x00")


def _mean(difference: int) -> str:
    """How a mean differs from the last: in how many bits, and those; of a negative one they are turned round."""
    size = abs(difference).bit_length()
    value = difference if difference > 0 else difference + (1 << size) - 1
    return _CODES[size] + (f"{value:0{size}b}" if size else "")


def _levels(colour: Colour) -> Colour:
    """A colour's brightness and its differences to blue and red, around zero. Reference: https://www.w3.org/Graphics/JPEG/jfif3.pdf"""
    red, green, blue = colour
    bright = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(bright - 128), round((blue - bright) / 1.772), round((red - bright) / 1.402)
