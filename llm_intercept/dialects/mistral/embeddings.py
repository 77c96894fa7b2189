"""Mistral's embeddings: POST /v1/embeddings.

Reference: https://docs.mistral.ai/api/#tag/embeddings
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.dimensions import dimensions_of
from llm_intercept.dialects.embeddings import Embedded, Embeddings, text_or_tokens
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.mistral.envelope import MistralEndpoint, invalid
from llm_intercept.memory import Past
from llm_intercept.synthesis.vectors import BY_NAME, base64, packed
from llm_intercept.wire import Request

__all__ = ["MistralEmbeddings"]

#: The words that a call can say, and the first for one that says none.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "output_dtype": ("float", "int8", "uint8", "binary", "ubinary"),
    "encoding_format": ("float", "base64"),
}


class MistralEmbeddings(MistralEndpoint, Embeddings):
    """POST /v1/embeddings. Older clients' word for the input is `inputs`."""

    name = "mistral embeddings"
    path = r"/v1/embeddings"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = body.get("model")
        if not isinstance(model, str):
            raise _wrong("model", "string_type", "Input should be a valid string", body)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=tuple(_inputs(body)),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        for name in _WORDS:
            _word(body, name)
        return call

    def check(self, call: Call) -> None:
        asked, most = self.dimensions(call), dimensions_of(call.model)
        if asked is not None and call.model.startswith("mistral-embed") and asked != most:
            raise Malformed(f"Model {call.model} does not support output_dimension.", code="3051")
        if not call.messages:
            raise Malformed("Input cannot be empty.", code="3051")

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(call.parameters.get("output_dimension"), _no_dimensions)

    def body(self, said: Embedded) -> dict[str, Any]:
        dtype, encoding = (_word(said.call.parameters, name) for name in _WORDS)
        data = [
            {"object": "embedding", "embedding": _told(vector, dtype, encoding), "index": index}
            for index, vector in enumerate(said.vectors)
        ]
        usage = {"prompt_tokens": said.tokens, "total_tokens": said.tokens, "completion_tokens": 0}
        return {"id": said.stamp.id("completion", 32), "object": "list", "data": data, "model": said.model, "usage": usage}


def _told(vector: tuple[float, ...], dtype: str, encoding: str) -> Any:
    if encoding == "float":
        return BY_NAME[dtype](vector)
    return base64(vector) if dtype == "float" else packed(BY_NAME[dtype](vector))


def _wrong(name: str, kind: str, message: str, body: Mapping[str, Any]) -> Malformed:
    return invalid(("body", name), kind, message) if name in body else invalid(("body", name), "missing", "Field required")


def _no_dimensions(given: Any) -> Malformed:
    if type(given) is not int:
        return invalid(("body", "output_dimension"), "int_type", "Input should be a valid integer")
    return invalid(("body", "output_dimension"), "greater_than", "Input should be greater than 0 and at most 65536")


def _word(body: Mapping[str, Any], name: str) -> str:
    words = _WORDS[name]
    given = body.get(name)
    if given is None:
        return words[0]
    if given not in words:
        *most, last = map(repr, words)
        raise invalid(("body", name), "enum", f"Input should be {', '.join(most)} or {last}")
    return str(given)


def _inputs(body: Mapping[str, Any]) -> Iterator[Message]:
    name = "inputs" if "inputs" in body and "input" not in body else "input"
    given = body.get(name)
    alone = text_or_tokens(given)
    if alone is not None:
        yield alone
        return
    if not isinstance(given, list):
        raise _wrong(name, "string_type", "Input should be a valid string", body)
    for index, value in enumerate(given):
        message = text_or_tokens(value)
        if message is None:
            raise invalid(("body", name, index), "string_type", "Input should be a valid string")
        yield message
