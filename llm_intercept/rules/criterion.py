"""The base of what a rule can ask of a call: one value of the call against what is wanted of it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.errors import near
from llm_intercept.rules.matchers import Either, Every, Matcher, Other, leaves

__all__ = ["Closed", "Criterion", "Each", "Glob", "short", "within"]


@dataclass(frozen=True)
class Criterion(ABC):
    """One condition on a call: its `wanted` value against the one that `of` takes from the call.

    A string is compared whole, a compiled pattern is searched, a callable is asked, a set is any-of, a `Matcher` decides itself,
    `&`, `|` and `~` combine them, and anything else, a class too, is compared with `==`.

    A criterion of your own gives its `name` and `of`, and stands in the table `CRITERIA`:

        class Language(Criterion):
            name = "language"

            def of(self, call):
                return call.parameters.get("language")
    """

    wanted: Any
    name: ClassVar[str]
    #: Whether it holds for a whole conversation, and not for the moment of one call.
    lasting: ClassVar[bool] = False

    @abstractmethod
    def of(self, call: Call) -> Any:
        """The value of the call that is compared."""

    def check(self) -> None:
        """Refuse a `wanted` that can never fit, with `ValueError` or `TypeError`."""
        if any(isinstance(one, list | tuple) for one in leaves(self.wanted)):
            raise TypeError(f"{self.name}={self.wanted!r}: for any-of, give a set")

    def fits(self, call: Call) -> bool:
        """Whether the call meets the condition. What a user's callable raises propagates."""
        return self._fits(self.wanted, self.of(call))

    @property
    def shown(self) -> Any:
        """What is wanted, as a message may show it."""
        return self.wanted

    def why(self, call: Call) -> str:
        """Why the call does not meet it: the two values."""
        return f"{self.name}: wanted {short(self.shown)}, the call has {short(self.of(call))}"

    def _fits(self, wanted: Any, value: Any) -> bool:
        return _combined(wanted, value, self._one)

    def _one(self, wanted: Any, value: Any) -> bool:
        match wanted:
            case str():
                return self._same(wanted, value)
            case re.Pattern():
                return isinstance(value, str) and wanted.search(value) is not None
            case Matcher():
                return wanted.fits(value)
            case _ if callable(wanted) and not isinstance(wanted, type):
                return bool(wanted(value))
            case _:
                return bool(wanted == value)

    def _same(self, wanted: str, value: Any) -> bool:
        return bool(wanted == value)

    def __str__(self) -> str:
        return f"{self.name}={short(self.shown)}"


def _combined(wanted: Any, value: Any, one: Callable[[Any, Any], bool]) -> bool:
    """Whether a value fits what may be a set or a combination of what `one` compares."""
    match wanted:
        case set() | frozenset() | Either():
            return any(_combined(part, value, one) for part in (wanted.wanted if isinstance(wanted, Either) else wanted))
        case Every(parts):
            return all(_combined(part, value, one) for part in parts)
        case Other(part):
            return not _combined(part, value, one)
        case _:
            return one(wanted, value)


class Closed(Criterion):
    """A criterion whose strings are names of a closed set."""

    @classmethod
    @abstractmethod
    def known(cls) -> frozenset[str]:
        """The names."""

    def check(self) -> None:
        super().check()
        for name in leaves(self.wanted):
            if isinstance(name, str):
                if name not in self.known():
                    raise ValueError(f"{self.name}={name!r} is unknown; {near(name, self.known())}")
            elif not isinstance(name, re.Pattern | Matcher) and not callable(name) and type(name).__eq__ in _PLAIN:
                raise TypeError(f"{self.name}={name!r}: a name, a pattern or a callable, or a set of them")


#: How what is no value of its own to compare with compares itself: such a one can never be a name.
_PLAIN = frozenset(kind.__eq__ for kind in (object, int, float, complex, bytes, dict, type(None)))


class Glob(Criterion):
    """A criterion whose strings are globs."""

    def _same(self, wanted: str, value: Any) -> bool:
        return isinstance(value, str) and (value == wanted or fnmatchcase(value, wanted))


class Each(Criterion):
    """A criterion on several values, of which one must fit; None wants that there are none."""

    def _one(self, wanted: Any, value: Any) -> bool:
        return not value if wanted is None else any(super(Each, self)._one(wanted, one) for one in value)


def within(wanted: Any, value: Any, one: Callable[[Any, Any], bool]) -> bool:
    """Whether a JSON value holds another: a mapping its keys, a list its items, one for one; the rest is for `one` to decide."""
    match wanted:
        case Mapping():
            return isinstance(value, Mapping) and all(
                name in value and within(part, value[name], one) for name, part in wanted.items()
            )
        case list() | tuple():
            return (
                isinstance(value, list)
                and len(wanted) == len(value)
                and all(within(part, found, one) for part, found in zip(wanted, value, strict=True))
            )
        case bool():
            return value is wanted
        case _:
            return _combined(wanted, value, one)


def short(value: Any) -> str:
    """A wanted or a found value for a message."""
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(short, value))) + "}"
    text = f"<{getattr(value, '__name__', type(value).__name__)}>" if callable(value) else repr(value)
    return text if len(text) <= 80 else text[:60] + "…" + text[-19:]
