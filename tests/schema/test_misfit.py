"""Where a value does not fit, told by both paths, what was wanted and what was there."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator

from llm_intercept.schema import Misfit, Unsatisfiable, misfit

ORDER = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
        "a b": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"c": {"type": "integer"}}}]},
    },
    "required": ["items"],
    "$defs": {"item": {"type": "object", "properties": {"price": {"type": "number", "minimum": 0}}}},
}

#: A value, a schema, and what is said.
MISFITS: list[tuple[Any, Any, str]] = [
    (
        {"items": [{}, {"price": -3}]},
        ORDER,
        "$.items[1].price is -3, and should be at least 0 (#/$defs/item/properties/price/minimum)",
    ),
    (
        {"items": [], "a b": {"c": "x"}},
        ORDER,
        '$["a b"].c is "x", and should be integer (#/properties/a b/anyOf/1/properties/c/type)',
    ),
    ({"items": [], "a b": 3}, ORDER, '$["a b"] is 3, and should be valid under one of the 2 schemas (#/properties/a b/anyOf)'),
    ({}, ORDER, "$ is {}, and should be with 'items' (#/required)"),
    (1, False, "$ is 1, and should be absent: nothing is allowed here (#)"),
    (True, {"type": ["integer", "string"]}, "$ is true, and should be string or integer (#/type)"),
    (1, {"type": []}, "$ is 1, and should be of a type, and none is allowed (#/type)"),
    (1.5, {"type": "integer"}, "$ is 1.5, and should be integer (#/type)"),
    (True, {"enum": [1, 2]}, "$ is true, and should be one of [1, 2] (#/enum)"),
    ([False], {"const": [0]}, "$ is [false], and should be [0] (#/const)"),
    (3, {"exclusiveMinimum": 3}, "$ is 3, and should be above 3 (#/exclusiveMinimum)"),
    (3, {"exclusiveMaximum": 3}, "$ is 3, and should be below 3 (#/exclusiveMaximum)"),
    (3, {"maximum": 2}, "$ is 3, and should be at most 2 (#/maximum)"),
    (3, {"multipleOf": 2}, "$ is 3, and should be a multiple of 2 (#/multipleOf)"),
    ("a", {"minLength": 2}, '$ is "a", and should be at least 2 characters (#/minLength)'),
    ("abc", {"maxLength": 2}, '$ is "abc", and should be at most 2 characters (#/maxLength)'),
    ("a", {"pattern": "^b"}, '$ is "a", and should be a match of ^b (#/pattern)'),
    ("a", {"format": "email"}, '$ is "a", and should be of format email (#/format)'),
    ([1, 1.0], {"uniqueItems": True}, "$ is [1, 1.0], and should be all of its items different (#/uniqueItems)"),
    ([1], {"prefixItems": [{"type": "string"}]}, "$[0] is 1, and should be string (#/prefixItems/0/type)"),
    (
        ["a", 1],
        {"items": [{"type": "string"}], "additionalItems": False},
        "$[1] is 1, and should be absent: nothing is allowed here (#/additionalItems)",
    ),
    (
        [1],
        {"contains": {"type": "string"}},
        '$ is [1], and should be with at least 1 items that fit {"type": "string"} (#/contains)',
    ),
    ([1, 2], {"contains": True, "maxContains": 1}, "$ is [1, 2], and should be with at most 1 items that fit true (#/contains)"),
    ({"a": 1}, {"additionalProperties": False}, "$.a is 1, and should be absent: nothing is allowed here (#/additionalProperties)"),
    ({"ab": 1}, {"patternProperties": {"^a": {"type": "string"}}}, "$.ab is 1, and should be string (#/patternProperties/^a/type)"),
    (
        {"ab": 1},
        {"propertyNames": {"maxLength": 1}},
        '$.ab is "ab", and should be at most 1 characters (#/propertyNames/maxLength)',
    ),
    (
        {"a": 1},
        {"dependentRequired": {"a": ["b"]}},
        "$ is {\"a\": 1}, and should be with 'b', since it has 'a' (#/dependentRequired)",
    ),
    (
        {"a": 1},
        {"dependentSchemas": {"a": {"minProperties": 2}}},
        '$ is {"a": 1}, and should be at least 2 properties (#/dependentSchemas/a/minProperties)',
    ),
    ({"a": 1}, {"unevaluatedProperties": {"type": "string"}}, "$.a is 1, and should be string (#/unevaluatedProperties/type)"),
    (
        3,
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        "$ is 3, and should be valid under one of the schemas alone, not both 0 and 1 (#/oneOf)",
    ),
    (3, {"anyOf": [{"type": "string"}]}, "$ is 3, and should be string (#/anyOf/0/type)"),
    (3, {"not": {"type": "integer"}}, '$ is 3, and should be anything but what fits {"type": "integer"} (#/not)'),
    (3, {"if": {"type": "integer"}, "then": {"minimum": 4}}, "$ is 3, and should be at least 4 (#/then/minimum)"),
    ("a" * 100, {"maxLength": 3}, f'$ is "{"a" * 78}…, and should be at most 3 characters (#/maxLength)'),
    ({1: object}, {"maxProperties": 0}, '$ is {"1": "<class \'object\'>"}, and should be at most 0 properties (#/maxProperties)'),
]


@pytest.mark.parametrize(("value", "schema", "said"), MISFITS, ids=[said for _, _, said in MISFITS])
def test_a_misfit_names_both_paths_what_was_wanted_and_what_was_there(value: Any, schema: Any, said: str) -> None:
    found = misfit(value, schema)
    assert isinstance(found, Misfit)
    assert str(found) == said
    assert said.startswith(found.path)
    assert said.endswith(f"{found.wanted} ({found.schema_path})")


#: Values that fit, where one might think otherwise.
FITTING: list[tuple[Any, Any]] = [
    (1.0, {"type": "integer"}),
    (19.99, {"multipleOf": 0.01}),
    (1e300, {"multipleOf": 1e-300}),
    (10**400, {"multipleOf": 0.5}),
    (None, {"type": "string", "nullable": True}),
    ("2024-02-29T10:00:00", {"format": "date-time"}),
    ("10:00:00", {"format": "time"}),
    ("a", {"format": "unheard-of"}),
    ("a", {"pattern": "("}),
    ("a", {"type": "text", "minLength": "3"}),
    (1, {"$ref": "https://example.com/elsewhere"}),
    (1, {"$ref": "#"}),
    ((1, 2), {"type": "array", "items": {"type": "integer"}}),
    ({"a": [1]}, {"$ref": "#/$defs/a", "$defs": {"a": {"additionalProperties": {"items": {"type": "integer"}}}}}),
    (
        {"a": 1},
        {"allOf": [{"properties": {"a": True}}, {"$ref": "#/$defs/b"}], "unevaluatedProperties": False, "$defs": {"b": True}},
    ),
    ({"a": 1}, {"anyOf": [{"patternProperties": {"a": True}}, {"required": ["c"]}], "unevaluatedProperties": False}),
    ({"a": 1}, {"if": {"required": ["a"]}, "then": {"properties": {"a": True}}, "unevaluatedProperties": False}),
    ({"a": 1}, {"dependentSchemas": {"a": {"properties": {"a": True}}, "b": True}, "unevaluatedProperties": False}),
    ({"a": 1}, {"allOf": [{"unevaluatedProperties": True}], "unevaluatedProperties": False}),
    ([1, "a"], {"prefixItems": [True], "contains": {"type": "string"}, "unevaluatedItems": False}),
    ([1, "a"], {"allOf": [{"items": [True], "additionalItems": True}], "unevaluatedItems": False}),
    ([1], {"allOf": [{"items": [True]}], "unevaluatedItems": False}),
]


@pytest.mark.parametrize(("value", "schema"), FITTING)
def test_what_fits_has_no_misfit(value: Any, schema: Any) -> None:
    assert misfit(value, schema) is None


@pytest.mark.parametrize("value", [0, 2, 3, 4, 5, [1], ["a", 1], ["a", None], {"a": 1}, {"a": 1, "b": 2}, {"b": 1}])
@pytest.mark.parametrize(
    ("schema", "judge"),
    [
        ({"minimum": 3, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": True}, Draft4Validator),
        ({"minimum": 3, "exclusiveMinimum": False}, Draft4Validator),
        ({"items": [{"type": "string"}], "additionalItems": {"type": "null"}}, Draft7Validator),
        ({"items": [{"type": "string"}]}, Draft7Validator),
        ({"additionalItems": False}, Draft7Validator),
        ({"dependencies": {"a": ["b"], "b": {"required": ["c"]}}}, Draft7Validator),
        ({"definitions": {"a": {"type": "integer"}}, "$ref": "#/definitions/a"}, Draft7Validator),
    ],
)
def test_the_spellings_of_older_drafts_mean_what_they_did(schema: Any, judge: Any, value: Any) -> None:
    assert (misfit(value, schema) is None) == judge(schema).is_valid(value)


@pytest.mark.parametrize("schema", [3, None, "string", [True]])
def test_what_is_no_schema_is_told(schema: Any) -> None:
    with pytest.raises(Unsatisfiable, match="a schema is an object or a boolean"):
        misfit(1, schema)


def test_values_as_deep_as_their_schema_are_judged_without_the_stack() -> None:
    value: Any = "end"
    for _ in range(5_000):
        value = [value]
    schema = {"items": {"$ref": "#"}, "not": {"const": "end"}}
    found = misfit(value, schema)
    assert found is not None
    assert found.path == "$" + "[0]" * 5_000
    assert found.schema_path == "#/not"


#: The keywords that speak of one kind of value only, each with a value that no value of its kind would fit.
OF_ONE_KIND: dict[str, Any] = {
    "properties": {"a": False},
    "patternProperties": {"": False},
    "additionalProperties": False,
    "propertyNames": False,
    "dependentSchemas": {"a": False},
    "unevaluatedProperties": False,
    "prefixItems": [False],
    "items": False,
    "contains": False,
    "unevaluatedItems": False,
    "required": ["z"],
    "minProperties": 9,
    "minItems": 9,
    "minLength": 9,
    "minimum": 9,
}


@pytest.mark.parametrize("keyword", OF_ONE_KIND)
@pytest.mark.parametrize("value", [{"a": 1}, [1], "a", 1], ids=["an object", "a list", "a text", "a number"])
def test_a_keyword_concerns_values_of_its_own_kind_alone_as_another_judge_has_it(value: Any, keyword: str) -> None:
    schema = {keyword: OF_ONE_KIND[keyword]}
    assert (misfit(value, schema) is None) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("keyword", ["properties", "patternProperties", "dependentSchemas", "prefixItems", "items"])
def test_what_every_member_fits_has_no_misfit(keyword: str) -> None:
    schema = {keyword: [True, True] if keyword == "prefixItems" else True if keyword == "items" else {"a": True, "b": True}}
    value = [1, 2] if keyword in ("prefixItems", "items") else {"a": 1, "b": 2, "c": 3}
    assert misfit(value, schema) is None
