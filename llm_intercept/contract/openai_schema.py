"""What OpenAI demands of a strict schema, in its own words: closed objects, all of whose properties are required.

Reference: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["strictness"]


def strictness(schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a strict schema; None where nothing is."""
    if schema.get("type", "object") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema['type']}\"'."
    for context, inner in _objects(schema):
        properties = inner.get("properties")
        if inner.get("additionalProperties") is not False:
            return f"In context={context!r}, 'additionalProperties' is required to be supplied and to be false."
        required = inner.get("required")
        missing = [name for name in properties or () if not isinstance(required, list) or name not in required]
        if missing:
            return (
                f"In context={context!r}, 'required' is required to be supplied and to be an array including every key in "
                f"properties. Missing '{missing[0]}'."
            )
    return None


def _objects(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Each schema of an object, with where it stands, outermost first; nothing recurses, however deep it is."""
    left: list[tuple[tuple[str, ...], Any]] = [((), schema)]
    while left:
        context, inner = left.pop()
        if not isinstance(inner, dict):
            continue
        if inner.get("type") == "object" or "properties" in inner:
            yield context, inner
        below: list[tuple[tuple[str, ...], Any]] = []
        for key in ("properties", "$defs", "definitions"):
            if isinstance(inner.get(key), dict):
                below += [((*context, key, name), one) for name, one in inner[key].items()]
        if isinstance(inner.get("anyOf"), list):
            below += [((*context, "anyOf", str(index)), one) for index, one in enumerate(inner["anyOf"])]
        if "items" in inner:
            below.append(((*context, "items"), inner["items"]))
        left += reversed(below)
