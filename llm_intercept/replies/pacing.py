"""`Pace`: how fast an answer comes, as pauses that stand between its pieces."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from llm_intercept.replies.parts import Text
from llm_intercept.replies.passages import Fragment, Utterance
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Fail, Pause

__all__ = ["Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an answer comes.

    `ttft` is the time to the first token, in seconds: nothing comes before it. From then on `tokens_per_second` pieces of the
    stream come in a second (None: as fast as they are read); a piece, of `chunk_size` or from `chunks`, counts as a token.
    `jitter` is how much each of these times differs at most, as a share of it, 0 to 1; by how much is decided by the seed and the
    request, as ids are. An answer that is not streamed comes after the whole time that its stream would have taken.

    Raises `ValueError` for times and shares that are none.

        reply("Once upon a time.", pace=Pace(ttft=0.4, tokens_per_second=50, jitter=0.2))
    """

    ttft: float = 0.0
    tokens_per_second: float | None = None
    jitter: float = 0.0

    def __post_init__(self) -> None:
        if not (_is_number(self.ttft) and 0 <= self.ttft < float("inf")):
            raise ValueError(f"Pace(ttft=) is a time of 0 or more seconds, got {self.ttft!r}")
        rate = self.tokens_per_second
        if rate is not None and not (_is_number(rate) and 0 < rate < float("inf")):
            raise ValueError(f"Pace(tokens_per_second=) is a number above 0, or None, got {rate!r}")
        if not (_is_number(self.jitter) and 0 <= self.jitter <= 1):
            raise ValueError(f"Pace(jitter=) is a share from 0 to 1, got {self.jitter!r}")

    def __repr__(self) -> str:
        given = [(one.name, getattr(self, one.name)) for one in fields(self) if getattr(self, one.name) != one.default]
        return f"Pace({', '.join(f'{name}={value!r}' for name, value in given)})"

    def first(self, stamp: Stamp) -> float:
        """The time to the first token, in seconds."""
        return self._about(self.ttft, stamp, 0)

    def over(self, said: Utterance, chunk_size: int, stamp: Stamp) -> Utterance:
        """The same utterance with a pause before each of its pieces but the first, up to where it breaks."""
        if self.tokens_per_second is None:
            return said
        passages, seconds, number, broken = [], said.seconds, 0, False
        for passage in said.passages:
            fragments: list[Fragment] = []
            for fragment in passage.cut(chunk_size):
                broken = broken or (isinstance(fragment, Fail) and fragment.breaks)
                if isinstance(fragment, Text) and fragment.text and not broken:
                    if number:
                        pause = self._about(1 / self.tokens_per_second, stamp, number)
                        fragments.append(Pause(pause))
                        seconds += pause
                    number += 1
                fragments.append(fragment)
            passages.append(replace(passage, fragments=tuple(fragments)))
        return replace(said, passages=tuple(passages), seconds=seconds)

    def _about(self, seconds: float, stamp: Stamp, number: int) -> float:
        """A time with its jitter."""
        if not self.jitter:
            return seconds
        drawn = int(stamp.id(f"pace {number}", 8), 16) / 16**8
        return seconds * (1 + self.jitter * (2 * drawn - 1))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
