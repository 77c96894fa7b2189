"""Every wire that reranks: by the words that query and document share, or by the scores of a rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import CannotSay, Interceptor, error, reply
from llm_intercept.dialects.reranking import document_text
from llm_intercept.synthesis.relevance import relevance
from tests.operations.asking import ask

QUERY = "What is the capital of France?"
TEXTS = ["Bananas are yellow.", "The capital of Peru is Lima.", "Paris is the capital of France.", "Cars have wheels."]
ORDER = [2, 1, 0, 3]

Body = dict[str, Any]


class Wire(NamedTuple):
    """How some texts are ranked; where an answer has the places and scores, and where the cost."""

    url: str
    body: Callable[[list[str]], Body]
    top: Callable[[Body, int], Body]
    results: Callable[[Any], list[Any]] = lambda answer: answer["results"]
    score: str = "relevance_score"
    cost: Callable[[Any], int] | None = None
    show: Callable[[Body], Body] | None = lambda body: {**body, "return_documents": True}
    shown: Callable[[Any], Any] = lambda result: result["document"]["text"]


def _asked(model: str) -> Callable[[list[str]], Body]:
    return lambda texts: {"model": model, "query": QUERY, "documents": texts}


def _top(name: str) -> Callable[[Body, int], Body]:
    return lambda body, top: {**body, name: top}


def _inside(*names: str) -> Callable[[Body, Any], Body]:
    def put(body: Body, value: Any) -> Body:
        first, *rest = names
        if not rest:
            return {**body, first: value}
        return {**body, first: _inside(*rest)(body.get(first, {}), value)}

    return put


def _usage(answer: Any) -> int:
    return int(answer["usage"]["total_tokens"])


def _agents(texts: list[str]) -> Body:
    sources = [
        {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": text}}}
        if index % 2
        else {"type": "INLINE", "inlineDocumentSource": {"type": "JSON", "jsonDocument": {"text": text}}}
        for index, text in enumerate(texts)
    ]
    model = {"modelConfiguration": {"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0"}}
    return {
        "queries": [{"type": "TEXT", "textQuery": {"text": QUERY}}],
        "sources": sources,
        "rerankingConfiguration": {"type": "BEDROCK_RERANKING_MODEL", "bedrockRerankingConfiguration": model},
    }


BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
TEXT = Wire("", _asked("m"), _top("top_n"), cost=_usage)

WIRES: Mapping[str, Wire] = {
    "cohere": Wire("https://api.cohere.com/v2/rerank", _asked("rerank-v3.5"), _top("top_n")),
    "cohere v1": Wire("https://api.cohere.com/v1/rerank", _asked("rerank-v3.5"), _top("top_n")),
    "azure": Wire("https://r.services.ai.azure.com/models/v1/rerank", _asked("Cohere-rerank-v4.0-pro"), _top("top_n")),
    "voyage": Wire(
        "https://api.voyageai.com/v1/rerank",
        _asked("rerank-2.5"),
        _top("top_k"),
        lambda answer: answer["data"],
        cost=_usage,
        shown=lambda result: result["document"],
    ),
    "together": TEXT._replace(url="https://api.together.xyz/v1/rerank"),
    "fireworks": TEXT._replace(
        url="https://api.fireworks.ai/inference/v1/rerank",
        results=lambda answer: answer["data"],
        shown=lambda result: result["document"],
    ),
    "openrouter": TEXT._replace(url="https://openrouter.ai/api/v1/rerank"),
    "vllm": TEXT._replace(url="http://localhost:8000/rerank"),
    "jina": TEXT._replace(url="http://localhost:8000/v1/rerank"),
    "dashscope compatible": TEXT._replace(url="https://dashscope.aliyuncs.com/compatible-api/v1/reranks"),
    "dashscope": Wire(
        "https://dashscope.aliyuncs.com/api/v1/services/rerank/text-rerank/text-rerank",
        lambda texts: {"model": "gte-rerank-v2", "input": {"query": QUERY, "documents": texts}, "parameters": {}},
        _inside("parameters", "top_n"),
        lambda answer: answer["output"]["results"],
        cost=_usage,
        show=lambda body: _inside("parameters", "return_documents")(body, True),
    ),
    "watsonx": Wire(
        "https://us-south.ml.cloud.ibm.com/ml/v1/text/rerank?version=2024-05-31",
        lambda texts: {"model_id": "m", "query": QUERY, "inputs": [{"text": text} for text in texts]},
        _inside("parameters", "return_options", "top_n"),
        score="score",
        cost=lambda answer: int(answer["input_token_count"]),
        show=lambda body: _inside("parameters", "return_options")(body, {"inputs": True, "query": True}),
        shown=lambda result: result["input"]["text"],
    ),
    "bedrock cohere": Wire(f"{BEDROCK}/cohere.rerank-v3-5%3A0/invoke", _asked("ignored"), _top("top_n")),
    "bedrock amazon": Wire(f"{BEDROCK}/amazon.rerank-v1:0/invoke", _asked("ignored"), _top("top_n")),
    "bedrock agents": Wire(
        "https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank",
        _agents,
        _inside("rerankingConfiguration", "bedrockRerankingConfiguration", "numberOfResults"),
        score="relevanceScore",
        show=None,
    ),
}

every_wire = pytest.mark.parametrize("name", WIRES)


def places(llm: Interceptor, name: str, body: Body | None = None) -> dict[int, float]:
    wire = WIRES[name]
    answer = ask(llm, wire.url, wire.body(TEXTS) if body is None else body)
    assert answer.status == 200, answer.text
    return {result["index"]: result[wire.score] for result in wire.results(answer.json)}


@every_wire
def test_documents_come_by_the_words_they_share_with_the_query_the_best_first(name: str) -> None:
    llm = Interceptor()
    found = places(llm, name)
    assert list(found) == ORDER  # those that share nothing keep their order
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(0 < score < 1 for score in found.values())
    assert (llm.calls.one.operation, llm.calls.one.prompt) == ("rerank", QUERY)
    assert places(Interceptor(seed=3), name) == found


@every_wire
def test_as_many_come_as_are_asked_for(name: str) -> None:
    wire = WIRES[name]
    assert list(places(Interceptor(), name, wire.top(wire.body(TEXTS), 2))) == ORDER[:2]
    assert list(places(Interceptor(), name, wire.top(wire.body(TEXTS), 9))) == ORDER


@pytest.mark.parametrize("name", [name for name, wire in WIRES.items() if wire.show])
def test_documents_are_shown_where_they_are_wanted(name: str) -> None:
    wire = WIRES[name]
    assert wire.show is not None
    answer = ask(Interceptor(), wire.url, wire.show(wire.body(TEXTS))).json
    assert [wire.shown(result) for result in wire.results(answer)] == [TEXTS[place] for place in ORDER]


@pytest.mark.parametrize("name", [name for name, wire in WIRES.items() if wire.cost])
def test_what_it_costs_is_counted(name: str) -> None:
    wire, llm = WIRES[name], Interceptor(count_tokens=lambda text: len(text.split()))
    assert wire.cost is not None
    assert wire.cost(ask(llm, wire.url, wire.body(TEXTS)).json) == sum(len(text.split()) for text in (QUERY, *TEXTS))
    llm.on(operation="rerank").reply({"scores": [0, 0, 0, 0]}, usage={"input": 7, "output": 0})
    assert wire.cost(ask(llm, wire.url, wire.body(TEXTS)).json) == 7


@pytest.mark.parametrize(("documents", "units"), [(1, 1), (100, 1), (101, 2)])
def test_a_search_unit_is_a_hundred_documents(documents: int, units: int) -> None:
    answer = ask(Interceptor(), WIRES["cohere"].url, WIRES["cohere"].body(["a"] * documents)).json
    assert answer["meta"]["billed_units"] == {"search_units": units}


@every_wire
def test_a_rule_may_give_the_scores(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="rerank").reply({"scores": [0.1, 0.4, 0.2, 0.4]})
    assert places(llm, name) == {1: 0.4, 3: 0.4, 2: 0.2, 0: 0.1}
    assert list(places(llm, name)) == [1, 3, 2, 0]


@every_wire
def test_a_rule_may_give_the_whole_body_or_an_error_and_one_of_words_lets_it_be(name: str) -> None:
    llm, wire = Interceptor(), WIRES[name]
    llm.on("capital").reply("Paris.")
    llm.on(operation="rerank").replies({"results": []}, error(429, "Slow down."))
    assert ask(llm, wire.url, wire.body(TEXTS)).json == {"results": []}
    assert ask(llm, wire.url, wire.body(TEXTS)).status == 429
    assert list(places(llm, name)) == ORDER


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (reply({"scores": [0.1]}), "1 scores for 4 documents; give one each"),
        (reply({"scores": ["high"]}), "scores are one list of numbers"),
        (reply({"scores": [1]}, {"scores": [1]}), "scores are one list of numbers"),
    ],
)
def test_what_are_no_scores_cannot_be_said(given: Any, why: str) -> None:
    llm = Interceptor()
    llm.on(operation="rerank").replies(given)
    with pytest.raises(CannotSay, match=why):
        places(llm, "cohere")
    llm.failures.clear()


@pytest.mark.parametrize(
    ("document", "fields", "text"),
    [
        ("a", None, "a"),
        ({"text": "a", "more": "b"}, None, "a"),
        ({"title": "a", "body": {"b": 1}}, None, 'a\n{"b":1}'),
        ({"title": "a", "text": "b", "url": "c"}, ["title", "text"], "a\nb"),
        (3, None, "3"),
    ],
)
def test_the_text_of_a_document(document: Any, fields: list[str] | None, text: str) -> None:
    assert document_text(document, fields) == text


@pytest.mark.parametrize("name", ["cohere v1", "together", "vllm", "bedrock cohere"])
def test_only_the_fields_that_are_to_be_ranked_by_count(name: str) -> None:
    documents: list[Any] = [{"title": "Capital of France", "text": "Peru"}, {"title": "Peru", "text": "Capital of France"}]
    wire = WIRES[name]
    body = {**wire.body(documents), "rank_fields": ["text"]}
    assert list(places(Interceptor(), name, body)) == [1, 0]
    shown = ask(Interceptor(), wire.url, {**body, "return_documents": True}).json
    assert wire.results(shown)[0]["document"]["text"]


@given(st.text(), st.text())
def test_relevance_is_between_nothing_and_everything(query: str, text: str) -> None:
    assert 0 < relevance(query, text) < 1
    assert relevance(query, text) == relevance(query, text)


@given(st.lists(st.sampled_from(["paris", "lima", "capital", "banana", "wheel"]), min_size=1, unique=True))
def test_a_text_of_all_the_querys_words_is_no_less_relevant_than_one_of_some(words: list[str]) -> None:
    assert relevance(" ".join(words), " ".join(words)) >= relevance(" ".join(words), " ".join(words[1:]))


COHERE, VLLM, VOYAGE = WIRES["cohere"].url, WIRES["vllm"].url, WIRES["voyage"].url
DASHSCOPE, WATSONX, AGENTS = WIRES["dashscope"].url, WIRES["watsonx"].url, WIRES["bedrock agents"].url
INVOKED = WIRES["bedrock cohere"].url


@pytest.mark.parametrize(
    ("url", "body", "why"),
    [
        (COHERE, {"query": "q", "documents": ["a"]}, "a model parameter is required"),
        (COHERE, {"model": 3, "query": "q", "documents": ["a"]}, "parameter model is of type number"),
        (COHERE, {"model": "m", "documents": ["a"]}, "required 'query' param is missing"),
        (COHERE, {"model": "m", "query": "q", "documents": [3]}, "documents[0]"),
        (COHERE, {"model": "m", "query": "q", "documents": ["a"], "top_n": 0}, "top_n must be at least 1"),
        (COHERE, {"model": "m", "query": "", "documents": ["a"]}, "query must not be empty"),
        (COHERE, {"model": "m", "query": "q", "documents": []}, "list of documents must not be empty"),
        (COHERE, {"model": "m", "query": "q", "documents": ["a"] * 10_001}, "at most 10000"),
        (VLLM, {"model": "m", "documents": ["a"]}, "Missing required parameter: 'query'."),
        (VLLM, {"model": "m", "query": 3, "documents": ["a"]}, "Invalid type for 'query'"),
        (VLLM, {"model": "m", "query": "q", "documents": "a"}, "Invalid type for 'documents'"),
        (VLLM, {"model": "m", "query": "q", "documents": ["a"], "top_n": "2"}, "Invalid type for 'top_n'"),
        (VLLM, {"model": "m", "query": "q", "documents": ["a"], "rank_fields": "a"}, "Invalid type for 'rank_fields'"),
        (VLLM, {"model": "m", "query": "q", "documents": []}, "At least one document"),
        (VOYAGE, {"model": "m", "documents": ["a"]}, "'query' is missing"),
        (VOYAGE, {"model": "m", "query": "q", "documents": [3]}, "'documents' is missing"),
        (VOYAGE, {"model": "m", "query": "q", "documents": ["a"], "top_k": 0}, "'top_k'"),
        (VOYAGE, {"model": "m", "query": "q", "documents": []}, "from 1 to 1000"),
        (DASHSCOPE, {"model": "m", "input": {"documents": ["a"]}}, "input.query"),
        (DASHSCOPE, {"model": "m", "input": {"query": "q", "documents": [3]}}, "input.documents"),
        (DASHSCOPE, {"model": "m", "input": {"query": "q", "documents": []}}, "input.documents"),
        (DASHSCOPE, {"model": "m", "input": {"query": "q", "documents": ["a"]}, "parameters": {"top_n": 0}}, "parameters.top_n"),
        (WATSONX, {"model_id": "m", "inputs": [{"text": "a"}]}, "query should be a string"),
        (WATSONX, {"model_id": "m", "query": "q", "inputs": ["a"]}, "inputs should be a list"),
        (WATSONX, {"model_id": "m", "query": "q", "inputs": []}, "inputs should not be empty"),
        (WATSONX, {"model_id": "m", "query": "q", "inputs": [], "parameters": {"return_options": {"top_n": 0}}}, "top_n"),
        (WATSONX, b"{", "not a JSON document"),
        (WATSONX, [], "not a JSON object"),
        (INVOKED, {"query": "q", "documents": []}, "documents"),
        (INVOKED, {"query": "q", "documents": ["a"], "top_n": 0}, "top_n"),
        (AGENTS, {**_agents(["a"]), "queries": []}, "queries"),
        (AGENTS, {**_agents(["a"]), "sources": []}, "sources"),
        (AGENTS, {**_agents(["a"]), "sources": [{"type": "INLINE", "inlineDocumentSource": {}}]}, "One of textDocument and"),
    ],
)
def test_what_is_malformed_is_refused_in_the_providers_words(url: str, body: Any, why: str) -> None:
    answer = ask(Interceptor(), url, body)
    assert answer.status == 400
    assert why in json.dumps(answer.json)
