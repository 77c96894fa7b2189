"""WebP, lossless: a line's runs, and copies of the line above.

Reference: https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification
"""

from __future__ import annotations

from struct import pack

from llm_intercept.synthesis.picture.mosaic import Mosaic

__all__ = ["webp"]

#: The most pixels of one copy.
_LONGEST = 4096

#: The lengths of the codes of green and of copies: 232 of eight bits, 48 of nine. Every image has the same.
_SHORT, _LONG = 232, 48

#: In which order the lengths of the codes for lengths are told: of which here only those for eight and nine are there.
_ORDER = (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9)

#: How far a copy reaches back: to the line above, or one pixel.
_ABOVE, _LEFT = 0, 1


class _Bits:
    """Bits, the lowest first."""

    def __init__(self) -> None:
        self._told = list[str]()

    def put(self, value: int, size: int) -> None:
        """A number, its lowest bit first."""
        if size:
            self._told.append(f"{value:0{size}b}"[::-1])

    def code(self, value: int, size: int) -> None:
        """A code, its highest bit first."""
        self._told.append(f"{value:0{size}b}")

    def __bytes__(self) -> bytes:
        bits = "".join(self._told)
        return int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little")


def webp(mosaic: Mosaic) -> bytes:
    """A WebP file."""
    bits = _Bits()
    bits.put(0x2F, 8)
    bits.put(mosaic.width - 1, 14)
    bits.put(mosaic.height - 1, 14)
    bits.put(mosaic.clear, 1)
    bits.put(0, 3 + 1 + 1 + 1)  # the version; no transform, no cache of colours, one set of codes
    colours = (*mosaic.paper, 0 if mosaic.clear else 255), (*mosaic.ink, 255)
    _codes(bits)
    for channel in (0, 2, 3):  # red, blue, opacity: green has the codes above
        _pair(bits, colours[0][channel], colours[1][channel])
    _pair(bits, _ABOVE, _LEFT)
    for lines, row in mosaic.bands:
        for pixels, inked in mosaic.runs(row):
            _green(bits, colours[inked][1])
            for channel in (0, 2, 3):
                _one_of(bits, colours[inked][channel], colours[0][channel], colours[1][channel])
            _copies(bits, pixels - 1, _LEFT)
        _copies(bits, (lines - 1) * mosaic.width, _ABOVE)
    data = bytes(bits)
    size, odd = len(data), len(data) % 2
    return b"RIFF" + pack("<I", 12 + size + odd) + b"WEBPVP8L" + pack("<I", size) + data + b"\x00" * odd


def _codes(bits: _Bits) -> None:
    """The codes of green and of copies, by their lengths."""
    bits.put(0, 1)
    bits.put(len(_ORDER) - 4, 4)
    for length in _ORDER:
        bits.put(length in (8, 9), 3)
    bits.put(0, 1)  # all of them are told
    bits.put(0, _SHORT)
    bits.put((1 << _LONG) - 1, _LONG)


def _pair(bits: _Bits, first: int, second: int) -> None:
    """The codes of two values, one bit each, or of one, which takes none."""
    bits.put(1, 1)
    bits.put(first != second, 1)
    bits.put(1, 1)  # in eight bits
    bits.put(min(first, second), 8)
    if first != second:
        bits.put(max(first, second), 8)


def _one_of(bits: _Bits, value: int, first: int, second: int) -> None:
    if first != second:
        bits.put(value == max(first, second), 1)


def _green(bits: _Bits, symbol: int) -> None:
    if symbol < _SHORT:
        bits.code(symbol, 8)
    else:
        bits.code(2 * _SHORT + symbol - _SHORT, 9)


def _copies(bits: _Bits, pixels: int, back: int) -> None:
    while pixels:
        length = min(pixels, _LONGEST)
        _green(bits, 256 + _prefix(length)[0])
        bits.put(*_prefix(length)[1:])
        bits.put(back, 1)
        pixels -= length


def _prefix(length: int) -> tuple[int, int, int]:
    """A length's symbol, what it leaves open, and in how many bits."""
    value = length - 1
    if value < 4:
        return value, 0, 0
    size = value.bit_length() - 2
    return 2 * size + (value >> size), value & ((1 << size) - 1), size
