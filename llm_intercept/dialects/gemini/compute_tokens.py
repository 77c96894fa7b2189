"""Vertex AI: POST /publishers/google/models/{model}:computeTokens.

Reference: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.publishers.models/computeTokens
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects.gemini.count_tokens import VertexCountTokens
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.vocabulary import tokens_of

__all__ = ["ComputeTokens"]


class ComputeTokens(VertexCountTokens):
    """POST /publishers/google/models/{model}:computeTokens."""

    name: ClassVar[str] = "vertex compute tokens"
    operation: ClassVar[str] = "tokenize"
    path: ClassVar[str] = r"/(?:publishers/[^/]+/models|endpoints)/[^/]+(?::|%3[aA])computeTokens"

    def answer(self, call: Call, stamp: Stamp, count: tokens.CountTokens) -> Any:
        return {"tokensInfo": [_info(message) for message in call.messages]}


def _info(message: Message) -> dict[str, Any]:
    told = tokens_of(message.text)
    return {
        "tokens": [b64encode(piece.encode("utf-8", "surrogatepass")).decode() for _, piece in told],
        "tokenIds": [str(one) for one, _ in told],
        "role": "model" if message.role == "assistant" else message.role,
    }
