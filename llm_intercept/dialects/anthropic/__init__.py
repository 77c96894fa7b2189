"""Anthropic's wire API, and where clouds serve it."""

from __future__ import annotations

from llm_intercept.dialects.anthropic.messages import AnthropicMessages
from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (AnthropicMessages(),)
