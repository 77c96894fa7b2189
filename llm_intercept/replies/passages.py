"""From a reply's parts to an utterance: the passages that a completion holds one after the other, and how each streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from llm_intercept.replies.parts import Part, Text, ToolCall
from llm_intercept.synthesis.graphemes import pieces
from llm_intercept.wire import Fail, Pause

__all__ = ["Fragment", "Passage", "Utterance", "utter"]

#: What a passage streams in: text, or what happens to the stream there.
Fragment = Text | Pause | Fail


@dataclass(frozen=True, slots=True)
class Passage:
    """One text or one tool call: the whole `part`, and the fragments that it streams in."""

    part: Text | ToolCall
    fragments: tuple[Fragment, ...]

    def pieces(self, size: int) -> Iterator[str | Pause | Fail]:
        """The fragments, text cut into pieces of `size` graphemes."""
        first = self.fragments[0]
        if len(self.fragments) == 1 and isinstance(first, Text) and not first.whole:
            return pieces(first.text, size)
        return self._mixed(size)

    def _mixed(self, size: int) -> Iterator[str | Pause | Fail]:
        for fragment in self.fragments:
            if not isinstance(fragment, Text):
                yield fragment
            elif fragment.whole:
                yield fragment.text
            else:
                yield from pieces(fragment.text, size)


@dataclass(frozen=True, slots=True)
class Utterance:
    """All that a reply says.

    `opening` ends in a fault before the first byte, and then nothing else is said. `seconds` is how long the passages pause
    together, and `broken` the fault that ends them.
    """

    passages: tuple[Passage, ...]
    opening: tuple[Pause | Fail, ...] = ()
    calls_tool: bool = False
    seconds: float = 0.0
    broken: Fail | None = None


def _goes_on(part: Part) -> bool:
    return not isinstance(part, Fail)


def utter(parts: tuple[Part, ...]) -> Utterance:
    """The passages of some parts: adjacent texts are one, with what happens between and before them."""
    opening = tuple(takewhile(lambda part: isinstance(part, Pause | Fail), parts))
    if any(isinstance(part, Fail) for part in opening):
        return Utterance((), opening)  # type: ignore[arg-type]
    found: list[Passage] = []
    run: list[Fragment] = []
    for part in (*parts, None):
        if part is not None and not isinstance(part, ToolCall):
            run.append(part)  # type: ignore[arg-type]
            continue
        if any(isinstance(fragment, Text) for fragment in run) or (run and part is None and not found):
            found.append(Passage(Text("".join(one.text for one in run if isinstance(one, Text))), tuple(run)))
            run.clear()
        if part is not None:
            found.append(Passage(part, (*run, Text(part.arguments))))
        elif run:
            found[-1] = replace(found[-1], fragments=(*found[-1].fragments, *run))
        run.clear()
    return Utterance(
        passages=tuple(found),
        calls_tool=any(isinstance(part, ToolCall) for part in parts),
        seconds=sum(part.seconds for part in takewhile(_goes_on, parts) if isinstance(part, Pause)),
        broken=next((part for part in parts if isinstance(part, Fail)), None),
    )
