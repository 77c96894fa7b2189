"""The real SDKs, sync and async, ask for embeddings: the vectors that they parse are those that were made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from llm_intercept import embedding, error, intercept
from llm_intercept.synthesis.embedding import embed
from tests.sdks.ways import run, settled

TEXTS = ["What is the capital of France?", "Paris is the capital city of France"]


class Client(NamedTuple):
    """How an SDK is imported, its client made and asked for vectors; `ways` are sync, and the loops that it knows."""

    package: str
    make: Callable[[Any, bool], Any]
    ask: Callable[[Any, list[str]], Any]
    vectors: Callable[[Any], Any]
    dimensions: int
    ways: tuple[str, ...] = ("sync", "asyncio", "trio")
    refused: str = "BadRequestError"


def _made(sync: str, asynchronous: str, **options: Any) -> Callable[[Any, bool], Any]:
    return lambda module, blocking: getattr(module, sync if blocking else asynchronous)(**options)


def _data(answer: Any) -> list[Any]:
    return [one.embedding for one in answer.data]


def _openai(package: str, sync: str, asynchronous: str, model: str, dimensions: int, **options: Any) -> Client:
    return Client(
        package,
        _made(sync, asynchronous, **{"api_key": "k", **options}),
        lambda client, texts: client.embeddings.create(model=model, input=texts),
        _data,
        dimensions,
    )


def _genai(**options: Any) -> Callable[[Any, bool], Any]:
    def make(module: Any, blocking: bool) -> Any:
        if "project" in options:
            credentials = import_module("google.oauth2.credentials").Credentials("token")
            client = module.Client(vertexai=True, credentials=credentials, **options)
        else:
            client = module.Client(api_key="k")
        return client if blocking else client.aio

    return make


def _google(model: str, **options: Any) -> Client:
    return Client(
        "google.genai",
        _genai(**options),
        lambda client, texts: client.models.embed_content(model=model, contents=texts, config={"output_dimensionality": 256}),
        lambda answer: [one.values for one in answer.embeddings],
        256,
        ("sync", "asyncio"),  # aiohttp knows no trio
        "ClientError",
    )


def _invoked(model: str, ask: Callable[[list[str]], Any], vectors: Callable[[Any], Any], dimensions: int) -> Client:
    def make(module: Any, _: bool) -> Any:
        return module.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")

    return Client(
        "boto3",
        make,
        lambda client, texts: client.invoke_model(modelId=model, body=json.dumps(ask(texts))),
        lambda answer: vectors(json.loads(answer["body"].read())),
        dimensions,
        ("sync",),
        "ValidationException",
    )


CLIENTS: Mapping[str, Client] = {
    "openai": _openai("openai", "OpenAI", "AsyncOpenAI", "text-embedding-3-small", 1536),
    "azure": _openai(
        "openai",
        "AzureOpenAI",
        "AsyncAzureOpenAI",
        "text-embedding-3-large",
        3072,
        azure_endpoint="https://r.openai.azure.com",
        api_version="2024-10-21",
    ),
    "ollama v1": _openai("openai", "OpenAI", "AsyncOpenAI", "all-minilm", 384, base_url="http://localhost:11434/v1"),
    "groq": _openai("groq", "Groq", "AsyncGroq", "nomic-embed-text-v1_5", 768),
    "together": _openai("together", "Together", "AsyncTogether", "BAAI/bge-large-en-v1.5", 1024),
    "google-genai": _google("gemini-embedding-001"),
    "vertex": _google("text-embedding-005", project="p", location="us-central1"),
    "boto3 titan": _invoked(
        "amazon.titan-embed-text-v2:0",
        lambda texts: {"inputText": texts[0], "normalize": True},
        lambda body: [body["embedding"]],
        1024,
    ),
    "boto3 cohere": _invoked(
        "cohere.embed-multilingual-v3",
        lambda texts: {"texts": texts, "input_type": "search_query"},
        lambda body: body["embeddings"],
        1024,
    ),
    "cohere": Client(
        "cohere",
        _made("ClientV2", "AsyncClientV2", api_key="k"),
        lambda client, texts: client.embed(
            model="embed-v4.0", texts=texts, input_type="search_document", embedding_types=["float", "ubinary"]
        ),
        lambda answer: answer.embeddings.float_,
        1536,
        ("sync", "asyncio"),  # its batches are gathered by asyncio
    ),
    "cohere before": Client(
        "cohere",
        _made("Client", "AsyncClient", api_key="k"),
        lambda client, texts: client.embed(model="embed-english-v3.0", texts=texts, input_type="search_document"),
        lambda answer: answer.embeddings,
        1024,
        ("sync", "asyncio"),
    ),
    "mistralai": Client(
        "mistralai.client",
        lambda module, _: module.Mistral(api_key="k"),
        lambda client, texts: client.embeddings.create(model="mistral-embed", inputs=texts),
        _data,
        1024,
        ("sync",),
        "SDKError",
    ),
    "mistralai async": Client(
        "mistralai.client",
        lambda module, _: module.Mistral(api_key="k"),
        lambda client, texts: client.embeddings.create_async(model="mistral-embed", inputs=texts),
        _data,
        1024,
        ("asyncio",),
        "SDKError",
    ),
    "ollama": Client(
        "ollama",
        _made("Client", "AsyncClient"),
        lambda client, texts: client.embed(model="nomic-embed-text", input=texts),
        lambda answer: answer.embeddings,
        768,
        refused="ResponseError",
    ),
    "dashscope": Client(
        "dashscope",
        lambda module, _: module.TextEmbedding,
        lambda client, texts: client.call(model="text-embedding-v4", input=texts, dimension=512, api_key="k"),
        lambda answer: [one["embedding"] for one in answer.output["embeddings"]],
        512,
        ("sync",),
        "",  # it raises none
    ),
}

CASES = [pytest.param(name, way, id=f"{name} {way}") for name, client in CLIENTS.items() for way in client.ways]
every_client = pytest.mark.parametrize(("name", "way"), CASES)

#: The clients whose endpoint takes but one text.
ALONE = ("boto3 titan",)


async def asked(name: str, way: str, texts: list[str]) -> Any:
    client = CLIENTS[name]
    module = pytest.importorskip(client.package)
    return await settled(client.ask(client.make(module, way == "sync"), texts))


@every_client
def test_the_sdk_has_the_vectors_that_were_made(name: str, way: str) -> None:
    texts = TEXTS[:1] if name in ALONE else TEXTS
    with intercept() as llm:
        answer = run(way, asked, name, way, texts)
    told = [list(vector) for vector in CLIENTS[name].vectors(answer)]
    assert told == [list(embed([text], CLIENTS[name].dimensions)) for text in texts]
    assert [message.text for message in llm.calls.one.messages] == texts


@every_client
def test_the_sdk_has_the_vectors_of_a_rule(name: str, way: str) -> None:
    with intercept() as llm:
        llm.on("capital").reply(embedding([0.5, -0.25, 0.125]))
        answer = run(way, asked, name, way, TEXTS[:1])
    assert [list(vector) for vector in CLIENTS[name].vectors(answer)] == [[0.5, -0.25, 0.125]]


@pytest.mark.parametrize(("name", "way"), [one for one in CASES if CLIENTS[str(one.values[0])].refused])
def test_the_sdk_raises_its_own_error(name: str, way: str) -> None:
    with intercept() as llm:
        llm.on(operation="embeddings").reply(error(400, "Not today."))
        with pytest.raises(Exception, match="Not today") as raised:
            run(way, asked, name, way, TEXTS[:1])
    assert type(raised.value).__name__ == CLIENTS[name].refused


def test_openais_default_is_base64_and_floats_are_the_same() -> None:
    openai = pytest.importorskip("openai")
    with intercept() as llm:
        client = openai.OpenAI(api_key="k")
        packed = client.embeddings.create(model="text-embedding-3-small", input=TEXTS, dimensions=64)
        plain = client.embeddings.create(model="text-embedding-3-small", input=TEXTS, dimensions=64, encoding_format="float")
    assert [entry.json["encoding_format"] for entry in llm.calls] == ["base64", "float"]
    assert _data(packed) == _data(plain)
    assert packed.usage == plain.usage
    assert packed.usage.prompt_tokens > 0


def test_a_strict_client_of_a_server_that_is_nobodys_has_the_floats_that_it_validates() -> None:
    openai = pytest.importorskip("openai")
    with intercept(hosts=["127.0.0.1:4010"]):
        client = openai.OpenAI(api_key="k", base_url="http://127.0.0.1:4010", _strict_response_validation=True)
        answer = client.embeddings.create(model="text-embedding-3-small", input=TEXTS)
    assert _data(answer) == [list(embed([text], 1536)) for text in TEXTS]


def test_openai_raises_what_the_provider_refuses() -> None:
    openai = pytest.importorskip("openai")
    with intercept(), pytest.raises(openai.BadRequestError, match="Must be less than or equal to 1536"):
        openai.OpenAI(api_key="k").embeddings.create(model="text-embedding-3-small", input="Hi", dimensions=2000)


def test_vertex_embeds_contents_one_by_one_and_in_batches() -> None:
    genai = pytest.importorskip("google.genai")
    contents = [genai.types.Content(parts=[genai.types.Part(text=text)]) for text in TEXTS]
    with intercept() as llm:
        client = _genai(project="p", location="us-central1")(genai, True)
        alone = client.models.embed_content(model="gemini-embedding-2", contents=TEXTS[0])
        both = client.models.embed_content(model="gemini-embedding-2", contents=contents)
    assert [call.path.rpartition(":")[2] for call in (entry.call.request for entry in llm.calls)] == [
        "embedContent",
        "batchEmbedContents",
    ]
    assert [one.values for one in both.embeddings] == [list(embed([text], 3072)) for text in TEXTS]
    assert alone.embeddings[0].values == both.embeddings[0].values
    assert alone.embeddings[0].statistics.token_count == 8


def test_ollamas_older_method_has_one_vector() -> None:
    ollama = pytest.importorskip("ollama")
    with intercept():
        answer = ollama.Client().embeddings(model="mxbai-embed-large", prompt=TEXTS[0])
    assert list(answer.embedding) == list(embed(TEXTS[:1], 1024))


AWS = {"api_key": None, "aws_region_name": "us-east-1", "aws_access_key_id": "k", "aws_secret_access_key": "s"}

#: litellm's models, their dimensions, and what else it must be told.
LITELLM: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    "text-embedding-3-small": (1536, {}),
    "azure/text-embedding-3-small": (1536, {"api_base": "https://r.openai.azure.com", "api_version": "2024-10-21"}),
    "azure_ai/Cohere-embed-v3-english": (1024, {"api_base": "https://r.services.ai.azure.com"}),
    "gemini/gemini-embedding-001": (3072, {}),
    "cohere/embed-v4.0": (1536, {}),
    "mistral/mistral-embed": (1024, {}),
    "ollama/nomic-embed-text": (768, {}),
    "voyage/voyage-3.5": (1024, {}),
    "voyage/voyage-multimodal-3": (1024, {}),
    "bedrock/amazon.titan-embed-text-v2:0": (1024, AWS),
    "bedrock/cohere.embed-english-v3": (1024, AWS),
    "together_ai/BAAI/bge-base-en-v1.5": (768, {}),
    "fireworks_ai/nomic-ai/nomic-embed-text-v1.5": (768, {}),
    "nebius/BAAI/bge-en-icl": (4096, {}),
    "openrouter/openai/text-embedding-3-small": (1536, {}),
    "dashscope/text-embedding-v4": (1024, {}),
    "databricks/databricks-bge-large-en": (1024, {"api_base": "https://x.cloud.databricks.com/serving-endpoints"}),
    "watsonx/ibm/slate-30m-english-rtrvr": (
        384,
        {"api_base": "https://us-south.ml.cloud.ibm.com", "token": "t", "project_id": "p", "api_key": None},
    ),
    "hosted_vllm/BAAI/bge-m3": (1024, {"api_base": "http://localhost:8000/v1"}),
}


@pytest.mark.filterwarnings("ignore:Items? .* using the `ReadOnly` qualifier:UserWarning")
@pytest.mark.filterwarnings("ignore:unclosed (event loop|<socket):ResourceWarning")
@pytest.mark.parametrize("model", LITELLM)
def test_litellm_has_the_vectors_that_were_made(model: str) -> None:
    litellm = pytest.importorskip("litellm")
    dimensions, more = LITELLM[model]
    with intercept() as llm:
        answer = litellm.embedding(model=model, input=TEXTS, **{"api_key": "k", **more})
    assert [one["embedding"] for one in answer.data] == [list(embed([text], dimensions)) for text in TEXTS]
    assert {entry.operation for entry in llm.calls} == {"embeddings"}
