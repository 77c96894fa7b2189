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
        known: set[int] = set()
        while self._waiting:
            place = self._waiting.pop()
            if isinstance(place.schema, dict) and id(place.schema) not in known:
                known.add(id(place.schema))
                self._read(place)
        self._settle()

    def of(self, place: Place) -> float:
        """The depth of a schema."""
        if isinstance(place.schema, bool):
            return 0 if place.schema else inf
        return self._depths.get(id(place.schema), inf)

    def _read(self, place: Place) -> None:
        keywords = self._document.keywords(place)
        needed: list[int] = []
        for name in REFERENCES:
            target = self._document.target(place, name) if name in keywords else None
            if target is not None:
                needed.append(self._node(target))
        needed += [self._node(place.under("allOf", index)) for index in range(len(keywords.get("allOf", ())))]
        for name in ("anyOf", "oneOf"):
            if name in keywords:
                needed.append(self._choice([(0, [self._node(place.under(name, at))]) for at in range(len(keywords[name]))]))
        if "enum" not in keywords and "const" not in keywords:
            needed.append(self._choice([self._kind(place, keywords, kind) for kind in kinds_of([keywords])]))
        self._clause(id(place.schema), 0, needed)

    def _kind(self, place: Place, keywords: dict[str, Any], kind: str) -> tuple[int, list[int]]:
        needed: list[Place] = []
        inside: list[Place] = []
        if kind == "object":
            inside = [place.under("properties", name) for name in keywords.get("properties", ())]
            required = keywords.get("required")
            if isinstance(required, list):
                needed = [one for one in inside if one.path[1] in set(required)]
            inside += [place.under("patternProperties", name) for name in keywords.get("patternProperties", ())]
            inside += [place.under(name) for name in ("additionalProperties",) if name in keywords]
            if keywords.get("minProperties", 0) > len(inside) - 1 and "additionalProperties" in keywords:
                needed.append(place.under("additionalProperties"))
        elif kind == "array":
            first = "items" if isinstance(keywords.get("items"), list) else "prefixItems"
            inside = [place.under(first, index) for index in range(len(keywords.get(first, ())))]
            least = keywords.get("minItems", 0)
            needed = inside[: int(least)]
            rest = "additionalItems" if first == "items" else "items"
            if rest in keywords:
                inside.append(place.under(rest))
                needed += inside[-1:] if least >= len(inside) else []
            if "contains" in keywords:
                inside.append(place.under("contains"))
                needed += inside[-1:] if keywords.get("minContains", 1) else []
        for one in inside:
            self._node(one)
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
