"""watsonx.ai's reranking: POST /ml/v1/text/rerank. Reference: https://cloud.ibm.com/apidocs/watsonx-ai#text-rerank"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.elsewhere.watsonx import WatsonxEndpoint, asked, invalid, object_of
from llm_intercept.dialects.reranking import Ranked, Reranking
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["WatsonxRerank"]


class WatsonxRerank(WatsonxEndpoint, Reranking):
    """POST /ml/v1/text/rerank, and that of a deployment."""

    name = "watsonx rerank"
    path = r"/ml/v1/(?:deployments/[^/]+/)?text/rerank"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = object_of(request)
        query, inputs, top = body.get("query"), body.get("inputs"), _wanted(body).get("top_n")
        if not isinstance(query, str):
            raise invalid("query should be a string")
        if not isinstance(inputs, list) or not all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in inputs):
            raise invalid("inputs should be a list of objects that have a text")
        if top is not None and (type(top) is not int or top < 1):
            raise invalid("parameters.return_options.top_n should be an integer of at least 1")
        return self.asked(request, provider, asked(body, request), query, inputs, top, body)

    def check(self, call: Call) -> None:
        if not call.kept.documents:
            raise invalid("inputs should not be empty")

    def body(self, said: Ranked) -> dict[str, Any]:
        wanted = _wanted(said.call.parameters)
        results = [
            {"index": place, "score": score, **({"input": said.documents[place]} if wanted.get("inputs") is True else {})}
            for place, score in said.places
        ]
        told = {"model_id": said.model, "created_at": said.stamp.timestamp, "results": results, "input_token_count": said.tokens}
        return {**told, **({"query": said.call.prompt} if wanted.get("query") is True else {})}


def _wanted(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """How results are to be returned."""
    match body.get("parameters"):
        case {"return_options": dict(options)}:
            return options
        case _:
            return {}
