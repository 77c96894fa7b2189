"""Objects: which properties, and which schemas each has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from llm_intercept.schema.kinds import BARE
from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.references import Place, Unsatisfiable
from llm_intercept.schema.steps import Steps
from llm_intercept.schema.texts import Texts, filled, text
from llm_intercept.schema.words import words_of

if TYPE_CHECKING:
    from llm_intercept.schema.maker import Maker, Where
    from llm_intercept.schema.merging import Plain

__all__ = ["MESSAGE", "object_"]

#: What an object says of which nothing is known: JSON mode.
MESSAGE = {"message": "This is a mock request"}

#: How many names in a row are of no use before there are no others.
_PATIENCE = 32

#: Names of mappings whose keys are numbers, which a schema does not tell.
_NUMBERED = frozenset(("id", "index", "year", "number", "level", "rank", "page", "age", "step", "port"))


class _Asked(NamedTuple):
    """What some schemas ask of an object together."""

    least: int
    most: float
    declared: Iterable[str]
    required: Mapping[str, None]
    dependent: Mapping[str, list[str]]


def _asked(plain: Plain) -> _Asked:
    dependent: dict[str, list[str]] = {}
    for keyword in ("dependentRequired", "dependencies"):
        for _, one in plain.having(keyword):
            for name, names in one[keyword].items():
                dependent.setdefault(name, []).extend(names if isinstance(names, list) else ())
    required: dict[str, None] = {}
    todo = [name for _, one in plain.having("required") for name in reversed(one["required"])]
    while todo:
        name = todo.pop()
        if name not in required:
            required[name] = None
            todo += dependent.get(name, ())
    return _Asked(
        max((int(one["minProperties"]) for _, one in plain.having("minProperties")), default=0),
        min((one["maxProperties"] for _, one in plain.having("maxProperties")), default=inf),
        dict.fromkeys(name for _, one in plain.having("properties") for name in one["properties"]),
        required,
        dependent,
    )


def object_(maker: Maker, plain: Plain, where: Where) -> Steps[dict[str, Any]]:
    """An object that some schemas allow together, in steps: declared properties in their order, then others."""
    if not any(name in one for one in plain.keywords for name in BARE):
        return dict(MESSAGE) if where.level == 0 else {}
    asked = _asked(plain)
    if len(asked.required) > asked.most:
        raise Unsatisfiable(plain.at("maxProperties"), f"{len(asked.required)} properties are required, and {asked.most} allowed")
    made: dict[str, Any] = {}
    room = asked.most - len(asked.required)
    owner = where.name or next((str(one["title"]) for _, one in plain.having("title")), "")
    for name in dict.fromkeys((*asked.declared, *asked.required)):
        inside = where.inside(where.chance.at(name), f"{owner} name" if name == "name" else name, plain)
        if name in asked.required:
            if not _may_be_named(maker, plain, name):
                raise Unsatisfiable(plain.at("propertyNames"), f"{name!r} is required, and may not be a name")
            made[name] = yield maker.make(_property(plain, name), inside)
        elif room > 0 and name not in asked.dependent and _may_be_named(maker, plain, name):
            value = yield maker.optional(_property(plain, name), inside, where)
            if value is not maker.absent:
                made[name] = value
                room -= 1
    for name in asked.declared:
        spare = name not in made and name not in asked.dependent and len(made) < min(asked.least, asked.most)
        if spare and _may_be_named(maker, plain, name):
            made[name] = yield maker.make(_property(plain, name), where.inside(where.chance.at(name), name, plain))
    yield _others(maker, plain, where, made, asked)
    return made


def _others(maker: Maker, plain: Plain, where: Where, made: dict[str, Any], asked: _Asked) -> Steps[None]:
    """Add properties that no schema declares: as many as there must be, one or two where it is a mapping."""
    is_map = not asked.declared and any(one.get("additionalProperties") or "patternProperties" in one for one in plain.keywords)
    wanted = min(max(asked.least, 1 + where.chance.below(2, "entries") if is_map and not made else 0), asked.most)
    turn = useless = 0
    while len(made) < wanted and useless < _PATIENCE:
        turn += 1
        name = yield _name(maker, plain, where, turn)
        places = _property(plain, name)
        if name in made or any(place.schema is False for place in places):
            useless += 1
            continue
        inside = where.inside(where.chance.at(name), name, plain)
        value = yield maker.make(places, inside) if len(made) < asked.least else maker.optional(places, inside, where)
        if value is maker.absent:
            return
        made[name] = value
    if len(made) < asked.least:
        raise Unsatisfiable(plain.at("minProperties"), f"{asked.least} properties are asked for, and {len(made)} were found")


def _name(maker: Maker, plain: Plain, where: Where, turn: int) -> Steps[str]:
    """A name for one more property."""
    chance = where.chance.at("name").turned(turn)
    if list(plain.having("propertyNames")):
        text_place = maker.kept(Place({"type": "string"}, plain.members[0].path))
        names = (*(place.under("propertyNames") for place, _ in plain.having("propertyNames")), text_place)
        return (yield maker.make(names, where.named(chance, "key")))  # type: ignore[no-any-return]
    patterns = [
        pattern
        for _, one in plain.having("patternProperties")
        for pattern, of in one["patternProperties"].items()
        if of is not False
    ]
    if patterns:
        return text(Texts(patterns=(patterns[turn % len(patterns)],)), "", chance.at(turn)) or ""
    if _NUMBERED.intersection(words_of(where.name)):
        return str(turn)
    return filled("{noun}" if turn <= 16 else f"{{noun}}_{turn}", chance)


def _may_be_named(maker: Maker, plain: Plain, name: str) -> bool:
    return maker.fits(name, tuple(place.under("propertyNames") for place, _ in plain.having("propertyNames")))


def _property(plain: Plain, name: str) -> tuple[Place, ...]:
    """The schemas of one property."""
    found: list[Place] = []
    for place, one in plain.having():
        told = len(found)
        if name in one.get("properties", ()):
            found.append(place.under("properties", name))
        for pattern in one.get("patternProperties", ()):
            regex = compiled(pattern)
            if regex is not None and regex.search(name):
                found.append(place.under("patternProperties", pattern))
        if len(found) == told and "additionalProperties" in one:
            found.append(place.under("additionalProperties"))
    return tuple(found) or tuple(place.under("unevaluatedProperties") for place, _ in plain.having("unevaluatedProperties"))
