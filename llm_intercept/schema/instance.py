"""A value that a schema allows, the same for the same schema and seed, with words and numbers that read well."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from math import inf
from typing import Any

from llm_intercept.framing.json import dumps
from llm_intercept.schema.chance import Chance
from llm_intercept.schema.depths import Depths
from llm_intercept.schema.keywords import unlike
from llm_intercept.schema.kinds import BARE
from llm_intercept.schema.merging import Merging, Plain
from llm_intercept.schema.misfit import Judge
from llm_intercept.schema.numbers import Bounds, number
from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.references import Document, Place, Unsatisfiable, document, pointer
from llm_intercept.schema.steps import Steps, finish
from llm_intercept.schema.texts import Texts, filled, text

__all__ = ["MESSAGE", "instance"]

#: What an object says of which nothing is known: JSON mode.
MESSAGE = {"message": "This is a mock request"}

#: How many values may be made, and how many before only what must be is; how deep what need not be goes.
_VALUES, _PLENTY, _LEVELS = 200_000, 1_000, 5

#: How often a value is made anew where the first do not fit.
_TRIES = 6

#: Keywords that a value made from the others may not fit.
_UNSURE = ("oneOf", "not", "if", "dependentSchemas", "dependencies", "contains", "unevaluatedItems", "unevaluatedProperties")

#: Nothing, where nothing need be.
_ABSENT = object()


class _Where:
    """Where a value is made: the property's name, the choices there, the schemas around it, and how much is wanted."""

    __slots__ = ("chance", "level", "name", "opened", "shallow")

    def __init__(
        self, chance: Chance, name: str = "", opened: frozenset[int] = frozenset(), level: int = 0, shallow: bool = False
    ) -> None:
        self.chance, self.name, self.opened, self.level, self.shallow = chance, name, opened, level, shallow

    def inside(self, chance: Chance, name: str, plain: Plain, shallow: bool) -> _Where:
        """Where a value inside of this one is made."""
        return _Where(chance, name, plain.opened, self.level + 1, shallow)


