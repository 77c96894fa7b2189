"""The base of the endpoints that rerank: how relevant each document is to a query, by the words they share, or as a reply says."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from llm_intercept.call import Call, Message
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.json import dump, dumps
from llm_intercept.replies.parts import Object, Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.relevance import relevance
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Request, Response

__all__ = ["Ranked", "Reranking", "document_text"]


class Ranked(NamedTuple):
    """What an endpoint answers with: the `places` of the documents that are shown and their scores, best first.

    `tokens` are those of the query and of all documents, once each.
    """

    call: Call
    stamp: Stamp
    places: tuple[tuple[int, float], ...]
    model: str
    tokens: int

    @property
    def documents(self) -> Sequence[Any]:
        """The documents as they were sent."""
        return self.call.kept.documents  # type: ignore[no-any-return]


class Reranking(Operation):
    """One endpoint that reranks.

    A subclass reads a call with `asked`, and gives `body`. A rule that names the operation may reply `{"scores": [...]}`, one score
    for each document in the order in which they were sent.
    """

    operation: ClassVar[str] = "rerank"
    takes: ClassVar[tuple[type, ...]] = (Object,)

    @abstractmethod
    def body(self, said: Ranked) -> Any:
        """The body that tells the ranking."""

    def more(self, said: Ranked) -> RawHeaders:
        """Headers besides those that the provider adds to every response."""
        return ()

    def asked(
        self,
        request: Request,
        provider: str,
        model: str,
        query: str,
        documents: Sequence[Any],
        top: int | None,
        body: Mapping[str, Any],
        fields: Sequence[str] | None = None,
    ) -> Call:
        """The call that asks which `top` of the documents are most relevant; `fields` are those of a document that count."""
        kept = _Asked(documents, tuple([document_text(one, fields) for one in documents]), top)
        messages = (Message("user", query, raw=query),)
        return Call(request, provider, self.operation, self.name, model, messages, parameters=body, json=body, kept=kept)

    def whole(self, value: Any) -> bool:
        return not (isinstance(value, dict) and value.keys() == {"scores"})

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Ranked:
        return _ranked([relevance(call.prompt, text) for text in call.kept.texts], call, stamp, _tokens(call, count), call.model)

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Ranked:
        given = [part.value for part in parts if isinstance(part, Object)]
        scores = given[0]["scores"] if len(given) == 1 else None
        if not isinstance(scores, list) or not all(type(score) in (int, float) for score in scores):
            raise self.cannot_say("that; scores are one list of numbers", reply)
        documents = len(call.kept.documents)
        if len(scores) != documents:
            raise self.cannot_say(f"{len(scores)} scores for {documents} documents; give one each", reply)
        tokens = _tokens(call, count) if reply.usage is None else reply.usage.input
        return _ranked(scores, call, stamp, tokens, reply.model or call.model)

    def sent(self, value: Ranked, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump(self.body(value)), call, stamp, given, self.more(value))


class _Asked(NamedTuple):
    """What is ranked: the documents as sent, their texts, and how many are to be shown."""

    documents: Sequence[Any]
    texts: tuple[str, ...]
    top: int | None


def _ranked(scores: Iterable[float], call: Call, stamp: Stamp, tokens: int, model: str) -> Ranked:
    places = sorted(enumerate(scores), key=lambda place: -place[1])  # stable: those of one score keep their order
    return Ranked(call, stamp, tuple(places[: call.kept.top]), model, tokens)


def _tokens(call: Call, count: CountTokens) -> int:
    return count(call.prompt) + sum(map(count, call.kept.texts))


def document_text(document: Any, fields: Sequence[str] | None = None) -> str:
    """The text of a document: itself, its `text`, or what its fields say."""
    match document:
        case str():
            return document
        case {"text": str(text)} if fields is None:
            return text
        case dict():
            told = [value for name, value in document.items() if fields is None or name in fields]
            return "\n".join(value if isinstance(value, str) else dumps(value) for value in told)
        case _:
            return dumps(document)
