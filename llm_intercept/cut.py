"""Long texts made short, for reprs and messages."""

from __future__ import annotations

__all__ = ["cut"]


def cut(text: str, length: int) -> str:
    """The repr of a text, white space folded, at most `length` characters of it."""
    folded = " ".join(text.split())
    return repr(folded if len(folded) <= length else folded[: length - 1] + "…")
