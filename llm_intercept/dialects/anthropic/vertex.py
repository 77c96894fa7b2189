"""Anthropic messages on Vertex AI: POST .../publishers/anthropic/models/{model}:rawPredict and :streamRawPredict.

Reference: https://docs.anthropic.com/en/api/claude-on-vertex-ai
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.anthropic.count_tokens import AnthropicCountTokens
from llm_intercept.dialects.anthropic.house import House
from llm_intercept.dialects.anthropic.messages import AnthropicMessages
from llm_intercept.dialects.failing import NamedErrors, Words
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders, Request

__all__ = ["VertexCountTokens", "VertexMessages"]


#: What is said of an error that has a name, where it is Google that says it.
_NAMED: NamedErrors = {
    "invalid_key": Words(401, "Request had invalid authentication credentials. Expected OAuth 2 access token."),
    "model_not_found": Words(404, "Publisher Model `{model}` was not found or your project does not have access to it."),
    "quota_exhausted": Words(
        429,
        "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: {model}. Please "
        "submit a quota increase request. https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
    ),
    "rate_limit": Words(429, "Resource exhausted. Please try again later."),
}


class _OnVertex(House):
    """What is Vertex AI's own."""

    home = "vertex"
    mark = "vrtx_"

    def named_errors(self, call: Call) -> NamedErrors:
        return {**super().named_errors(call), **_NAMED}

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ((b"request-id", self.request_id(stamp).encode()),)


class VertexMessages(_OnVertex, AnthropicMessages):
    """POST .../publishers/anthropic/models/{model}:rawPredict. Reference: https://docs.anthropic.com/en/api/claude-on-vertex-ai

    The path says which model is asked, and whether a stream is wanted.
    """

    name = "anthropic messages on vertex"
    path = r"/publishers/anthropic/models/[^/:]+:(rawPredict|streamRawPredict)"

    def model_of(self, request: Request, body: dict[str, Any]) -> str:
        return unquote(_asked(request)[0])

    def stream_of(self, request: Request, body: dict[str, Any]) -> bool:
        return _asked(request)[2] == "streamRawPredict"


class VertexCountTokens(_OnVertex, AnthropicCountTokens):
    """POST .../publishers/anthropic/models/count-tokens:rawPredict. Reference: https://docs.anthropic.com/en/api/claude-on-vertex-ai"""

    name = "anthropic count_tokens on vertex"
    path = r"/publishers/anthropic/models/count-tokens:rawPredict"


def _asked(request: Request) -> tuple[str, str, str]:
    """The model, a colon and the method."""
    return request.path.rstrip("/").rpartition("/")[2].rpartition(":")
