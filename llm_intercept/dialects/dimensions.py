"""How many dimensions a model's embeddings have where nobody asks for a number.

To add a model: one line. Names are globs, compared without case with what a call names and with the end of it after a slash.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

__all__ = ["MOST", "dimensions_of", "is_known"]

#: The most that anybody may ask for; no model has as many.
MOST = 65_536

#: A model that is not known: that of most.
_USUAL = 1024

#: The first that fits.
_DIMENSIONS: Mapping[str, int] = {
    # https://platform.openai.com/docs/guides/embeddings
    "text-embedding-3-large*": 3072,
    "text-embedding-3-small*": 1536,
    "text-embedding-ada-002*": 1536,
    "text-similarity-*": 1536,
    # https://ai.google.dev/gemini-api/docs/embeddings, https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings
    "gemini-embedding-*": 3072,
    "text-embedding-large-exp-*": 3072,
    "text-embedding-00*": 768,
    "text-embedding-preview-*": 768,
    "text-multilingual-embedding-*": 768,
    "textembedding-gecko*": 768,
    "embedding-001": 768,
    "embedding-gecko-*": 768,
    "multimodalembedding*": 1408,
    "embeddinggemma*": 768,
    # https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
    "*titan-embed-text-v1*": 1536,
    "*titan-embed-g1-text*": 1536,
    "*titan-embed-text-v2*": 1024,
    "*titan-embed-image-v1*": 1024,
    "*nova-2-multimodal-embeddings*": 3072,
    "*marengo-embed-3*": 512,
    "*marengo-embed-*": 1024,
    # https://docs.cohere.com/docs/models#embed
    "*embed-v5*": 2048,
    "*embed-v4*": 1536,
    "*embed-v-4*": 1536,
    "*embed-english-light-v3*": 384,
    "*embed-multilingual-light-v3*": 384,
    "*embed-english-light-v2*": 1024,
    "*embed-english-v2*": 4096,
    "*embed-multilingual-v2*": 768,
    "*embed-english-*": 1024,
    "*embed-multilingual-*": 1024,
    "cohere-embed-v3-*": 1024,
    # https://docs.mistral.ai/capabilities/embeddings/
    "mistral-embed*": 1024,
    "codestral-embed*": 1536,
    # https://docs.voyageai.com/docs/embeddings
    "voyage-3-lite": 512,
    "voyage-large-2-instruct": 1024,
    "voyage-large-2": 1536,
    "voyage-code-2": 1536,
    "voyage-*": 1024,
    # https://docs.perplexity.ai/docs/embeddings/quickstart
    "pplx-embed-*-4b": 2560,
    "pplx-embed-*": 1024,
    # https://jina.ai/embeddings/
    "jina-embeddings-v4*": 2048,
    "jina-embeddings-v3*": 1024,
    "jina-embeddings-v2-small*": 512,
    "jina-embeddings-v2-*": 768,
    "jina-clip-v2": 1024,
    "jina-clip-v1": 768,
    # https://help.aliyun.com/zh/model-studio/embedding, https://docs.z.ai, https://www.volcengine.com/docs/82379
    "text-embedding-v1": 1536,
    "text-embedding-v2": 1536,
    "text-embedding-v*": 1024,
    "multimodal-embedding-v1": 1024,
    "multimodal-embedding-one-peace-v1": 1536,
    "tongyi-embedding-vision-flash*": 768,
    "tongyi-embedding-vision-plus*": 1152,
    "qwen3-vl-embedding": 2560,
    "embedding-3": 2048,
    "embedding-2": 1024,
    "doubao-embedding-large*": 2048,
    "doubao-embedding*": 2560,
    # https://cloud.ibm.com/docs/watsonx, https://huggingface.co/ibm-granite, https://huggingface.co/Snowflake
    "slate-30m*": 384,
    "slate-125m*": 768,
    "granite-embedding-30m*": 384,
    "granite-embedding-107m*": 384,
    "granite-embedding*": 768,
    "granite-embedding:30m*": 384,
    "snowflake-arctic-embed-l*": 1024,
    "snowflake-arctic-embed:*l": 1024,
    "snowflake-arctic-embed-m*": 768,
    "snowflake-arctic-embed-s*": 384,
    "snowflake-arctic-embed-xs*": 384,
    # https://ollama.com/search?c=embedding, https://huggingface.co/models?library=sentence-transformers
    "nomic-embed-*": 768,
    "mxbai-embed-large*": 1024,
    "mxbai-embed-xsmall*": 384,
    "*minilm-l*": 384,
    "all-minilm*": 384,
    "*mpnet-base*": 768,
    "*distilroberta*": 768,
    "*distilbert-*": 768,
    "gtr-t5-*": 768,
    "sentence-t5-*": 768,
    "labse": 768,
    "bge-m3*": 1024,
    "*bge-small*": 384,
    "*bge-base*": 768,
    "*bge-large*": 1024,
    "bge-en-icl": 4096,
    "bge-multilingual-gemma2": 3584,
    "*e5-mistral-7b*": 4096,
    "*e5-small*": 384,
    "*e5-base*": 768,
    "*e5-large*": 1024,
    "gte-qwen2-7b*": 3584,
    "gte-qwen2-1.5b*": 1536,
    "*gte-small*": 384,
    "*gte-base*": 768,
    "*gte-multilingual-base*": 768,
    "*gte-large*": 1024,
    "gte-modernbert-base": 768,
    "*qwen3-embedding*8b*": 4096,
    "*qwen3-embedding*4b*": 2560,
    "*qwen3-embedding*": 1024,
    "uae-large-v1": 1024,
    "m2-bert-80m-*": 768,
    "nv-embed-v*": 4096,
    "nv-embedqa-e5-v5": 1024,
    "nv-embedqa-mistral-7b-v2": 4096,
    "llama-3.2-nv-embedqa-1b-*": 2048,
    "nvclip": 1024,
    "sfr-embedding-*": 4096,
    "stella_en_*": 1024,
    "clip-vit-*": 512,
}


def is_known(model: str) -> bool:
    """Whether a model is one of embeddings, by its name."""
    return "embed" in model.lower() or _found(model) is not None


def dimensions_of(model: str) -> int:
    """The dimensions of a model's embeddings."""
    return _found(model) or _USUAL


@lru_cache(maxsize=1024)
def _found(model: str) -> int | None:
    name = model.lower()
    names = {name, name.rpartition("/")[2]}
    return next((number for known, number in _DIMENSIONS.items() if any(fnmatchcase(one, known) for one in names)), None)
