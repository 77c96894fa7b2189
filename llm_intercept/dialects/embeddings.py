"""The base of the endpoints that make embeddings: a vector for each input, made up, or as a reply has them."""

from __future__ import annotations

from abc import abstractmethod
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from llm_intercept.call import Call, Message
from llm_intercept.dialects.dimensions import MOST, dimensions_of
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.json import dump
from llm_intercept.replies.parts import Embedding, Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.embedding import embed
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Response

__all__ = ["Embedded", "Embeddings", "dimensions", "image_bytes", "text_or_tokens"]


class Embedded(NamedTuple):
    """What an endpoint answers with: a `vector` for each input of the call, the model, and the tokens of each input."""

    call: Call
    stamp: Stamp
    vectors: tuple[tuple[float, ...], ...]
    model: str
    counts: tuple[int, ...]

    @property
    def tokens(self) -> int:
        """The tokens of all inputs."""
        return sum(self.counts)


class Embeddings(Operation):
    """One endpoint that makes embeddings.

    A subclass reads its inputs as user messages, one each, and gives `body`; `dimensions` where a call can ask for a number, and
    `content` where an input is more than its text.
    """

    operation: ClassVar[str] = "embeddings"
    says: ClassVar[tuple[type, ...]] = (Embedding,)

    @abstractmethod
    def body(self, said: Embedded) -> Any:
        """The body that tells the vectors."""

    def dimensions(self, call: Call) -> int | None:
        """How many dimensions the call asks for."""
        return None

    def content(self, message: Message) -> Sequence[str | bytes | int]:
        """What one input is made of: texts, the bytes of what is none, or tokens."""
        return message.raw if _is_tokens(message.raw) else (message.text,)

    def more(self, said: Embedded) -> RawHeaders:
        """Headers besides those that the provider adds to every response."""
        return ()

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Embedded:
        length = self.dimensions(call) or dimensions_of(call.model)
        vectors = tuple([embed(self.content(message), length) for message in call.messages])
        return Embedded(call, stamp, vectors, call.model, _counts(call, count))

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Embedded:
        vectors = tuple([part.vector for part in parts if isinstance(part, Embedding)])
        inputs = len(call.messages)
        if len(vectors) == 1:
            vectors *= inputs
        if len(vectors) != inputs:
            raise self.cannot_say(f"{len(vectors)} embeddings for {inputs} inputs; give one for all of them, or one each", reply)
        counts = _counts(call, count) if reply.usage is None else (reply.usage.input,)
        return Embedded(call, stamp, vectors, reply.model or call.model, counts)

    def sent(self, value: Embedded, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump(self.body(value)), call, stamp, given, self.more(value))


def _counts(call: Call, count: CountTokens) -> tuple[int, ...]:
    """The tokens of each input; one that came as tokens has as many."""
    return tuple([len(one.raw) if _is_tokens(one.raw) else count(one.text) for one in call.messages])


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(token) is int for token in value)


def text_or_tokens(value: Any) -> Message | None:
    """The input that a text, or a list of tokens, is; None for what is neither."""
    if isinstance(value, str):
        return Message("user", value, raw=value)
    return Message("user", " ".join(map(str, value)), raw=value) if _is_tokens(value) else None


def dimensions(value: Any, refuse: Callable[[Any], Malformed]) -> int | None:
    """A number of dimensions that is asked for; `refuse` makes the refusal of what is none, or one that no vector can have."""
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= MOST:
        raise refuse(value)
    return value


def image_bytes(url: str) -> bytes:
    """What an image given by its URL, or as base64 alone, is known by: its bytes, or the URL where it holds none."""
    head, comma, data = url.partition(",")
    encoded = data if comma and head.endswith(";base64") else url
    try:
        return b64decode(encoded, validate=True)
    except (Error, ValueError):
        return url.encode("utf-8", "surrogatepass")
