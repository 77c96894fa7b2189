"""`Chaos`: what `llm.chaos(...)` returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llm_intercept.chaos.kinds import KINDS
from llm_intercept.errors import near

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from llm_intercept.call import Call
    from llm_intercept.journal import Entry
    from llm_intercept.replies.reply import Answer

__all__ = ["Chaos"]

#: Rates are floats: ten tenths may add up to a little more than one.
_ROUNDING = 1e-9


class Chaos:
    """Answers some of the calls with errors and faults, instead of the rules, which do not notice.

    What befalls a call is decided by `seed` and the call's own stamp, so by what is asked and how often it was asked before, and
    not by when it comes: the same calls meet the same again, in any order of arrival. `entry.chaos` tells it of each call.
    It goes on until `.stop()`, or until the `with` block that it is given to ends.
    """

    def __init__(self, rates: Mapping[str, Any], seed: int) -> None:
        if type(seed) is not int:
            raise TypeError(f"chaos(seed={seed!r}): int is wanted")
        for name, rate in rates.items():
            if name not in KINDS:
                raise TypeError(f"chaos({name}=...) is nothing that can happen; {near(name, KINDS)}")
            if isinstance(rate, bool) or not isinstance(rate, int | float):
                raise TypeError(f"chaos({name}={rate!r}): a probability from 0 to 1 is wanted")
            if not 0 <= rate <= 1:
                raise ValueError(f"chaos({name}={rate!r}): a probability from 0 to 1 is wanted")
        if sum(rates.values()) > 1 + _ROUNDING:
            raise ValueError(f"chaos(...): the probabilities add up to {sum(rates.values()):g}, which is more than 1")
        self._rates = {name: rates[name] for name in KINDS if name in rates}
        self._seed = seed
        self.live = True
        """Whether it still happens."""
        self._answers: dict[str, Answer] = {}

    def strike(self, entry: Entry, call: Call) -> Answer | None:
        """What befalls a call; None where it goes on to the rules."""
        if not self.live:
            return None
        drawn = int(entry.stamp.id(f"chaos {self._seed}", 16), 16) / 16**16
        for name, rate in self._rates.items():
            if drawn < rate:
                entry.chaos = name
                return self._answer(name)
            drawn -= rate
        return None

    def _answer(self, name: str) -> Answer:
        """One answer for each name, so that a dialect knows it again."""
        answer = self._answers.get(name)
        if answer is None:
            answer = self._answers[name] = KINDS[name]()
        return answer

    def stop(self) -> None:
        """No more of it."""
        self.live = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        rates = "".join(f"{name}={rate!r}, " for name, rate in self._rates.items())
        return f"llm.chaos({rates}seed={self._seed!r})"
