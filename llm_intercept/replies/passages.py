"""From a reply's parts to an utterance: the passages that a completion holds one after the other, and how each streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from typing import Any

from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import (
    Citation,
    Embedding,
    Media,
    Native,
    Part,
    Refusal,
    StreamEvent,
    Text,
    Thinking,
    ToolCall,
    Transcript,
)
from llm_intercept.synthesis.graphemes import pieces
from llm_intercept.wire import Fail, Frame, Pause

__all__ = ["Fragment", "Passage", "Utterance", "Whole", "utter"]

#: What a passage streams in: text, or what happens to the stream there, an event as bytes once its framing is known.
Fragment = Text | Pause | Fail | StreamEvent | bytes

#: What a passage is.
Whole = Text | ToolCall | Thinking | Refusal | Media | Native | Embedding | Transcript


@dataclass(frozen=True, slots=True)
class Passage:
    """One text, thought, refusal, tool call or other piece: the whole `part`, and the fragments that it streams in.

    `citations` say where a text comes from.
    """

    part: Whole
    fragments: tuple[Fragment, ...]
    citations: tuple[Citation, ...] = ()

    def pieces(self, size: int) -> Iterator[str | Pause | Fail | bytes]:
        """The fragments, text cut into pieces of `size` graphemes."""
        first = self.fragments[0] if len(self.fragments) == 1 else None
        if isinstance(first, Text) and not first.whole:
            return pieces(first.text, size)
        return self._mixed(size)

    def filled(self, size: int, fillers: Sequence[Callable[[str], bytes]]) -> Iterator[Frame]:
        """What each filler makes of each piece, with what happens in between; a text alone goes through one with nothing around."""
        pieces: Iterator[Any] = self.pieces(size)
        if len(fillers) == 1 and all(isinstance(fragment, Text) for fragment in self.fragments):
            return map(fillers[0], pieces)
        return chain.from_iterable([fill(piece) for fill in fillers] if type(piece) is str else (piece,) for piece in pieces)

    def around(self) -> Iterator[Pause | Fail | bytes | None]:
        """What happens around a part that comes whole, which is None: it comes when the last of its text would."""
        last = [fragment for fragment in self.fragments if isinstance(fragment, Text)][-1]
        for fragment in self.fragments:
            if fragment is last:
                yield None
            elif isinstance(fragment, Pause | Fail | bytes):
                yield fragment

    def cut(self, size: int) -> Iterator[Fragment]:
        """The fragments as they are, but each text as whole ones of `size` graphemes."""
        for fragment in self.fragments:
            if isinstance(fragment, Text) and fragment.text and not fragment.whole:
                yield from (Text(piece, whole=True) for piece in pieces(fragment.text, size))
            else:
                yield fragment

    def _mixed(self, size: int) -> Iterator[str | Pause | Fail | bytes]:
        for fragment in self.fragments:
            match fragment:
                case Text(text, whole=True):
                    yield text
                case Text(text):
                    yield from pieces(text, size)
                case StreamEvent():
                    raise TypeError("an event has no bytes before it is framed")
                case _:
                    yield fragment

    def framed(self, frame: Callable[[StreamEvent | Fault], bytes | Fault]) -> Passage:
        """The same passage, its events as bytes, its faults with theirs."""
        return replace(
            self, fragments=tuple([frame(one) if isinstance(one, StreamEvent | Fault) else one for one in self.fragments])
        )


@dataclass(frozen=True, slots=True)
class Utterance:
    """All that a reply says.

    `opening` ends in a fault before the first byte, and then nothing else is said. `finish` is why it ends, as its parts tell,
    `events` whether it holds any, `seconds` how long the passages pause together, `faults` all that goes wrong with them, and
    `broken` the first of those after which nobody has a whole answer.
    """

    passages: tuple[Passage, ...]
    opening: tuple[Pause | Fail, ...] = ()
    finish: str = "stop"
    events: bool = False
    seconds: float = 0.0
    broken: Fail | None = None
    faults: tuple[Fail, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether a fault ends it, before its first byte or later."""
        return self.broken is not None or bool(self.opening)


def _goes_on(part: Part) -> bool:
    return not (isinstance(part, Fail) and part.breaks)


