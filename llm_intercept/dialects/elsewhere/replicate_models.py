"""Replicate's models: GET /v1/models, and GET /v1/models/{owner}/{name}.

Reference: https://replicate.com/docs/reference/http#models.get
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import listed, made
from llm_intercept.dialects.elsewhere.replicate import ReplicateEndpoint
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp, date_of
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["GetModel", "ListModels"]


class ListModels(ReplicateEndpoint, Operation):
    """GET /v1/models: one page, which is all."""

    name = "replicate models"
    operation: ClassVar[str] = "models"
    method = "GET"
    path = r"/v1/models"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        return Call(request, provider, self.operation, self.name, kept=listed(provider, past))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return {"previous": None, "next": None, "results": [_card(name) for name in call.kept]}


class GetModel(ReplicateEndpoint, Operation):
    """GET /v1/models/{owner}/{name}."""

    name = "replicate model"
    operation: ClassVar[str] = "models"
    method = "GET"
    path = r"/v1/models/[^/]+/[^/]+"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        named = unquote(request.path.rstrip("/").rpartition("/models/")[2])
        return Call(request, provider, self.operation, self.name, named)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return _card(call.model)


def _card(full: str) -> dict[str, Any]:
    owner, _, name = full.partition("/")
    version = {
        "id": f"{made(full):064x}",
        "created_at": date_of(made(full)),
        "cog_version": "0.16.0",
        "openapi_schema": {"openapi": "3.0.2", "info": {"title": "Cog", "version": "0.1.0"}, "paths": {}, "components": {}},
    }
    return {
        "url": f"https://replicate.com/{full}",
        "owner": owner,
        "name": name,
        "description": f"{name}.",
        "visibility": "public",
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "run_count": made(full) % 1_000_000,
        "cover_image_url": None,
        "default_example": None,
        "latest_version": version,
    }
