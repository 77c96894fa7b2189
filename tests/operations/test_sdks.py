"""The real SDKs, sync and async, moderate, rerank, list models and tokenize; what they have is what their strict models know."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from llm_intercept import intercept
from llm_intercept.doctor.judges import Pydantic
from tests.sdks.ways import run, settled

QUERY, DOCUMENTS = "capital of France", ["Bananas are yellow.", "Paris is the capital of France."]
BOTH = ("sync", "asyncio")


class Asked(NamedTuple):
    """How an SDK's client is made and asked, what is taken of its answer, and what that must be; `model` is its strict model.

    `unknown` are paths that the model lacks.
    """

    make: Callable[[bool], Any]
    ask: Callable[[Any], Any]
    taken: Callable[[Any], Any]
    expected: Any
    model: str = ""
    unknown: tuple[str, ...] = ()
    ways: tuple[str, ...] = BOTH


def _made(module: str, sync: str, asynchronous: str, **options: Any) -> Callable[[bool], Any]:
    return lambda blocking: getattr(import_module(module), sync if blocking else asynchronous)(**options)


def _openai(**options: Any) -> Callable[[bool], Any]:
    return _made("openai", "OpenAI", "AsyncOpenAI", **{"api_key": "k", **options})


OPENAI = _openai(_strict_response_validation=True)
AZURE = _made(
    "openai", "AzureOpenAI", "AsyncAzureOpenAI", api_key="k", azure_endpoint="https://r.openai.azure.com", api_version="2024-10-21"
)
ANTHROPIC = _made("anthropic", "Anthropic", "AsyncAnthropic", api_key="k", _strict_response_validation=True)
GROQ = _made("groq", "Groq", "AsyncGroq", api_key="k", _strict_response_validation=True)
COHERE = _made("cohere", "ClientV2", "AsyncClientV2", api_key="k")
COHERE_V1 = _made("cohere", "Client", "AsyncClient", api_key="k")
OLLAMA = _made("ollama", "Client", "AsyncClient")


def _mistral(_: bool) -> Any:
    return import_module("mistralai.client").Mistral(api_key="k")


def _genai(blocking: bool) -> Any:
    client = import_module("google.genai").Client(api_key="k")
    return client if blocking else client.aio


def _vertex(blocking: bool) -> Any:
    credentials = import_module("google.oauth2.credentials").Credentials("token")
    client = import_module("google.genai").Client(vertexai=True, project="p", location="us-central1", credentials=credentials)
    return client if blocking else client.aio


def _boto(service: str) -> Callable[[bool], Any]:
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    return lambda _: import_module("boto3").client(service, **keys)


def _of(module: str) -> Callable[[bool], Any]:
    return lambda _: import_module(module)


def _name(one: Any) -> Any:
    return one.id


def _ranking(answer: Any) -> list[int]:
    return [one.index for one in answer.results]


def _flags(answer: Any) -> list[bool]:
    return [one.flagged for one in answer.results]


ARN = "arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0"
SOURCES = [
    {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": document}}} for document in DOCUMENTS
]

ASKED: Mapping[str, Asked] = {
    "openai moderations": Asked(
        OPENAI, lambda c: c.moderations.create(input=DOCUMENTS), _flags, [False, False], "openai.types:ModerationCreateResponse"
    ),
    "openai models": Asked(
        OPENAI, lambda c: c.models.list(), lambda page: page.data[0].object, "model", "openai.types:Model", ways=("sync",)
    ),
    "openai model": Asked(OPENAI, lambda c: c.models.retrieve("mine"), _name, "mine", "openai.types:Model"),
    "openai deletion": Asked(OPENAI, lambda c: c.models.delete("ft:a"), lambda one: one.deleted, True, "openai.types:ModelDeleted"),
    "azure model": Asked(
        AZURE,
        lambda c: c.models.retrieve("gpt-4o"),
        _name,
        "gpt-4o",
        "openai.types:Model",
        ("capabilities", "created_at", "deprecation", "lifecycle_status", "status", "updated_at"),
    ),
    "lmstudio model": Asked(_openai(base_url="http://localhost:1234/v1"), lambda c: c.models.retrieve("a/b"), _name, "a/b"),
    "groq model": Asked(
        GROQ,
        lambda c: c.models.retrieve("llama-3.1-8b-instant"),
        _name,
        "llama-3.1-8b-instant",
        "groq.types:Model",
        ("active", "context_window", "max_completion_tokens", "public_apps"),
    ),
    "groq models": Asked(GROQ, lambda c: c.models.list(), lambda answer: answer.object, "list", "", ()),
    "anthropic model": Asked(
        ANTHROPIC, lambda c: c.models.retrieve("claude-mine"), _name, "claude-mine", "anthropic.types:ModelInfo"
    ),
    "anthropic beta model": Asked(ANTHROPIC, lambda c: c.beta.models.retrieve("claude-mine"), _name, "claude-mine"),
    "anthropic models": Asked(
        ANTHROPIC, lambda c: c.models.list(limit=3), lambda page: (len(page.data), page.has_more), (3, True), ways=("sync",)
    ),
    "genai model": Asked(_genai, lambda c: c.models.get(model="gemini-mine"), lambda one: one.name, "models/gemini-mine"),
    "genai models": Asked(_genai, lambda c: c.models.list(config={"page_size": 2}), lambda pager: len(pager.page), 2),
    "vertex model": Asked(
        _vertex, lambda c: c.models.get(model="gemini-x"), lambda one: one.name, "publishers/google/models/gemini-x"
    ),
    "vertex models": Asked(_vertex, lambda c: c.models.list(config={"page_size": 2}), lambda pager: len(pager.page), 2),
    "vertex tokens": Asked(
        _vertex,
        lambda c: c.models.compute_tokens(model="gemini-2.5-pro", contents="Hello"),
        lambda answer: b"".join(answer.tokens_info[0].tokens),
        b"Hello",
    ),
    "cohere rerank": Asked(
        COHERE,
        lambda c: c.rerank(model="rerank-v3.5", query=QUERY, documents=DOCUMENTS, top_n=1),
        _ranking,
        [1],
        "cohere:V2RerankResponse",
    ),
    "cohere v1 rerank": Asked(
        COHERE_V1,
        lambda c: c.rerank(model="rerank-v3.5", query=QUERY, documents=DOCUMENTS, return_documents=True),
        lambda answer: [one.document.text for one in answer.results],
        DOCUMENTS[::-1],
        "cohere:RerankResponse",
    ),
    "cohere model": Asked(
        COHERE, lambda c: c.models.get("command-mine"), lambda one: one.name, "command-mine", "cohere:GetModelResponse"
    ),
    "cohere models": Asked(COHERE, lambda c: c.models.list(endpoint="rerank"), lambda all_: len(all_.models) > 1, True),
    "cohere tokens": Asked(
        COHERE,
        lambda c: c.tokenize(text="Hello", model="command-r", offline=False),
        lambda told: "".join(told.token_strings),
        "Hello",
    ),
    "mistralai moderation": Asked(
        _mistral,
        lambda c: c.classifiers.moderate(model="mistral-moderation-latest", inputs=DOCUMENTS),
        lambda answer: [any(one.categories.values()) for one in answer.results],
        [False, False],
        "mistralai.client.models:ModerationResponse",
        ways=("sync",),
    ),
    "mistralai chat moderation": Asked(
        _mistral,
        lambda c: c.classifiers.moderate_chat_async(
            model="mistral-moderation-latest", inputs=[[{"role": "user", "content": QUERY}]]
        ),
        lambda answer: len(answer.results),
        1,
        ways=("asyncio",),
    ),
    "mistralai classification": Asked(
        _mistral,
        lambda c: c.classifiers.classify(model="ft:classifier:mine", inputs=DOCUMENTS),
        lambda answer: len(answer.results),
        2,
        "mistralai.client.models:ClassificationResponse",
        ways=("sync",),
    ),
    "mistralai model": Asked(
        _mistral,
        lambda c: c.models.retrieve(model_id="ft:open-mistral-7b:a:b:c"),
        lambda one: (one.id, one.type),
        ("ft:open-mistral-7b:a:b:c", "fine-tuned"),
        "mistralai.client.models:FTModelCard",
        ways=("sync",),
    ),
    "mistralai models": Asked(
        _mistral, lambda c: c.models.list_async(), lambda all_: {one.type for one in all_.data}, {"base"}, ways=("asyncio",)
    ),
    "ollama list": Asked(
        OLLAMA, lambda c: c.list(), lambda all_: len(all_.models) > 1, True, "ollama:ListResponse", ("models[].name",)
    ),
    "ollama show": Asked(OLLAMA, lambda c: c.show("mine"), lambda one: one.details.format, "gguf"),
    "ollama ps": Asked(OLLAMA, lambda c: c.ps(), lambda all_: len(all_.models), 1, "ollama:ProcessResponse"),
    "ollama pull": Asked(OLLAMA, lambda c: c.pull("mine"), lambda one: one.status, "success", "ollama:ProgressResponse"),
    "ollama delete": Asked(OLLAMA, lambda c: c.delete("mine"), lambda one: one.status, "success"),
    "ollama copy": Asked(OLLAMA, lambda c: c.copy("mine", "yours"), lambda one: one.status, "success"),
    "boto3 invoked": Asked(
        _boto("bedrock-runtime"),
        lambda c: c.invoke_model(
            modelId="cohere.rerank-v3-5:0", body=json.dumps({"query": QUERY, "documents": DOCUMENTS, "api_version": 2})
        ),
        lambda answer: [one["index"] for one in json.loads(answer["body"].read())["results"]],
        [1, 0],
        ways=("sync",),
    ),
    "boto3 agents": Asked(
        _boto("bedrock-agent-runtime"),
        lambda c: c.rerank(
            queries=[{"type": "TEXT", "textQuery": {"text": QUERY}}],
            sources=SOURCES,
            rerankingConfiguration={
                "type": "BEDROCK_RERANKING_MODEL",
                "bedrockRerankingConfiguration": {"numberOfResults": 1, "modelConfiguration": {"modelArn": ARN}},
            },
        ),
        lambda answer: [one["index"] for one in answer["results"]],
        [1],
        ways=("sync",),
    ),
    "dashscope": Asked(
        _of("dashscope"),
        lambda c: c.TextReRank.call(model="gte-rerank-v2", query=QUERY, documents=DOCUMENTS, api_key="k"),
        lambda answer: [one["index"] for one in answer.output["results"]],
        [1, 0],
        ways=("sync",),
    ),
    "dashscope models": Asked(
        _of("dashscope"), lambda c: c.Models.get("qwen-x", api_key="k"), lambda one: one.output["model"], "qwen-x", ways=("sync",)
    ),
    "replicate model": Asked(
        _made("replicate", "Client", "Client", api_token="k"),
        lambda c: c.models.get("meta/llama"),
        lambda one: one.name,
        "llama",
        ways=("sync",),
    ),
    "litellm moderation": Asked(
        _of("litellm"),
        lambda c: c.moderation(input="a", api_key="k"),
        lambda answer: answer.results[0].flagged,
        False,
        ways=("sync",),
    ),
    **{
        f"litellm {model}": Asked(
            _of("litellm"),
            lambda c, model=model: c.rerank(model=model, query=QUERY, documents=DOCUMENTS, top_n=2, api_key="k"),
            lambda answer: [one["index"] for one in answer.results],
            [1, 0],
            ways=("sync",),
        )
        for model in (
            "cohere/rerank-v3.5",
            "together_ai/Salesforce/Llama-Rank-V1",
            "voyage/rerank-2",
            "fireworks_ai/qwen3-reranker-8b",
        )
    },
}

CASES = [pytest.param(name, way, id=f"{name} {way}") for name, asked in ASKED.items() for way in asked.ways]


async def asked(name: str, way: str) -> Any:
    one = ASKED[name]
    return await settled(one.ask(one.make(way == "sync")))


@pytest.mark.parametrize(("name", "way"), CASES)
def test_the_sdk_has_what_was_told_and_its_model_knows_all_of_it(name: str, way: str) -> None:
    one = ASKED[name]
    with intercept() as llm:
        assert one.taken(run(way, asked, name, way)) == one.expected
    response = llm.calls[-1].response
    if one.model and response is not None:
        document = json.loads(response.body)
        judged = document["data"] if name == "openai models" else [document]
        unknown = {path for each in judged for path in Pydantic.named(one.model).check(each)}
        assert unknown == set(one.unknown)


def test_ollama_pulls_with_progress() -> None:
    from ollama import Client

    with intercept():
        steps = list(Client().pull("mine", stream=True))
    assert steps[0].status == "pulling manifest"
    assert steps[-1].status == "success"
    assert any(step.total for step in steps)


def test_pages_are_read_on_to_the_end() -> None:
    from anthropic import Anthropic

    with intercept() as llm:
        every = [one.id for one in Anthropic(api_key="k").models.list(limit=4)]
    assert len(set(every)) == len(every) > 4
    assert len(llm.calls) > 1


def test_a_rule_flags_in_the_sdks_own_words() -> None:
    from openai import OpenAI

    with intercept() as llm:
        llm.on("kill", operation="moderation").reply({"violence": 0.9})
        result = OpenAI(api_key="k").moderations.create(input="I will kill them").results[0]
    assert (result.flagged, result.categories.violence, result.category_scores.violence) == (True, True, 0.9)
