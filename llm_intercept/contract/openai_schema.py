"""What OpenAI demands of schemas, in its own words.

Of a strict one: closed objects, all of whose properties are required, no keywords that it cannot keep to, and an end to its size.
Of a function's that is not strict: an object, whose arrays tell their items.
Reference: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["MOST_LEVELS", "MOST_PROPERTIES", "MOST_VALUES", "looseness", "strictness"]

#: The most objects inside one another, the most properties, and the most values of enumerations, of one schema.
MOST_LEVELS, MOST_PROPERTIES, MOST_VALUES = 10, 5000, 1000

#: Keywords that a strict schema must not have.
_UNKEPT = (
    "allOf", "oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "patternProperties", "propertyNames",
    "uniqueItems",
)  # fmt: skip

#: What tells what a value is.
_TOLD = ("type", "$ref", "anyOf", "enum", "const")

_Context = tuple[str, ...]


def strictness(schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a strict schema; None where nothing is."""
    if schema.get("type") != "object" and "$ref" not in schema:
        return _no_object(schema)
    properties, values = 0, 0
    for context, inner, level in _schemas(schema):
        wrong = _unkept(inner) or (_open(inner) if inner.get("type") == "object" or "properties" in inner else None)
        if wrong is not None:
            return f"In context={context!r}, {wrong}"
        if level > MOST_LEVELS:
            return f"{level} levels of nesting exceeds limit of {MOST_LEVELS}."
        properties += len(inner["properties"]) if isinstance(inner.get("properties"), dict) else 0
        values += len(inner["enum"]) if isinstance(inner.get("enum"), list) else 0
    if properties > MOST_PROPERTIES:
        return f"{properties} object properties exceeds limit of {MOST_PROPERTIES}."
    return f"{values} enum values exceeds limit of {MOST_VALUES}." if values > MOST_VALUES else None


def looseness(schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a function's parameters that need not be strict; None where nothing is."""
    if schema.get("type", "object") != "object":
        return _no_object(schema)
    for context, inner, _ in _schemas(schema):
        if inner.get("type") == "array" and "items" not in inner and "prefixItems" not in inner:
            return f"In context={context!r}, array schema missing items."
    return None


def _no_object(schema: Mapping[str, Any]) -> str:
    return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."


def _unkept(schema: Mapping[str, Any]) -> str | None:
    found = next((key for key in _UNKEPT if key in schema), None)
    if found is not None:
        return f"'{found}' is not permitted."
    return None if any(key in schema for key in _TOLD) else "schema must have a 'type' key."


def _open(schema: Mapping[str, Any]) -> str | None:
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    required = schema.get("required")
    known = schema["properties"] if isinstance(schema.get("properties"), dict) else ()
    missing = [name for name in known if not isinstance(required, list) or name not in required]
    if not missing:
        return None
    return f"'required' is required to be supplied and to be an array including every key in properties. Missing '{missing[0]}'."


def _schemas(schema: Mapping[str, Any]) -> Iterator[tuple[_Context, Mapping[str, Any], int]]:
    """Each schema in a schema, where it stands and in how many objects, outermost first; nothing recurses, however deep it is."""
    left: list[tuple[_Context, Any, int]] = [((), schema, 0)]
    while left:
        context, inner, level = left.pop()
        if not isinstance(inner, dict):
            continue
        level += "properties" in inner
        yield context, inner, level
        below: list[tuple[_Context, Any, int]] = []
        for key in ("properties", "$defs", "definitions"):
            if isinstance(inner.get(key), dict):
                below += [((*context, key, name), one, level if key == "properties" else 0) for name, one in inner[key].items()]
        if isinstance(inner.get("anyOf"), list):
            below += [((*context, "anyOf", str(index)), one, level) for index, one in enumerate(inner["anyOf"])]
        if "items" in inner:
            below.append(((*context, "items"), inner["items"], level))
        left += reversed(below)
