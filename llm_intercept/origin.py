"""Where in the user's code something was defined, so that an error can name the line."""

from __future__ import annotations

import os
import sys

__all__ = ["origin"]

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def origin() -> str:
    """`file:line` of the nearest frame that is not ours."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
