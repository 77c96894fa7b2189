"""A small image for a prompt, in the format and of the size that were asked for: its blocks and colours are the prompt's hash.

To add a format: one function, and one entry in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from llm_intercept.synthesis.picture.jpeg import jpeg
from llm_intercept.synthesis.picture.mosaic import Mosaic, mosaic
from llm_intercept.synthesis.picture.png import png
from llm_intercept.synthesis.picture.svg import svg
from llm_intercept.synthesis.picture.webp import webp

__all__ = ["FORMATS", "LARGEST", "Format", "picture"]


class Format(NamedTuple):
    """How an image is coded: its media type, and who codes it."""

    mime_type: str
    code: Callable[[Mosaic], bytes]


FORMATS: Mapping[str, Format] = {
    "png": Format("image/png", png),
    "jpeg": Format("image/jpeg", jpeg),
    "webp": Format("image/webp", webp),
    "svg": Format("image/svg+xml", svg),
}

#: The longest side, in pixels, that is made up.
LARGEST = 8192


@lru_cache(maxsize=64)
def picture(
    subject: str,
    index: int = 0,
    width: int = 1024,
    height: int = 1024,
    format: str = "png",  # noqa: A002  (the call's own word)
    clear: bool = False,
) -> bytes:
    """The image of a subject, the same on every platform; `index` tells apart those of one call.

    Sides are 1 to `LARGEST` pixels. `clear` makes the paper transparent, of all but a JPEG.
    """
    return FORMATS[format].code(mosaic(subject, index, width, height, clear))
