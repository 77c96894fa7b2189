"""Whatever the schema: what is made up fits it, and we judge values as the `jsonschema` library does."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from llm_intercept.schema import Misfit, Unsatisfiable, instance, misfit
from tests.schema.judge import fits
from tests.schema.schemas import documents, strict, values

many = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def made(schema: Any, seed: str) -> Any:
    try:
        return instance(schema, seed)
    except Unsatisfiable:
        return assume(False)


@many
@given(documents(), st.sampled_from(["seed", "0"]))
def test_what_is_made_up_fits_and_carries_over_json(schema: Any, seed: str) -> None:
    value = made(schema, seed)
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert fits(value, schema)
    assert misfit(value, schema) is None


@many
@given(documents(), values)
def test_our_verdict_is_that_of_jsonschema(schema: Any, value: Any) -> None:
    found = misfit(value, schema)
    assert (found is None) == fits(value, schema)
    assert isinstance(found, Misfit | None)


@many
@given(strict())
def test_every_schema_of_openais_strict_subset_has_an_instance(schema: Any) -> None:
    value = instance(schema, "seed")
    assert fits(value, schema)


@many
@given(documents())
def test_the_same_schema_and_seed_give_the_same_value_and_the_schema_stays_as_it_is(schema: Any) -> None:
    before = deepcopy(schema)
    assert made(schema, "seed") == made(deepcopy(schema), "seed")
    assert schema == before


def problem(schema: Any) -> Unsatisfiable | None:
    try:
        instance(schema, "seed")
    except Unsatisfiable as wrong:
        return wrong
    return None


@many
@given(json_values, json_values)
def test_whatever_is_given_as_a_schema_ends_in_no_other_error(schema: Any, value: Any) -> None:
    wrong = problem(schema)
    assert wrong is None or str(wrong).startswith(f"No instance of the schema at #{wrong.schema_path[1:]}: {wrong.reason}")
    if isinstance(schema, dict | bool):
        misfit(value, schema)


@many
@given(documents(), st.data())
def test_a_schema_with_anything_in_a_keyword_ends_in_no_other_error(schema: Any, data: st.DataObject) -> None:
    broken = {**schema, data.draw(st.sampled_from(sorted(schema))): data.draw(json_values)}
    misfit(data.draw(values), broken)
    wrong = problem(broken)
    assert wrong is None or wrong.schema_path.startswith("#")
