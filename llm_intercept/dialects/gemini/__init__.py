"""Google's wire APIs: Gemini's own, and Vertex AI's."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = ()
