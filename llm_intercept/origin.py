"""Where in the user's code something was defined, so that an error can name the line."""

from __future__ import annotations

import os
import sys
import warnings
from types import FrameType

from llm_intercept.errors import InterceptWarning

__all__ = ["origin", "warn"]

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def _outside() -> tuple[FrameType, int]:
    """The nearest frame that is not ours, and how many of ours are before it."""
    frame, depth = sys._getframe(1), 0
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame, depth = frame.f_back, depth + 1
    return frame, depth


def origin() -> str:
    """`file:line` of the nearest frame that is not ours."""
    frame, _ = _outside()
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def warn(text: str, category: type[InterceptWarning] = InterceptWarning) -> None:
    """Warn, at the user's line."""
    _, depth = _outside()
    warnings.warn(text, category, stacklevel=depth + 1)
