"""JSON as providers write it: compact, UTF-8, nothing escaped that need not be.

Whole bodies go through pydantic's encoder and parser, a few times faster than the standard library's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic_core import from_json, to_json

__all__ = ["HOLE", "MARK", "dump", "dumps", "load", "quote", "template", "to_bytes"]

#: A JSON value as text; `TypeError` for what is none, `ValueError` for a NaN, an infinity or a circle.
dumps: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

#: A JSON value from bytes; `ValueError` for what is none: not UTF-8, not JSON, a lone surrogate, or nested past all use.
load: Callable[[bytes], Any] = partial(from_json, allow_inf_nan=False)

#: A text as JSON, in one call of C.
quote: Callable[[str], str] = json.encoder.encode_basestring

#: What marks a hole in a template: no text that anybody writes holds the address of an object that this module keeps.
MARK = f"\0{id(object):x}"

#: Where a template's text goes.
HOLE = f"{MARK} text\0"
_HOLE = dumps(HOLE)


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
    before, _, after = dump(value).decode().partition(_HOLE)
    return before, after
