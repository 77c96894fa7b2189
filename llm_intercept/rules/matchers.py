"""What a criterion can be given besides a plain value: `words(...)`, `contains(...)`, your own, and `&`, `|`, `~` of them.

To add a matcher: a subclass of `Matcher`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Contains", "Either", "Every", "Matcher", "Other", "Words", "contains", "leaves", "words"]


class _Composed:
    """What `&`, `|` and `~` make matchers of; the other side may be any value that a criterion takes."""

    __slots__ = ()

    def __and__(self, other: object) -> Every:
        return Every((self, other))

    def __rand__(self, other: object) -> Every:
        return Every((other, self))

    def __or__(self, other: object) -> Either:
        return Either((self, other))

    def __ror__(self, other: object) -> Either:
        return Either((other, self))

    def __invert__(self) -> Other:
        return Other(self)


class Matcher(_Composed, ABC):
    """A condition of your own on one value.

    Subclass it, give `fits`, and a `repr` that reads like the code that made it.

        class Shouted(Matcher):
            def fits(self, value):
                return isinstance(value, str) and value.isupper()

        llm.on(prompt=Shouted() & ~contains("PARIS")).reply("Calm down.")
    """

    __slots__ = ()

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Whether a value of the call fits."""


@dataclass(frozen=True, slots=True)
class Every(_Composed):
    """All of these fit."""

    wanted: tuple[object, ...]

    def __repr__(self) -> str:
        return " & ".join(f"({one!r})" if isinstance(one, Either) else repr(one) for one in self.wanted)


@dataclass(frozen=True, slots=True)
class Either(_Composed):
    """One of these fits."""

    wanted: tuple[object, ...]

    def __repr__(self) -> str:
        return " | ".join(map(repr, self.wanted))


@dataclass(frozen=True, slots=True)
class Other(_Composed):
    """This one does not fit."""

    wanted: object

    def __repr__(self) -> str:
        return f"~({self.wanted!r})" if isinstance(self.wanted, Every | Either) else f"~{self.wanted!r}"


@dataclass(frozen=True, slots=True)
class Words(Matcher):
    """These words: all, adjacent, whole, in any case."""

    phrase: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spaced = r"\s+".join(re.escape(word) for word in self.phrase.split())
        object.__setattr__(self, "_pattern", re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE))

    def fits(self, value: Any) -> bool:
        """Whether the text holds the words."""
        return isinstance(value, str) and self._pattern.search(value) is not None

    def __repr__(self) -> str:
        return f"words({self.phrase!r})"


@dataclass(frozen=True, slots=True)
class Contains(Matcher):
    """This text anywhere, case and all."""

    text: str

    def fits(self, value: Any) -> bool:
        """Whether the text holds it."""
        return isinstance(value, str) and self.text in value

    def __repr__(self) -> str:
        return f"contains({self.text!r})"


def words(phrase: str) -> Words:
    """Fits a text that holds these words: all, adjacent, whole, in any case.

    Raises `ValueError` for no words.

        llm.on(system=words("travel agent")).reply("Bon voyage.")
    """
    if not phrase.split():
        raise ValueError("words(phrase): needs at least one word")
    return Words(phrase)


def contains(text: str) -> Contains:
    """Fits a text that holds this one anywhere, case and all.

    It combines with others by `&`, `|` and `~`.

        llm.on(prompt=contains("```python")).reply("Looks good.")
    """
    return Contains(text)


def leaves(wanted: object) -> Iterator[object]:
    """The values that sets and combinations are made of."""
    match wanted:
        case set() | frozenset() | Every(tuple()) | Either(tuple()):
            for one in wanted if isinstance(wanted, set | frozenset) else wanted.wanted:
                yield from leaves(one)
        case Other(inner):
            yield from leaves(inner)
        case _:
            yield wanted
