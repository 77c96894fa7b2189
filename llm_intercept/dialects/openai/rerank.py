"""Reranking as the servers that speak OpenAI's wire have it, which has none itself: POST /rerank.

References: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#re-rank-api, https://jina.ai/reranker,
https://docs.together.ai/reference/rerank-1, https://docs.fireworks.ai/api-reference/rerank-documents,
https://openrouter.ai/docs/api-reference/rerank
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.asking import body_of, missing, model_of, wrong_type
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.dialects.reranking import Ranked, Reranking, document_text
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["CompatibleRerank"]


class CompatibleRerank(OpenAIEndpoint, Reranking):
    """POST /rerank, /v1/rerank, and DashScope's /v1/reranks."""

    name = "compatible rerank"
    path = r"(?<!/v2)/reranks?"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = body_of(request)
        model = model_of(body, request, flavour_of(provider, request))
        query = body.get("query")
        if "query" not in body:
            raise missing("query")
        if not isinstance(query, str | dict):
            raise wrong_type("query", "a string", query)
        documents = body.get("documents")
        if not isinstance(documents, list) or not all(isinstance(one, str | dict) for one in documents):
            raise wrong_type("documents", "an array of strings or objects", documents)
        top, fields = body.get("top_n"), body.get("rank_fields")
        if top is not None and (type(top) is not int or top < 0):
            raise wrong_type("top_n", "an integer from 0", top)
        if fields is not None and not isinstance(fields, list):
            raise wrong_type("rank_fields", "an array of strings", fields)
        return self.asked(request, provider, model, document_text(query), documents, top or None, body, fields)

    def check(self, call: Call) -> None:
        if not call.kept.documents:
            raise Malformed("At least one document is required.", param="documents")

    def body(self, said: Ranked) -> dict[str, Any]:
        return _STYLES.get(said.call.provider, _served)(said)


def _results(said: Ranked, shown: Callable[[Any], Any] | None) -> list[dict[str, Any]]:
    """Each place with its score; and its document where it is to be shown."""
    return [
        {"index": place, "relevance_score": score, **({} if shown is None else {"document": shown(said.documents[place])})}
        for place, score in said.places
    ]


def _wanted(said: Ranked, usually: bool) -> bool:
    wanted = said.call.parameters.get("return_documents")
    return usually if wanted is None else wanted is True


def _object(document: Any) -> Any:
    return {"text": document} if isinstance(document, str) else document


def _usage(said: Ranked) -> dict[str, Any]:
    return {"prompt_tokens": said.tokens, "total_tokens": said.tokens}


def _served(said: Ranked) -> dict[str, Any]:
    """VLLM's and Jina's."""
    return {
        "id": f"rerank-{said.stamp.id('completion', 32)}",
        "model": said.model,
        "object": "list",
        "usage": _usage(said),
        "results": _results(said, _object if _wanted(said, usually=True) else None),
    }


def _together(said: Ranked) -> dict[str, Any]:
    return {
        "object": "rerank",
        "id": f"o{said.stamp.id('prefix', 6)}-{said.stamp.id('completion', 16)}",
        "model": said.model,
        "results": _results(said, lambda document: {"text": document_text(document)} if _wanted(said, usually=False) else {}),
        "usage": {"prompt_tokens": said.tokens, "completion_tokens": 0, "total_tokens": said.tokens},
    }


def _fireworks(said: Ranked) -> dict[str, Any]:
    usage = {**_usage(said), "completion_tokens": 0}
    shown = document_text if _wanted(said, usually=True) else None
    return {"object": "list", "model": said.model, "data": _results(said, shown), "usage": usage}


def _openrouter(said: Ranked) -> dict[str, Any]:
    told = {"id": f"gen-rerank-{said.stamp.created}-{said.stamp.id('completion', 20)}", "model": said.model, "provider": "Cohere"}
    return {**told, "results": _results(said, _object), "usage": {"total_tokens": said.tokens, "search_units": 1, "cost": 0.002}}


def _dashscope(said: Ranked) -> dict[str, Any]:
    shown = _object if _wanted(said, usually=False) else None
    told = {"object": "list", "results": _results(said, shown), "model": said.model}
    return {**told, "id": said.stamp.uuid("completion"), "usage": {"total_tokens": said.tokens}}


#: By provider; one that has none here answers as vLLM does.
_STYLES: Mapping[str, Callable[[Ranked], dict[str, Any]]] = {
    "together": _together,
    "fireworks": _fireworks,
    "openrouter": _openrouter,
    "dashscope": _dashscope,
}
