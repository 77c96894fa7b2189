"""The wire APIs of providers who have one of their own, a file each."""

from __future__ import annotations

from llm_intercept.dialects.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = ()
