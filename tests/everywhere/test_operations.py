"""The SDKs of Voyage and Together rerank and moderate nothing: what they parse is what was told."""

from __future__ import annotations

import json

import pytest

from llm_intercept import intercept
from llm_intercept.doctor.judges import Pydantic
from tests.sdks.ways import run, settled

QUERY, DOCUMENTS = "capital of France", ["Bananas are yellow.", "Paris is the capital of France."]

ways = pytest.mark.parametrize("way", ["sync", "asyncio"])


@ways
def test_voyage_reranks(way: str) -> None:
    voyageai = pytest.importorskip("voyageai")
    client = voyageai.Client(api_key="k") if way == "sync" else voyageai.AsyncClient(api_key="k")

    async def asked() -> object:
        return await settled(client.rerank(QUERY, DOCUMENTS, model="rerank-2.5", top_k=1))

    with intercept():
        answer = run(way, asked)
    assert [(one.index, one.document) for one in answer.results] == [(1, DOCUMENTS[1])]  # type: ignore[attr-defined]
    assert answer.total_tokens > 0  # type: ignore[attr-defined]


@ways
@pytest.mark.parametrize("shown", [True, False])
def test_together_reranks(way: str, shown: bool) -> None:
    together = pytest.importorskip("together")
    client = together.Together(api_key="k") if way == "sync" else together.AsyncTogether(api_key="k")

    async def asked() -> object:
        made = client.rerank.create(
            model="Salesforce/Llama-Rank-V1", query=QUERY, documents=DOCUMENTS, top_n=1, return_documents=shown
        )
        return await settled(made)

    with intercept() as llm:
        answer = run(way, asked)
    assert [(one.index, one.document.text) for one in answer.results] == [(1, DOCUMENTS[1] if shown else None)]  # type: ignore[attr-defined]
    assert llm.calls[-1].response is not None
    assert Pydantic.named("together.types:RerankCreateResponse").check(json.loads(llm.calls[-1].response.body)) == []
