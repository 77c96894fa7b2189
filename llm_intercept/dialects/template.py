"""The body of one reply, written once: what stays the same from call to call is kept as text, the rest are holes.

Building and encoding a body is the largest part of a call's cost; a reply that answers more than once pays it once. A dialect knows
nothing of it: its body is made from a stamp, a model and a usage that are holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from llm_intercept.framing.json import MARK, dumps, quote
from llm_intercept.replies.reply import Usage
from llm_intercept.synthesis.stamp import PLACES, Stamp

__all__ = ["MODEL", "STAMP", "USAGE", "Filling", "Template"]

#: A string that stands for a number, with `#`, or a hole within a string, of either kind.
_MARKED = re.escape(dumps(MARK)[1:-1])
_HOLE = re.compile(rf'"{_MARKED}#([a-z_]+)\\u0000"|{_MARKED}[:#]([^#\\]+)\\u0000')


class _StampOfHoles(Stamp):
    __slots__ = ()

    def id(self, label: str, length: int = 24) -> str:
        return f"{MARK}:{label}/{length}\0"

    def uuid(self, label: str) -> str:
        return f"{MARK}:{label}/uuid\0"

    @property
    def created(self) -> Any:
        return f"{MARK}#created\0"

    @property
    def timestamp(self) -> str:
        return f"{MARK}:timestamp\0"


class _UsageOfHoles(Usage):
    __slots__ = ()

    @property
    def total(self) -> Any:
        return f"{MARK}#total\0"

    @property
    def spoken(self) -> Any:
        return f"{MARK}#spoken\0"

    @property
    def fresh(self) -> Any:
        return f"{MARK}#fresh\0"


STAMP: Stamp = _StampOfHoles("")
MODEL = f"{MARK}:model\0"
USAGE: Usage = _UsageOfHoles(*(f"{MARK}#{name}\0" for name in Usage._fields))  # type: ignore[arg-type]


class Filling(NamedTuple):
    """What is new in one call's body."""

    stamp: Stamp
    model: str
    usage: Usage


#: What fills the holes that are no ids, by their names.
_VALUES: Mapping[str, Callable[[Filling], str]] = {
    "created": lambda call: str(call.stamp.created),
    "timestamp": lambda call: call.stamp.timestamp,
    "model": lambda call: quote(call.model)[1:-1],
    "input": lambda call: str(call.usage.input),
    "output": lambda call: str(call.usage.output),
    "reasoning": lambda call: str(call.usage.reasoning),
    "cached": lambda call: str(call.usage.cached),
    "cache_write": lambda call: str(call.usage.cache_write),
    "total": lambda call: str(call.usage.total),
    "spoken": lambda call: str(call.usage.spoken),
    "fresh": lambda call: str(call.usage.fresh),
}


class Template:
    """A body with its holes found."""

    __slots__ = ("_hashed", "_holes", "_ids", "_texts")

    def __init__(self, body: Any) -> None:
        document, at = dumps(body), 0
        self._texts: list[str] = []
        #: Where each hole stands among the texts, and what fills it.
        self._holes: list[tuple[int, Callable[[Filling], str]]] = []
        #: The same for ids: which of the stamp's digits they are, or, for one that is hashed from it, its label and length.
        self._ids: list[tuple[int, slice]] = []
        self._hashed: list[tuple[int, str, int]] = []
        for hole in _HOLE.finditer(document):
            name, _, length = (hole[1] or hole[2]).partition("/")
            index = len(self._texts) + 1
            if not length:
                self._holes.append((index, _VALUES[name]))
            elif length == "uuid":
                self._holes.append((index, partial(_uuid, name)))
            elif name in PLACES:
                self._ids.append((index, slice(PLACES[name], PLACES[name] + int(length))))
            else:
                self._hashed.append((index, name, int(length)))
            self._texts += document[at : hole.start()], ""
            at = hole.end()
        self._texts.append(document[at:])

    def fill(self, call: Filling) -> bytes:
        """The body of one call."""
        stamp, texts = call.stamp, self._texts.copy()
        digits = stamp.digits
        for index, value in self._holes:
            texts[index] = value(call)
        for index, place in self._ids:
            texts[index] = digits[place]
        for index, label, length in self._hashed:
            texts[index] = stamp.id(label, length)
        return "".join(texts).encode("utf-8", "backslashreplace")  # `to_bytes`, without the call


def _uuid(label: str, call: Filling) -> str:
    return call.stamp.uuid(label)
