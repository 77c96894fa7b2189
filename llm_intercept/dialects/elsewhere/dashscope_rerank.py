"""DashScope's own reranking: POST .../rerank/text-rerank/text-rerank.

Reference: https://help.aliyun.com/zh/model-studio/text-rerank-api
"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.elsewhere.dashscope import DashScopeEndpoint
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.reranking import Ranked, Reranking, document_text
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["DashScopeRerank"]


class DashScopeRerank(DashScopeEndpoint, Reranking):
    """POST /api/v1/services/rerank/text-rerank/text-rerank."""

    name = "dashscope rerank"
    path = r"/services/rerank/text-rerank/text-rerank"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body, given, asked = self.body_of(request)
        query, documents, top = given.get("query"), given.get("documents"), asked.get("top_n")
        if not isinstance(query, str | dict):
            raise Malformed("Input should be a valid string: input.query")
        if not isinstance(documents, list) or not all(isinstance(one, str | dict) for one in documents):
            raise Malformed("Input should be a valid list: input.documents")
        if top is not None and (type(top) is not int or top < 1):
            raise Malformed("Input should be a valid integer: parameters.top_n")
        return self.asked(request, provider, body["model"], document_text(query), documents, top, body)

    def check(self, call: Call) -> None:
        if not call.kept.documents:
            raise Malformed("Input should not be empty: input.documents")

    def body(self, said: Ranked) -> dict[str, Any]:
        shown = (said.call.parameters.get("parameters") or {}).get("return_documents") is True
        results = [self._result(said, place, score, shown) for place, score in said.places]
        return {"output": {"results": results}, "usage": {"total_tokens": said.tokens}, "request_id": said.stamp.uuid("completion")}

    def _result(self, said: Ranked, place: int, score: float, shown: bool) -> dict[str, Any]:
        document = said.documents[place]
        told = {"text": document} if isinstance(document, str) else document
        return {**({"document": told} if shown else {}), "index": place, "relevance_score": score}
