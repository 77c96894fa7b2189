"""Schemas that must hold together, with every choice in them made: plain schemas, whose keywords add up."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any, NamedTuple

from llm_intercept.schema.chance import Chance
from llm_intercept.schema.depths import Depths
from llm_intercept.schema.kinds import kinds_of
from llm_intercept.schema.references import REFERENCES, Document, Place, Unsatisfiable, pointer

__all__ = ["Merging", "Plain"]

#: What a choice is made among: schemas that hold together, each.
Alternatives = list[tuple[Place, ...]]

#: Keywords that tell more of a string than that it is one.
_TELLING = ("pattern", "format", "enum", "const", "contentMediaType", "contentSchema")


class Plain(NamedTuple):
    """Schemas that hold together, no choice left among them.

    `kinds` are those of values that all of them allow, `opened` the schemas that a value in them would be inside of, and `again`
    whether it is inside of one of them already.
    """

    members: tuple[Place, ...]
    keywords: tuple[dict[str, Any], ...]
    kinds: tuple[str, ...]
    opened: frozenset[int]
    again: bool

    def having(self, *names: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """The schemas with all of some keywords, and their keywords."""
        for place, one in zip(self.members, self.keywords, strict=True):
            if all(name in one for name in names):
                yield place, one

    def at(self, *names: str) -> str:
        """Where the first of some keywords stands, else the first schema."""
        found = next(((place.path, name) for name in names for place, _ in self.having(name)), None)
        return pointer(found or (self.members[0].path if self.members else ()))


class Merging:
    """Makes the choices of one document's schemas."""

    def __init__(self, whole: Document, depths: Depths) -> None:
        self._document = whole
        self._depths = depths

    def plain(self, places: tuple[Place, ...], opened: frozenset[int], shallow: bool, chance: Chance) -> Iterator[Plain]:
        """Every way in which some schemas may hold together, the best first; `shallow` ones first where that is demanded."""
        todo: Any = ()
        for place in reversed(places):
            todo = (place, todo)
        waiting: list[tuple[Any, tuple[Place, ...], frozenset[int], bool]] = [(todo, (), frozenset(), False)]
        while waiting:
            todo, start, met, again = waiting.pop()
            members, seen = list(start), set(met)
            while todo:
                one, todo = todo
                if isinstance(one, list):
                    ordered = self._ordered(one, opened, shallow, chance)
                    for alternative in reversed(ordered):
                        rest = todo
                        for place in reversed(alternative):
                            rest = (place, rest)
                        waiting.append((rest, tuple(members), frozenset(seen), again))
                    break
                if one.schema is False:
                    break
                if one.schema is True or id(one.schema) in seen:
                    continue
                seen.add(id(one.schema))
                again = again or id(one.schema) in opened
                members.append(one)
                more = self._more(one)
                for part in reversed(more):
                    todo = (part, todo)
            else:
                keywords = tuple(self._document.keywords(place) for place in members)
                kinds = kinds_of(keywords)
                if kinds:
                    yield Plain(tuple(members), keywords, kinds, opened | seen, again)

    def _more(self, place: Place) -> list[Place | Alternatives]:
        """What holds where this schema does: schemas, and choices among schemas, which come last."""
        keywords = self._document.keywords(place)
        fault = self._document.faults.get(id(place.schema))
        if fault is not None:
            raise Unsatisfiable(pointer(fault[0]), fault[1], final=True)
        found: list[Place | Alternatives] = []
        for name in REFERENCES:
            if name in keywords:
                target = self._document.target(place, name)
                if target is None:
                    raise Unsatisfiable(pointer((place.path, name)), f"{keywords[name]!r} is not in the schema", final=True)
                found.append(target)
        found += [place.under("allOf", index) for index in range(len(keywords.get("allOf", ())))]
        for name in ("anyOf", "oneOf"):
            if name in keywords:
                found.append([(place.under(name, index),) for index in range(len(keywords[name]))])
        if "if" in keywords:
            then, otherwise = ((place.under(name),) if name in keywords else () for name in ("then", "else"))
            found.append([(place.under("if"), *then), otherwise])
        for name in ("dependentSchemas", "dependencies"):
            for key, schema in keywords.get(name, {}).items():
                if not isinstance(schema, list):
                    without = Place({"properties": {key: False}}, (place.path, name))
                    found.append([(place.under(name, key),), (self._document.keep(without),)])
        return found

    def _ordered(self, alternatives: Alternatives, opened: frozenset[int], shallow: bool, chance: Chance) -> Alternatives:
        """The alternatives that have an end, the best first: those that lead back to where we are come late, null last.

        So does any string at all beside a number: it is how pydantic writes a decimal.
        """
        start = chance.below(len(alternatives), "alternative") if alternatives else 0
        numeric = any(self._only(place) in ("number", "integer") for alternative in alternatives for place in alternative)
        late = {"null": 2, "string": 1 if numeric else 0}
        ranked = []
        for index, alternative in enumerate((*alternatives[start:], *alternatives[:start])):
            depth = max(map(self._depths.of, alternative), default=0)
            if depth < inf:
                targets = [self._target(place) for place in alternative]
                again = any(id(place.schema) in opened for place in targets)
                rank = max((late.get(self._only(place), 0) for place in targets), default=0)
                ranked.append((depth if shallow else 0, again, rank, index, alternative))
        return [alternative for *_, alternative in sorted(ranked, key=lambda one: one[:4])]

    def _target(self, place: Place) -> Place:
        """Where a schema leads that only refers to another."""
        met: set[int] = set()
        while isinstance(place.schema, dict) and "$ref" in self._document.keywords(place) and id(place.schema) not in met:
            met.add(id(place.schema))
            target = self._document.target(place, "$ref")
            if target is None:
                break
            place = target
        return place

    def _only(self, place: Place) -> str:
        """The one kind of a schema of which nothing but that is told."""
        keywords = self._document.keywords(place) if isinstance(place.schema, dict) else {}
        kinds = kinds_of([keywords])
        return kinds[0] if len(kinds) == 1 and not any(name in keywords for name in _TELLING) else ""
