"""What a bridge needs installed: an extra of this project."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["load"]


def load(extra: str) -> ModuleType:
    """The library on the other side of a bridge; `ImportError` tells how to install it."""
    try:
        return import_module(extra)
    except ImportError as missing:
        raise ImportError(
            f"llm_intercept.interop.{extra} needs {extra}. Install it with: pip install 'llm-intercept[{extra}]'", name=extra
        ) from missing
