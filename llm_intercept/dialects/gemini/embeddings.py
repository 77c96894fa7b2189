"""Google's embeddings: POST /models/{model}:embedContent and :batchEmbedContents, on Google's own host and on Vertex AI.

References: https://ai.google.dev/api/embeddings,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.dimensions import MOST
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.gemini.fields import body as body_of
from llm_intercept.dialects.gemini.fields import field, listed, typed, wrong
from llm_intercept.dialects.gemini.house import House, model_named
from llm_intercept.dialects.gemini.usage import by_modality
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["BatchEmbedContents", "EmbedContent", "VertexBatchEmbedContents", "VertexEmbedContent", "no_dimensions"]

#: The most requests of one batch.
_MOST = 100


class EmbedContent(House, Embeddings):
    """POST /models/{model}:embedContent. Reference: https://ai.google.dev/api/embeddings#method:-models.embedcontent"""

    name: ClassVar[str] = "gemini embed content"
    path: ClassVar[str] = r"/(?:models|tunedModels)/[^/]+(?::|%3[aA])embedContent"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        sent = body_of(request)
        asked = tuple(self.requests(sent))
        for one, at in asked:
            _dimensions(one, at)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model_named(request.path),
            messages=tuple([_input(one, at) for one, at in asked]),
            parameters=sent,
            json=sent,
        )

    def requests(self, sent: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
        """What asks for each vector, with where it stands."""
        yield sent, ""

    def dimensions(self, call: Call) -> int | None:
        return next((_dimensions(one, at) for one, at in self.requests(call.parameters)), None)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return _pieces(message.raw)

    def body(self, said: Embedded) -> dict[str, Any]:
        return {"embedding": {"values": list(said.vectors[0])}, **self.usage(said)}

    def usage(self, said: Embedded) -> dict[str, Any]:
        """What it costs."""
        return {"usageMetadata": {"promptTokenCount": said.tokens, "promptTokenDetails": by_modality(said.tokens)}}


class BatchEmbedContents(EmbedContent):
    """POST /models/{model}:batchEmbedContents. Reference: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents"""

    name = "gemini batch embed contents"
    path = r"/(?:models|tunedModels)/[^/]+(?::|%3[aA])batchEmbedContents"

    def requests(self, sent: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
        yield from listed(sent, "requests")

    def check(self, call: Call) -> None:
        asked = len(call.messages)
        if not asked:
            raise Malformed("* BatchEmbedContentsRequest.requests: should not be empty\n")
        if asked > _MOST:
            raise Malformed(f"* BatchEmbedContentsRequest.requests: at most {_MOST} requests can be in one batch\n")

    def body(self, said: Embedded) -> dict[str, Any]:
        return {"embeddings": [{"values": list(vector)} for vector in said.vectors], **self.usage(said)}


class VertexEmbedContent(EmbedContent):
    """POST /publishers/google/models/{model}:embedContent.

    Reference: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models/embedContent
    """

    name = "vertex embed content"
    path = r"/publishers/[^/]+/models/[^/]+(?::|%3[aA])embedContent"
    home = "vertex"

    def usage(self, said: Embedded) -> dict[str, Any]:
        count = said.tokens
        told = {"promptTokenCount": count, "totalTokenCount": count, "promptTokensDetails": by_modality(count)}
        return {"usageMetadata": told}


class VertexBatchEmbedContents(BatchEmbedContents):
    """POST /publishers/google/models/{model}:batchEmbedContents, which answers as the one above does."""

    name = "vertex batch embed contents"
    path = r"/publishers/[^/]+/models/[^/]+(?::|%3[aA])batchEmbedContents"
    home = "vertex"
    usage = VertexEmbedContent.usage


def no_dimensions(given: Any) -> Malformed:
    """The refusal of a number of dimensions that is none."""
    if type(given) is not int:
        return wrong("output_dimensionality", int, given)
    return Malformed(f"* EmbedContentRequest.output_dimensionality: must be positive and at most {MOST}, got {given}\n")


def _dimensions(asked: Mapping[str, Any], at: str) -> int | None:
    """The dimensions of one vector: Vertex, and the newest SDKs, have them in a config."""
    config = typed(asked, "embedContentConfig", dict, at) or {}
    given = field(config, "outputDimensionality")
    return base.dimensions(field(asked, "outputDimensionality") if given is None else given, no_dimensions)


def _input(asked: Mapping[str, Any], at: str) -> Message:
    content = typed(asked, "content", dict, at)
    if content is None:
        raise Malformed("* EmbedContentRequest.content: contents is not specified\n", param=f"{at}content")
    for part, where in listed(content, "parts", f"{at}content."):
        typed(part, "text", str, where)
    return Message("user", " ".join(piece for piece in _pieces(content) if isinstance(piece, str)), raw=content)


def _pieces(content: Mapping[str, Any]) -> list[str | bytes]:
    """The texts of a content, and the bytes of what is none, or where they are."""
    found: list[str | bytes] = []
    for part, _ in listed(content, "parts"):
        inline, file = field(part, "inlineData"), field(part, "fileData")
        if isinstance(inline, dict):
            found.append(image_bytes(str(inline.get("data", ""))))
        elif isinstance(file, dict):
            found.append(str(field(file, "fileUri")).encode())
        else:
            found.append(field(part, "text") or "")
    return found
