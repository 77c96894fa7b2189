"""What each keyword of a JSON schema must hold, and where schemas stand inside of schemas.

Reference: https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

__all__ = [
    "KINDS",
    "LISTS",
    "MAPS",
    "SHAPES",
    "SINGLES",
    "is_integer",
    "is_number",
    "is_schema",
    "kind_of",
    "same",
    "shown",
    "unlike",
]

#: Every kind of JSON value. An integer is a number, too.
KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")

#: Keywords that hold one schema, a list of them, or named ones.
SINGLES = ("additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
           "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
LISTS = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
MAPS = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")


def is_number(value: Any) -> bool:
    """Whether it is a number; JSON's `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Whether it is a whole number, as 1.0 is."""
    return is_number(value) and (isinstance(value, int) or value.is_integer())


def kind_of(value: Any) -> str:
    """The narrowest kind of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case Mapping():
            return "object"
        case list() | tuple():
            return "array"
        case _:
            return "integer" if is_integer(value) else "number"


def unlike(value: Any) -> Any:
    """A hashable key that two values share when JSON schema holds them equal: 1 and 1.0 are, 1 and `true` are not."""
    match value:
        case bool():
            return ("boolean", value)
        case Mapping():
            return ("object", frozenset((name, unlike(one)) for name, one in value.items()))
        case list() | tuple():
            return ("array", tuple(unlike(one) for one in value))
        case _:
            return value


def same(one: Any, other: Any) -> bool:
    """Whether JSON schema holds two values equal."""
    return bool(unlike(one) == unlike(other))


def shown(value: Any) -> str:
    """A value as JSON, cut."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 80 else f"{text[:79]}…"


def is_schema(value: Any) -> bool:
    """Whether it may be a schema."""
    return isinstance(value, dict | bool)


def _is_count(value: Any) -> bool:
    return is_integer(value) and value >= 0


def _is_type(value: Any) -> bool:
    return value in KINDS if isinstance(value, str) else isinstance(value, list) and all(one in KINDS for one in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_limit(value: Any) -> bool:
    return is_number(value) or isinstance(value, bool)


def _is_step(value: Any) -> bool:
    return is_number(value) and value > 0


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_named_names(value: Any) -> bool:
    return isinstance(value, dict) and all(_are_names(one) for one in value.values())


def _are_schemas(value: Any) -> bool:
    return isinstance(value, list) and all(is_schema(one) for one in value)


def _are_named_schemas(value: Any) -> bool:
    return isinstance(value, dict) and all(is_schema(one) for one in value.values())


def _are_dependencies(value: Any) -> bool:
    return isinstance(value, dict) and all(is_schema(one) or _are_names(one) for one in value.values())


Shape = tuple[str, Callable[[Any], bool]]

_SCHEMA: Shape = ("a schema (an object or a boolean)", is_schema)
_SCHEMAS: Shape = ("a list of schemas", _are_schemas)
_NAMED: Shape = ("schemas by name", _are_named_schemas)
_COUNT: Shape = ("a whole number of 0 or more", _is_count)
_NUMBER: Shape = ("a number", is_number)
_LIMIT: Shape = ("a number, or a boolean as in draft 4", _is_limit)
_FLAG: Shape = ("a boolean", _is_flag)
_TEXT: Shape = ("a string", _is_text)

#: What each keyword must hold, in words and as a check. `required: true` and a `$ref` that is a property's name are let be.
SHAPES: dict[str, Shape] = {
    **dict.fromkeys(SINGLES, _SCHEMA),
    **dict.fromkeys(LISTS, _SCHEMAS),
    **dict.fromkeys(MAPS, _NAMED),
    "items": ("a schema or a list of schemas", lambda value: is_schema(value) or _are_schemas(value)),
    "dependencies": ("schemas or lists of names by name", _are_dependencies),
    "dependentRequired": ("lists of names by name", _are_named_names),
    "enum": ("a list of values", _is_list),
    "examples": ("a list of values", _is_list),
    "type": (f"one or several of {', '.join(KINDS)}", _is_type),
    "required": ("a list of names", lambda value: _are_names(value) or isinstance(value, bool)),
    "minimum": _NUMBER, "maximum": _NUMBER, "exclusiveMinimum": _LIMIT, "exclusiveMaximum": _LIMIT,
    "multipleOf": ("a number above 0", _is_step),
    "minLength": _COUNT, "maxLength": _COUNT, "minItems": _COUNT, "maxItems": _COUNT, "minContains": _COUNT,
    "maxContains": _COUNT, "minProperties": _COUNT, "maxProperties": _COUNT,
    "pattern": _TEXT, "format": _TEXT, "contentMediaType": _TEXT, "contentEncoding": _TEXT,
    "$ref": _TEXT, "$dynamicRef": _TEXT, "$recursiveRef": _TEXT, "$anchor": _TEXT, "$dynamicAnchor": _TEXT, "$id": _TEXT,
    "uniqueItems": _FLAG, "nullable": _FLAG,
}  # fmt: skip
