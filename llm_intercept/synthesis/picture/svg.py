"""SVG: a rectangle a block. Reference: https://www.w3.org/TR/SVG2/"""

from __future__ import annotations

from llm_intercept.synthesis.picture.mosaic import SIDE, Colour, Mosaic

__all__ = ["svg"]


def svg(mosaic: Mosaic) -> bytes:
    """An SVG document."""
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(mosaic.blocks) for x, inked in enumerate(row) if inked]
    paper = "" if mosaic.clear else f'<rect width="{SIDE}" height="{SIDE}" fill="{_hex(mosaic.paper)}"/>'
    size = f'width="{mosaic.width}" height="{mosaic.height}" viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="none"'
    ink = f'<path d="{"".join(squares)}" fill="{_hex(mosaic.ink)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{ink}</svg>'.encode()


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour).hex()
