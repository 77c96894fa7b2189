"""Voyage's embeddings: POST /v1/embeddings, /v1/multimodalembeddings and /v1/contextualizedembeddings.

References: https://docs.voyageai.com/reference/embeddings-api, https://docs.voyageai.com/reference/multimodal-embeddings-api,
https://docs.voyageai.com/reference/contextualized-embeddings-api
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from llm_intercept.call import Call, Message
from llm_intercept.dialects import embeddings as base
from llm_intercept.dialects.embeddings import Embedded, Embeddings, image_bytes
from llm_intercept.dialects.endpoint import Endpoint, Malformed
from llm_intercept.dialects.pictures import picture
from llm_intercept.framing.json import load
from llm_intercept.memory import Past
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.vectors import BY_NAME, base64, packed
from llm_intercept.wire import RawHeaders, Request

__all__ = ["VoyageContextualized", "VoyageEmbeddings", "VoyageEndpoint", "VoyageMultimodal"]

#: Status to what is said. Reference: https://docs.voyageai.com/docs/error-codes
_ERRORS: Mapping[int, str] = {
    400: "The request body is not valid.",
    401: "Provided API key is invalid.",
    403: "The access to this resource is forbidden.",
    429: "You have exceeded your rate limit. Please try again later.",
    500: "An unexpected error occurred on our server. Please try again later.",
    502: "Bad gateway.",
    503: "The server is overloaded. Please try again later.",
    504: "Gateway timeout.",
}

#: The most inputs of one request.
_MOST = 1000

#: The words that a call can say, and the first for one that says none.
_WORDS: Mapping[str, tuple[str | None, ...]] = {
    "output_dtype": ("float", "int8", "uint8", "binary", "ubinary"),
    "encoding_format": (None, "base64", "float"),
    "input_type": (None, "query", "document"),
}


class VoyageEndpoint(Endpoint):
    """The base of all that Voyage serves."""

    home: ClassVar[str] = "voyage"
    only: ClassVar[frozenset[str]] = frozenset({"voyage"})

    def body_of(self, request: Request) -> dict[str, Any]:
        """The request's body; raises `Malformed`."""
        try:
            body = load(request.body)
        except ValueError:
            raise Malformed("The request body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise Malformed("The request body is not a JSON object.")
        if not isinstance(body.get("model"), str):
            raise Malformed("Argument 'model' is missing or not a string.")
        return body

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        return {"detail": error.message or _ERRORS.get(error.status) or _ERRORS[500 if error.status >= 500 else 400]}

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ((b"x-request-id", stamp.uuid("request").encode()),)


class VoyageEmbeddings(VoyageEndpoint, Embeddings):
    """POST /v1/embeddings."""

    name = "voyage embeddings"
    path = r"/v1/embeddings"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        call = Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=body["model"],
            messages=tuple(self.inputs(body)),
            parameters=body,
            json=body,
        )
        self.dimensions(call)
        for name in _WORDS:
            _word(body, name)
        return call

    def inputs(self, body: Mapping[str, Any]) -> Iterator[Message]:
        """The inputs in order; raises `Malformed`."""
        given = body.get("input")
        yield from _texts([given] if isinstance(given, str) else given, "input")

    def check(self, call: Call) -> None:
        if not call.messages or any(message.text == "" and message.raw == "" for message in call.messages):
            raise Malformed("Input cannot contain empty strings or empty lists.")
        if len(call.messages) > _MOST:
            raise Malformed(f"The batch size limit is {_MOST}. Your batch size is {len(call.messages)}.")

    def dimensions(self, call: Call) -> int | None:
        return base.dimensions(call.parameters.get("output_dimension"), _no_dimensions)

    def body(self, said: Embedded) -> dict[str, Any]:
        data = [_item(vector, index, said.call) for index, vector in enumerate(said.vectors)]
        return {"object": "list", "data": data, "model": said.model, "usage": self.usage(said)}

    def usage(self, said: Embedded) -> dict[str, int]:
        """What it costs."""
        return {"total_tokens": said.tokens}


