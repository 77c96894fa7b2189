"""2 read and 5 write: one file a wire API (two where its reading is long), and the ordered table of them.

To add a dialect: one file and one entry in `DIALECTS`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from llm_intercept.dialects.anthropic_messages import AnthropicMessages
from llm_intercept.dialects.dialect import Dialect, Draft, Malformed
from llm_intercept.dialects.openai_chat import OpenAIChat

__all__ = ["DIALECTS", "Dialect", "Draft", "Malformed", "dialect_of"]

#: Asked in this order; the first whose path fits serves the call.
DIALECTS: tuple[Dialect, ...] = (OpenAIChat(), AnthropicMessages())


@lru_cache(maxsize=4096)
def dialect_of(method: str, target: str) -> Dialect | None:
    """The dialect that a method and a request target (path, and perhaps query and fragment) belong to."""
    path = target.partition("?")[0].partition("#")[0].rstrip("/")
    fitting = (one for one in DIALECTS if one.method == method.upper() and re.search(one.path + r"\Z", path))
    return next(fitting, None)
