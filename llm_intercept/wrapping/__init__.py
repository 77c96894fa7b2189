"""`wrap`: one client's calls answered, the client changed in place and restorable.

To add a kind of client: one line in the table of `clients`.
"""

from __future__ import annotations

from llm_intercept.wrapping.wrapped import Wrapped, wrap

__all__ = ["Wrapped", "wrap"]
