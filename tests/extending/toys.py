"""Toys of what can be added: a provider, wire APIs, a kind of part, a criterion, a matcher; the HTTP library is in `toy_http`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from llm_intercept import Call, Criterion, Dialect, Matcher, Message, Operation
from llm_intercept.dialects import Draft, Malformed
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import HOLE, dump, load
from llm_intercept.memory import Past
from llm_intercept.providers import Provider
from llm_intercept.replies.parts import Embedding, Native, Part, Text, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens, asked
from llm_intercept.wire import Frame, RawHeaders, Request

TOY = Provider("toy", ("api.toy.test",), ("TOY_API_KEY",))


class Bars(Framing):
    """Events between bars: |{...}|{...}|"""

    headers: ClassVar[RawHeaders] = ((b"content-type", b"application/x-bars"),)

    def event(self, data: Any, name: str | None = None) -> bytes:
        return dump(data) + b"|"

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        yield b"|"
        yield from frames


class Envelope:
    """What the toy's endpoints have in common."""

    home = "toy"

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> dict[str, Any]:
        return {"went": "wrong", "why": error.message}

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return ((b"x-toy", stamp.id("request", 8).encode()),)


class ToyChat(Envelope, Dialect):
    """POST /toy/chat"""

    name = "toy chat"
    path = r"/toy/chat"
    stateful = True
    finishes: ClassVar[dict[str, str]] = {"stop": "done", "tool_calls": "tool"}

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = load(request.body)
        if not isinstance(body.get("say"), str):
            raise Malformed("say what?")
        earlier = past.find(str(body.get("after"))) or ()
        messages = (*earlier, Message("user", body["say"]))
        return Call(request, provider, self.operation, self.name, "toy-1", messages, bool(body.get("stream")), parameters=body)

    def check(self, call: Call) -> None:
        if call.parameters.get("rude"):
            raise Malformed("be polite", status=422)

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return "toy-" + stamp.id("completion", 8)

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text):
                return {"text": text}
            case ToolCall(name, arguments):
                return {"tool": name, "with": arguments}
            case part:
                raise self.cannot_say(repr(part), draft.reply)

    def body(self, draft: Draft) -> dict[str, Any]:
        return {"id": draft.id, "said": draft.values, "end": draft.finish, "spent": draft.usage.total}

    def events(self, draft: Draft) -> Iterator[Frame]:
        for passage, value in zip(draft.passages, draft.values, strict=True):
            fill = draft.framing.filler({**value, "text": HOLE})
            for piece in passage.pieces(draft.chunk_size):
                yield fill(piece) if isinstance(piece, str) else piece
        yield draft.framing.event({"id": draft.id, "end": draft.finish})

    def framing(self, call: Call) -> Framing:
        return Bars()

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        past.keep(self.completion_id(call, stamp), call.messages)


class ToyCount(Envelope, Operation):
    """POST /toy/count"""

    name, operation = "toy count", "count_tokens"
    path = r"/toy/count"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = load(request.body)
        said = (Message("user", body["say"]),)
        return Call(request, provider, self.operation, self.name, messages=said, parameters=body)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"tokens": asked(call, count)}


class ToyVectors(ToyCount):
    """POST /toy/vectors: an operation whose answer is made of parts."""

    name, operation = "toy vectors", "embeddings"
    path = r"/toy/vectors"
    says = (Embedding,)

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"vectors": [[1.0]]}

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> dict[str, Any]:
        return {"vectors": [part.vector for part in parts if isinstance(part, Embedding)]}


class Card(Native):
    """A part that is a card with a title."""

    def __repr__(self) -> str:
        return f"Card({self.value!r})"


class ToyCards(ToyChat):
    """POST /toy/cards: the wire that has a word for cards."""

    name = "toy cards"
    path = r"/toy/cards"

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Card(title):
                return {"card": title}
            case _:
                return super().value(passage, index, draft)


class Language(Criterion):
    """The language that the call asks for."""

    name = "language"
    lasting = True

    def of(self, call: Call) -> Any:
        return call.parameters.get("language")


class Shouted(Matcher):
    """Fits what is said in capitals."""

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value.isupper()

    def __repr__(self) -> str:
        return "Shouted()"


__all__ = ["TOY", "Card", "Language", "Shouted", "ToyCards", "ToyChat", "ToyCount", "ToyVectors"]
