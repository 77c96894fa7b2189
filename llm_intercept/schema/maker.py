"""Makes one value that a document's schemas allow: a choice is made, a value is made of it, and held against what it came from."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import Any

from llm_intercept.framing.json import dumps
from llm_intercept.schema.arrays import array
from llm_intercept.schema.chance import Chance
from llm_intercept.schema.depths import Depths
from llm_intercept.schema.merging import Merging, Plain
from llm_intercept.schema.misfit import Judge
from llm_intercept.schema.numbers import Bounds, number
from llm_intercept.schema.objects import object_
from llm_intercept.schema.references import Document, Place, Unsatisfiable, pointer
from llm_intercept.schema.steps import Steps
from llm_intercept.schema.texts import Texts, text

__all__ = ["Maker", "Where"]

#: How many values may be made of the smallest schema, and of any before only what must be is; how deep what need not be goes.
_VALUES, _PLENTY, _LEVELS = 10_000, 1_000, 5

#: How often a value is made anew where the first do not fit.
_TRIES = 6

#: Keywords that a value made from the others may not fit.
_UNSURE = ("oneOf", "not", "if", "dependentSchemas", "dependencies", "contains", "unevaluatedItems", "unevaluatedProperties")

_NUMERIC = ("minimum", "exclusiveMinimum", "multipleOf", "maximum", "exclusiveMaximum")

_depths = lru_cache(maxsize=64)(Depths)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a value is made: the choices there, the property's name, the schemas around it; `shallow` where it must end soon."""

    chance: Chance
    name: str = ""
    opened: frozenset[int] = frozenset()
    level: int = 0
    shallow: bool = False

    def inside(self, chance: Chance, name: str, plain: Plain) -> Where:
        """Where a value inside of this one is made."""
        return Where(chance, name, plain.opened, self.level + 1, self.shallow)

    def named(self, chance: Chance, name: str) -> Where:
        """Where a name is made."""
        return Where(chance, name, frozenset(), self.level + 1, self.shallow)


