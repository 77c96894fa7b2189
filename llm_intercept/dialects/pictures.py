"""What an image's first bytes tell of it: its format, its size, and how many bits a pixel has.

References: https://www.w3.org/TR/png-3/#11IHDR, https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2.2),
https://www.w3.org/Graphics/GIF/spec-gif89a.txt, https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Picture", "picture"]

#: How many samples a pixel has, by PNG's colour types.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

#: The start of a JPEG's frame: precision, height, width, components.
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..(.)(..)(..)(.)", re.DOTALL)


class Picture(NamedTuple):
    """An image's format, size in pixels, and bits a pixel."""

    format: str
    width: int
    height: int
    bit_depth: int


def picture(data: bytes) -> Picture | None:
    """What an image is; None for bytes that are none that we know."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 25:
        return Picture("png", _number(data[16:20]), _number(data[20:24]), data[24] * _SAMPLES.get(data[25], 1))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) > 9:
        return Picture("gif", _little(data[6:8]), _little(data[8:10]), 8)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) > 29:
        return Picture("webp", *_WEBP.get(data[12:16], _extended)(data), 24)
    frame = _FRAME.search(data) if data[:3] == b"\xff\xd8\xff" else None
    return frame and Picture("jpeg", _number(frame[3]), _number(frame[2]), frame[1][0] * frame[4][0])


def _lossy(data: bytes) -> tuple[int, int]:
    return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF


def _lossless(data: bytes) -> tuple[int, int]:
    packed = _little(data[21:25])
    return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1


def _extended(data: bytes) -> tuple[int, int]:
    return _little(data[24:27]) + 1, _little(data[27:30]) + 1


#: Where a WebP has its size, by its first chunk.
_WEBP = {b"VP8 ": _lossy, b"VP8L": _lossless}


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
