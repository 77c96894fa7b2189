"""The base of the operations that say a text aloud."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import ClassVar, NamedTuple

from llm_intercept.call import Call
from llm_intercept.dialects.played import Saying
from llm_intercept.replies.parts import Media, Part
from llm_intercept.replies.reply import Reply, Usage
from llm_intercept.synthesis.sound import seconds
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame

__all__ = ["Speaking", "Spoken", "pieces"]

#: How many bytes of a sound arrive together; a multiple of three, so that pieces in base64 can be joined.
_PIECE = 4800

#: How many tokens a second of sound is.
_TOKENS = 20


class Spoken(NamedTuple):
    """A sound that is said: its bytes, their type, and what it costs."""

    data: bytes
    mime_type: str
    model: str
    usage: Usage


class Speaking(Saying):
    """An operation that says a text aloud: its answer is made of sounds, and `own` makes up one for the text."""

    operation = "speech"
    says: ClassVar[tuple[type, ...]] = (Media,)

    def sayable(self, part: Part) -> bool:
        return isinstance(part, Media) and part.kind == "audio"

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Spoken:
        sounds = [part for part in parts if isinstance(part, Media) and part.kind == "audio"]
        if len(sounds) != len(parts):
            raise self.cannot_say("an image", reply)
        output = round(seconds(call.prompt) * _TOKENS)
        return Spoken(
            b"".join([part.data for part in sounds]),
            sounds[0].mime_type,
            reply.model or call.model,
            reply.usage or Usage(count(call.prompt), output),
        )


def pieces(parts: tuple[Part, ...]) -> Iterator[Frame]:
    """Sounds in the pieces that arrive together, and what happens between them."""
    return chain.from_iterable(map(_cut, parts))


def _cut(part: Part) -> Iterator[Frame]:
    match part:
        case Media(data=data):
            yield from (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
        case _:
            yield part  # type: ignore[misc]  # a pause or a fault: no other part comes here
