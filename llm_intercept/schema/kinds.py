"""Which kinds of values some schemas allow together, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llm_intercept.schema.keywords import KINDS

__all__ = ["BARE", "kinds_of"]

#: What tells the kind of a value where no type does.
_TELLING = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
               "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"),
    "string": ("pattern", "format", "minLength", "maxLength", "contentMediaType", "contentEncoding"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip

#: The keywords of an object; one that has none of them says nothing of what is in it.
BARE = _TELLING["object"]

#: Where nothing tells at all.
_UNTOLD = ("string", "object", "array", "number", "boolean", "null")


def _types(keywords: Mapping[str, Any], name: str = "type") -> tuple[str, ...]:
    types = keywords.get(name, KINDS)
    return (types,) if isinstance(types, str) else tuple(types)


def kinds_of(schemas: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The kinds that all of some schemas allow; `integer` where a number must be whole, null last."""
    known = list(schemas)
    order = next((_types(one) for one in known if "type" in one), None)
    if order is None:
        told = [kind for kind, names in _TELLING.items() if any(name in one for one in known for name in names)]
        order = tuple(dict.fromkeys((*told, *_UNTOLD)))
    allowed = set(KINDS)
    for one in known:
        types = set(_types(one))
        types |= {"integer"} if "number" in types else set()
        types |= {"null"} if one.get("nullable") is True else set()
        allowed &= types
        match one.get("not"):
            case {"type": str() | list(), **rest} if not rest:
                unwanted = set(_types(one["not"]))
                allowed -= unwanted | ({"integer"} if "number" in unwanted else set())
    whole = "number" not in allowed
    named = ["integer" if kind == "number" and whole else kind for kind in (*order, "null")]
    fitting = [kind for kind in named if kind in allowed and not (kind == "integer" and not whole and "number" in named)]
    return tuple(dict.fromkeys(sorted(fitting, key=lambda kind: kind == "null")))
