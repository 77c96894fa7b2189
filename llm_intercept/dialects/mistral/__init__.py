"""Mistral's own wire APIs, besides the OpenAI chat that it speaks."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = ()
