"""The chunks of a streamed chat completion, in the flavour of their provider.

Reference: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai import logprobs
from llm_intercept.dialects.openai.flavour import ABSENT, Flavour
from llm_intercept.framing.json import HOLE
from llm_intercept.framing.sse import DONE
from llm_intercept.replies.parts import Citation, Refusal, Text, Thinking, ToolCall
from llm_intercept.replies.passages import Passage
from llm_intercept.wire import Frame

__all__ = ["events", "place"]

_Delta = dict[str, Any]

#: How long a piece of a sound is, in base64's characters.
_SOUND = 4096


class _Way(NamedTuple):
    """How a passage streams: the deltas before its text, one for each piece of it, those after.

    `once` is whether the piece stands in one place of its delta.
    """

    before: Sequence[_Delta]
    piece: Callable[[str], _Delta] | None = None
    after: Sequence[_Delta] = ()
    once: bool = True


def events(draft: Draft, flavour: Flavour, citations: Sequence[Citation]) -> Iterator[Frame]:
    """The frames of a stream; every choice says the same."""
    return chain.from_iterable(_runs(draft, flavour, citations))


def _runs(draft: Draft, flavour: Flavour, citations: Sequence[Citation]) -> Iterator[Iterable[Frame]]:
    """The same in runs, so that the chunks of a text, which are nearly all, come with nothing of ours around each."""
    chunks = _Chunks(draft, flavour)
    event, every = draft.framing.event, chunks.every
    yield _opening(draft, flavour, chunks)
    for index, passage in enumerate(draft.passages):
        way = _way(passage, index, draft, flavour)
        yield [event(one) for delta in way.before for one in every(delta)]
        yield passage.filled(draft.chunk_size, chunks.fillers(passage, way))
        yield [event(one) for delta in way.after for one in every(delta)]
    more = flavour.last_top(draft) | (flavour.sources(citations) if flavour.sources is not None else {})
    *others, last = every(flavour.last, flavour.chunk_choice(draft, draft.finish), draft.finish)
    yield [event(other | more) for other in others]
    yield [event(last | more | ({"usage": flavour.usage(draft)} if flavour.usage_in == "last" else {}))]
    if flavour.usage_in == "own" or chunks.tells_usage:
        yield [event({**chunks.common, "choices": [], "usage": flavour.usage(draft)})]
    yield [DONE]


class _Chunks:
    """What the chunks of one stream have in common."""

    def __init__(self, draft: Draft, flavour: Flavour) -> None:
        options = draft.call.json.get("stream_options") or {}
        self.draft, self.flavour = draft, flavour
        self.tells_usage = flavour.usage_in == "asked" and options.get("include_usage") is True
        self.common = {
            "id": draft.id,
            "object": "chat.completion.chunk",
            "created": draft.stamp.created,
            "model": draft.model,
            **flavour.chunk_top(draft),
        }
        if flavour.padded and options.get("include_obfuscation") is not False:
            self.common["obfuscation"] = draft.stamp.id("fingerprint", 18)[10:]  # digits that need no hashing
        self._tail = {"usage": None} if self.tells_usage else {}
        self._choice = flavour.chunk_choice(draft, None)

    def every(
        self, delta: Mapping[str, Any], more: Mapping[str, Any] | None = None, finish: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """The chunk that adds something to each choice."""
        for index in range(self.draft.call.n):
            yield self._one(index, delta, self._choice if more is None else more, finish)

    def _one(self, index: int, delta: Mapping[str, Any], more: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": index, "delta": {**self.flavour.every, **delta}, "finish_reason": finish, **more}
        return {**self.common, "choices": [choice], **self._tail}

    def fillers(self, passage: Passage, way: _Way) -> list[Callable[[str], bytes]]:
        """For each choice, what makes the chunk of one piece; where they differ in one text alone, by filling it in."""
        piece, framing = way.piece, self.draft.framing
        if piece is None:
            return []
        likely = _likely(passage, self.draft, self.flavour)
        if way.once and likely is None:
            return [framing.filler(one) for one in self.every(piece(HOLE))]

        def make(index: int, text: str) -> bytes:
            more = self._choice if likely is None else {**self._choice, "logprobs": likely(text)}
            return framing.event(self._one(index, piece(text), more))

        return [partial(make, index) for index in range(self.draft.call.n)]


def _opening(draft: Draft, flavour: Flavour, chunks: _Chunks) -> Iterator[bytes]:
    """What comes before anything is said."""
    if flavour.comment:
        yield flavour.comment
    if flavour.prelude is not None:
        yield draft.framing.event(flavour.prelude(draft))
    if flavour.first is not None:
        first = dict(flavour.first)
        if "content" in first and draft.passages and not any("content" in value for value in draft.values):
            first["content"] = None if flavour.silent is ABSENT else flavour.silent
        for one in chunks.every(first):
            yield draft.framing.event(one | flavour.first_top(draft))


def _likely(passage: Passage, draft: Draft, flavour: Flavour) -> Callable[[str], Any] | None:
    """What makes the log probabilities of one piece; None for what has none, or is not asked for them."""
    top, said = logprobs.asked(draft.call), flavour.chunk_logprobs or flavour.logprobs
    if top is None or said is None:
        return None
    match passage.part:
        case Text():
            return lambda text: said([text], top)
        case Refusal():
            return lambda text: logprobs.refusals([text], top)
        case _:
            return None


def place(draft: Draft, index: int, kind: type) -> int:
    """The place of a passage among those of its kind."""
    return sum(isinstance(passage.part, kind) for passage in draft.passages[:index])


def _way(passage: Passage, index: int, draft: Draft, flavour: Flavour) -> _Way:
    """How a passage streams."""
    value = draft.values[index]
    match passage.part:
        case Text():
            more = {key: said for key, said in value.items() if key != "content"}
            return _Way((), lambda text: {"content": text}, (more,) if more else ())
        case Refusal():
            return _Way((), lambda text: {"refusal": text})
        case Thinking(redacted=False) as thought if flavour.thoughts is not None:
            ways, at = flavour.thoughts, place(draft, index, Thinking)
            before, after = ways.before(thought, at), ways.after(thought, at)
            return _Way([before] if before else (), lambda text: ways.delta(text, at), [after] if after else (), ways.once)
        case ToolCall():
            return _called(value, place(draft, index, ToolCall), flavour)
        case _:
            return _Way(_spoken(value) if "audio" in value else (value,))


def _called(value: dict[str, Any], tools: int, flavour: Flavour) -> _Way:
    if "function_call" in value:
        before = {"function_call": {**value["function_call"], "arguments": ""}}
        return _Way((before,), lambda text: {"function_call": {"arguments": text}})
    call = {"index": tools, **value["tool_calls"][0]}
    if flavour.whole_tools:
        return _Way(({"tool_calls": [call]},))
    kind, held = ("custom", "input") if "custom" in call else ("function", "arguments")
    opening = {"tool_calls": [{**call, kind: {**call[kind], held: ""}}]}
    return _Way((opening,), lambda text: {"tool_calls": [{"index": tools, kind: {held: text}}]})


def _spoken(value: dict[str, Any]) -> list[_Delta]:
    """The deltas of a sound: its id, what it says, the sound, and how long it can be asked for."""
    sound, data = value["audio"], value["audio"]["data"]
    pieces = [data[at : at + _SOUND] for at in range(0, len(data), _SOUND)]
    return [
        {"audio": {"id": sound["id"], "transcript": ""}},
        {"audio": {"transcript": sound["transcript"]}},
        *({"audio": {"data": piece}} for piece in pieces),
        {"audio": {"expires_at": sound["expires_at"]}},
    ]
