"""PNG: two colours in a palette, a pixel a bit. Reference: https://www.w3.org/TR/png-3/"""

from __future__ import annotations

from struct import pack
from zlib import compress, crc32

from llm_intercept.synthesis.picture.mosaic import Mosaic

__all__ = ["png"]

#: One bit a pixel, by palette; the only methods of compressing and filtering, not interlaced.
_KIND = bytes((1, 3, 0, 0, 0))


def png(mosaic: Mosaic) -> bytes:
    """A PNG file."""
    lines = b"".join([_line(mosaic, row) * count for count, row in mosaic.bands])
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", pack(">II", mosaic.width, mosaic.height) + _KIND)
        + _chunk(b"PLTE", bytes((*mosaic.paper, *mosaic.ink)))
        + (_chunk(b"tRNS", b"\x00") if mosaic.clear else b"")
        + _chunk(b"IDAT", compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def _line(mosaic: Mosaic, row: tuple[bool, ...]) -> bytes:
    """One line, which no filter is applied to."""
    bits = 0
    for pixels, inked in mosaic.runs(row):
        bits = bits << pixels | ((1 << pixels) - 1) * inked
    size = (mosaic.width + 7) // 8
    return b"\x00" + (bits << (size * 8 - mosaic.width)).to_bytes(size, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))
