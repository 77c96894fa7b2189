"""The body of one reply, written once: what stays the same from call to call is kept as text, the rest are holes.

Building and encoding a body is the largest part of a call's cost; a reply that answers more than once pays it once. A dialect knows
nothing of it: its body is made from a stamp, a model and a usage that are holes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
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


#: What most bodies have, in the order in which `Template.fill` has it.
_USUAL = ("created", "model", *Usage._fields, "total", "spoken")


class Filling(NamedTuple):
    """What is new in one call's body."""

    stamp: Stamp
    model: str
    usage: Usage


#: What fills the other holes, by their names.
_RARE: Mapping[str, Callable[[Filling], Any]] = {
    "timestamp": lambda call: call.stamp.timestamp,
    "fresh": lambda call: call.usage.fresh,
}


class Template:
    """A body with its holes found: texts, and between each two of them a value of one call."""

    __slots__ = ("_ids", "_pick", "_rare", "_texts")

    def __init__(self, body: Any) -> None:
        document, at = dumps(body), 0
        #: Every second one is a hole.
        self._texts: list[str] = []
        #: Which of the stamp's digits are ids.
        self._ids: list[slice] = []
        #: What else fills holes.
        self._rare: list[Callable[[Filling], Any]] = []
        #: What fills each hole: one of the usual values, of the ids, or of the rest.
        found: list[tuple[str, int]] = []
        for hole in _HOLE.finditer(document):
            name, _, length = (hole[1] or hole[2]).partition("/")
            self._texts += document[at : hole.start()], ""
            at = hole.end()
            if name in _USUAL and not length:
                found.append(("usual", _USUAL.index(name)))
            elif name in PLACES and length.isdecimal():
                found.append(("id", len(self._ids)))
                self._ids.append(slice(PLACES[name], PLACES[name] + int(length)))
            else:
                found.append(("rare", len(self._rare)))
                self._rare.append(_RARE[name] if not length else partial(_id, name, length))
        self._texts.append(document[at:])
        starts = {"usual": 0, "id": len(_USUAL), "rare": len(_USUAL) + len(self._ids)}
        places = [starts[kind] + number for kind, number in found]
        self._pick: Callable[[list[str]], Sequence[str]] = itemgetter(*places) if len(places) > 1 else partial(_few, places)

    def fill(self, stamp: Stamp, model: str, usage: Usage) -> bytes:
        """The body of one call."""
        digits, texts = stamp.digits, self._texts.copy()
        asked, output, reasoning, cached, written = usage
        values = [
            str(stamp.created),
            quote(model)[1:-1],
            str(asked),
            str(output),
            str(reasoning) if reasoning else "0",  # most are none, and cost less so
            str(cached) if cached else "0",
            str(written) if written else "0",
            str(asked + output),
            str(output - reasoning),
        ]
        for place in self._ids:
            values.append(digits[place])
        if self._rare:
            filling = Filling(stamp, model, usage)
            values += [str(value(filling)) for value in self._rare]
        texts[1::2] = self._pick(values)
        return "".join(texts).encode("utf-8", "backslashreplace")  # `to_bytes`, without the call


def _few(places: list[int], values: list[str]) -> list[str]:
    return [values[place] for place in places]  # an `itemgetter` of one place gives no sequence


def _id(label: str, form: str, call: Filling) -> str:
    return call.stamp.uuid(label) if form == "uuid" else call.stamp.id(label, int(form))
