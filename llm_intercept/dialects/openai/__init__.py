"""OpenAI's wire APIs, which many providers speak."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.openai.chat import OpenAIChat

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (OpenAIChat(),)
