"""Strings of a length, a pattern and a format, the ones that a property's name makes one expect where they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from llm_intercept.schema.chance import Chance
from llm_intercept.schema.formats import TEMPLATES, has_format
from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.regex_reader import parts_of
from llm_intercept.schema.regexes import ENDLESS, Pen
from llm_intercept.schema.words import NAMED, WORDS, words_of

__all__ = ["Texts", "text"]

_HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")

#: What people mean by most patterns.
_FAMILIAR = (
    "{number}.{digit}5",
    "{number}",
    "{date}",
    "{given}",
    "{noun}",
    "{noun:upper}",
    "{adjective}-{noun}",
    "{adjective}_{noun}",
    "{date}T{hour}:{minute}:00Z",
    "https://example.com/{noun}",
    "{given:lower}@example.com",
    "{digit}.{digit}.{digit}",
    "192.0.2.{byte}",
    "{hour}:{minute}",
    "+155501{digit}{digit}{digit}{digit}",
    "{uuid}",
)

_PLAIN = ("{adjective} {noun}",)

#: How many strings of a pattern are looked at, with more and more of what may repeat.
_TRIES = 64


class Texts(NamedTuple):
    """What strings some schemas allow together."""

    least: int = 0
    most: float = float("inf")
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()

    @classmethod
    def of(cls, schemas: Iterable[Mapping[str, Any]]) -> Texts:
        """What some schemas ask of a string together."""
        known = list(schemas)
        return cls(
            max((one["minLength"] for one in known if "minLength" in one), default=0),
            min((one["maxLength"] for one in known if "maxLength" in one), default=float("inf")),
            tuple(one["pattern"] for one in known if "pattern" in one),
            tuple(one["format"] for one in known if "format" in one),
        )

    def holds(self, text: str) -> bool:
        """Whether a string is as asked."""
        if not self.least <= len(text) <= self.most:
            return False
        found = [compiled(pattern) for pattern in self.patterns]
        return all(one is not None and one.search(text) for one in found) and all(has_format(text, name) for name in self.formats)


def filled(template: str, chance: Chance) -> str:
    """A template with words in its holes."""

    def hole(match: re.Match[str]) -> str:
        name, case = match[1], match[2] or "__str__"
        label = f"{name} {match.start()}"
        word = _uuid(name, chance) if name.startswith("uuid") else chance.pick(WORDS[name], label)
        return str(getattr(word, case)())

    return _HOLE.sub(hole, template)


def _uuid(name: str, chance: Chance) -> str:
    digits = "".join(chance.pick(WORDS["hex"], f"uuid {place}") for place in range(32))
    return f"{digits[:8]}-{digits[8:12]}-{name[4:] or 4}{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def text(asked: Texts, name: str, chance: Chance) -> str | None:
    """A string as asked; None where none is found."""
    return next((one for one in _candidates(asked, name, chance) if asked.holds(one)), None)


def _candidates(asked: Texts, name: str, chance: Chance) -> Iterator[str]:
    known = [TEMPLATES[form] for form in asked.formats if form in TEMPLATES]
    for template in (*known, *_templates(asked, name, chance)):
        made = filled(template, chance)
        yield made
        if not asked.patterns and not known:
            yield _fitted(made, asked, chance)
    if not asked.patterns:
        for template in known:
            yield from _stretched(filled(template, chance), asked)
    for pattern in asked.patterns:
        if compiled(pattern) is not None:
            yield from _matching(pattern, asked, chance)
    if len(asked.patterns) > 1 and all(map(compiled, asked.patterns)):
        for order in (asked.patterns, asked.patterns[::-1]):
            yield "".join(parts_of(pattern).write(Pen(chance)) for pattern in order)


def _matching(pattern: str, asked: Texts, chance: Chance) -> Iterator[str]:
    """Strings that a pattern matches, written in one manner after the other."""
    part = parts_of(pattern)
    for turn in range(_TRIES):
        need, room = max(0, asked.least - part.width), max(0, min(asked.most, ENDLESS) - part.width)
        made = part.write(Pen(chance.at(turn) if turn else chance, turn % 4, int(need), int(room)))
        yield made
        if len(made) < asked.least:
            yield made + "a" * (asked.least - len(made))
            yield "a" * (asked.least - len(made)) + made


def _templates(asked: Texts, name: str, chance: Chance) -> Iterator[str]:
    ends = (*words_of(name), *(end for form in asked.formats for end in words_of(form)))
    for end in ends:
        if end in NAMED:
            yield chance.pick(NAMED[end], "template")
    if asked.patterns:
        yield from _FAMILIAR
    else:
        yield chance.pick(_PLAIN, "template")


def _fitted(made: str, asked: Texts, chance: Chance) -> str:
    """A string made longer, with more words, or cut."""
    turn = 0
    parts = [made]
    size = len(made)
    while size < asked.least:
        turn += 1
        parts.append(filled(" {adjective} {noun}", chance.at(f"more {turn}")))
        size += len(parts[-1])
    made = "".join(parts)
    if len(made) <= asked.most:
        return made
    cut = made[: int(asked.most)]
    short = cut.rstrip(" .,-")
    return short if len(short) >= asked.least else cut


def _stretched(made: str, asked: Texts) -> Iterator[str]:
    """Longer and shorter strings of a format."""
    missing = asked.least - len(made)
    if missing > 0:
        yield made + "a" * missing
        yield "a" * missing + made
        yield made.replace("@", "a" * missing + "@")
    if asked.most < len(made):
        yield from ("a@b.co", "a@b", "https://a.co", "a:b", "http://a.co", "a.co", "a", "P1D", "/a", "/", "::1", "1.1.1.1", "")
