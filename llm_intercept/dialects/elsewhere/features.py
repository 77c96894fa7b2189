"""Hugging Face's feature extraction: POST /models/{model}/pipeline/feature-extraction, and sentence-similarity.

Also POST to a model of embeddings itself, and /embed of a server of one's own.

References: https://huggingface.co/docs/inference-providers/tasks/feature-extraction,
https://huggingface.github.io/text-embeddings-inference/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.embeddings import Embedded, Embeddings
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.house import OpenAIEndpoint
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.synthesis.vectors import base64
from llm_intercept.wire import Request

__all__ = ["FeatureExtraction"]

#: How models of embeddings are called.
_NAMES = r"[^/]*(?:embed|sentence-|MiniLM|mpnet|bge-|gte-|e5-|BGE|GTE)[^/]*"

#: Where a path names the model.
_MODEL = re.compile(r"/models/(.+?)(?:/pipeline/[\w-]+)?/?\Z|/pipeline/[\w-]+/(.+?)/?\Z")


class FeatureExtraction(OpenAIEndpoint, Embeddings):
    """POST /models/{model}/pipeline/feature-extraction: a vector for a text, a list of them for several.

    Asked for a sentence's similarity to others, it answers with that.
    """

    name = "huggingface feature extraction"
    path = (
        r"(?:/models/.+/pipeline/(?:feature-extraction|sentence-similarity)"
        r"|/pipeline/(?:feature-extraction|sentence-similarity)/.+"
        rf"|/models/(?:sentence-transformers/[^/]+|(?:[^/]+/)?{_NAMES})"
        r"|\A/embed)"
    )
    home: ClassVar[str] = "huggingface"
    only: ClassVar[frozenset[str]] = frozenset({"huggingface"})

    def read(self, request: Request, provider: str, past: Past) -> Call:
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("Failed to parse the request body as JSON") from None
        if not isinstance(body, dict):
            raise Malformed("Failed to deserialize the JSON body into the target type")
        named = _MODEL.search(request.path)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=unquote(named[1] or named[2]) if named else "",
            messages=_inputs(body),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        return call

    def check(self, call: Call) -> None:
        if not call.messages:
            raise Malformed("`inputs` cannot be empty", status=422)

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(call.parameters.get("dimensions"), _no_dimensions)

    def body(self, said: Embedded) -> Any:
        given = said.call.parameters["inputs"]
        if isinstance(given, dict):
            source, *others = said.vectors
            return [sum(one * other for one, other in zip(source, vector, strict=True)) for vector in others]
        encode = base64 if said.call.parameters.get("encoding_format") == "base64" else list
        told = [encode(vector) for vector in said.vectors]
        return told[0] if isinstance(given, str) and not said.call.request.path.endswith("/embed") else told


def _inputs(body: Mapping[str, Any]) -> tuple[Message, ...]:
    match body.get("inputs"):
        case str(text):
            texts: list[Any] = [text]
        case {"source_sentence": source, "sentences": [*others]}:
            texts = [source, *others]
        case [*several]:
            texts = several
        case _:
            raise Malformed("Failed to deserialize the JSON body into the target type: missing field `inputs`", status=422)
    if not all(isinstance(text, str) for text in texts):
        raise Malformed("Failed to deserialize the JSON body into the target type: inputs: expected a string", status=422)
    return tuple([Message("user", text, raw=text) for text in texts])


def _no_dimensions(given: Any) -> Malformed:
    return Malformed(f"`dimensions` should be positive and less than the model's, got {given!r}", status=422)
