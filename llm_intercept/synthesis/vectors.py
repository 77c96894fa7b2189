"""A vector as providers tell it: its numbers, float32 in base64, or quantised to bytes or bits.

Reference: https://docs.cohere.com/docs/embeddings#compression-levels
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["BY_NAME", "base64", "binary", "int8", "packed", "ubinary", "uint8"]

Vector = Sequence[float]


def base64(vector: Vector) -> str:
    """Float32, little-endian, in base64."""
    return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


def int8(vector: Vector) -> list[int]:
    """Each number as one from -127 to 127; the largest fills its byte."""
    largest = max(map(abs, vector)) or 1.0
    return [round(127 * (value / largest)) for value in vector]


def uint8(vector: Vector) -> list[int]:
    """The same from 1 to 255."""
    return [value + 128 for value in int8(vector)]


def ubinary(vector: Vector) -> list[int]:
    """The signs alone, eight to a byte, the first one highest: a bit is set for a number above zero."""
    signs = "".join("1" if value > 0 else "0" for value in vector)
    return [int(signs[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(signs), 8)]


def binary(vector: Vector) -> list[int]:
    """The same bytes from -128 to 127."""
    return [value - 128 for value in ubinary(vector)]


def packed(numbers: Sequence[int]) -> str:
    """Numbers of one byte each, signed or not, in base64."""
    return b64encode(bytes([number & 255 for number in numbers])).decode("ascii")


#: By the names that most providers share.
BY_NAME: Mapping[str, Callable[[Vector], Any]] = {
    "float": list,
    "int8": int8,
    "uint8": uint8,
    "binary": binary,
    "ubinary": ubinary,
    "base64": base64,
}
