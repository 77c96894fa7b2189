"""The body of one reply, written once: what stays the same from call to call is kept as text, the rest are holes.

Building and encoding a body is the largest part of a call's cost; a reply that answers more than once pays it once. A dialect knows
nothing of it: its body is made from a stamp, a model and a usage that are holes.
"""

from __future__ import annotations

import re
from typing import Any

from llm_intercept.framing.json import MARK, dumps, quote
from llm_intercept.replies.reply import Usage
from llm_intercept.synthesis.stamp import PLACES, Stamp

__all__ = ["MODEL", "STAMP", "USAGE", "Template"]

#: A hole within a string, or, with `#`, a string that stands for a number.
_MARKED = re.escape(dumps(MARK)[1:-1])
_HOLE = re.compile(rf'"{_MARKED}#([a-z]+)\\u0000"|{_MARKED}:([^#\\]+)\\u0000')


class _StampOfHoles(Stamp):
    __slots__ = ()

    def id(self, label: str, length: int = 24) -> str:
        return f"{MARK}:{label}/{length}\0"

    @property
    def created(self) -> Any:
        return f"{MARK}#created\0"


class _UsageOfHoles(Usage):
    __slots__ = ()

    @property
    def total(self) -> Any:
        return f"{MARK}#total\0"


STAMP: Stamp = _StampOfHoles("")
MODEL = f"{MARK}:model\0"
USAGE: Usage = _UsageOfHoles(f"{MARK}#input\0", f"{MARK}#output\0")  # type: ignore[arg-type]


#: What fills holes, in the order in which `Template.fill` has it.
_VALUES = ("created", "model", "input", "output", "total")


class Template:
    """A body with its holes found."""

    __slots__ = ("_hashed", "_holes", "_ids", "_texts")

    def __init__(self, body: Any) -> None:
        document, at = dumps(body), 0
        self._texts: list[str] = []
        #: Where each hole stands among the texts, and which of the values fills it.
        self._holes: list[tuple[int, int]] = []
        #: The same for ids: which of the stamp's digits they are, or, for one that is hashed from it, its label and length.
        self._ids: list[tuple[int, slice]] = []
        self._hashed: list[tuple[int, str, int]] = []
        for hole in _HOLE.finditer(document):
            name, _, length = (hole[1] or hole[2]).partition("/")
            index = len(self._texts) + 1
            if not length:
                self._holes.append((index, _VALUES.index(name)))
            elif name in PLACES:
                self._ids.append((index, slice(PLACES[name], PLACES[name] + int(length))))
            else:
                self._hashed.append((index, name, int(length)))
            self._texts += document[at : hole.start()], ""
            at = hole.end()
        self._texts.append(document[at:])

    def fill(self, stamp: Stamp, model: str, asked: int, output: int) -> bytes:
        """The body of one call."""
        values = (str(stamp.created), quote(model)[1:-1], str(asked), str(output), str(asked + output))
        texts, digits = self._texts.copy(), stamp.digits
        for index, number in self._holes:
            texts[index] = values[number]
        for index, place in self._ids:
            texts[index] = digits[place]
        for index, label, length in self._hashed:
            texts[index] = stamp.id(label, length)
        return "".join(texts).encode("utf-8", "backslashreplace")  # `to_bytes`, without the call
