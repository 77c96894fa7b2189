"""Moderation scores, made up: how little harm there is in a text, the same for the same text on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

__all__ = ["harmless"]


def harmless(text: str, categories: Iterable[str]) -> dict[str, float]:
    """A score for each category, from a millionth to a thousandth."""
    return {name: (1 + _drawn(f"{name}\0{text}") % 999) / 1_000_000 for name in categories}


def _drawn(named: str) -> int:
    return int.from_bytes(blake2b(named.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
