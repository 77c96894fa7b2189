"""How deep the shallowest value of each schema is: what recursion must choose to come to an end."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from math import inf
from typing import Any

from llm_intercept.schema.kinds import kinds_of
from llm_intercept.schema.references import REFERENCES, Document, Place

__all__ = ["Depths"]


class Depths:
    """The depths of all schemas that a document's root leads to: 0 for a scalar, infinite where recursion has no end.

    A clause says that a schema is as deep as the deepest of some others, or one deeper. The shallowest schema is settled first,
    and each clause is looked at once for each schema in it, so the time grows with the document alone.
    """

    def __init__(self, whole: Document) -> None:
        self._document = whole
        self._depths: dict[int, float] = {}
        #: Each clause: whose it is, how much deeper, and how many schemas are not settled yet.
        self._clauses: list[list[int]] = []
        self._used: defaultdict[int, list[int]] = defaultdict(list)
        self._ready: list[tuple[int, int]] = []
        self._waiting = [whole.root]
        #: Choices are nodes of their own, numbered below every identity.
        self._choices = 0
        self._known: set[int] = set()
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.schema, dict) and id(place.schema) not in self._known:
                self._known.add(id(place.schema))
                self._read(place)
        self._settle()

    def of(self, place: Place) -> float:
        """The depth of a schema; one that was made up here has none."""
        if isinstance(place.schema, bool):
            return 0 if place.schema else inf
        return self._depths.get(id(place.schema), inf if id(place.schema) in self._known else 0)

    def _read(self, place: Place) -> None:
        keywords = self._document.keywords(place)
        self._waiting.extend(self._document.inside(place))
        targets = [self._document.target(place, name) for name in REFERENCES if name in keywords]
        needed = [self._node(target) for target in targets if target is not None]
        needed += [self._node(place.under("allOf", index)) for index in range(len(keywords.get("allOf", ())))]
        for name in ("anyOf", "oneOf"):
            if name in keywords:
                needed.append(self._choice([(0, [self._node(place.under(name, at))]) for at in range(len(keywords[name]))]))
        if "enum" not in keywords and "const" not in keywords:
            needed.append(self._choice([self._kind(place, keywords, kind) for kind in kinds_of([keywords])]))
        self._clause(id(place.schema), 0, needed)

    def _kind(self, place: Place, keywords: dict[str, Any], kind: str) -> tuple[int, list[int]]:
        """How much deeper than which schemas a value of a kind is."""
        needed: list[Place] = []
        match kind:
            case "object":
                needed = [
                    place.under("properties", name)
                    for name in keywords.get("required", ())
                    if name in keywords.get("properties", ())
                ]
                mapped = isinstance(keywords.get("additionalProperties"), dict) and "patternProperties" not in keywords
                if mapped and keywords.get("minProperties", 0) > len(keywords.get("properties", ())):
                    needed.append(place.under("additionalProperties"))
            case "array":
                listed = isinstance(keywords.get("items"), list)
                first, rest = ("items", "additionalItems") if listed else ("prefixItems", "items")
                least, given = int(keywords.get("minItems", 0)), len(keywords.get(first, ()))
                needed = [place.under(first, index) for index in range(min(given, least))]
                if rest in keywords and least > given:
                    needed.append(place.under(rest))
                if "contains" in keywords and keywords.get("minContains", 1):
                    needed.append(place.under("contains"))
        return int(kind in ("object", "array")), [self._node(one) for one in needed]

    def _node(self, place: Place) -> int:
        if isinstance(place.schema, bool):
            return self._choice([(0, [])] if place.schema else [])
        self._waiting.append(place)
        return id(place.schema)

    def _choice(self, alternatives: list[tuple[int, list[int]]]) -> int:
        self._choices -= 1
        node = self._choices
        for weight, needed in alternatives:
            self._clause(node, weight, needed)
        return node

    def _clause(self, owner: int, weight: int, needed: list[int]) -> None:
        if not needed:
            heappush(self._ready, (weight, owner))
            return
        for node in needed:
            self._used[node].append(len(self._clauses))
        self._clauses.append([owner, weight, len(needed)])

    def _settle(self) -> None:
        while self._ready:
            depth, node = heappop(self._ready)
            if node in self._depths:
                continue
            self._depths[node] = depth
            for index in self._used[node]:
                clause = self._clauses[index]
                clause[2] -= 1
                if clause[2] == 0:
                    heappush(self._ready, (depth + clause[1], clause[0]))
