"""Cohere's embeddings: POST /v2/embed, and POST /v1/embed.

References: https://docs.cohere.com/reference/embed, https://docs.cohere.com/v1/reference/embed
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.cohere.provider import CohereEndpoint, objects, optional, required
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.pictures import picture
from llm_intercept.memory import Past
from llm_intercept.synthesis.vectors import BY_NAME
from llm_intercept.wire import Request

__all__ = ["CohereEmbed", "CohereV1Embed", "by_type", "inputs", "pieces", "types"]

#: The most inputs of one request.
_MOST = 96


class CohereEmbed(CohereEndpoint, Embeddings):
    """POST /v2/embed. Reference: https://docs.cohere.com/reference/embed"""

    name = "cohere embed"
    path = r"/v2/embed"
    version: ClassVar[str] = "2"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=self.model(body),
            messages=tuple(inputs(body)),
            parameters=body,
            json=body,
        )
        types(body)
        self.dimensions(call)
        return call

    def model(self, body: Mapping[str, Any]) -> str:
        """The model that is asked; raises `Malformed`."""
        if body.get("model") in (None, ""):
            raise Malformed("a model parameter is required for this endpoint.")
        return required(body, "model", str)

    def check(self, call: Call) -> None:
        if len(call.messages) > _MOST:
            raise Malformed(f"invalid request: total number of texts must be at most {_MOST} - received {len(call.messages)}")
        if not call.messages:
            raise Malformed("invalid request: at least one of texts, images or inputs must be provided and not be empty")
        if call.parameters.get("input_type") is None and not call.model.endswith("-v2.0"):
            raise Malformed("invalid request: valid input_type must be provided with the provided model")

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(call.parameters.get("output_dimension"), _no_dimensions)

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return pieces(message.raw)

    def body(self, said: Embedded) -> dict[str, Any]:
        shown = [picture(piece) for message in said.call.messages for piece in pieces(message.raw) if isinstance(piece, bytes)]
        images = [one._asdict() for one in shown if one is not None]
        return {
            "id": said.stamp.uuid("completion"),
            **by_type(said, types(said.call.parameters) or self.usual(said.call)),
            "texts": [message.text for message in said.call.messages if message.text],
            **({"images": images} if images else {}),
            "meta": {"api_version": {"version": self.version}, "billed_units": _billed(said, len(shown))},
        }

    def usual(self, call: Call) -> Sequence[str]:
        """The types of a call that names none; none for the vectors alone."""
        return ("float",)


class CohereV1Embed(CohereEmbed):
    """POST /v1/embed. Reference: https://docs.cohere.com/v1/reference/embed"""

    name = "cohere v1 embed"
    path = r"/v1/embed"
    version = "1"

    def model(self, body: Mapping[str, Any]) -> str:
        return optional(body, "model", str) or "embed-english-v2.0"

    def usual(self, call: Call) -> Sequence[str]:
        return ()


def _no_dimensions(given: Any) -> Malformed:
    return Malformed(f"invalid request: output_dimension {given} is not one of the supported dimensions of the model")


def inputs(body: Mapping[str, Any]) -> Iterator[Message]:
    """The inputs in order: texts, images, and what holds both; raises `Malformed`."""
    for key in ("texts", "images"):
        for index, value in enumerate(optional(body, key, list) or ()):
            if not isinstance(value, str):
                raise Malformed(f"invalid type: parameter {key}[{index}] should be of type string.")
            yield _input({"image": value} if key == "images" else value)
    for value, where in objects(body, "inputs"):
        for _ in objects(value, "content", where):  # each is an object
            continue
        yield _input(value)


def _input(raw: Any) -> Message:
    return Message("user", " ".join(piece for piece in pieces(raw) if isinstance(piece, str)), raw=raw)


def pieces(raw: Any) -> list[str | bytes]:
    """The texts and images of one input."""
    match raw:
        case str():
            return [raw]
        case {"image": str(url)} | {"image_url": {"url": str(url)}} | {"image_url": str(url)}:
            return [image_bytes(url)]
        case {"text": str(text)}:
            return [text]
        case {"content": list(content)}:
            return [piece for one in content for piece in pieces(one)]
        case _:
            return []


def types(body: Mapping[str, Any]) -> Sequence[str]:
    """The types of embeddings that are asked for; raises `Malformed`."""
    asked: list[Any] = optional(body, "embedding_types", list) or []
    for one in asked:
        if not isinstance(one, str) or one not in BY_NAME:
            raise Malformed(f"invalid request: embedding type {one!r} is not one of {', '.join(BY_NAME)}")
    return asked


def by_type(said: Embedded, asked: Sequence[str]) -> dict[str, Any]:
    """The vectors in the types asked for, or alone where none is."""
    if not asked:
        return {"response_type": "embeddings_floats", "embeddings": [list(vector) for vector in said.vectors]}
    told = {name: [BY_NAME[name](vector) for vector in said.vectors] for name in asked}
    return {"response_type": "embeddings_by_type", "embeddings": told}


def _billed(said: Embedded, images: int) -> dict[str, Any]:
    if said.model.startswith(("embed-v4", "embed-v5")):
        return {"input_tokens": said.tokens, "image_tokens": images * _IMAGE}
    return {"images": images} if images else {"input_tokens": said.tokens}


#: What an image is billed, in tokens.
_IMAGE = 258
