"""A chat call in the fewest words, and what the process looks like while nothing is active."""

from __future__ import annotations

import inspect
import os
import sys
from importlib import import_module
from typing import Any

import httpx2

from tests.transports.libraries import CHAT, JSON, TLS, chat, said

__all__ = ["CHAT", "aask", "ask", "built_before", "process"]

#: Clients that are older than every activation.
built_before = httpx2.Client(verify=TLS)

#: Modules whose classes we may have to touch.
_TOUCHED = (
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "urllib3.connectionpool",
    "urllib3.connection",
    "http.client",
    "requests.adapters",
)

#: Attributes that Python itself makes anew.
_VOLATILE = ("__dict__", "__weakref__", "__abstractmethods__", "_abc_impl", "__doc__")


def ask(prompt: str = "Hello", client: Any = built_before, url: str = CHAT) -> str:
    """What a chat call is answered."""
    return said(client.post(url, content=chat(prompt), headers=JSON).content)


async def aask(prompt: str = "Hello", url: str = CHAT) -> str:
    """The same, async."""
    async with httpx2.AsyncClient(verify=TLS) as client:
        return said((await client.post(url, content=chat(prompt), headers=JSON)).content)


class Process:
    """Every attribute of every class that could be patched, the import hooks and the environment; compared by identity."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        for name in _TOUCHED:
            for label, owner in inspect.getmembers(import_module(name), inspect.isclass):
                for attribute, value in vars(owner).items():
                    if attribute not in _VOLATILE:
                        self.found[f"{name}.{label}.{attribute}"] = value
        for hook in sys.meta_path:
            self.found[f"sys.meta_path: {hook!r}"] = hook
        self.environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Process) and not self.differs(other)

    __hash__ = None  # type: ignore[assignment]

    def differs(self, other: Process) -> list[str]:
        """The names of what is not the same; no values, since an environment holds secrets."""
        missing = object()
        mine, theirs = self.found, other.found
        found = [name for name in {*mine, *theirs} if mine.get(name, missing) is not theirs.get(name, missing)]
        for name in {*self.environment, *other.environment}:
            if self.environment.get(name) != other.environment.get(name):
                found.append(f"os.environ: {name}")
        return sorted(found)


def process() -> Process:
    """What the process looks like now."""
    return Process()
