"""Models that rerank, on Bedrock: invoked, Cohere's and Amazon's, and asked by the agents' runtime, POST /rerank.

References: https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-api.html,
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.bedrock.fields import members, refused, required
from llm_intercept.dialects.bedrock.house import LATENCY, BedrockEndpoint
from llm_intercept.dialects.bedrock.invoke import invoked
from llm_intercept.dialects.reranking import Ranked, Reranking
from llm_intercept.memory import Past
from llm_intercept.wire import RawHeaders, Request

__all__ = ["BedrockRerank", "InvokedRerank"]


class InvokedRerank(BedrockEndpoint, Reranking):
    """POST /model/cohere.rerank-.../invoke, and /model/amazon.rerank-.../invoke."""

    name = "bedrock invoke rerank"
    path = invoked(r"(?:cohere|amazon)\.rerank")

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        query, documents = required(body, "query", str), required(body, "documents", list)
        fields = body.get("rank_fields")
        top = _number(body, "top_n")
        return self.asked(
            request,
            provider,
            self.model_of(request, body),
            query,
            documents,
            top,
            body,
            fields if isinstance(fields, list) else None,
        )

    def check(self, call: Call) -> None:
        if not call.kept.documents:
            raise refused("documents", "Member must have length greater than or equal to 1")

    def body(self, said: Ranked) -> dict[str, Any]:
        shown = said.call.parameters.get("return_documents") is True
        return {
            "results": [
                {"index": place, "relevance_score": score, **({"document": _object(said.documents[place])} if shown else {})}
                for place, score in said.places
            ]
        }

    def more(self, said: Ranked) -> RawHeaders:
        return ((b"x-amzn-bedrock-invocation-latency", b"%d" % LATENCY),)


class BedrockRerank(BedrockEndpoint, Reranking):
    """POST /rerank, on the agents' runtime."""

    name = "bedrock rerank"
    path = r"\A/rerank"
    only: ClassVar[frozenset[str]] = frozenset({"bedrock"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        queries = [required(required(one, "textQuery", dict, at), "text", str, at) for one, at in members(body, "queries")]
        if len(queries) != 1:
            raise refused("queries", "Member must have length equal to 1")
        where = "rerankingConfiguration.bedrockRerankingConfiguration"
        asked = required(required(body, "rerankingConfiguration", dict), "bedrockRerankingConfiguration", dict)
        model = required(required(asked, "modelConfiguration", dict, f"{where}."), "modelArn", str)
        return self.asked(request, provider, model, queries[0], list(_documents(body)), _number(asked, "numberOfResults"), body)

    def check(self, call: Call) -> None:
        if not call.kept.documents:
            raise refused("sources", "Member must have length greater than or equal to 1")

    def body(self, said: Ranked) -> dict[str, Any]:
        return {"results": [{"index": place, "relevanceScore": score} for place, score in said.places]}


def _documents(body: dict[str, Any]) -> Iterator[Any]:
    for source, where in members(body, "sources"):
        inline = required(source, "inlineDocumentSource", dict, where)
        match inline:
            case {"textDocument": {"text": str(text)}}:
                yield text
            case {"jsonDocument": document}:
                yield document
            case _:
                raise refused(f"{where}inlineDocumentSource", "One of textDocument and jsonDocument must be given")


def _number(owner: Mapping[str, Any], key: str) -> int | None:
    """How many results are asked for."""
    value = owner.get(key)
    if value is not None and (type(value) is not int or value < 1):
        raise refused(key, "Member must have value greater than or equal to 1")
    return value


def _object(document: Any) -> Any:
    return {"text": document} if isinstance(document, str) else document
