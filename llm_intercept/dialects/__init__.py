"""2 read and 5 write: a folder a provider's family of wire APIs, a file each of them, and the ordered table of all.

To add a wire API: one file, and one entry in its family's `ENDPOINTS`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from llm_intercept.dialects import anthropic, bedrock, cohere, elsewhere, gemini, mistral, ollama, openai
from llm_intercept.dialects.dialect import Dialect, Draft
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.operation import Operation

__all__ = ["ENDPOINTS", "Dialect", "Draft", "Endpoint", "Malformed", "Operation", "endpoint_of"]

#: Asked in this order; the first whose path fits serves the call.
ENDPOINTS: tuple[Endpoint, ...] = (
    *openai.ENDPOINTS,
    *anthropic.ENDPOINTS,
    *gemini.ENDPOINTS,
    *bedrock.ENDPOINTS,
    *mistral.ENDPOINTS,
    *cohere.ENDPOINTS,
    *ollama.ENDPOINTS,
    *elsewhere.ENDPOINTS,
)


@lru_cache(maxsize=4096)
def endpoint_of(method: str, target: str, provider: str | None = None) -> Endpoint | None:
    """The endpoint that a method and a request target (path, and perhaps query and fragment) belong to.

    One that only some providers serve comes first on their hosts, last on a host that is no known provider's, and is not on others.
    """
    path = target.partition("?")[0].partition("#")[0].rstrip("/")
    fitting = [one for one in ENDPOINTS if one.method == method.upper() and re.search(one.path + r"\Z", path)]
    own = [one for one in fitting if provider in one.only]
    anybody = [one for one in fitting if not one.only]
    return next(iter([*own, *anybody, *(fitting if provider is None else ())]), None)
