"""Huge schemas take steps in proportion to their size; steps are counted, no clock is asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept.schema import Unsatisfiable, instance, misfit


def steps(action: Callable[[], object]) -> int:
    """How many functions of the package are entered while something is done."""
    count = 0

    def entered(frame: Any, event: str, _: object) -> None:
        nonlocal count
        if event == "call" and "llm_intercept" in frame.f_code.co_filename:
            count += 1

    before = sys.getprofile()
    sys.setprofile(entered)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def wide(size: int) -> Any:
    names = [f"property {n}" for n in range(size)]
    return {"type": "object", "properties": {name: {"type": "integer"} for name in names}, "required": names}


def optional(size: int) -> Any:
    return {"type": "object", "properties": {f"property {n}": {"type": "integer"} for n in range(size)}}


def union(size: int) -> Any:
    one = {"type": "object", "required": ["kind"]}
    return {"oneOf": [{**one, "properties": {"kind": {"const": f"kind {n}"}}} for n in range(size)]}


def narrowed(size: int) -> Any:
    """A union of which the last branch alone is left."""
    return {"type": "object", "properties": {"kind": {"const": f"kind {size - 1}"}}, "required": ["kind"], **union(size)}


def deep(size: int) -> Any:
    schema: Any = {"type": "integer"}
    for _ in range(size // 10):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


def chained(size: int) -> Any:
    defs: dict[str, Any] = {
        f"{n}": {"type": "object", "properties": {"a": {"$ref": f"#/$defs/{n + 1}"}}, "required": ["a"]} for n in range(size // 10)
    }
    return {"$ref": "#/$defs/0", "$defs": {**defs, f"{size // 10}": {"type": "integer"}}}


def doubled(size: int) -> Any:
    """Each twice what the next is, so that a value that gives everything doubles with every level."""
    each = {
        f"{n}": {"type": "object", "properties": {"a": {"$ref": f"#/$defs/{n + 1}"}, "b": {"$ref": f"#/$defs/{n + 1}"}}}
        for n in range(size)
    }
    return {"$ref": "#/$defs/0", "$defs": {**each, f"{size}": {"type": "integer"}}}


def tangled(size: int) -> Any:
    """Everybody may lead to everybody."""
    names = [f"{n}" for n in range(size // 20)]
    each = {"type": "object", "properties": {name: {"$ref": f"#/$defs/{name}"} for name in names}}
    return {"$ref": "#/$defs/0", "$defs": {name: dict(each) for name in names}}


def enumerated(size: int) -> Any:
    return {"type": "array", "items": {"enum": [f"one {n}" for n in range(size)]}, "minItems": size // 10, "uniqueItems": True}


SHAPES = [wide, optional, union, narrowed, deep, chained, doubled, tangled]


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_schema_takes_about_twice_the_steps(shape: Callable[[int], Any]) -> None:
    small, large = steps(lambda: instance(shape(400), "seed")), steps(lambda: instance(shape(800), "seed"))
    assert large < 3 * small + 4_000
    assert large < 1_500_000


@pytest.mark.parametrize("shape", SHAPES)
def test_judging_twice_the_value_takes_about_twice_the_steps(shape: Callable[[int], Any]) -> None:
    small, large = instance(shape(400), "seed"), instance(shape(800), "seed")
    assert steps(lambda: misfit(large, shape(800))) < 3 * steps(lambda: misfit(small, shape(400))) + 4_000


@pytest.mark.parametrize(
    "schema",
    [wide(5_000), optional(5_000), union(1_000), deep(1_000), enumerated(1_000)],
    ids=["wide", "optional", "union", "deep", "enum"],
)
def test_a_huge_schema_has_an_instance(schema: Any) -> None:
    assert misfit(instance(schema, "seed"), schema) is None


def test_a_schema_that_is_asked_again_is_not_read_again() -> None:
    schema = union(300)
    first, again = steps(lambda: instance(schema, "seed")), steps(lambda: instance(schema, "other"))
    assert again < 0.8 * first


def test_a_schema_that_changed_is_read_again() -> None:
    schema = {"const": 1}
    assert instance(schema, "seed") == 1
    schema["const"] = 2
    assert instance(schema, "seed") == 2


def test_a_value_is_checked_once_however_many_ways_lead_to_it() -> None:
    schema = {
        "anyOf": [{"type": "array", "items": {"$ref": "#"}, "maxItems": 1, "title": f"{n}", "not": {"const": 0}} for n in range(2)]
        + [{"type": "integer"}]
    }
    value: Any = "no integer"
    for _ in range(60):
        value = [value]
    assert steps(lambda: misfit(value, schema)) < 20_000


def test_what_must_be_larger_than_all_use_is_told() -> None:
    each = {f"{n}": {"type": "array", "items": {"$ref": f"#/$defs/{n + 1}"}, "minItems": 3} for n in range(30)}
    with pytest.raises(Unsatisfiable, match="it takes too many values"):
        instance({"$ref": "#/$defs/0", "$defs": {**each, "30": {"type": "integer"}}}, "seed")


def test_what_leads_to_many_others_stays_small() -> None:
    assert len(json.dumps(instance(tangled(800), "seed"))) < 100_000
