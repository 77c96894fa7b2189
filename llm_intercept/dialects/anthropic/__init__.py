"""Anthropic's wire API, and where clouds serve it."""

from __future__ import annotations

from llm_intercept.dialects.anthropic.complete import AnthropicComplete
from llm_intercept.dialects.anthropic.count_tokens import AnthropicCountTokens
from llm_intercept.dialects.anthropic.messages import AnthropicMessages
from llm_intercept.dialects.anthropic.model_list import GetModel, ListModels
from llm_intercept.dialects.anthropic.vertex import VertexCountTokens, VertexMessages
from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    AnthropicMessages(),
    AnthropicCountTokens(),
    AnthropicComplete(),
    VertexCountTokens(),  # its name stands where a model's stands
    VertexMessages(),
    ListModels(),
    GetModel(),
)
