"""When what is heard was said: its sentences and its words, each as long as it takes of the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Span", "sentences", "spread", "words"]

#: A sentence with what separates it from the next, or what is left.
_SENTENCE = re.compile(r".+?(?:[.!?\u2026\u3002\uff01\uff1f]+(?:\s+|\Z)|\Z)", re.DOTALL)


class Span(NamedTuple):
    """A piece of a text and when it is said, in seconds from the start."""

    text: str
    start: float
    end: float


def sentences(text: str, seconds: float) -> tuple[Span, ...]:
    """Its sentences, with the spaces after them: joined they are the text."""
    return spread(_SENTENCE.findall(text), seconds)


def words(text: str, seconds: float) -> tuple[Span, ...]:
    """Its words."""
    return spread(text.split(), seconds)


def spread(pieces: Sequence[str], seconds: float) -> tuple[Span, ...]:
    """Pieces over a time, each as long as it has characters."""
    whole = sum(map(len, pieces)) or 1
    spans, said = [], 0
    for piece in pieces:
        start, said = said, said + len(piece)
        spans.append(Span(piece, round(seconds * start / whole, 2), round(seconds * said / whole, 2)))
    return tuple(spans)
