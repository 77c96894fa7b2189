"""Vertex AI's embeddings by prediction: POST /publishers/google/models/{model}:predict, of texts, and of images with texts.

References: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-embeddings-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.embeddings import no_dimensions
from llm_intercept.dialects.gemini.fields import body as body_of
from llm_intercept.dialects.gemini.fields import field, listed, typed
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["PredictEmbeddings", "PredictMultimodal"]

_AT = r"/publishers/[^/]+/models/"
_PREDICT = r"[^/:%]*(?::|%3[aA])predict"


class PredictEmbeddings(House, Embeddings):
    """POST /publishers/google/models/text-embedding-...:predict. Other models predict something else."""

    name: ClassVar[str] = "vertex predict embeddings"
    path: ClassVar[str] = rf"{_AT}(?:text-?embedding|text-multilingual-embedding|gemini-embedding|embedding){_PREDICT}"
    home: ClassVar[str] = "vertex"
    #: What the parameter is called that asks for dimensions.
    asks: ClassVar[str] = "outputDimensionality"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body_of(request)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model_named(request.path).partition("@")[0],
            messages=tuple(self.inputs(sent)),
            parameters=sent,
            json=sent,
        )
        self.dimensions(call)
        return call

    def inputs(self, sent: Mapping[str, Any]) -> Iterator[Message]:
        """What to make vectors of; raises `Malformed`."""
        for instance, at in listed(sent, "instances"):
            text = typed(instance, "content", str, at)
            if text is None:
                raise Malformed(f"Missing struct property: content. ({at.rstrip('.')})")
            yield Message("user", text, raw=instance)

    def check(self, call: Call) -> None:
        if not call.messages:
            raise Malformed("Empty instances.")

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(field(typed(call.parameters, "parameters", dict) or {}, self.asks), no_dimensions)

    def body(self, said: Embedded) -> dict[str, Any]:
        counts = said.counts if len(said.counts) == len(said.vectors) else [said.tokens] * len(said.vectors)
        told = [
            {"embeddings": {"statistics": {"truncated": False, "token_count": count}, "values": list(vector)}}
            for vector, count in zip(said.vectors, counts, strict=True)
        ]
        billed = sum(len("".join(message.text.split())) for message in said.call.messages)  # white space costs nothing
        return {"predictions": told, "metadata": {"billableCharacterCount": billed}}


class PredictMultimodal(PredictEmbeddings):
    """POST /publishers/google/models/multimodalembedding...:predict: a vector for each of an instance's text, image and video."""

    name = "vertex predict multimodal embeddings"
    path = rf"{_AT}multimodalembedding{_PREDICT}"
    asks = "dimension"

    def inputs(self, sent: Mapping[str, Any]) -> Iterator[Message]:
        for number, (instance, at) in enumerate(listed(sent, "instances")):
            text = typed(instance, "text", str, at)
            held = {kind: typed(instance, kind, dict, at) for kind in ("image", "video")}
            if text is None and not any(held.values()):
                raise Malformed("At least one of text, image and video must be given.", param=at.rstrip("."))
            if text is not None:
                yield Message("user", text, raw=("text", number, None))
            yield from (Message("user", "", raw=(kind, number, one)) for kind, one in held.items() if one is not None)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        _, _, held = message.raw
        if held is None:
            return (message.text,)
        return (image_bytes(str(field(held, "bytesBase64Encoded") or field(held, "gcsUri"))),)

    def body(self, said: Embedded) -> dict[str, Any]:
        told: dict[int, dict[str, Any]] = {}
        for vector, message in zip(said.vectors, said.call.messages, strict=True):
            kind, number, _ = message.raw
            segment = {"startOffsetSec": 0, "endOffsetSec": _SEGMENT, "embedding": list(vector)}
            of = {"videoEmbeddings": [segment]} if kind == "video" else {f"{kind}Embedding": list(vector)}
            told.setdefault(number, {}).update(of)
        return {"predictions": list(told.values()), "deployedModelId": str(int(said.stamp.id("model", 15), 16))}


#: How many seconds of a video one vector stands for.
_SEGMENT = 16
