"""Embeddings through the SDKs that the test group lacks: Voyage, Together, Azure AI Inference, Hugging Face, aiobotocore."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest

from llm_intercept import error, intercept
from llm_intercept.synthesis.embedding import embed
from tests.embeddings.wires import IMAGE

TEXTS = ["What is the capital of France?", "Paris is the capital city of France"]
PNG = b64decode(IMAGE.partition(",")[2])

#: A model of Hugging Face's own servers, by its address.
URL = "https://router.huggingface.co/hf-inference/models/sentence-transformers/all-MiniLM-L6-v2/pipeline/feature-extraction"

both_ways = pytest.mark.parametrize("way", ["sync", "async"])


def made(dimensions: int, *texts: str) -> list[list[float]]:
    return [list(embed([text], dimensions)) for text in texts or TEXTS]


def voyage(way: str, method: str, **asked: Any) -> Any:
    """What a method of Voyage's client returns."""
    voyageai = pytest.importorskip("voyageai")
    if way == "sync":
        return getattr(voyageai.Client(api_key="k"), method)(**asked)

    async def work() -> Any:
        return await getattr(voyageai.AsyncClient(api_key="k"), method)(**asked)

    return asyncio.run(work())


@both_ways
@pytest.mark.parametrize("dtype", [None, "float", "int8", "uint8", "binary", "ubinary"])
def test_voyages_client_decodes_each_type(way: str, dtype: str | None) -> None:
    from llm_intercept.synthesis.vectors import BY_NAME

    with intercept() as llm:
        answer = voyage(way, "embed", texts=TEXTS, model="voyage-3.5", input_type="document", output_dtype=dtype)
    assert answer.embeddings == [BY_NAME[dtype or "float"](vector) for vector in made(1024)]
    assert answer.total_tokens == 17
    assert llm.calls.one.json["encoding_format"] == "base64"


@both_ways
def test_voyages_client_embeds_images_with_texts(way: str) -> None:
    from PIL import Image

    picture = Image.open(BytesIO(PNG))
    with intercept() as llm:
        answer = voyage(way, "multimodal_embed", inputs=[["A dot", picture], ["Paris"]], model="voyage-multimodal-3")
    assert answer.embeddings[1] == made(1024, "Paris")[0]
    assert len({tuple(vector) for vector in answer.embeddings}) == 2
    assert answer.image_pixels == 1
    assert [message.text for message in llm.calls.one.messages] == ["A dot", "Paris"]


@both_ways
def test_voyages_client_embeds_chunks_in_their_context(way: str) -> None:
    inputs = [["One", "Two"], ["Three"]]
    with intercept():
        answer = voyage(way, "contextualized_embed", inputs=inputs, model="voyage-context-3", input_type="document")
    assert [result.embeddings for result in answer.results] == [made(1024, *chunks) for chunks in inputs]
    with intercept():
        answer = voyage(
            way,
            "contextualized_embed",
            inputs=["A whole document"],
            model="voyage-context-3",
            input_type="document",
            enable_auto_chunking=True,
        )
    assert answer.chunk_texts == [["A whole document"]]


def test_voyages_client_raises_its_own_errors() -> None:
    voyageai = pytest.importorskip("voyageai")
    with intercept(), pytest.raises(voyageai.error.InvalidRequestError, match="cannot contain empty strings"):
        voyage("sync", "embed", texts=[""], model="voyage-3.5")
    with intercept() as llm:
        llm.on(operation="embeddings").reply(error(429))
        with pytest.raises(voyageai.error.RateLimitError, match="rate limit"):
            voyage("sync", "embed", texts=["Hi"], model="voyage-3.5")


@both_ways
def test_azures_inference_client_embeds_texts_and_images(way: str) -> None:
    pytest.importorskip("azure.ai.inference")
    from azure.core.credentials import AzureKeyCredential

    asked = {"endpoint": "https://r.services.ai.azure.com/models", "credential": AzureKeyCredential("k")}
    shown = [{"image": IMAGE, "text": "A dot"}]

    def blocking() -> tuple[Any, Any]:
        from azure.ai.inference import EmbeddingsClient, ImageEmbeddingsClient

        texts = EmbeddingsClient(**asked).embed(input=TEXTS, model="Cohere-embed-v3-english", dimensions=256)
        return texts, ImageEmbeddingsClient(**asked).embed(input=shown, model="Cohere-embed-v3-english")

    async def asynchronous() -> tuple[Any, Any]:
        from azure.ai.inference.aio import EmbeddingsClient, ImageEmbeddingsClient

        async with EmbeddingsClient(**asked) as texts, ImageEmbeddingsClient(**asked) as images:
            return (
                await texts.embed(input=TEXTS, model="Cohere-embed-v3-english", dimensions=256),
                await images.embed(input=shown, model="Cohere-embed-v3-english"),
            )

    with intercept():
        texts, images = blocking() if way == "sync" else asyncio.run(asynchronous())
    assert [one.embedding for one in texts.data] == made(256)
    assert texts.usage.total_tokens == 17
    assert images.data[0].embedding == list(embed(["A dot", PNG], 1024))


@both_ways
@pytest.mark.parametrize(("model", "dimensions"), [(URL, 384), ("BAAI/bge-base-en-v1.5", 768)], ids=["url", "model"])
def test_huggingfaces_client_extracts_features(way: str, model: str, dimensions: int) -> None:
    numpy = pytest.importorskip("numpy")
    import huggingface_hub

    async def asynchronous() -> Any:
        async with huggingface_hub.AsyncInferenceClient(token="hf_k") as client:
            return await client.feature_extraction(TEXTS, model=model)

    with intercept():
        client = huggingface_hub.InferenceClient(token="hf_k")
        answer = client.feature_extraction(TEXTS, model=model) if way == "sync" else asyncio.run(asynchronous())
    assert numpy.array_equal(answer, numpy.array(made(dimensions), dtype="float32"))


def test_aiobotocore_invokes_titan() -> None:
    session = pytest.importorskip("aiobotocore.session")

    async def work() -> Any:
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
        async with session.get_session().create_client("bedrock-runtime", region_name="us-east-1", **keys) as client:
            answer = await client.invoke_model(modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": TEXTS[0]}))
            return json.loads(await answer["body"].read())

    with intercept():
        assert asyncio.run(work())["embedding"] == made(1024)[0]


def test_perplexitys_client_has_signed_bytes() -> None:
    perplexity = pytest.importorskip("perplexity")
    with intercept():
        answer = perplexity.Perplexity(api_key="k").embeddings.create(model="pplx-embed-v1-0.6b", input=TEXTS)
    assert [len(b64decode(one.embedding)) for one in answer.data] == [1024, 1024]
    assert answer.usage.total_tokens == 17
