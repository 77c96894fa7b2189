"""Amazon Bedrock's wire APIs."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = ()
