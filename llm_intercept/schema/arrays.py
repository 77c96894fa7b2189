"""Arrays: how many items, and which schemas each has."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from llm_intercept.schema.keywords import unlike
from llm_intercept.schema.references import Place, Unsatisfiable
from llm_intercept.schema.steps import Steps

if TYPE_CHECKING:
    from llm_intercept.schema.maker import Maker, Where
    from llm_intercept.schema.merging import Plain

__all__ = ["array"]

#: How many equal items are made in a row before there are no different ones.
_PATIENCE = 64


def array(maker: Maker, plain: Plain, where: Where) -> Steps[list[Any]]:
    """An array that some schemas allow together, in steps."""
    contained = [(place.under("contains"), int(one.get("minContains", 1))) for place, one in plain.having("contains")]
    least = max([int(one["minItems"]) for _, one in plain.having("minItems")] + [count for _, count in contained], default=0)
    most = min((one["maxItems"] for _, one in plain.having("maxItems")), default=inf)
    if least > most:
        raise Unsatisfiable(plain.at("maxItems"), f"at least {least} items are asked for and at most {most}")
    prefix = max((len(_first(one)) for one in plain.keywords), default=0)
    wanted = min(max(least, prefix) or 1 + where.chance.below(3, "items"), most)
    unique = any(one["uniqueItems"] for _, one in plain.having("uniqueItems"))
    made: list[Any] = []
    met: set[Any] = set()
    turn = equal = 0
    while len(made) < wanted and equal < _PATIENCE:
        places = (*_item(plain, len(made)), *(place for place, count in contained if len(made) < count))
        inside = where.inside(where.chance.at("item").turned(turn), where.name, plain)
        item = yield maker.make(places, inside) if len(made) < least else maker.optional(places, inside, where)
        if item is maker.absent:
            break
        turn += 1
        if unique and unlike(item) in met:
            equal += 1
            continue
        if unique:
            met.add(unlike(item))
        made.append(item)
    if len(made) < least:
        raise Unsatisfiable(plain.at("uniqueItems"), f"{least} different items are asked for, and {len(made)} were found")
    return made


def _first(keywords: dict[str, Any]) -> list[Any]:
    """The schemas of the first items, each its own."""
    items = keywords.get("items")
    return items if isinstance(items, list) else keywords.get("prefixItems", [])


def _item(plain: Plain, index: int) -> tuple[Place, ...]:
    """The schemas of one item."""
    found = []
    for place, one in plain.having():
        listed = isinstance(one.get("items"), list)
        rest = "additionalItems" if listed else "items"
        if index < len(_first(one)):
            found.append(place.under("items" if listed else "prefixItems", index))
        elif rest in one:
            found.append(place.under(rest))
    return tuple(found) or tuple(place.under("unevaluatedItems") for place, _ in plain.having("unevaluatedItems"))
