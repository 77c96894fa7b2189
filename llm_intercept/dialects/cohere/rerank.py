"""Cohere's reranking: POST /v2/rerank, and POST /v1/rerank.

References: https://docs.cohere.com/reference/rerank, https://docs.cohere.com/v1/reference/rerank
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.cohere.provider import CohereEndpoint, optional, required, texts_or_objects
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.reranking import Ranked, Reranking, document_text
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["CohereRerank", "CohereV1Rerank"]

#: How many documents are one search unit.
_UNIT = 100

#: The most documents of one request.
_MOST = 10_000


class CohereRerank(CohereEndpoint, Reranking):
    """POST /v2/rerank. Azure serves Cohere's models by it, too."""

    name = "cohere rerank"
    path = r"/v2/rerank"
    version: ClassVar[str] = "2"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        required(body, "documents", list)
        texts_or_objects(body, "documents")
        top = optional(body, "top_n", int)
        if top is not None and top < 1:
            raise Malformed("invalid request: top_n must be at least 1")
        fields: list[Any] | None = optional(body, "rank_fields", list)
        query = required(body, "query", str)
        return self.asked(request, provider, self.model(body), query, body["documents"], top, body, fields)

    def model(self, body: Mapping[str, Any]) -> str:
        """The model that is asked; raises `Malformed`."""
        if body.get("model") in (None, ""):
            raise Malformed("a model parameter is required for this endpoint.")
        return required(body, "model", str)

    def check(self, call: Call) -> None:
        documents = len(call.kept.documents)
        if not call.prompt:
            raise Malformed("invalid request: query must not be empty or be only whitespace")
        if not documents:
            raise Malformed("invalid request: list of documents must not be empty")
        if documents > _MOST:
            raise Malformed(f"invalid request: list of documents must be at most {_MOST} - received {documents}")

    def body(self, said: Ranked) -> dict[str, Any]:
        units = -(-len(said.documents) // _UNIT)
        return {
            "id": said.stamp.uuid("completion"),
            "results": [self._result(said, place, score) for place, score in said.places],
            "meta": {"api_version": {"version": self.version}, "billed_units": {"search_units": units}},
        }

    def _result(self, said: Ranked, place: int, score: float) -> dict[str, Any]:
        document = said.documents[place]
        shown = {"text": document_text(document)} if isinstance(document, str) else document
        wanted = said.call.parameters.get("return_documents") is True
        return {"index": place, "relevance_score": score, **({"document": shown} if wanted else {})}


class CohereV1Rerank(CohereRerank):
    """POST /v1/rerank."""

    name = "cohere v1 rerank"
    path = r"/v1/rerank"
    only: ClassVar[frozenset[str]] = frozenset({"cohere", "azure"})
    version = "1"

    def model(self, body: Mapping[str, Any]) -> str:
        return optional(body, "model", str) or "rerank-english-v2.0"
