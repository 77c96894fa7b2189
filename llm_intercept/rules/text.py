"""How a text criterion fits a text: `words(...)`, `contains(...)`, or compared whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Contains", "Words", "contains", "words"]


@dataclass(frozen=True, slots=True)
class Words:
    """These words: all, adjacent, whole, in any case."""

    phrase: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spaced = r"\s+".join(re.escape(word) for word in self.phrase.split())
        object.__setattr__(self, "_pattern", re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE))

    def fits(self, text: str) -> bool:
        """Whether the text holds the words."""
        return self._pattern.search(text) is not None

    def __repr__(self) -> str:
        return f"words({self.phrase!r})"


@dataclass(frozen=True, slots=True)
class Contains:
    """This text anywhere, case and all."""

    text: str

    def fits(self, text: str) -> bool:
        """Whether the text holds it."""
        return self.text in text

    def __repr__(self) -> str:
        return f"contains({self.text!r})"


def words(phrase: str) -> Words:
    """Fits a text that holds these words: all, adjacent, whole, in any case. Raises `ValueError` for no words.

    llm.on(system=words("travel agent")).reply("Bon voyage.")
    """
    if not phrase.split():
        raise ValueError("words(phrase): needs at least one word")
    return Words(phrase)


def contains(text: str) -> Contains:
    """Fits a text that holds this one anywhere, case and all.

    llm.on(prompt=contains("```python")).reply("Looks good.")
    """
    return Contains(text)
