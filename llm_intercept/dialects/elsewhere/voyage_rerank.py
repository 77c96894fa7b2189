"""Voyage's reranking: POST /v1/rerank. Reference: https://docs.voyageai.com/reference/reranker-api"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.elsewhere.voyage import VoyageEndpoint
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.reranking import Ranked, Reranking
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["VoyageRerank"]

#: The most documents of one request.
_MOST = 1000


class VoyageRerank(VoyageEndpoint, Reranking):
    """POST /v1/rerank."""

    name = "voyage rerank"
    path = r"/v1/rerank"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        query, documents, top = body.get("query"), body.get("documents"), body.get("top_k")
        if not isinstance(query, str):
            raise Malformed("Argument 'query' is missing or not a string.")
        if not isinstance(documents, list) or not all(isinstance(one, str) for one in documents):
            raise Malformed("Argument 'documents' is missing or not a list of strings.")
        if top is not None and (type(top) is not int or top < 1):
            raise Malformed("Argument 'top_k' is not an integer of at least 1.")
        return self.asked(request, provider, body["model"], query, documents, top, body)

    def check(self, call: Call) -> None:
        documents = len(call.kept.documents)
        if not 0 < documents <= _MOST:
            raise Malformed(f"The number of documents is {documents}; it must be from 1 to {_MOST}.")

    def body(self, said: Ranked) -> dict[str, Any]:
        shown = said.call.parameters.get("return_documents") is True
        data = [
            {"relevance_score": score, "index": place, **({"document": said.documents[place]} if shown else {})}
            for place, score in said.places
        ]
        return {"object": "list", "data": data, "model": said.model, "usage": {"total_tokens": said.tokens}}
