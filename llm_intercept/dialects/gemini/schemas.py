"""Google's schemas, a subset of OpenAPI's with its own words for types, as JSON schemas.

Reference: https://ai.google.dev/api/caching#Schema
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llm_intercept.dialects.gemini.fields import field, snake

__all__ = ["json_schema"]

#: Numbers that Google's JSON writes as text, by their names there.
_NUMBERS = ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties")

#: What JSON schema has in camelCase.
_NAMES = {snake(name): name for name in (*_NUMBERS, "anyOf", "propertyOrdering")}


#: Where a schema says that it may be null.
_TYPED = frozenset({"type", "anyOf", "any_of"})


def json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema that one of Google's means; what is a JSON schema already stays one."""
    found: dict[str, Any] = {}
    nullable = field(schema, "nullable") is True
    for key, value in schema.items():
        name = _NAMES.get(key, key)
        match name, value:
            case "type", "TYPE_UNSPECIFIED":
                continue
            case "type", str(kind):
                found[name] = [kind.lower(), "null"] if nullable else kind.lower()
            case "nullable", bool() if not _TYPED.isdisjoint(schema):
                continue  # told by the type
            case "enum", list() if nullable:
                found[name] = [*value, None]
            case (("properties" | "$defs" | "defs"), dict()):
                found[name] = {one: _inner(of) for one, of in value.items()}
            case (("items" | "additionalProperties"), dict()):
                found[name] = json_schema(value)
            case "prefixItems", list():
                found[name] = [_inner(one) for one in value]
            case "anyOf", list():
                found[name] = [*[_inner(one) for one in value], *([{"type": "null"}] if nullable else [])]
            case "example", _:
                found["examples"] = [value]
            case _, str(digits) if name in _NUMBERS and digits.isdecimal():
                found[name] = int(digits)
            case _:
                found[name] = value
    return found


def _inner(schema: Any) -> Any:
    return json_schema(schema) if isinstance(schema, dict) else schema
