"""What is made up of tricky schemas, what reads well, and what is said of schemas that nothing satisfies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from llm_intercept.schema import Unsatisfiable, instance, misfit
from tests.schema.judge import fits

SEEDS = ["seed", "0", "1", "another"]

#: A tree that ends only where a branch is a leaf.
TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {"oneOf": [{"$ref": "#/$defs/fork"}, {"$ref": "#/$defs/leaf"}]},
        "fork": {
            "type": "object",
            "properties": {"kind": {"const": "fork"}, "left": {"$ref": "#/$defs/node"}, "right": {"$ref": "#/$defs/node"}},
            "required": ["kind", "left", "right"],
        },
        "leaf": {"type": "object", "properties": {"kind": {"const": "leaf"}}, "required": ["kind"]},
    },
}

SATISFIABLE: dict[str, Any] = {
    "nothing asked": True,
    "nothing in it": {},
    "JSON mode": {"type": "object"},
    "a closed object": {"type": "object", "properties": {}, "additionalProperties": False},
    "nulls as good as nothing": {"type": "string", "pattern": None, "enum": None, "description": None},
    "several types": {"type": ["null", "integer"]},
    "no type, but properties": {"properties": {"a": {"minimum": 3}}, "required": ["a"]},
    "no type, but items": {"items": {"type": "boolean"}, "minItems": 2},
    "allOf that narrows": {"allOf": [{"type": "number", "minimum": 3}, {"type": "integer", "maximum": 3.5}]},
    "allOf over properties": {
        "allOf": [
            {"properties": {"a": {"minimum": 1}}, "required": ["a"]},
            {"properties": {"a": {"type": "integer", "maximum": 1}}},
        ]
    },
    "choices that must agree": {"allOf": [{"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 3}, {"const": 2}]}]},
    "exactly one": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "number", "maximum": 10}]},
    "exactly one object": {"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "anything but a string": {"not": {"type": "string"}},
    "anything but some": {"type": "integer", "minimum": 0, "maximum": 3, "not": {"enum": [0, 1, 3]}},
    "without a property": {"type": "object", "properties": {"a": {"type": "integer"}}, "not": {"required": ["a"]}},
    "if and then": {
        "type": "object",
        "properties": {"a": {"enum": ["x", "y"]}, "b": {"type": "integer"}},
        "required": ["a"],
        "if": {"properties": {"a": {"const": "x"}}},
        "then": {"required": ["b"]},
        "else": {"properties": {"b": False}},
    },
    "if alone": {"if": {"type": "string"}, "then": {"minLength": 40}},
    "a tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
    "a tuple of draft 7": {"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "null"}, "minItems": 3},
    "different items of few": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "different booleans": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "as many different items as there are": {
        "type": "array",
        "items": {"type": "integer", "minimum": 7, "maximum": 8},
        "uniqueItems": True,
    },
    "one that it contains": {"type": "array", "contains": {"const": 5}, "items": {"type": "integer"}, "minItems": 3},
    "few that it contains": {
        "type": "array",
        "contains": {"type": "integer"},
        "minContains": 2,
        "maxContains": 2,
        "minItems": 4,
        "items": {"type": ["integer", "string"]},
        "prefixItems": [{"type": "integer"}, {"type": "integer"}, {"type": "string"}, {"type": "string"}],
    },
    "items that nobody speaks of": {"prefixItems": [{"type": "integer"}], "unevaluatedItems": {"type": "boolean"}, "minItems": 3},
    "a mapping": {"type": "object", "additionalProperties": {"type": "integer"}},
    "a mapping by pattern": {
        "type": "object",
        "patternProperties": {"^[a-z]{3}$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 3,
    },
    "a mapping by names": {"type": "object", "propertyNames": {"enum": ["a", "b", "c"]}, "minProperties": 3},
    "a mapping of many": {"type": "object", "additionalProperties": True, "minProperties": 40},
    "a mapping by number": {
        "type": "object",
        "properties": {"by_id": {"additionalProperties": {"type": "string"}}},
        "required": ["by_id"],
    },
    "few properties": {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "required": ["c"], "maxProperties": 2},
    "many of the optional ones": {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/deep"}, "b": {}},
        "minProperties": 2,
        "$defs": {"deep": {"type": "object", "properties": {"again": {"$ref": "#/$defs/deep"}}}},
    },
    "properties that nobody speaks of": {
        "allOf": [{"properties": {"a": {"type": "integer"}}}],
        "unevaluatedProperties": {"type": "boolean"},
        "required": ["b"],
    },
    "one that asks for another": {
        "type": "object",
        "properties": {"a": {}, "b": {}},
        "required": ["a"],
        "dependentRequired": {"a": ["b"], "b": ["c"]},
    },
    "one that asks for a schema": {
        "type": "object",
        "properties": {"a": {}},
        "required": ["a"],
        "dependentSchemas": {"a": {"required": ["z"]}},
    },
    "one that asks for what cannot be": {"type": "object", "properties": {"a": {}}, "dependentSchemas": {"a": False}},
    "dependencies of draft 7": {
        "type": "object",
        "required": ["a"],
        "dependencies": {"a": ["b"], "b": {"properties": {"c": {}}, "required": ["c"]}},
    },
    "bounds of draft 4": {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": True},
    "bounds of draft 4 that include": {"type": "integer", "minimum": 3, "exclusiveMinimum": False, "maximum": 3},
    "draft 3's required": {"type": "object", "properties": {"a": {"type": "string", "required": True}}},
    "OpenAPI's null": {"type": "string", "nullable": True},
    "an old pointer": {"$ref": "#/definitions/a~1b%25c~0", "definitions": {"a/b%c~": {"type": "integer"}}},
    "a pointer into a list": {"$ref": "#/anyOf/1", "anyOf": [{"type": "string"}, {"type": "integer"}]},
    "a pointer out of the way": {"$ref": "#/components/schemas/a", "components": {"schemas": {"a": {"type": "integer"}}}},
    "an anchor": {"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "integer"}}},
    "an anchor of draft 7": {"$ref": "#here", "definitions": {"a": {"$id": "#here", "type": "integer"}}},
    "a root with a name": {
        "$id": "https://example.com/root.json",
        "$ref": "root.json#/$defs/a",
        "$defs": {"a": {"type": "integer"}},
    },
    "a schema with a name inside": {
        "$ref": "https://example.com/a",
        "$defs": {"a": {"$id": "https://example.com/a", "$ref": "#/$defs/b", "$defs": {"b": {"type": "integer"}}}},
    },
    "an anchor that moves": {"$dynamicRef": "#here", "$defs": {"a": {"$dynamicAnchor": "here", "type": "integer"}}},
    "the root again": {"type": "object", "properties": {"a": {"$recursiveRef": "#"}, "b": {"enum": [1]}}},
    "a mapping of itself": {"type": "object", "additionalProperties": {"$ref": "#"}},
    "a mapping that goes on through its members": {
        "type": "object",
        "additionalProperties": {"anyOf": [{"$ref": "#"}, {"type": "integer"}]},
        "minProperties": 1,
    },
    "a name beside a pattern": {
        "properties": {"b": {"type": "integer"}},
        "patternProperties": {"^a": {"type": "string"}},
        "required": ["b", "ab"],
    },
    "one that asks for another, left out": {
        "type": "object",
        "properties": {"a": {}},
        "dependentRequired": {"a": ["b"]},
        "minProperties": 1,
        "maxProperties": 1,
    },
    "siblings of a reference": {"$ref": "#/$defs/a", "maximum": 3, "$defs": {"a": {"type": "integer", "minimum": 3}}},
    "a reference to what is anything": {"$ref": "#/$defs/a", "$defs": {"a": True}},
    "a chain of references": {
        "$ref": "#/$defs/0",
        "$defs": {**{str(n): {"$ref": f"#/$defs/{n + 1}"} for n in range(50)}, "50": {"type": "integer"}},
    },
    "a tree that must end": TREE,
    "a list of itself": {"type": "object", "properties": {"all": {"type": "array", "items": {"$ref": "#"}}}, "required": ["all"]},
    "itself or null": {
        "type": "object",
        "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        "required": ["next"],
    },
    "a chain of itself": {"anyOf": [{"type": "array", "items": {"$ref": "#"}, "minItems": 2}, {"type": "integer"}]},
    "an end that wants one of its optional properties": {
        "$ref": "#/$defs/one",
        "$defs": {
            "one": {"anyOf": [{"$ref": "#/$defs/more"}, {"$ref": "#/$defs/end"}]},
            "more": {"type": "object", "properties": {"next": {"$ref": "#/$defs/one"}}, "required": ["next"]},
            "end": {"type": "object", "properties": {"b": {"type": "integer"}}, "minProperties": 1, "additionalProperties": False},
        },
    },
    "a branch that never ends": {
        "anyOf": [{"$ref": "#/$defs/endless"}, {"type": "integer"}],
        "$defs": {"endless": {"type": "object", "properties": {"a": {"$ref": "#/$defs/endless"}}, "required": ["a"]}},
    },
    "an optional that never ends": {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/endless"}, "b": {"enum": [1]}},
        "$defs": {"endless": {"type": "array", "items": {"$ref": "#/$defs/endless"}, "minItems": 1}},
    },
    "an optional that cannot be": {
        "type": "object",
        "properties": {"a": {"type": "string", "minLength": 5, "maxLength": 3}, "b": {"enum": [1]}},
    },
    "one number alone": {"type": "number", "minimum": 0.1, "maximum": 0.1},
    "a narrow number": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-7},
    "a huge number": {"type": "number", "minimum": 1e308},
    "a huge integer": {"type": "integer", "minimum": 10**400},
    "a number past all floats": {"type": "number", "minimum": 10**400},
    "a negative number": {"type": "integer", "maximum": -1000},
    "steps of several": {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "exclusiveMinimum": 12},
    "steps of a cent": {"type": "number", "multipleOf": 0.01, "minimum": 19.99, "maximum": 20.5},
    "an enum of many kinds": {"enum": [None, {"a": [1]}, "x"]},
    "an enum that narrows": {"enum": ["a", "bb", "ccc"], "type": "string", "minLength": 2, "maxLength": 2},
    "a constant beside an enum": {"const": 2, "enum": [1, 2]},
    "a constant of null": {"const": None},
    "an example that does not fit": {"type": "integer", "examples": ["a"], "default": "b"},
    "JSON in a string": {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"type": "array", "items": {"type": "integer"}},
    },
    "a picture in a string": {"type": "string", "contentMediaType": "image/png", "contentSchema": {"type": "object"}},
    "a length and a format": {"type": "string", "format": "email", "minLength": 60, "maxLength": 60},
    "a short uri": {"type": "string", "format": "uri", "maxLength": 9},
    "a format that nobody knows": {"type": "string", "format": "iso-country-code"},
    "a long text": {"type": "string", "minLength": 500, "maxLength": 502},
    "a very short text": {"type": "string", "maxLength": 1, "minLength": 1},
    "no text": {"type": "string", "maxLength": 0},
    "patterns for both ends": {"type": "string", "pattern": "^[#%]", "allOf": [{"pattern": "[%!]{2}$"}]},
    "two patterns": {"type": "string", "pattern": "^[a-z]", "allOf": [{"pattern": "[0-9]$"}]},
    "a pattern and a length": {"type": "string", "pattern": "^[a-z]+-[0-9]*$", "minLength": 40, "maxLength": 40},
    "a pattern in a longer text": {"type": "string", "pattern": "[%]{2}", "minLength": 30},
    "a pattern at the end of a longer text": {"type": "string", "pattern": "[%]{2}$", "minLength": 30},
    "null alone": {"type": "null"},
    "an empty list of types beside a choice": {"anyOf": [{"type": []}, {"type": "integer"}]},
}

#: What the judge has no words for: spellings of other drafts.
ELSEWHERE = {
    "a tuple of draft 7",
    "bounds of draft 4",
    "bounds of draft 4 that include",
    "draft 3's required",
    "nulls as good as nothing",
    "an anchor of draft 7",
    "steps of a cent",
    "dependencies of draft 7",
    "the root again",
}


@pytest.mark.parametrize("name", SATISFIABLE)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_made_up_of_a_tricky_schema_fits(name: str, seed: str) -> None:
    schema = SATISFIABLE[name]
    value = instance(schema, seed)
    assert misfit(value, schema) is None
    assert json.loads(json.dumps(value)) == value
    if name not in ELSEWHERE:
        assert fits(value, schema)


UNSATISFIABLE: dict[str, tuple[Any, str, str]] = {
    "nothing allowed": (False, "#", "nothing is all that it demands"),
    "no schema": ([], "#", "it is [], and a schema is an object or a boolean"),
    "no JSON": ({"const": {1, 2}}, "#", "it is no JSON (Object of type set is not JSON serializable)"),
    "a wrong type": (
        {"properties": {"a": {"type": "text"}}, "required": ["a"]},
        "#/properties/a/type",
        'it is "text", not one or several of object, array, string, integer, number, boolean, null',
    ),
    "a wrong bound": ({"minimum": "3"}, "#/minimum", 'it is "3", not a number'),
    "wrong properties": ({"properties": [1]}, "#/properties", "it is [1], not schemas by name"),
    "a reference out of the document": (
        {"$ref": "https://example.com/a"},
        "#/$ref",
        "'https://example.com/a' is not in the schema",
    ),
    "a reference to nothing": ({"$ref": "#/$defs/a"}, "#/$ref", "'#/$defs/a' is not in the schema"),
    "a reference to no schema": ({"$ref": "#/title", "title": "a"}, "#/$ref", "'#/title' is not in the schema"),
    "a choice of nothing": ({"anyOf": [{"$ref": "#/$defs/a"}]}, "#/anyOf/0/$ref", "'#/$defs/a' is not in the schema"),
    "an optional reference to nothing": (
        {"properties": {"a": {"$ref": "#/$defs/a"}}},
        "#/properties/a/$ref",
        "'#/$defs/a' is not in the schema",
    ),
    "a format that is never so long": (
        {"type": "string", "format": "ipv4", "minLength": 40},
        "#/format",
        "no string was found that is as it demands",
    ),
    "a format that nobody knows, of no length": (
        {"type": "string", "format": "a", "minLength": 2, "maxLength": 1},
        "#/format",
        "no string was found that is as it demands",
    ),
    "a name that asks for one that may not be": (
        {
            "type": "object",
            "patternProperties": {"^a$": {"const": 1}},
            "additionalProperties": False,
            "minProperties": 1,
            "dependentRequired": {"a": ["b"]},
        },
        "#/dependentRequired",
        "the value that was found has {\"a\": 1} at $, not with 'b', since it has 'a'",
    ),
    "an anchor of nobody": ({"$ref": "#a"}, "#/$ref", "'#a' is not in the schema"),
    "no number between": (
        {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4},
        "#/exclusiveMinimum",
        "no number was found within its bounds",
    ),
    "no length between": (
        {"type": "string", "minLength": 5, "maxLength": 3},
        "#/minLength",
        "no string was found that is as it demands",
    ),
    "no such pattern": (
        {"type": "string", "pattern": "^a$", "allOf": [{"pattern": "^b$"}]},
        "#/pattern",
        "no string was found that is as it demands",
    ),
    "a pattern that nobody reads": ({"type": "string", "pattern": "("}, "#/pattern", "no string was found that is as it demands"),
    "types that exclude each other": ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "#", "nothing is all that it demands"),
    "an enum of nothing": ({"enum": []}, "#/enum", "none of its values fits the rest of the schema"),
    "a constant that does not fit": ({"const": 3, "type": "string"}, "#/const", "none of its values fits the rest of the schema"),
    "more items than allowed": (
        {"type": "array", "minItems": 3, "maxItems": 2},
        "#/maxItems",
        "at least 3 items are asked for and at most 2",
    ),
    "too few different items": (
        {"type": "array", "items": {"const": 1}, "minItems": 2, "uniqueItems": True},
        "#/uniqueItems",
        "2 different items are asked for, and 1 were found",
    ),
    "more properties than allowed": (
        {"type": "object", "required": ["a", "b"], "maxProperties": 1},
        "#/maxProperties",
        "2 properties are required, and 1 allowed",
    ),
    "too few properties": (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False, "minProperties": 2},
        "#/minProperties",
        "2 properties are asked for, and 1 were found",
    ),
    "a name that may not be": (
        {"type": "object", "required": ["a"], "propertyNames": {"const": "b"}},
        "#/propertyNames",
        "'a' is required, and may not be a name",
    ),
    "a recursion without end": (
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        "#",
        "it has no end, or needs what nothing satisfies",
    ),
    "itself and no more": ({"$ref": "#"}, "#", "it has no end, or needs what nothing satisfies"),
    "anything but anything": ({"not": {}}, "#/not", "no value was found that fits it and the rest"),
    "too many items": ({"type": "array", "minItems": 10**9}, "#", "it takes too many values, or too many tries to find one"),
}


@pytest.mark.parametrize("name", UNSATISFIABLE)
def test_what_nothing_satisfies_is_told_with_its_place(name: str) -> None:
    schema, path, reason = UNSATISFIABLE[name]
    with pytest.raises(Unsatisfiable) as caught:
        instance(schema, "seed")
    assert str(caught.value) == f"No instance of the schema at {path}: {reason}. Give a reply that fits the call."


def test_what_is_nested_past_all_use_is_told() -> None:
    schema: Any = True
    for _ in range(100_000):
        schema = {"items": schema}
    with pytest.raises(Unsatisfiable, match="it is nested too deep"):
        instance(schema, "seed")


def test_json_mode_says_the_default_reply_and_an_object_inside_says_nothing() -> None:
    assert instance({"type": "object"}, "seed") == {"message": "This is a mock request"}
    assert instance({"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 1}, "seed") == [{}]
    assert instance({"type": "object", "properties": {}}, "seed") == {}


#: Properties, and how a value of theirs looks.
NAMED = {
    "email": r"[a-z]+\.[a-z]+@example\.com",
    "first_name": r"\w+",
    "customerName": r"\w+ \w+",
    "city": r"\w+",
    "homepage_url": "https://example.com/.+",
    "created_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z",
    "birth_date": r"\d{4}-\d\d-\d\d",
    "phone": r"\+1 555 01\d\d",
    "currency": "[A-Z]{3}",
    "summary": r"[A-Z].*\.",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}",
    "anything_else": r"\w+ \w+",
    "categories": "[a-z]+",
    "": r"\w+ \w+",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_tells_how_its_value_reads(name: str) -> None:
    found = {instance({"properties": {name: {"type": "string"}}, "required": [name]}, f"{n}")[name] for n in range(40)}
    assert [value for value in found if not re.fullmatch(NAMED[name], value)] == []
    assert len(found) > 2


@pytest.mark.parametrize(
    ("name", "least", "most"), [("age", 18, 80), ("year", 1990, 2024), ("latitude", -60, 60), ("rating", 3, 5)]
)
def test_a_name_tells_how_large_its_number_is(name: str, least: int, most: int) -> None:
    found = {instance({"properties": {name: {"type": "number"}}, "required": [name]}, f"{n}")[name] for n in range(40)}
    assert least <= min(found) < max(found) <= most


def test_bounds_come_before_what_a_name_tells() -> None:
    schema = {"properties": {"age": {"type": "integer", "minimum": 200}}, "required": ["age"]}
    assert instance(schema, "seed")["age"] >= 200


def test_values_are_like_the_examples_and_the_default_as_often_as_not() -> None:
    schema = {"type": "string", "examples": ["one", "two"], "default": "three"}
    found = {instance(schema, f"{n}") for n in range(60)}
    assert {"one", "two", "three"} < found


def test_null_comes_last_and_what_need_not_be_is_given() -> None:
    schema = {"properties": {"a": {"anyOf": [{"type": "null"}, {"type": "integer"}]}, "b": {"type": ["null", "string"]}}}
    for seed in SEEDS:
        value = instance(schema, seed)
        assert isinstance(value["a"], int)
        assert isinstance(value["b"], str)


def test_recursion_is_no_deeper_than_it_must_be() -> None:
    for n in range(40):
        assert len(json.dumps(instance(TREE, f"{n}"))) < 120


def test_other_seeds_give_other_values() -> None:
    schema = {"properties": {"name": {"type": "string"}, "count": {"type": "integer"}, "ok": {"type": "boolean"}}}
    assert len({json.dumps(instance(schema, f"{n}")) for n in range(50)}) > 45


def test_what_was_made_up_is_the_callers_own() -> None:
    schema = {"const": {"a": [1]}}
    instance(schema, "seed")["a"].append(2)
    assert instance(schema, "seed") == {"a": [1]}


def test_a_value_is_the_same_in_every_process() -> None:
    schema = {
        "properties": {name: {"type": "string"} for name in NAMED},
        "required": list(NAMED),
        "additionalProperties": {"type": "number"},
    }
    program = f"import json; from llm_intercept.schema import instance; print(json.dumps(instance({schema!r}, 'seed')))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert said == {json.dumps(instance(schema, "seed")) + "\n"}
