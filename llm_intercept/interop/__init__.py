"""Bridges: suites of respx and of responses adopt us route by route. Each is loaded when it is used, and its library with it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llm_intercept.interop import responses as responses
    from llm_intercept.interop import respx as respx

__all__ = ["responses", "respx"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