def _opens(part: Part) -> bool:
    """Whether it comes before the first byte, where nothing else has."""
    return isinstance(part, Pause | Fail) and not isinstance(part, Fault)


def _streamed(part: Whole) -> tuple[Fragment, ...]:
    """The text that a part other than a text streams in; an empty one, of which no piece comes, shows where another stands."""
    match part:
        case ToolCall(arguments=text) | Thinking(text=text) | Refusal(text=text):
            return (Text(text),)
        case _:
            return (Text(""),)


def utter(parts: tuple[Part, ...], size: int = 3) -> Utterance:
    """The passages of some parts: adjacent texts are one, up to a citation, with what happens between and before them.

    `size` is how many graphemes a chunk has, for the faults that count them.
    """
    opening = tuple(takewhile(_opens, parts))
    if any(isinstance(part, Fail) for part in opening):
        return Utterance((), opening)  # type: ignore[arg-type]
    faults = tuple([part for part in parts if isinstance(part, Fail)])
    counted = [part for part in faults if isinstance(part, Fault) and part.counted]
    if counted:
        parts = tuple([part for part in parts if not (isinstance(part, Fault) and part.counted)])
    found: list[Passage] = []
    run: list[Fragment] = []
    for part in (*parts, None):
        if isinstance(part, Text | Pause | Fail | StreamEvent):
            run.append(part)
            continue
        if any(isinstance(fragment, Text) for fragment in run) or (run and part is None and not found):
            found.append(Passage(Text("".join(one.text for one in run if isinstance(one, Text))), tuple(run)))
            run.clear()
        match part:
            case None:
                if run:
                    found[-1] = replace(found[-1], fragments=(*found[-1].fragments, *run))
                continue
            case Citation():
                found[-1] = replace(found[-1], citations=(*found[-1].citations, part), fragments=(*found[-1].fragments, *run))
            case _:
                found.append(Passage(part, (*run, *_streamed(part))))  # type: ignore[arg-type]
        run.clear()
    passages = tuple(found)
    for fault in counted:
        if fault.after is not None:
            passages = _after(fault.after, fault, passages or (Passage(Text(""), ()),), size)
    return Utterance(
        passages=passages,
        finish=_finish(parts),
        events=any(isinstance(part, StreamEvent) for part in parts),
        seconds=sum(part.seconds for part in takewhile(_goes_on, parts) if isinstance(part, Pause)),
        broken=next((fault for fault in faults if fault.breaks), None),
        faults=faults,
    )


def _after(chunks: int, fault: Fault, passages: tuple[Passage, ...], size: int) -> tuple[Passage, ...]:
    """The passages with a fault after so many chunks of content, or after the last where there are not so many."""
    for index, passage in enumerate(passages):
        for at, fragment in enumerate(passage.fragments):
            if chunks == 0 and not (isinstance(fragment, Fault) and fragment.counted):
                return _with(passages, index, (*passage.fragments[:at], fault, *passage.fragments[at:]))
            cut = _cut(fragment, size)
            if chunks < len(cut):
                before, after = Text("".join(cut[:chunks])), Text("".join(cut[chunks:]))
                return _with(passages, index, (*passage.fragments[:at], before, fault, after, *passage.fragments[at + 1 :]))
            chunks -= len(cut)
        if chunks == 0:
            return _with(passages, index, (*passage.fragments, fault))
    return _with(passages, -1, (*passages[-1].fragments, fault))


def _cut(fragment: Fragment, size: int) -> list[str]:
    match fragment:
        case Text(text, whole=True):
            return [text]
        case Text(text):
            return [*pieces(text, size)]
        case _:
            return []


def _with(passages: tuple[Passage, ...], index: int, fragments: tuple[Fragment, ...]) -> tuple[Passage, ...]:
    changed = [*passages]
    changed[index] = replace(passages[index], fragments=fragments)
    return tuple(changed)


def _finish(parts: tuple[Part, ...]) -> str:
    if any(isinstance(part, ToolCall) for part in parts):
        return "tool_calls"
    return "refusal" if any(isinstance(part, Refusal) for part in parts) else "stop"
