"""One file an SDK, and the table of all their clients: those whose SDK is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests.sdks.asking import Client

__all__ = ["CLIENTS", "FIRST"]


def _installed() -> Iterator[ModuleType]:
    for file in sorted(iter_modules(__path__), key=lambda file: file.name):
        try:
            yield import_module(f"{__name__}.{file.name}")
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] in ("tests", "llm_intercept"):
                raise


_MODULES = [*_installed()]

#: Every client by its name.
CLIENTS: Mapping[str, Client] = {name: client for module in _MODULES for name, client in module.CLIENTS.items()}

#: One client of each SDK.
FIRST: tuple[str, ...] = tuple(next(iter(module.CLIENTS)) for module in _MODULES)
