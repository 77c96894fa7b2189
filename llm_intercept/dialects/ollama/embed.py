"""Ollama's embeddings: POST /api/embed, and POST /api/embeddings before it.

References: https://docs.ollama.com/api/embed, https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embedding
"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.embeddings import Embedded, Embeddings
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.ollama.provider import LOAD, READ, OllamaEndpoint
from llm_intercept.memory import Past
from llm_intercept.wire import Request

__all__ = ["OllamaEmbed", "OllamaEmbeddings"]


class OllamaEmbed(OllamaEndpoint, Embeddings):
    """POST /api/embed: one text or several. No text at all loads the model."""

    name = "ollama embed"
    path = r"/api/embed"
    asked = "EmbedRequest"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = self.field(body, "model", str)
        if not model:
            raise Malformed("model '' not found", status=404)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=self.inputs(body),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        return call

    def inputs(self, body: dict[str, Any]) -> tuple[Message, ...]:
        """The texts; raises `Malformed`."""
        given = body.get("input")
        texts = [given] if isinstance(given, str) else given
        if given is None or given == "":
            return ()
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Malformed("invalid input type")
        return tuple([Message("user", text, raw=text) for text in texts])

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(self.field(call.parameters, "dimensions", int) or None, _no_dimensions)

    def body(self, said: Embedded) -> dict[str, Any]:
        return {
            "model": said.model,
            "embeddings": [list(vector) for vector in said.vectors],
            "total_duration": LOAD + said.tokens * READ,
            "load_duration": LOAD,
            "prompt_eval_count": said.tokens,
        }


class OllamaEmbeddings(OllamaEmbed):
    """POST /api/embeddings: one prompt. Without one it loads the model."""

    name = "ollama embeddings"
    path = r"/api/embeddings"
    asked = "EmbeddingRequest"

    def inputs(self, body: dict[str, Any]) -> tuple[Message, ...]:
        prompt = self.field(body, "prompt", str)
        return (Message("user", prompt, raw=prompt),) if prompt else ()

    def body(self, said: Embedded) -> dict[str, Any]:
        return {"embedding": list(said.vectors[0]) if said.vectors else []}


def _no_dimensions(given: Any) -> Malformed:
    return Malformed(f"dimensions must be a positive number, got {given}")
