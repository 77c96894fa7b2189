"""Attributes that have another value for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["aside"]


@contextmanager
def aside(owner: Any, name: str, value: Any) -> Iterator[Any]:
    """A block in which an attribute has this value; gives what it had before, which is there again after it."""
    inherited, before = name not in vars(owner), getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield before
    finally:
        if inherited:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
