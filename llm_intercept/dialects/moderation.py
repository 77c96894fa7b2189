"""The base of the endpoints that moderate: for each input a score for each category, made up, or as a reply has them."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from llm_intercept.call import Call, Message
from llm_intercept.dialects.operation import Operation
from llm_intercept.errors import near
from llm_intercept.framing.json import dump, dumps
from llm_intercept.replies.parts import Object, Part
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.harmless import harmless
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import RawHeaders, Response

__all__ = ["Moderated", "Moderation"]

#: From which score on a category is flagged.
_FLAGGED = 0.5

Scores = Mapping[str, float]


class Moderated(NamedTuple):
    """What an endpoint answers with: the `scores` of each input of the call, and the model."""

    call: Call
    stamp: Stamp
    scores: tuple[Scores, ...]
    model: str

    @property
    def flags(self) -> tuple[dict[str, bool], ...]:
        """Which categories of each input are flagged."""
        return tuple([{name: score >= _FLAGGED for name, score in scores.items()} for scores in self.scores])


class Moderation(Operation):
    """One endpoint that moderates.

    A subclass reads its inputs as user messages, one each, and gives `categories` and `body`. A rule that names the operation may
    reply an object of scores: `{"violence": 0.9}` flags one category of every input, and several objects are for an input each.
    """

    operation: ClassVar[str] = "moderation"
    takes: ClassVar[tuple[type, ...]] = (Object,)

    @abstractmethod
    def categories(self, model: str) -> Sequence[str]:
        """The names of what a model scores."""

    @abstractmethod
    def body(self, said: Moderated) -> Any:
        """The body that tells the scores."""

    def whole(self, value: Any) -> bool:
        return not (isinstance(value, dict) and value and all(_is_score(score) for score in value.values()))

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Moderated:
        return Moderated(call, stamp, tuple([self._little(one, call) for one in call.messages]), call.model)

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Moderated:
        model = reply.model or call.model
        given = [self._named(part.value, call.model, reply) for part in parts if isinstance(part, Object)]
        if len(given) == 1:
            given *= len(call.messages)
        if len(given) != len(call.messages):
            what = f"{len(given)} objects of scores for {len(call.messages)} inputs; give one for all of them, or one each"
            raise self.cannot_say(what, reply)
        scores = [{**self._little(message, call), **one} for message, one in zip(call.messages, given, strict=True)]
        return Moderated(call, stamp, tuple(scores), model)

    def sent(self, value: Moderated, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        return self.response(dump(self.body(value)), call, stamp, given)

    def _little(self, message: Message, call: Call) -> Scores:
        return harmless(message.text if isinstance(message.raw, str) else dumps(message.raw), self.categories(call.model))

    def _named(self, value: Any, model: str, reply: Reply) -> dict[str, float]:
        """The scores that an object gives, by the provider's own names."""
        if self.whole(value):
            raise self.cannot_say(f"{dumps(value)} as scores; they are numbers from 0 to 1, by the names of categories", reply)
        return {self._category(name, model, reply): float(score) for name, score in value.items()}

    def _category(self, name: str, model: str, reply: Reply) -> str:
        """The category that a name means: the one of that name, however it is spelled, or the first whose name begins with it."""
        known = {_plain(category): category for category in self.categories(model)}
        asked = _plain(name)
        found = known.get(asked) or next((known[one] for one in known if one.startswith(asked)), None)
        if found is None:
            raise self.cannot_say(f"the category {name!r}; {near(name, known.values())}", reply)
        return found


def _is_score(value: Any) -> bool:
    return isinstance(value, bool | int | float) and 0 <= value <= 1


def _plain(name: str) -> str:
    """A category's name, however providers spell it."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())
