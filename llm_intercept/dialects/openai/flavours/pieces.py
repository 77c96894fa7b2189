"""What several flavours have in common: ids, keys that are everybody's or nobody's."""

from __future__ import annotations

from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.synthesis.stamp import Stamp

__all__ = ["fingerprint", "hexadecimal", "no_keys", "placed", "short", "uuid"]


def fingerprint(draft: Draft) -> dict[str, Any]:
    """The key that tells which build answered."""
    return {"system_fingerprint": "fp_" + draft.stamp.id("fingerprint", 10)}


def uuid(stamp: Stamp) -> str:
    """An id that is a UUID."""
    return stamp.uuid("completion")


def hexadecimal(stamp: Stamp) -> str:
    """An id of plain digits."""
    return stamp.id("completion", 32)


def short(stamp: Stamp, label: str) -> str:
    """A tool call's id of nine digits."""
    return stamp.id(label, 9)


def placed(index: int) -> dict[str, Any]:
    """What a tool call has that tells its place in a body, too."""
    return {"type": "function", "index": index}


def no_keys(_: Draft, _finish: str | None) -> dict[str, Any]:
    """A choice that has no more than it must."""
    return {}