class _Maker:
    """Makes one value."""

    def __init__(self, whole: Document) -> None:
        self._document = whole
        self._depths = Depths(whole)
        self._merging = Merging(whole, self._depths)
        self._judge = Judge(whole)
        self._made = 0
        self._failed: dict[frozenset[int], Unsatisfiable] = {}
        #: Every value that the judge saw, so that it never takes one for another.
        self._kept: list[Any] = []

    def make(self, places: tuple[Place, ...], where: _Where, *, optional: bool = False) -> Steps[Any]:
        """A value that some schemas allow together; nothing where it is optional and would lead back to where we are."""
        self._count(places)
        key = frozenset(id(place.schema) for place in places)
        if key in self._failed:
            raise self._again(self._failed[key])
        wrong = None
        for plain in self._merging.plain(places, where.opened, where.shallow, where.chance):
            if optional and plain.again:
                return _ABSENT
            self._count(places)
            try:
                return (yield self._fitting(places, plain, where))
            except Unsatisfiable as raised:
                if raised.final:
                    raise
                wrong = wrong or raised
        wrong = wrong or Unsatisfiable(self._path(places), "what it demands cannot be had together")
        self._failed[key] = wrong
        raise self._again(wrong)

    def _again(self, wrong: Unsatisfiable) -> Unsatisfiable:
        return Unsatisfiable(wrong.schema_path, wrong.reason, final=wrong.final)

    def _count(self, places: tuple[Place, ...]) -> None:
        self._made += 1
        if self._made > _VALUES:
            raise Unsatisfiable(self._path(places), f"it takes more than {_VALUES:,} values or tries", final=True)

    def _path(self, places: tuple[Place, ...], *names: str) -> str:
        """The schema among some that has one of these keywords, else the first."""
        for place in places:
            for name in names:
                if isinstance(place.schema, dict) and name in place.schema:
                    return pointer((place.path, name))
        return pointer(places[0].path) if places else "#"

    def _fits(self, value: Any, places: tuple[Place, ...]) -> bool:
        self._kept.append(value)
        return all(self._judge.misfit(value, place) is None for place in places)

    def _fitting(self, places: tuple[Place, ...], plain: Plain, where: _Where) -> Steps[Any]:
        """A value of plain schemas that fits the ones they come from."""
        fixed = [
            values
            for one in plain.keywords
            for values in (one.get("enum"), [one["const"]] if "const" in one else None)
            if values is not None
        ]
        if fixed:
            return self._one_of(fixed[0], places, plain, where)
        given = self._given(plain, where)
        for value in given:
            if self._fits(value, places):
                return deepcopy(value)
        unsure = any(name in one for one in plain.keywords for name in _UNSURE)
        wrong = None
        for kind in plain.kinds:
            for turn in range(_TRIES if unsure else 1):
                shallow = where.shallow or plain.again or turn % 2 == 1
                try:
                    value = yield self._kind(kind, plain, where, turn, shallow)
                except Unsatisfiable as raised:
                    if raised.final:
                        raise
                    wrong = wrong or raised
                    break
                if not unsure or self._fits(value, places):
                    return value
        raise wrong or Unsatisfiable(self._path(plain.members, *_UNSURE), "no value was found that fits all of it")

    def _one_of(self, values: list[Any], places: tuple[Place, ...], plain: Plain, where: _Where) -> Any:
        start = where.chance.below(len(values), "enum") if values else 0
        ordered = sorted((*values[start:], *values[:start]), key=lambda value: value is None)
        for value in ordered:
            self._count(places)
            if self._fits(value, (*plain.members, *places)):
                return deepcopy(value)
        raise Unsatisfiable(self._path(plain.members, "enum", "const"), "none of its values fits the rest of the schema")

    def _given(self, plain: Plain, where: _Where) -> Iterator[Any]:
        """A value that the schema itself gives: an example, or a default that tells something."""
        given = [value for one in plain.keywords for value in one.get("examples", ())]
        given += [one[name] for one in plain.keywords for name in ("example", "default") if one.get(name)]
        chosen = where.chance.below(len(given) + 1, "given")
        if given and chosen < len(given):
            yield given[chosen]

    def _kind(self, kind: str, plain: Plain, where: _Where, turn: int, shallow: bool) -> Steps[Any]:
        chance = where.chance.at(turn) if turn else where.chance
        here = _Where(chance, where.name, where.opened, where.level, shallow)
        match kind:
            case "object":
                return (yield self._object(plain, here))
            case "array":
                return (yield self._array(plain, here))
            case "string":
                return (yield self._string(plain, here))
            case "integer" | "number":
                found = number(Bounds.of(plain.keywords), kind == "integer", where.name, chance)
                if found is None:
                    raise Unsatisfiable(
                        self._path(plain.members, "minimum", "exclusiveMinimum", "multipleOf", "maximum", "exclusiveMaximum"),
                        "no number was found within its bounds",
                    )
                return found
            case "boolean":
                return chance.below(2, "boolean") == 0
            case _:
                return None

    def _string(self, plain: Plain, where: _Where) -> Steps[str]:
        for place, one in zip(plain.members, plain.keywords, strict=True):
            if "contentSchema" in one and "json" in one.get("contentMediaType", "json"):
                inner = yield self.make(
                    (place.under("contentSchema"),), where.inside(where.chance.at("content"), where.name, plain, where.shallow)
                )
                return dumps(inner)
        found = text(Texts.of(plain.keywords), where.name, where.chance)
        if found is None:
            raise Unsatisfiable(
                self._path(plain.members, "pattern", "format", "minLength", "maxLength"),
                "no string was found that is as it demands",
            )
        return found

    def _cheap(self, places: tuple[Place, ...], where: _Where) -> bool:
        """Whether a value that need not be is wanted."""
        deepest = max(map(self._depths.of, places), default=0)
        return not where.shallow and self._made < _PLENTY and (deepest == 0 or (deepest < inf and where.level < _LEVELS))

    def _optional(self, places: tuple[Place, ...], inside: _Where, where: _Where) -> Steps[Any]:
        """A value that need not be; nothing where it would cost much or cannot be."""
        if not self._cheap(places, where):
            return _ABSENT
        try:
            return (yield self.make(places, inside, optional=True))
        except Unsatisfiable as wrong:
            if wrong.final:
                raise
            return _ABSENT

    def _array(self, plain: Plain, where: _Where) -> Steps[list[Any]]:
        least = max((int(one.get("minItems", 0)) for one in plain.keywords), default=0)
        most = min((one["maxItems"] for one in plain.keywords if "maxItems" in one), default=inf)
        contained = [(place.under("contains"), int(one.get("minContains", 1)))
                     for place, one in zip(plain.members, plain.keywords, strict=True) if "contains" in one]  # fmt: skip
        least = max((least, *(count for _, count in contained)))
        if least > most:
            raise Unsatisfiable(
                self._path(plain.members, "maxItems", "minItems", "contains"), f"it has at least {least} items and at most {most}"
            )
        prefix = max((len(self._first(one)) for one in plain.keywords), default=0)
        wanted = max(least, prefix) or 1 + where.chance.below(3, "items")
        unique = any(one.get("uniqueItems") for one in plain.keywords)
        made: list[Any] = []
        met: set[Any] = set()
        turn = 0
        while len(made) < min(wanted, most):
            places = (*self._item(plain, len(made)), *(place for place, count in contained if len(made) < count))
            inside = where.inside(where.chance.at("item").turned(turn), where.name, plain, where.shallow)
            if len(made) < least:
                item = yield self.make(places, inside)
            else:
                item = yield self._optional(places, inside, where)
                if item is _ABSENT:
                    break
            turn += 1
            if unique:
                if unlike(item) in met:
                    if len(made) >= least and turn > 2 * wanted + 8:
                        break
                    if turn > 2 * wanted + 64:
                        raise Unsatisfiable(self._path(plain.members, "uniqueItems"), f"no {least} different items were found")
                    continue
                met.add(unlike(item))
            made.append(item)
        return made

    def _first(self, keywords: dict[str, Any]) -> list[Any]:
        items = keywords.get("items")
        return items if isinstance(items, list) else keywords.get("prefixItems", [])

    def _item(self, plain: Plain, index: int) -> tuple[Place, ...]:
        """The schemas of one item."""
        found = []
        for place, one in zip(plain.members, plain.keywords, strict=True):
            listed = isinstance(one.get("items"), list)
            if index < len(self._first(one)):
                found.append(place.under("items" if listed else "prefixItems", index))
            elif ("additionalItems" if listed else "items") in one:
                found.append(place.under("additionalItems" if listed else "items"))
        return tuple(found)

    def _object(self, plain: Plain, where: _Where) -> Steps[dict[str, Any]]:
        if not any(name in one for one in plain.keywords for name in BARE):
            return dict(MESSAGE) if where.level == 0 else {}
        least = max((int(one.get("minProperties", 0)) for one in plain.keywords), default=0)
        most = min((one["maxProperties"] for one in plain.keywords if "maxProperties" in one), default=inf)
        dependent: dict[str, list[str]] = {}
        for one in plain.keywords:
            for keyword in ("dependentRequired", "dependencies"):
                for name, names in one.get(keyword, {}).items():
                    if isinstance(names, list):
                        dependent.setdefault(name, []).extend(names)
        required: dict[str, None] = {}
        todo = [name for one in plain.keywords if isinstance(one.get("required"), list) for name in one["required"]]
        while todo:
            name = todo.pop(0)
            if name not in required:
                required[name] = None
                todo += dependent.get(name, ())
        declared = dict.fromkeys(name for one in plain.keywords for name in one.get("properties", ()))
        if len(required) > most:
            raise Unsatisfiable(
                self._path(plain.members, "maxProperties"), f"it has at most {most} properties, and {len(required)} are required"
            )
        made: dict[str, Any] = {}
        room = most - len(required)
        for name in (*declared, *(name for name in required if name not in declared)):
            places = self._property(plain, name)
            inside = where.inside(where.chance.at(name), name, plain, where.shallow)
            if name in required:
                made[name] = yield self.make(places, inside)
            elif room > 0 and all(other in declared for other in dependent.get(name, ())) and self._named(name, plain):
                value = yield self._optional(places, inside, where)
                if value is not _ABSENT:
                    made[name] = value
                    room -= 1
        for name in [name for name in made if any(other not in made for other in dependent.get(name, ()))]:
            made.pop(name, None)
        for name in (name for name in declared if name not in made and len(made) < min(least, most)):
            made[name] = yield self.make(
                self._property(plain, name), where.inside(where.chance.at(name), name, plain, where.shallow)
            )
        yield self._entries(plain, where, made, least, most, not declared)
        return made

    def _entries(self, plain: Plain, where: _Where, made: dict[str, Any], least: int, most: float, bare: bool) -> Steps[None]:
        """Add properties that no schema declares: as many as there must be, one or two where it is a mapping."""
        is_map = bare and any(one.get("additionalProperties") or "patternProperties" in one for one in plain.keywords)
        wanted = min(max(least, len(made) + 1 + where.chance.below(2, "entries") if is_map else 0), most)
        turn = 0
        while len(made) < wanted:
            turn += 1
            name = yield self._name(plain, where, turn)
            places = self._property(plain, name)
            if name in made or any(place.schema is False for place in places):
                if turn > 2 * wanted + 32:
                    if len(made) >= least:
                        return
                    raise Unsatisfiable(self._path(plain.members, "minProperties"), f"no {least} properties were found for it")
                continue
            inside = where.inside(where.chance.at(name), name, plain, where.shallow)
            if len(made) < least:
                made[name] = yield self.make(places, inside)
            else:
                value = yield self._optional(places, inside, where)
                if value is _ABSENT:
                    return
                made[name] = value

    def _name(self, plain: Plain, where: _Where, turn: int) -> Steps[str]:
        """A name for one more property."""
        chance = where.chance.at("name").turned(turn)
        named = tuple(
            place.under("propertyNames") for place, one in zip(plain.members, plain.keywords, strict=True) if "propertyNames" in one
        )
        patterns = [
            pattern
            for one in plain.keywords
            for pattern in one.get("patternProperties", ())
            if one["patternProperties"][pattern] is not False
        ]
        if named:
            name = yield self.make(
                (*named, self._document.keep(Place({"type": "string"}, plain.members[0].path))), _Where(chance, "key")
            )
            return str(name)
        if patterns:
            return text(Texts(patterns=(patterns[turn % len(patterns)],)), "", chance.at(turn)) or ""
        return filled("{noun}" if turn < 16 else f"{{noun}}_{turn}", chance)

    def _named(self, name: str, plain: Plain) -> bool:
        """Whether a property may have this name."""
        return all(
            self._fits(name, (place.under("propertyNames"),))
            for place, one in zip(plain.members, plain.keywords, strict=True)
            if "propertyNames" in one
        )

    def _property(self, plain: Plain, name: str) -> tuple[Place, ...]:
        """The schemas of one property."""
        found = []
        for place, one in zip(plain.members, plain.keywords, strict=True):
            declared = name in one.get("properties", ())
            if declared:
                found.append(place.under("properties", name))
            for pattern in one.get("patternProperties", ()):
                regex = compiled(pattern)
                if regex is not None and regex.search(name):
                    found.append(place.under("patternProperties", pattern))
                    declared = True
            if not declared and "additionalProperties" in one:
                found.append(place.under("additionalProperties"))
        return tuple(found)


def instance(schema: Any, seed: str) -> Any:
    """A value that a schema allows, the same for the same schema and seed.

    It reads as well as names, formats, examples and bounds make it, and is as deep as it must be where the schema leads back to
    itself. Raises `Unsatisfiable`, a `ValueError`, for a schema that nothing satisfies, that cannot be read, or that we find no
    value for.
    """
    whole = document(schema)
    root = whole.root
    value = finish(_Maker(whole).make((root,), _Where(Chance(seed))))
    found = Judge(whole).misfit(value, root)
    if found is not None:
        raise Unsatisfiable(
            found.schema_path, f"the value that we found has at {found.path} {found.found!r:.60}, not {found.wanted}"
        )
    return value
