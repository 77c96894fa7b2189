"""JSON as providers write it: compact, UTF-8, nothing escaped that need not be.

Whole bodies go through pydantic's encoder and parser, a few times faster than the standard library's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

__all__ = ["HOLE", "dump", "dumps", "load", "template", "to_bytes"]

dumps: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: A JSON value from bytes; `ValueError` for what is none: not UTF-8, not JSON, a lone surrogate, or nested past all use.
load: Callable[[bytes], Any] = from_json

#: Where a template's text goes. No text that a user or a provider writes holds it.
HOLE = "\x00hole\x00"


def to_bytes(document: str) -> bytes:
    """A JSON document as UTF-8; a lone surrogate, which UTF-8 cannot carry, becomes its JSON escape."""
    return document.encode("utf-8", "backslashreplace")


def dump(value: Any) -> bytes:
    """A JSON value as bytes."""
    try:
        return to_json(value)
    except ValueError:  # a lone surrogate
        return to_bytes(dumps(value))


def template(value: Any) -> tuple[str, str]:
    """What stands before and after the one `HOLE` of a JSON value, so that filling it costs one string's encoding."""
    before, _, after = dumps(value).partition(dumps(HOLE))
    return before, after
