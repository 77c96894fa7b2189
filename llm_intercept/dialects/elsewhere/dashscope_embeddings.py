"""DashScope's own embeddings: POST .../embeddings/text-embedding/text-embedding, and multimodal-embedding/multimodal-embedding.

References: https://help.aliyun.com/zh/model-studio/text-embedding-synchronous-api,
https://help.aliyun.com/zh/model-studio/multimodal-embedding-api-reference
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.elsewhere.dashscope import DashScopeEndpoint
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["DashScopeEmbeddings", "DashScopeMultimodalEmbeddings"]

#: What an input can hold besides text.
_MEDIA = ("image", "audio", "video")


class DashScopeEmbeddings(DashScopeEndpoint, Embeddings):
    """POST /api/v1/services/embeddings/text-embedding/text-embedding."""

    name = "dashscope embeddings"
    path = r"/services/embeddings/text-embedding/text-embedding"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body, given, _ = self.body_of(request)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=body["model"],
            messages=tuple(self.inputs(given)),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        return call

    def inputs(self, given: Mapping[str, Any]) -> Iterator[Message]:
        """The inputs in order; raises `Malformed`."""
        texts = given.get("texts")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Malformed("Input should be a valid list: input.texts")
        yield from (Message("user", text, raw=text) for text in texts)

    def check(self, call: Call) -> None:
        if not call.messages:
            raise Malformed("Input should not be empty.")

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions((call.parameters.get("parameters") or {}).get("dimension"), _no_dimensions)

    def body(self, said: Embedded) -> dict[str, Any]:
        told = [{"embedding": list(vector), "text_index": index} for index, vector in enumerate(said.vectors)]
        return self.answered({"embeddings": told}, {"total_tokens": said.tokens}, said)

    def answered(self, output: dict[str, Any], usage: dict[str, int], said: Embedded) -> dict[str, Any]:
        """A whole body."""
        return {"output": output, "usage": usage, "request_id": said.stamp.uuid("completion")}


class DashScopeMultimodalEmbeddings(DashScopeEmbeddings):
    """POST /api/v1/services/embeddings/multimodal-embedding/multimodal-embedding."""

    name = "dashscope multimodal embeddings"
    path = r"/services/embeddings/multimodal-embedding/multimodal-embedding"

    def inputs(self, given: Mapping[str, Any]) -> Iterator[Message]:
        contents = given.get("contents")
        if not isinstance(contents, list) or not all(isinstance(one, dict) for one in contents):
            raise Malformed("Input should be a valid list: input.contents")
        yield from (Message("user", str(one.get("text", "")), raw=one) for one in contents)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return [message.text, *(image_bytes(str(message.raw[name])) for name in _MEDIA if name in message.raw)]

    def body(self, said: Embedded) -> dict[str, Any]:
        told = []
        media = 0
        for index, (vector, message) in enumerate(zip(said.vectors, said.call.messages, strict=True)):
            kind = next((name for name in _MEDIA if name in message.raw), "text")
            media += kind == "image"
            told.append({"index": index, "embedding": list(vector), "type": kind})
        return self.answered({"embeddings": told}, {"input_tokens": said.tokens, "image_count": media}, said)


def _no_dimensions(given: Any) -> Malformed:
    return Malformed(f"The requested dimension {given!r} is invalid, it should be one that the model supports.")
