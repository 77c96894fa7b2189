"""What descriptions tell of bounds, as SDKs move it there, and what they only seem to tell."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest
from pydantic import TypeAdapter

from llm_intercept.schema import instance
from llm_intercept.schema.told import told
from tests.structured.models import MODELS


@pytest.mark.parametrize(
    ("description", "keywords"),
    [
        ("{minimum: 1, maximum: 5}", {"minimum": 1, "maximum": 5}),
        ("Stars.\n\n{default: 3, minimum: 1, maximum: 5}", {"minimum": 1, "maximum": 5}),
        ("{pattern: ^(a|b), c{2}$, minLength: 3}", {"pattern": "^(a|b), c{2}$", "minLength": 3}),
        ("{prefixItems: [{'type': 'integer', 'description': '{minimum: 0}'}], minItems: 1}",
         {"prefixItems": [{"type": "integer", "description": "{minimum: 0}", "minimum": 0}], "minItems": 1}),
        ("minLength=1, pattern=^a", {"minLength": 1, "pattern": "^a"}),
        ("A name (minLength=1, pattern=^(a|b)$)", {"minLength": 1, "pattern": "^(a|b)$"}),
        ("{uniqueItems: True, format: uuid4}", {"uniqueItems": True, "format": "uuid4"}),
        ("Note: minimum value: 1, exclusive maximum value: 5.", {"minimum": 1, "exclusiveMaximum": 5}),
        ("Steps. Note: must be a multiple of 0.5, all array items must be unique.", {"multipleOf": 0.5, "uniqueItems": True}),
        ('Note: leading items must match, in order: [{"type": "integer"}, {}].', {"prefixItems": [{"type": "integer"}, {}]}),
        ("{const: card}", {"const": "card"}),
        ("{const: 3}", {"const": 3}),
        ("{enum: ['a', 'b']}", {"enum": ["a", "b"]}),
        ("Format: date-time", {"format": "date-time"}),
        ("Issued. (format: date)", {"format": "date"}),
        ("Note: minimum length: short.", {}),
        ("Note: this is a note.", {}),
        ("A name (minLength of 1)", {}),
        ("As in {minimum: 1}, for one", {}),
        ("{minimum: many, maxItems: [}", {}),
        ("{some: thing}", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_description_tells_keywords(description: str, keywords: dict[str, Any]) -> None:
    schema = {"type": "string", "description": description}
    assert told(schema) == {**schema, **keywords}


def test_what_the_schema_says_comes_before_what_its_description_tells() -> None:
    assert told({"minimum": 3, "description": "{minimum: 1}"})["minimum"] == 3


def test_a_schema_that_tells_nothing_stays_the_same_object() -> None:
    schema = {
        "properties": {"description": {"type": "string"}},
        "anyOf": [{"description": "x"}, True],
        "default": {"description": "{minimum: 1}"},
    }
    assert told(schema) is schema


def test_a_schema_of_which_nothing_is_left_is_made_nothing_of() -> None:
    assert instance({"type": "array", "items": {}}, "s") == []
    assert instance({"nullable": True}, "s") is None
    assert instance({"anyOf": [{}, {"type": "null"}]}, "s") is None
    assert instance({"anyOf": [{}, {}]}, "s") is not None
    assert instance({"title": "Reply", "default": None}, "s") is None
    assert instance({"type": "array", "items": {}, "minItems": 1}, "s") != []


def test_what_cannot_be_kept_to_binds_nobody() -> None:
    assert isinstance(instance({"type": "integer", "minimum": 5, "description": "{maximum: 1}"}, "s"), int)


@pytest.mark.parametrize("name", [name for name in MODELS if name != "Settings"])
def test_a_model_reads_what_is_made_of_the_schema_that_anthropics_sdk_leaves_of_it(name: str) -> None:
    schema = anthropic.transform_schema(MODELS[name])
    for seed in "abc":
        TypeAdapter(MODELS[name]).validate_python(instance(schema, seed))
