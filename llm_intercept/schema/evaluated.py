"""Which parts of a container a schema speaks of, itself and where others hold with it: what `unevaluated...` leaves over.

Reference: https://json-schema.org/draft/2020-12/json-schema-core#section-11
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llm_intercept.schema.patterns import compiled
from llm_intercept.schema.references import REFERENCES, Document, Place
from llm_intercept.schema.steps import Steps

__all__ = ["evaluated"]

#: Whether a value fits a schema, in steps that return None where it does.
Check = Callable[[Any, Place], Steps[Any]]


def evaluated(value: Any, place: Place, whole: Document, check: Check, met: frozenset[int] = frozenset()) -> Steps[set[Any]]:
    """The names or indices that a schema speaks of; `met` are the schemas that lead here, of which the first asks."""
    if isinstance(place.schema, bool) or id(place.schema) in met:
        return set()
    found = yield _here(value, place, whole, check, outermost=not met)
    for inner in (yield _beside(value, place, whole, check)):
        found |= yield evaluated(value, inner, whole, check, met | {id(place.schema)})
    return found  # type: ignore[no-any-return]


def _here(value: Any, place: Place, whole: Document, check: Check, *, outermost: bool) -> Steps[set[Any]]:
    """What a schema's own keywords speak of."""
    keywords = whole.keywords(place)
    found: set[Any] = set()
    if isinstance(value, Mapping):
        if "additionalProperties" in keywords or ("unevaluatedProperties" in keywords and not outermost):
            return set(value)
        found = {name for name in keywords.get("properties", ()) if name in value}
        for pattern in keywords.get("patternProperties", ()):
            regex = compiled(pattern)
            found |= {name for name in value if regex is not None and regex.search(name)}
        return found
    listed = isinstance(keywords.get("items"), list)
    if ("additionalItems" if listed else "items") in keywords or ("unevaluatedItems" in keywords and not outermost):
        return set(range(len(value)))
    found = set(range(len(keywords["items"] if listed else keywords.get("prefixItems", ()))))
    if "contains" in keywords:
        for index, item in enumerate(value):
            if (yield check(item, place.under("contains"))) is None:
                found.add(index)
    return found


def _beside(value: Any, place: Place, whole: Document, check: Check) -> Steps[list[Place]]:
    """The schemas that hold for the same value."""
    keywords = whole.keywords(place)
    targets = [whole.target(place, name) for name in REFERENCES if name in keywords]
    found = [target for target in targets if target is not None]
    found += [place.under("allOf", index) for index in range(len(keywords.get("allOf", ())))]
    for name in ("anyOf", "oneOf"):
        for index in range(len(keywords.get(name, ()))):
            if (yield check(value, place.under(name, index))) is None:
                found.append(place.under(name, index))
    if "if" in keywords:
        fits = (yield check(value, place.under("if"))) is None
        found += [place.under(name) for name in (("if", "then") if fits else ("else",)) if name in keywords]
    for name in keywords.get("dependentSchemas", ()):
        if name in value:
            found.append(place.under("dependentSchemas", name))
    return found
