"""DashScope's own list of models: GET /api/v1/models, whose query may name one.

Reference: https://help.aliyun.com/zh/model-studio/list-models-api
"""

from __future__ import annotations

from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.catalogue import listed, page_size, query
from llm_intercept.dialects.elsewhere.dashscope import DashScopeEndpoint
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.memory import Past
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Request

__all__ = ["DashScopeModels"]

#: How many a page has where nobody says how many, and at most.
_PAGE, _MOST = 20, 100


class DashScopeModels(DashScopeEndpoint, Operation):
    """GET /api/v1/models."""

    name = "dashscope models"
    operation: ClassVar[str] = "models"
    method = "GET"
    path = r"/api/v1/models"
    only: ClassVar[frozenset[str]] = frozenset({"dashscope"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        wanted = query(request)
        refusal = Malformed("Required parameter 'page_size' or 'page_no' missing or invalid.")
        size = page_size(wanted.get("page_size"), _PAGE, _MOST, refusal)
        number = page_size(wanted.get("page_no"), 1, 10**6, refusal)
        named = wanted.get("model", "")
        kept = [named] if named else listed(provider, past)  # any name is known
        return Call(request, provider, self.operation, self.name, named, parameters={"size": size, "number": number}, kept=kept)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        size, number = call.parameters["size"], call.parameters["number"]
        shown = call.kept[(number - 1) * size : number * size]
        told = {"total": len(call.kept), "page_no": number, "page_size": size}
        return {"request_id": stamp.uuid("completion"), "output": {**told, "models": [_card(name) for name in shown]}}


def _card(name: str) -> dict[str, Any]:
    return {"model": name, "name": name, "provider": "qwen", "description": f"{name}."}
