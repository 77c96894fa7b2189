"""The clients that are asked, made once, and which of them have what."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.sdks.asking import FORMS, Asking
from tests.sdks.askings import CLIENTS, FIRST
from tests.sdks.askings.anthropic import ANTHROPIC
from tests.sdks.askings.openai import AZURE, OPENAI

__all__ = ["ANTHROPIC", "CLIENTS", "FIRST", "FORMS", "OPENAI", "OTHERS", "SDKS", "STAINLESS", "Asking", "asking", "client"]

#: The clients that are not their SDK's first: they speak through the same code, to another host or over another HTTP library.
OTHERS = tuple(name for name in CLIENTS if name not in FIRST)

#: The SDKs of Stainless's make that every run has, and all clients of theirs: they have doors that others lack.
SDKS = ("openai", "anthropic")
STAINLESS = tuple(name for name, one in CLIENTS.items() if one.asking in (OPENAI, AZURE, ANTHROPIC))


def asking(name: str) -> Asking:
    """How a client is asked."""
    return CLIENTS[name].asking


@cache
def client(name: str, way: str = "sync") -> Any:
    """One client for the whole run, built before any interceptor is active. An async one is bound to its loop's library."""
    made = CLIENTS[name].blocking if way == "sync" else CLIENTS[name].asynchronous
    assert made is not None, f"{name} has no client for {way}"
    return made()