class Maker:
    """Makes one value."""

    #: Nothing, where nothing need be.
    absent = object()

    def __init__(self, whole: Document) -> None:
        self.kept = whole.keep
        self._depths = _depths(whole)
        self._merging = Merging(whole, self._depths)
        self._judge = Judge(whole)
        self._made = 0
        self._most = _VALUES + whole.size
        self._failed: dict[frozenset[int], Unsatisfiable] = {}
        #: Every value that the judge saw, so that it never takes one for another.
        self._seen: list[Any] = []

    def make(self, places: tuple[Place, ...], where: Where, *, optional: bool = False) -> Steps[Any]:
        """A value that some schemas allow together, in steps; `absent` where it is optional and leads back to where we are."""
        self._count(places)
        key = frozenset(id(place.schema) for place in places)
        wrong = self._failed.get(key) or self._endless(places)
        if wrong is None:
            for plain in self._merging.plain(places, where.opened, where.shallow, where.chance):
                if optional and plain.again:
                    return self.absent
                self._count(places)
                try:
                    return (yield self._fitting(places, plain, replace(where, shallow=where.shallow or plain.again)))
                except Unsatisfiable as raised:
                    if raised.final:
                        raise
                    wrong = wrong or raised
            wrong = self._failed[key] = wrong or Unsatisfiable(pointer(places[0].path), "nothing is all that it demands")
        raise Unsatisfiable(wrong.schema_path, wrong.reason)

    def _endless(self, places: tuple[Place, ...]) -> Unsatisfiable | None:
        for place in places:
            if place.schema is not False and self._depths.of(place) == inf:
                return Unsatisfiable(pointer(place.path), "it has no end, or needs what nothing satisfies")
        return None

    def optional(self, places: tuple[Place, ...], inside: Where, where: Where) -> Steps[Any]:
        """A value that need not be, in steps; `absent` where it would cost much or cannot be."""
        depth = max(map(self._depths.of, places), default=0)
        if where.shallow or self._made > _PLENTY or depth == inf or (depth > 0 and where.level >= _LEVELS):
            return self.absent
        try:
            return (yield self.make(places, inside, optional=True))
        except Unsatisfiable as wrong:
            if wrong.final:
                raise
            return self.absent

    def fits(self, value: Any, places: tuple[Place, ...]) -> bool:
        """Whether a value fits some schemas."""
        self._seen.append(value)
        return all(self._judge.misfit(value, place) is None for place in places)

    def _count(self, places: tuple[Place, ...]) -> None:
        self._made += 1
        if self._made > self._most:
            path = places[0].path if places else ()
            raise Unsatisfiable(pointer(path), "it takes too many values, or too many tries to find one", final=True)

    def _fitting(self, places: tuple[Place, ...], plain: Plain, where: Where) -> Steps[Any]:
        """A value of plain schemas that fits the ones they come from."""
        for _, one in plain.having("const"):
            return self._one_of([one["const"]], places, plain, where)
        for _, one in plain.having("enum"):
            return self._one_of(one["enum"], places, plain, where)
        given = self._given(plain, where)
        if given and self.fits(given[0], places):
            return deepcopy(given[0])
        unsure = any(name in one for one in plain.keywords for name in _UNSURE)
        wrong = None
        for kind in plain.kinds:
            for turn in range(_TRIES if unsure else 1):
                chance = where.chance.at(turn) if turn else where.chance
                try:
                    value = yield self._kind(kind, plain, replace(where, chance=chance, shallow=where.shallow or turn % 2 == 1))
                except Unsatisfiable as raised:
                    if raised.final:
                        raise
                    wrong = wrong or raised
                    break
                if not unsure or self.fits(value, places):
                    return value
        raise wrong or Unsatisfiable(plain.at(*_UNSURE), "no value was found that fits it and the rest")

    def _one_of(self, values: list[Any], places: tuple[Place, ...], plain: Plain, where: Where) -> Any:
        start = where.chance.below(len(values), "enum") if values else 0
        for value in sorted((*values[start:], *values[:start]), key=lambda value: value is None):
            self._count(places)
            if self.fits(value, (*plain.members, *places)):
                return deepcopy(value)
        raise Unsatisfiable(plain.at("const", "enum"), "none of its values fits the rest of the schema")

    def _given(self, plain: Plain, where: Where) -> list[Any]:
        """What the schema itself gives, as often as not: an example, or a default that tells something."""
        given = [value for _, one in plain.having("examples") for value in one["examples"]]
        given += [one[name] for name in ("example", "default") for _, one in plain.having(name) if one[name]]
        chosen = where.chance.below(len(given) + 1, "given")
        return given[chosen : chosen + 1]

    def _kind(self, kind: str, plain: Plain, where: Where) -> Steps[Any]:
        match kind:
            case "object":
                return (yield object_(self, plain, where))
            case "array":
                return (yield array(self, plain, where))
            case "string":
                return (yield self._string(plain, where))
            case "boolean":
                return where.chance.below(2, "boolean") == 0
            case "null":
                return None
            case _:
                found = number(Bounds.of(plain.keywords), kind == "integer", where.name, where.chance)
                if found is None:
                    raise Unsatisfiable(plain.at(*_NUMERIC), "no number was found within its bounds")
                return found

    def _string(self, plain: Plain, where: Where) -> Steps[str]:
        for place, one in plain.having("contentSchema"):
            if "json" in one.get("contentMediaType", "json"):
                inside = where.inside(where.chance.at("content"), where.name, plain)
                return dumps((yield self.make((place.under("contentSchema"),), inside)))
        found = text(Texts.of(plain.keywords), where.name, where.chance)
        if found is None:
            raise Unsatisfiable(
                plain.at("pattern", "format", "minLength", "maxLength"), "no string was found that is as it demands"
            )
        return found
