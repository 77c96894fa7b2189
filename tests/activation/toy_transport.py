"""The transport of a toy library: all that a new HTTP library needs."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from llm_intercept.transports.patches import Patch

__all__ = ["patches"]


def patches(module: ModuleType) -> list[Patch]:
    """The toy's one hook."""
    return [Patch(module.Toy, "call", lambda original: lambda toy: f"caught, not {original(toy)}")]


def source(extra: str = "", method: str = "call") -> str:
    """The toy library."""
    return f"__version__ = '1.2.3'\nclass Toy:\n    def {method}(self): return 'real'\n{extra}\n"


def call(toy: Any) -> str:
    """What the toy library answers."""
    answer: str = toy.Toy().call()
    return answer
