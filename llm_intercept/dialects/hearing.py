"""The base of the operations that write down what they hear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from llm_intercept.call import Call
from llm_intercept.dialects.played import Saying
from llm_intercept.replies.parts import Part, Text, Transcript
from llm_intercept.replies.reply import DEFAULT_TEXT, Reply, Usage
from llm_intercept.synthesis.graphemes import pieces
from llm_intercept.synthesis.sound import pace
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.timing import Span, sentences, words
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Fail, Pause

__all__ = ["Heard", "Hearing", "Upload"]

#: How many tokens a second of sound is.
_TOKENS = 10


class Upload(NamedTuple):
    """What is known of a sound before anybody listens: the language that it is said to be in, and its length in seconds."""

    language: str | None = None
    seconds: float | None = None


class Heard(NamedTuple):
    """What was heard: its text, and that in the pieces it arrives in; its language, its length, and what it costs."""

    text: str
    pieces: tuple[str, ...]
    language: str
    seconds: float
    model: str
    usage: Usage

    @property
    def audio_tokens(self) -> int:
        """How many tokens the sound is."""
        return min(round(self.seconds * _TOKENS), self.usage.input)

    @property
    def sentences(self) -> tuple[Span, ...]:
        """When each sentence was said."""
        return sentences(self.text, self.seconds)

    @property
    def words(self) -> tuple[Span, ...]:
        """When each word was said."""
        return words(self.text, self.seconds)


class Hearing(Saying):
    """An operation that writes down what it hears: its answer is a transcript; one that names it may reply plain text, too."""

    operation = "transcription"
    says: ClassVar[tuple[type, ...]] = (Transcript,)
    takes: ClassVar[tuple[type, ...]] = (Text,)

    def upload(self, call: Call) -> Upload:
        """What is known of the sound that a call brings along."""
        file, language = call.parameters.get("file"), call.parameters.get("language")
        return Upload(
            language if isinstance(language, str) and language != "auto" else None,
            file.get("seconds") if isinstance(file, dict) else None,
        )

    def own(self, call: Call) -> Transcript:
        return Transcript(DEFAULT_TEXT)

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Heard:
        upload, told = self.upload(call), [part for part in parts if isinstance(part, Transcript)]
        text = "".join([part.text for part in parts if isinstance(part, Text | Transcript)])
        given = [part.duration for part in told if part.duration is not None]
        duration = sum(given) if given else pace(text) if upload.seconds is None else upload.seconds
        language = next((part.language for part in told if part.language), None) or upload.language or "en"
        usage = reply.usage or Usage(round(duration * _TOKENS) + count(call.prompt), count(text))
        arriving = tuple([piece for part in parts for piece in self.arriving(part, reply) if isinstance(piece, str)])
        return Heard(text, arriving, language, duration, reply.model or call.model, usage)

    def arriving(self, part: Part, reply: Reply) -> Iterator[str | Pause | Fail]:
        """A part in the pieces that it arrives in."""
        match part:
            case Text(text, whole=True):
                yield text
            case Text(text) | Transcript(text):
                yield from pieces(text, reply.chunk_size)
            case _:
                yield part  # type: ignore[misc]  # a pause or a fault: no other part comes here
