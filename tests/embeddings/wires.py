"""Every wire that makes embeddings: how it is asked, and where its answer has the vectors and what they cost."""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from llm_intercept import Interceptor

__all__ = ["IMAGE", "WIRES", "Answer", "Wire", "ask", "floats", "post"]

#: A PNG of one pixel, as a data URL.
IMAGE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

Body = dict[str, Any]


@dataclass(frozen=True)
class Wire:
    """One endpoint, with a model and its dimensions.

    `body` asks for the vectors of some texts; `vectors` takes them out of an answer, and `cost` the tokens, None where it tells
    none. `alone` is whether it takes but one text. `size` makes a body ask for a number of dimensions, None where nobody can.
    """

    url: str
    model: str
    dimensions: int
    body: Callable[[Sequence[str]], Body]
    vectors: Callable[[Any], Any]
    cost: Callable[[Any], int] | None = None
    alone: bool = False
    size: Callable[[Body, int], Body] | None = None
    sizes: tuple[int, ...] = (256, 512)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """A status, the headers and the body's JSON."""

    status: int
    headers: Mapping[str, str]
    json: Any


def post(llm: Interceptor, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer to a body, JSON or bytes, through the explicit transport."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.post(url, content=content, headers={"content-type": "application/json", **(headers or {})})
        return Answer(response.status_code, response.headers, response.json())


def ask(llm: Interceptor, name: str, texts: Sequence[str], /, **more: Any) -> Answer:
    """The answer to some texts' request."""
    wire = WIRES[name]
    return post(llm, wire.url, {**wire.body(texts), **more}, wire.headers)


def floats(text: str) -> list[float]:
    """Float32 in base64."""
    data = b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def _data(answer: Any) -> list[Any]:
    assert [one["index"] for one in answer["data"]] == list(range(len(answer["data"])))
    return [one["embedding"] for one in answer["data"]]


def _usage(answer: Any) -> int:
    usage = answer["usage"]
    assert usage.get("prompt_tokens", usage["total_tokens"]) == usage["total_tokens"]
    return int(usage["total_tokens"])


def _plus(name: str) -> Callable[[Body, int], Body]:
    return lambda body, size: {**body, name: size}


def _inside(outer: str, name: str) -> Callable[[Body, int], Body]:
    return lambda body, size: {**body, outer: {**body.get(outer, {}), name: size}}


def openai(url: str, model: str, dimensions: int, **more: Any) -> Wire:
    """One that is asked as OpenAI is."""
    asked = {
        "body": lambda texts: {"model": model, "input": list(texts)},
        "vectors": _data,
        "cost": _usage,
        "size": _plus("dimensions"),
    }
    return Wire(url, model, dimensions, **{**asked, **more})


def _content(text: str) -> Body:
    return {"content": {"parts": [{"text": text}]}}


def _gemini_cost(answer: Any) -> int:
    return int(answer["usageMetadata"]["promptTokenCount"])


BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models"
VERTEX = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models"
DASHSCOPE = "https://dashscope.aliyuncs.com/api/v1/services/embeddings"
HF = "https://router.huggingface.co/hf-inference"


def _invoked(model: str, dimensions: int, **more: Any) -> Wire:
    asked = {
        "body": lambda texts: {"inputText": texts[0]},
        "vectors": lambda answer: [answer["embedding"]],
        "cost": lambda answer: answer["inputTextTokenCount"],
        "alone": True,
    }
    return Wire(f"{BEDROCK}/{model.replace(':', '%3A')}/invoke", model, dimensions, **{**asked, **more})


def _cohere(model: str) -> Callable[[Sequence[str]], Body]:
    return lambda texts: {"model": model, "texts": list(texts), "input_type": "search_document"}


WIRES: Mapping[str, Wire] = {
    "openai": openai("https://api.openai.com/v1/embeddings", "text-embedding-3-small", 1536),
    "openai large": openai("https://api.openai.com/v1/embeddings", "text-embedding-3-large", 3072),
    "azure deployment": openai(
        "https://r.openai.azure.com/openai/deployments/text-embedding-ada-002/embeddings?api-version=2024-10-21",
        "text-embedding-ada-002",
        1536,
        body=lambda texts: {"input": list(texts)},
        size=None,
    ),
    "azure v1": openai("https://r.openai.azure.com/openai/v1/embeddings", "text-embedding-3-small", 1536),
    "azure inference": openai(
        "https://r.services.ai.azure.com/models/embeddings?api-version=2024-05-01-preview", "Cohere-embed-v3-english", 1024
    ),
    "github": openai("https://models.github.ai/inference/embeddings", "openai/text-embedding-3-small", 1536),
    "together": openai("https://api.together.xyz/v1/embeddings", "BAAI/bge-base-en-v1.5", 768, cost=None),
    "fireworks": openai("https://api.fireworks.ai/inference/v1/embeddings", "nomic-ai/nomic-embed-text-v1.5", 768),
    "groq": openai("https://api.groq.com/openai/v1/embeddings", "nomic-embed-text-v1_5", 768),
    "nebius": openai("https://api.studio.nebius.com/v1/embeddings", "BAAI/bge-en-icl", 4096),
    "deepinfra": openai("https://api.deepinfra.com/v1/openai/embeddings", "intfloat/e5-large-v2", 1024),
    "openrouter": openai("https://openrouter.ai/api/v1/embeddings", "openai/text-embedding-3-small", 1536),
    "jina": openai("https://api.jina.ai/v1/embeddings", "jina-embeddings-v3", 1024),
    "scaleway": openai("https://api.scaleway.ai/v1/embeddings", "qwen3-embedding-8b", 4096),
    "ollama v1": openai("http://localhost:11434/v1/embeddings", "all-minilm", 384),
    "vllm": openai("http://vllm.internal:8000/v1/embeddings", "BAAI/bge-m3", 1024),
    "gemini v1": openai("https://generativelanguage.googleapis.com/v1beta/openai/embeddings", "gemini-embedding-001", 3072),
    "cohere v1": openai("https://api.cohere.com/compatibility/v1/embeddings", "embed-v4.0", 1536),
    "dashscope v1": openai("https://dashscope.aliyuncs.com/compatible-mode/v1/embeddings", "text-embedding-v4", 1024),
    "databricks": openai(
        "https://x.cloud.databricks.com/serving-endpoints/databricks-gte-large-en/invocations",
        "databricks-gte-large-en",
        1024,
        body=lambda texts: {"input": list(texts)},
    ),
    "mistral": openai("https://api.mistral.ai/v1/embeddings", "codestral-embed", 1536, size=_plus("output_dimension")),
    "mistral elsewhere": openai(
        "http://mistral.internal/v1/embeddings",
        "codestral-embed",
        1536,
        headers={"user-agent": "mistral-client-python/1.0"},
        size=_plus("output_dimension"),
    ),
    "voyage": openai("https://api.voyageai.com/v1/embeddings", "voyage-3.5", 1024, size=_plus("output_dimension")),
    "voyage multimodal": Wire(
        "https://api.voyageai.com/v1/multimodalembeddings",
        "voyage-multimodal-3",
        1024,
        lambda texts: {
            "model": "voyage-multimodal-3",
            "inputs": [{"content": [{"type": "text", "text": text}]} for text in texts],
        },
        _data,
        _usage,
        size=_plus("output_dimension"),
    ),
    "voyage contextualized": Wire(
        "https://api.voyageai.com/v1/contextualizedembeddings",
        "voyage-context-3",
        1024,
        lambda texts: {"model": "voyage-context-3", "inputs": [list(texts)]},
        lambda answer: _data(answer["data"][0]),
        _usage,
        size=_plus("output_dimension"),
    ),
    "gemini": Wire(
        f"{GEMINI}/gemini-embedding-001:embedContent",
        "gemini-embedding-001",
        3072,
        lambda texts: _content(texts[0]),
        lambda answer: [answer["embedding"]["values"]],
        _gemini_cost,
        alone=True,
        size=_plus("outputDimensionality"),
    ),
    "gemini batch": Wire(
        f"{GEMINI}/gemini-embedding-001:batchEmbedContents",
        "gemini-embedding-001",
        3072,
        lambda texts: {"requests": [{"model": "models/gemini-embedding-001", **_content(text)} for text in texts]},
        lambda answer: [one["values"] for one in answer["embeddings"]],
        _gemini_cost,
        size=lambda body, size: {"requests": [{**one, "outputDimensionality": size} for one in body["requests"]]},
    ),
    "vertex": Wire(
        f"{VERTEX}/gemini-embedding-2:embedContent",
        "gemini-embedding-2",
        3072,
        lambda texts: _content(texts[0]),
        lambda answer: [answer["embedding"]["values"]],
        _gemini_cost,
        alone=True,
        size=_inside("embedContentConfig", "outputDimensionality"),
    ),
    "vertex batch": Wire(
        f"{VERTEX}/gemini-embedding-2:batchEmbedContents",
        "gemini-embedding-2",
        3072,
        lambda texts: {"requests": [_content(text) for text in texts]},
        lambda answer: [one["values"] for one in answer["embeddings"]],
        _gemini_cost,
    ),
    "vertex predict": Wire(
        f"{VERTEX}/text-embedding-005:predict",
        "text-embedding-005",
        768,
        lambda texts: {"instances": [{"content": text, "task_type": "RETRIEVAL_DOCUMENT"} for text in texts]},
        lambda answer: [one["embeddings"]["values"] for one in answer["predictions"]],
        lambda answer: sum(one["embeddings"]["statistics"]["token_count"] for one in answer["predictions"]),
        size=_inside("parameters", "outputDimensionality"),
    ),
    "vertex multimodal": Wire(
        f"{VERTEX}/multimodalembedding@001:predict",
        "multimodalembedding",
        1408,
        lambda texts: {"instances": [{"text": text} for text in texts]},
        lambda answer: [one["textEmbedding"] for one in answer["predictions"]],
        size=_inside("parameters", "dimension"),
    ),
    "titan": _invoked("amazon.titan-embed-text-v1", 1536),
    "titan v2": _invoked("amazon.titan-embed-text-v2:0", 1024, size=_plus("dimensions")),
    "titan multimodal": _invoked(
        "amazon.titan-embed-image-v1", 1024, size=_inside("embeddingConfig", "outputEmbeddingLength"), sizes=(256, 384)
    ),
    "bedrock cohere v3": _invoked(
        "cohere.embed-english-v3",
        1024,
        body=lambda texts: {"texts": list(texts), "input_type": "search_document"},
        vectors=lambda answer: answer["embeddings"],
        cost=None,
        alone=False,
    ),
    "bedrock cohere v4": _invoked(
        "us.cohere.embed-v4:0",
        1536,
        body=lambda texts: {"texts": list(texts), "input_type": "search_document"},
        vectors=lambda answer: answer["embeddings"]["float"],
        cost=None,
        alone=False,
        size=_plus("output_dimension"),
    ),
    "nova": _invoked(
        "amazon.nova-2-multimodal-embeddings-v1:0",
        3072,
        body=lambda texts: {
            "taskType": "SINGLE_EMBEDDING",
            "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", "text": {"value": texts[0], "truncationMode": "END"}},
        },
        vectors=lambda answer: [one["embedding"] for one in answer["embeddings"]],
        cost=None,
        size=_inside("singleEmbeddingParams", "embeddingDimension"),
        sizes=(256, 384),
    ),
    "cohere": Wire(
        "https://api.cohere.com/v2/embed",
        "embed-v4.0",
        1536,
        _cohere("embed-v4.0"),
        lambda answer: answer["embeddings"]["float"],
        lambda answer: answer["meta"]["billed_units"]["input_tokens"],
        size=_plus("output_dimension"),
    ),
    "cohere before": Wire(
        "https://api.cohere.com/v1/embed",
        "embed-english-v3.0",
        1024,
        _cohere("embed-english-v3.0"),
        lambda answer: answer["embeddings"],
        lambda answer: answer["meta"]["billed_units"]["input_tokens"],
    ),
    "ollama": Wire(
        "http://localhost:11434/api/embed",
        "nomic-embed-text",
        768,
        lambda texts: {"model": "nomic-embed-text", "input": list(texts)},
        lambda answer: answer["embeddings"],
        lambda answer: answer["prompt_eval_count"],
        size=_plus("dimensions"),
    ),
    "ollama before": Wire(
        "http://localhost:11434/api/embeddings",
        "mxbai-embed-large",
        1024,
        lambda texts: {"model": "mxbai-embed-large", "prompt": texts[0]},
        lambda answer: [answer["embedding"]],
        alone=True,
    ),
    "huggingface": Wire(
        f"{HF}/models/sentence-transformers/all-MiniLM-L6-v2/pipeline/feature-extraction",
        "sentence-transformers/all-MiniLM-L6-v2",
        384,
        lambda texts: {"inputs": list(texts)},
        lambda answer: answer,
        size=_plus("dimensions"),
    ),
    "huggingface model": Wire(
        f"{HF}/models/BAAI/bge-small-en-v1.5",
        "BAAI/bge-small-en-v1.5",
        384,
        lambda texts: {"inputs": list(texts)},
        lambda answer: answer,
    ),
    "huggingface before": Wire(
        "https://api-inference.huggingface.co/pipeline/feature-extraction/intfloat/e5-base-v2",
        "intfloat/e5-base-v2",
        768,
        lambda texts: {"inputs": list(texts)},
        lambda answer: answer,
    ),
    "dashscope": Wire(
        f"{DASHSCOPE}/text-embedding/text-embedding",
        "text-embedding-v4",
        1024,
        lambda texts: {"model": "text-embedding-v4", "input": {"texts": list(texts)}},
        lambda answer: [one["embedding"] for one in answer["output"]["embeddings"]],
        _usage,
        size=_inside("parameters", "dimension"),
    ),
    "dashscope multimodal": Wire(
        f"{DASHSCOPE}/multimodal-embedding/multimodal-embedding",
        "multimodal-embedding-v1",
        1024,
        lambda texts: {"model": "multimodal-embedding-v1", "input": {"contents": [{"text": text} for text in texts]}},
        lambda answer: [one["embedding"] for one in answer["output"]["embeddings"]],
        lambda answer: answer["usage"]["input_tokens"],
        size=_inside("parameters", "dimension"),
    ),
    "watsonx": Wire(
        "https://us-south.ml.cloud.ibm.com/ml/v1/text/embeddings?version=2024-05-31",
        "ibm/slate-30m-english-rtrvr",
        384,
        lambda texts: {"model_id": "ibm/slate-30m-english-rtrvr", "inputs": list(texts), "project_id": "p"},
        lambda answer: [one["embedding"] for one in answer["results"]],
        lambda answer: answer["input_token_count"],
    ),
    "watsonx deployment": Wire(
        "https://us-south.ml.cloud.ibm.com/ml/v1/deployments/slate-125m-english-rtrvr/text/embeddings?version=2024-05-31",
        "slate-125m-english-rtrvr",
        768,
        lambda texts: {"inputs": list(texts), "parameters": {"return_options": {"input_text": True}}},
        lambda answer: [one["embedding"] for one in answer["results"]],
        lambda answer: answer["input_token_count"],
    ),
}
