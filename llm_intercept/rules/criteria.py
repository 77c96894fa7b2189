"""What a rule can ask of a call: one class a criterion, and the table of them.

To add a criterion: one class and one entry in `CRITERIA`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from llm_intercept.call import OPERATIONS, Call
from llm_intercept.errors import near
from llm_intercept.providers import names
from llm_intercept.rules.text import Contains, Words, words

__all__ = ["CRITERIA", "Criterion", "criteria"]


@dataclass(frozen=True)
class Criterion(ABC):
    """One condition on a call: its `wanted` value against the one that `of` takes from the call.

    A string is compared whole, a compiled pattern is searched, a callable is asked, a set is any-of, `words(...)` and
    `contains(...)` fit a text, and anything else is compared with `==`.
    """

    wanted: Any
    name: ClassVar[str]

    @abstractmethod
    def of(self, call: Call) -> Any:
        """The value of the call that is compared."""

    def check(self) -> None:
        """Refuse a `wanted` that can never fit, with `ValueError` or `TypeError`."""
        if isinstance(self.wanted, list | tuple):
            raise TypeError(f"{self.name}={self.wanted!r}: for any-of, give a set")

    def fits(self, call: Call) -> bool:
        """Whether the call meets the condition. What a user's callable raises propagates."""
        return self._fits(self.wanted, self.of(call))

    def why(self, call: Call) -> str:
        """Why the call does not meet it: the two values."""
        return f"{self.name}: wanted {_short(self.wanted)}, the call has {_short(self.of(call))}"

    def _fits(self, wanted: Any, value: Any) -> bool:
        match wanted:
            case set() | frozenset():
                return any(self._fits(one, value) for one in wanted)
            case re.Pattern():
                return isinstance(value, str) and wanted.search(value) is not None
            case Words() | Contains():
                return isinstance(value, str) and wanted.fits(value)
            case str():
                return self._same(wanted, value)
            case _ if callable(wanted):
                return bool(wanted(value))
            case _:
                return bool(wanted == value)

    def _same(self, wanted: str, value: Any) -> bool:
        return bool(wanted == value)

    def __str__(self) -> str:
        return f"{self.name}={_short(self.wanted)}"


class _Closed(Criterion):
    """A criterion whose strings are names of a closed set."""

    @classmethod
    @abstractmethod
    def known(cls) -> frozenset[str]:
        """The names."""

    def check(self) -> None:
        super().check()
        for name in self.wanted if isinstance(self.wanted, set | frozenset) else (self.wanted,):
            if isinstance(name, str):
                if name not in self.known():
                    raise ValueError(f"{self.name}={name!r} is unknown; {near(name, self.known())}")
            elif not isinstance(name, re.Pattern | Words | Contains) and not callable(name):
                raise TypeError(f"{self.name}={name!r}: a name, a pattern or a callable, or a set of them")


class _Glob(Criterion):
    """A criterion whose strings are globs."""

    def _same(self, wanted: str, value: Any) -> bool:
        return isinstance(value, str) and (value == wanted or fnmatchcase(value, wanted))


class Said(Criterion):
    """The positional criterion: words in the last user text, only while that text is the last thing said."""

    name = "said"

    def of(self, call: Call) -> Any:
        return call.said_last

    def why(self, call: Call) -> str:
        if call.said_last is None:
            return f"{self}: the last thing said is not the user's"
        return f"{self}: not in {_short(call.said_last)}"

    def __str__(self) -> str:
        return repr(self.wanted.phrase if isinstance(self.wanted, Words) else self.wanted)


class Prompt(Criterion):
    """The last user text, whole."""

    name = "prompt"

    def of(self, call: Call) -> Any:
        return call.prompt


class System(Criterion):
    """The system text."""

    name = "system"

    def of(self, call: Call) -> Any:
        return call.system


class Model(_Glob):
    """The model asked for; strings are globs."""

    name = "model"

    def of(self, call: Call) -> Any:
        return call.model


class Provider(_Closed):
    """The provider's name."""

    name = "provider"

    def of(self, call: Call) -> Any:
        return call.provider

    @classmethod
    def known(cls) -> frozenset[str]:
        return frozenset(names())


class Operation(_Closed):
    """The operation's name."""

    name = "operation"

    def of(self, call: Call) -> Any:
        return call.operation

    @classmethod
    def known(cls) -> frozenset[str]:
        return OPERATIONS


class Stream(Criterion):
    """Whether a stream is wanted."""

    name = "stream"

    def of(self, call: Call) -> Any:
        return call.stream


class Turn(Criterion):
    """How many assistant messages the request holds."""

    name = "turn"

    def of(self, call: Call) -> Any:
        return call.turn


class Step(Criterion):
    """How many assistant messages stand after the last user text."""

    name = "step"

    def of(self, call: Call) -> Any:
        return call.step


class Where(Criterion):
    """A predicate on the whole call."""

    name = "where"

    def of(self, call: Call) -> Any:
        return call

    def check(self) -> None:
        if not callable(self.wanted):
            raise TypeError(f"where= takes a callable that is given the call, not {self.wanted!r}")

    def why(self, call: Call) -> str:
        return f"{self}: said no"


CRITERIA: Mapping[str, type[Criterion]] = {
    criterion.name: criterion for criterion in (Prompt, System, Model, Provider, Operation, Stream, Turn, Step, Where)
}


def criteria(said: tuple[object, ...], named: Mapping[str, object]) -> tuple[Criterion, ...]:
    """The criteria of `on(*said, **named)`; `TypeError` names the near one for an unknown name."""
    found: list[Criterion] = []
    for phrase in said:
        if not isinstance(phrase, str | Words | Contains | re.Pattern):
            raise TypeError(
                f"on({phrase!r}): a positional criterion is words of the user's text; name the others, as in on(model=...)"
            )
        found.append(Said(words(phrase) if isinstance(phrase, str) else phrase))
    for name, wanted in named.items():
        if name not in CRITERIA:
            raise TypeError(f"on({name}=...) is no criterion; {near(name, CRITERIA)}")
        found.append(CRITERIA[name](wanted))
    for criterion in found:
        criterion.check()
    return tuple(found)


def _short(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(_short, value))) + "}"
    text = f"<{getattr(value, '__name__', type(value).__name__)}>" if callable(value) else repr(value)
    return text if len(text) <= 80 else text[:60] + "…" + text[-19:]
