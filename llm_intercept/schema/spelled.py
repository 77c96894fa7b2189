"""A JSON schema that a text spells out: so do frameworks that ask for JSON in words, as pydantic-ai and instructor can."""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import Any

__all__ = ["spelled"]

_JSON = JSONDecoder()

#: What may begin an object, and how many of them are looked at.
_BRACE = re.compile(r"\{(?=\s*\")")
_MOST = 100


def spelled(text: str) -> dict[str, Any] | None:
    """The first schema of an object that stands in a text."""
    for at in [brace.start() for brace in _BRACE.finditer(text)][:_MOST]:
        try:
            found, _ = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if isinstance(found.get("properties"), dict) or "$defs" in found:
            return dict(found)
    return None