class VoyageMultimodal(VoyageEmbeddings):
    """POST /v1/multimodalembeddings."""

    name = "voyage multimodal embeddings"
    path = r"/v1/multimodalembeddings"

    def inputs(self, body: Mapping[str, Any]) -> Iterator[Message]:
        given = body.get("inputs")
        for index, value in enumerate(given if isinstance(given, list) else [given]):
            match value:
                case {"content": [*content]} if content and all(isinstance(one, dict) for one in content):
                    yield Message("user", " ".join(piece for piece in _pieces(value) if isinstance(piece, str)), raw=value)
                case _:
                    raise Malformed(f"Argument 'inputs[{index}]' needs 'content', a list of texts, images and videos.")

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        return _pieces(message.raw)

    def usage(self, said: Embedded) -> dict[str, int]:
        pictures = [picture(piece) for message in said.call.messages for piece in _pieces(message.raw) if isinstance(piece, bytes)]
        pixels = sum(one.width * one.height for one in pictures if one is not None)
        seen = pixels // _PIXELS
        return {"text_tokens": said.tokens, "image_pixels": pixels, "video_pixels": 0, "total_tokens": said.tokens + seen}


class VoyageContextualized(VoyageEmbeddings):
    """POST /v1/contextualizedembeddings: each input is a document's chunks; a document alone is one chunk."""

    name = "voyage contextualized embeddings"
    path = r"/v1/contextualizedembeddings"

    def inputs(self, body: Mapping[str, Any]) -> Iterator[Message]:
        for index, chunks in enumerate(_documents(body)):
            yield from _texts(chunks, f"inputs[{index}]")

    def body(self, said: Embedded) -> dict[str, Any]:
        chunked = said.call.parameters.get("enable_auto_chunking") is True
        left = iter(zip(said.vectors, said.call.messages, strict=True))
        data = []
        for index, chunks in enumerate(_documents(said.call.parameters)):
            items = [
                {**_item(vector, place, said.call), **({"text": message.text} if chunked else {})}
                for place, (vector, message) in zip(range(len(chunks)), left, strict=False)
            ]
            data.append({"object": "list", "data": items, "index": index})
        version = {"chunker_version": "1"} if chunked else {}
        return {"object": "list", "data": data, "model": said.model, "usage": self.usage(said), **version}


#: How many pixels cost a token. Reference: https://docs.voyageai.com/docs/multimodal-embeddings
_PIXELS = 560


def _texts(given: Any, where: str) -> Iterator[Message]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise Malformed(f"Argument '{where}' is missing or not a string or a list of strings.")
    yield from (Message("user", text, raw=text) for text in given)


def _documents(body: Mapping[str, Any]) -> Iterable[Any]:
    """The chunks of each document."""
    given = body.get("inputs")
    if not isinstance(given, list):
        raise Malformed("Argument 'inputs' is missing or not a list.")
    return [[chunks] if isinstance(chunks, str) else chunks for chunks in given]


def _pieces(raw: Any) -> list[str | bytes]:
    """The texts and images of one input."""
    found: list[str | bytes] = []
    for one in raw["content"]:
        for key, value in one.items():
            if key == "text":
                found.append(str(value))
            elif key != "type":
                found.append(image_bytes(str(value)))
    return found


def _no_dimensions(given: Any) -> Malformed:
    return Malformed(f"Argument 'output_dimension' is {given!r}, and no dimension that the model supports.")


def _word(body: Mapping[str, Any], name: str) -> str | None:
    words = _WORDS[name]
    given = body.get(name)
    if given is None:
        return words[0]
    if given not in words:
        raise Malformed(f"Argument '{name}' is {given!r}; supported are {', '.join(repr(word) for word in words if word)}.")
    return str(given)


def _item(vector: tuple[float, ...], index: int, call: Call) -> dict[str, Any]:
    dtype = str(_word(call.parameters, "output_dtype"))
    told = BY_NAME[dtype](vector)
    if _word(call.parameters, "encoding_format") == "base64":
        told = base64(vector) if dtype == "float" else packed(told)
    return {"object": "embedding", "embedding": told, "index": index}
