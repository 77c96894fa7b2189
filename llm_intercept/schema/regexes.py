"""The parts of a regular expression, each of which writes a string that it matches.

Whoever asks checks the whole: what looks around is taken as it comes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from llm_intercept.schema.chance import Chance

__all__ = [
    "DIGITS",
    "ENDLESS",
    "FOREIGN",
    "LOWER",
    "PRINTABLE",
    "SPACE",
    "UPPER",
    "WORD",
    "Ahead",
    "Back",
    "Choice",
    "Group",
    "Part",
    "Pen",
    "Repeat",
    "Series",
    "Set",
]

LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
DIGITS = "0123456789"
WORD = f"{LOWER}{UPPER}{DIGITS}_"
SPACE = " \t\n\r\f\v"

#: Every character that is written where a pattern leaves a choice.
PRINTABLE = f"{WORD} !\"#$%&'()*+,-./:;<=>?@[\\]^`{{|}}~"

#: What is written where a pattern wants none of those.
FOREIGN = "éñüßλж漢字"

#: What repeats up to so often repeats without end.
ENDLESS = 1_000_000

#: How many more than it must, what may repeat does, at most, in each manner of writing.
_MORE = (4, 0, 1, 12)

#: The kinds of characters, in the order in which they are preferred.
_KINDS = (LOWER, UPPER, DIGITS)


@dataclass
class Pen:
    """How a string is written: by which choices, in which manner (0: small letters; 1 to 3: of every kind), how long.

    `need` is how many characters more than the least are needed, `room` how many there may be.
    """

    chance: Chance
    manner: int = 0
    need: int = 0
    room: int = ENDLESS
    groups: dict[str, str] = field(default_factory=dict)
    choices: int = 0

    def below(self, count: int) -> int:
        """The next choice."""
        self.choices += 1
        return self.chance.below(count, str(self.choices)) if count > 1 else 0

    def take(self, size: int) -> None:
        """Write so many characters more than the least."""
        self.need -= size
        self.room -= size


class Part(ABC):
    """A part of a pattern; `width` is the length of the shortest string that it matches."""

    width: int

    @abstractmethod
    def write(self, pen: Pen) -> str:
        """A string that it matches."""


class Set(Part):
    """One of some characters."""

    width = 1

    def __init__(self, characters: str) -> None:
        kinds = ["".join(one for one in characters if one in kind) for kind in _KINDS]
        kinds.append("".join(one for one in characters if not one.isalnum() or not one.isascii()))
        self.kinds = [kind for kind in kinds if kind]

    def write(self, pen: Pen) -> str:
        if not self.kinds:
            return ""
        kind = self.kinds[pen.choices % len(self.kinds) if pen.manner else 0]
        return kind[pen.below(len(kind))]


class Series(Part):
    """Parts one after the other."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.width = sum(part.width for part in parts)

    def write(self, pen: Pen) -> str:
        return "".join([part.write(pen) for part in self.parts])


class Choice(Part):
    """One of some parts."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.width = min(part.width for part in parts)

    def write(self, pen: Pen) -> str:
        fitting = [part for part in self.parts if part.width - self.width <= pen.room]
        part = fitting[pen.below(len(fitting))]
        pen.take(part.width - self.width)
        return part.write(pen)


class Repeat(Part):
    """A part some times."""

    def __init__(self, part: Part, least: int, most: int) -> None:
        self.part, self.least, self.most = part, least, most
        self.width = part.width * least

    def write(self, pen: Pen) -> str:
        each = max(self.part.width, 1)
        room = min(self.most - self.least, pen.room // each)
        more = min(room, max(pen.below(_MORE[pen.manner] + 1), -(-pen.need // each), self.least == 0 and pen.manner != 1))
        pen.take(more * each)
        return "".join([self.part.write(pen) for _ in range(self.least + more)])


class Group(Part):
    """A part that is referred back to, by its number and perhaps a name."""

    def __init__(self, part: Part, names: list[str]) -> None:
        self.part, self.names = part, names
        self.width = part.width

    def write(self, pen: Pen) -> str:
        written = self.part.write(pen)
        pen.groups.update(dict.fromkeys(self.names, written))
        return written


class Back(Part):
    """What a group was."""

    width = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, pen: Pen) -> str:
        return pen.groups.get(self.name, "")


class Ahead(Part):
    """What must follow: written in one manner alone, since more often what follows says it again."""

    width = 0

    def __init__(self, part: Part) -> None:
        self.part = part

    def write(self, pen: Pen) -> str:
        return self.part.write(pen) if pen.manner == 3 else ""
