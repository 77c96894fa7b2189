"""Schemas as hypothesis makes them: nested, recursive, bounded, and values that may or may not fit."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

__all__ = ["PATTERNS", "documents", "schemas", "strict", "values"]

#: Patterns that real schemas have.
PATTERNS = [
    r"^[a-z]+$",
    r"^[A-Z]{3}-\d{4}$",
    r"^\d{3}-\d{2}-\d{4}$",
    r"^[\w.+-]+@[\w-]+\.[\w.]+$",
    r"^#[0-9a-fA-F]{6}$",
    r"^v?\d+\.\d+\.\d+$",
    r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$",
    r"^\+?[1-9]\d{1,14}$",
    r"^(mon|tue|wed)(day)?$",
    r"^[^\s]+$",
    r"^.{3,8}$",
    r"\d",
    r"^$",
    r"",
    r"^(?=.*[A-Z])(?=.*\d).{8,}$",
    r"^[A-Za-z_][A-Za-z0-9_]*$",
    r"^(?:[01]\d|2[0-3]):[0-5]\d$",
    r"^(a|b)\1$",
    r"^-?\d+(?:\.\d{1,2})?$",
    r"^[\u00e0-\u00ff]+$",
    r"^\S+ \S+$",
    r"^(https?|ftp)://[^/]+(/.*)?$",
    r"^0x[\dA-F]+$",
    r"^[^\W\d_]+$",
]

NAMES = st.sampled_from(["name", "email", "age", "price", "items", "a", "b", "a/b", "c~d", "50%", "créé", "", "$ref", "type"])

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.sampled_from([0.0, 0.5, 1.0, -1.5, 2.25, 1e300, 3.0])
    | st.sampled_from(["", "a", "abc", "ABC-1234", "2024-01-15", "ada@example.com", "192.0.2.1", "x" * 12, "éa", "12.5", "b b"])
)

#: JSON values, small and of few names, so that they often fit.
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8)

KINDS = ["object", "array", "string", "integer", "number", "boolean", "null"]
BOUNDS = st.integers(-10, 30) | st.sampled_from([-2.5, 0.0, 0.5, 10.0, 1e6])
COUNTS = st.integers(0, 6)

LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(KINDS) | st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
    "enum": st.lists(values, min_size=1, max_size=4),
    "const": values,
    "minimum": BOUNDS,
    "maximum": BOUNDS,
    "exclusiveMinimum": BOUNDS,
    "exclusiveMaximum": BOUNDS,
    "multipleOf": st.sampled_from([1, 2, 5, 7, 0.5, 0.25, 1.0]),
    "minLength": COUNTS,
    "maxLength": COUNTS,
    "pattern": st.sampled_from(PATTERNS),
    "format": st.sampled_from(["date", "email", "ipv4", "ipv6", "uuid", "regex", "date-time", "unheard-of"]),
    "minItems": COUNTS,
    "maxItems": COUNTS,
    "uniqueItems": st.booleans(),
    "minContains": st.integers(0, 3),
    "maxContains": COUNTS,
    "minProperties": st.integers(0, 4),
    "maxProperties": COUNTS,
    "required": st.lists(NAMES, max_size=3, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
    "title": st.just("Title"),
    "description": st.just("What it is."),
    "default": values,
    "examples": st.lists(values, max_size=2),
}

#: The keywords that go together, so that most schemas mean something.
GROUPS = [
    ("type",),
    ("enum",),
    ("const",),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("multipleOf", "minimum"),
    ("minLength", "maxLength"),
    ("pattern",),
    ("format",),
    ("items", "minItems", "maxItems"),
    ("prefixItems", "items"),
    ("uniqueItems", "items", "minItems"),
    ("contains", "minContains", "maxContains"),
    ("contains",),
    ("properties", "required"),
    ("properties", "required", "additionalProperties"),
    ("additionalProperties", "minProperties"),
    ("patternProperties",),
    ("propertyNames", "minProperties"),
    ("dependentRequired", "properties"),
    ("dependentSchemas", "properties"),
    ("allOf",),
    ("anyOf",),
    ("oneOf",),
    ("not",),
    ("if", "then", "else"),
    ("if", "then"),
    ("$ref",),
    ("default", "examples"),
    ("title", "description"),
    ("properties", "unevaluatedProperties"),
    ("maxProperties", "properties"),
    ("prefixItems", "unevaluatedItems"),
]

REFERENCES = st.sampled_from(["#/$defs/one", "#/$defs/two", "#", "#/$defs/a~1b%25", "#here"])


def holding(inner: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """The keywords that hold schemas."""
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    return {
        **dict.fromkeys(
            ("items", "additionalProperties", "contains", "not", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems"),
            inner,
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), several),
        **dict.fromkeys(("properties", "dependentSchemas"), named),
        "patternProperties": st.dictionaries(st.sampled_from(PATTERNS), inner, max_size=2),
        "propertyNames": st.fixed_dictionaries(
            {}, optional={name: LEAVES[name] for name in ("minLength", "maxLength", "pattern", "enum")}
        ),
        "$ref": REFERENCES,
    }


def _schema(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    strategies = {**LEAVES, **holding(inner)}
    groups = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3)
    return groups.flatmap(lambda chosen: st.fixed_dictionaries({name: strategies[name] for group in chosen for name in group}))


#: Schemas whose references lead nowhere unless `documents` holds them.
schemas = st.recursive(st.booleans() | _schema(st.just(True)), _schema, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A whole schema; its references point at schemas in it, by pointer, by anchor and at the root."""
    root = draw(_schema(schemas))
    defs = draw(st.fixed_dictionaries({name: _schema(schemas) for name in ("one", "two", "a/b%")}))
    defs["two"] = {**defs["two"], "$anchor": "here"}
    return {**root, "$defs": defs}


_STRICT_LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "email"},
        {"type": "number"},
        {"type": "string", "pattern": r"^@[a-zA-Z0-9_]+$"},
        {"type": "number", "minimum": -130, "maximum": 130},
        {"type": "integer"},
        {"type": "integer", "multipleOf": 3, "exclusiveMinimum": 0},
        {"type": "boolean"},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["a", "b"]},
        {"const": 3, "type": "integer"},
        {"$ref": "#/$defs/node"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "ipv6"},
        {"type": "string", "format": "duration"},
        {"type": "string", "format": "hostname"},
    ]
)


def _strict_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _strict(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arrays = st.tuples(inner, st.integers(0, 3)).map(lambda of: {"type": "array", "items": of[0], "minItems": of[1], "maxItems": 4})
    objects = st.dictionaries(NAMES, inner, max_size=4).map(_strict_object)
    return arrays | objects | st.lists(inner, min_size=1, max_size=3).map(lambda of: {"anyOf": of})


@st.composite
def strict(draw: st.DrawFn) -> Any:
    """A schema of OpenAI's strict subset: closed objects, everything required, recursion through a nullable reference."""
    root = draw(st.dictionaries(NAMES, st.recursive(_STRICT_LEAVES, _strict, max_leaves=8), max_size=5).map(_strict_object))
    link = {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}
    again = {"type": "array", "items": {"$ref": "#"}}
    return {
        **root,
        "$defs": {
            "node": _strict_object(
                {"value": draw(_STRICT_LEAVES.filter(lambda leaf: "$ref" not in leaf)), "next": link, "all": again}
            )
        },
    }
