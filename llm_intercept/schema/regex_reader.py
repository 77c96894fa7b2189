"""A regular expression's text, in the words of Python, JavaScript or Rust, as the parts that it is made of."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_intercept.schema.regexes import (
    DIGITS,
    ENDLESS,
    FOREIGN,
    LOWER,
    PRINTABLE,
    SPACE,
    UPPER,
    WORD,
    Ahead,
    Back,
    Choice,
    Group,
    Part,
    Repeat,
    Series,
    Set,
)

__all__ = ["parts_of"]

_CLASSES = {"d": DIGITS, "w": WORD, "s": SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0", "a": "\a"}
_PROPERTIES = {
    "L": LOWER + UPPER, "Letter": LOWER + UPPER, "Alphabetic": LOWER + UPPER, "Lu": UPPER, "Ll": LOWER, "N": DIGITS, "Nd": DIGITS,
    "P": "!,-.:;?", "S": "+<=>", "Z": " ", "Zs": " ", "Alnum": LOWER + UPPER + DIGITS,
}  # fmt: skip

_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})[?+]?")
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u\{([0-9a-fA-F]{1,6})\}")
_PROPERTY = re.compile(r"([pP])\{(?:\w+=)?(\w+)\}")
_NAMED_BACK = re.compile(r"k<(\w+)>")
_OPENING = re.compile(
    r"\?(?:P?<(?P<name>[A-Za-z_]\w*)>|P=(?P<back>\w+)\)|(?P<flags>[aiLmsux-]+)\)|(?P<kind>[:>=!]|<=|<!|[aiLmsux-]+:|#[^)]*))"
)

#: The empty string, where something stands that writes none.
_NOTHING = Series([])


def _without(characters: str) -> str:
    return "".join(one for one in PRINTABLE if one not in characters) or "".join(one for one in FOREIGN if one not in characters)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._groups = 0

    def _next(self) -> str:
        found = self._pattern[self._at : self._at + 1]
        self._at += 1
        return found

    def _sees(self, text: str) -> bool:
        seen = self._pattern.startswith(text, self._at)
        self._at += len(text) if seen else 0
        return seen

    def _match(self, regex: re.Pattern[str]) -> re.Match[str] | None:
        found = regex.match(self._pattern, self._at)
        self._at = found.end() if found else self._at
        return found

    def choice(self) -> Part:
        parts = [self._series()]
        while self._sees("|"):
            parts.append(self._series())
        return parts[0] if len(parts) == 1 else Choice(parts)

    def _series(self) -> Part:
        parts: list[Part] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            part = self._atom()
            while quantifier := self._match(_QUANTIFIER):
                part = self._repeated(part, quantifier)
            parts.append(part)
        return Series(parts)

    def _repeated(self, part: Part, quantifier: re.Match[str]) -> Part:
        sign, least, comma, most = quantifier.groups()
        if sign is not None:
            low, high = {"*": (0, ENDLESS), "+": (1, ENDLESS), "?": (0, 1)}[sign]
        elif not least and not comma:
            return Series([part, *(Set(one) for one in quantifier[0])])
        else:
            low = int(least or 0)
            high = int(most) if most else ENDLESS if comma else low
        return Repeat(part, min(low, ENDLESS), max(low, min(high, ENDLESS)))

    def _atom(self) -> Part:
        match self._next():
            case "(":
                return self._group()
            case "[":
                return Set(self._class())
            case "\\":
                return self._escape()
            case ".":
                return Set(PRINTABLE)
            case "^" | "$":
                return _NOTHING
            case other:
                return Set(other)

    def _group(self) -> Part:
        opening = self._match(_OPENING)
        if opening is None:
            self._groups += 1
            return self._closed([str(self._groups)])
        if opening["name"]:
            self._groups += 1
            return self._closed([str(self._groups), opening["name"]])
        if opening["back"]:
            return Back(opening["back"])
        if opening["flags"]:
            return _NOTHING
        inner = self._closed([])
        if opening["kind"] == "=":
            return Ahead(inner)
        return _NOTHING if opening["kind"] in ("!", "<=", "<!") or opening["kind"].startswith("#") else inner

    def _closed(self, names: list[str]) -> Part:
        inner = self.choice()
        self._sees(")")
        return Group(inner, names) if names else inner

    def _escape(self) -> Part:
        if found := self._match(_NAMED_BACK):
            return Back(found[1])
        if self._pattern[self._at : self._at + 1] in "123456789":
            return Back(self._next())
        if self._pattern[self._at : self._at + 1] in "bBAZz":
            self._at += 1
            return _NOTHING
        return Set(self._escaped())

    def _escaped(self) -> str:
        """The characters that stand behind a backslash, in a class or alone."""
        if code := self._match(_CODE):
            return chr(min(int(code[code.lastindex or 1], 16), 0x10FFFF))
        if found := self._match(_PROPERTY):
            characters = _PROPERTIES.get(found[2], "")
            return characters if found[1] == "p" else _without(characters)
        if self._sees("c"):
            return chr(ord(self._next() or "@") % 32)
        letter = self._next()
        if letter.lower() in _CLASSES:
            return _CLASSES[letter] if letter.islower() else _without(_CLASSES[letter.lower()])
        return _CONTROLS.get(letter, letter or "\\")

    def _class(self) -> str:
        negated = self._sees("^")
        found: list[str] = ["]"] if self._sees("]") else []
        while self._at < len(self._pattern) and not self._sees("]"):
            low = self._escaped() if self._sees("\\") else self._next()
            if len(low) == 1 and re.match(r"-[^\]]", self._pattern[self._at :]):
                self._at += 1
                high = self._escaped() if self._sees("\\") else self._next()
                found.append(_range(low, high) if len(high) == 1 else f"{low}-{high}")
            else:
                found.append(low)
        characters = "".join(found)
        return _without(characters) if negated else "".join(dict.fromkeys(characters))


def _range(low: str, high: str) -> str:
    """The characters of a range, of a long one its start."""
    return "".join(chr(code) for code in range(ord(low), min(ord(high), ord(low) + 255) + 1) if not 0xD800 <= code < 0xE000)


@lru_cache(maxsize=256)
def parts_of(pattern: str) -> Part:
    """The parts of a pattern that compiles."""
    return _Reader(pattern).choice()
