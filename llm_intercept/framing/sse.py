"""Server-sent events. Reference: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llm_intercept.framing.json import dump, quote, template

__all__ = ["DONE", "event", "filler"]

#: The unnamed event that ends an OpenAI stream.
DONE = b"data: [DONE]\n\n"


def _head(name: str | None) -> str:
    return "data: " if name is None else f"event: {name}\ndata: "


def event(data: Any, name: str | None = None) -> bytes:
    """One event: its name, if it has one, and its data as JSON."""
    return _head(name).encode() + dump(data) + b"\n\n"


def filler(data: Any, name: str | None = None) -> Callable[[str], bytes]:
    """A maker of events that differ in one text alone: `data` holds `HOLE` where each piece goes."""
    before, after = template(data)
    start, end = _head(name) + before, after + "\n\n"

    def fill(piece: str) -> bytes:
        return f"{start}{quote(piece)}{end}".encode("utf-8", "backslashreplace")  # `to_bytes`, without the call

    return fill
