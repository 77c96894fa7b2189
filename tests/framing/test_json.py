"""JSON as providers write it: whatever is written is read back, and nothing else is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.framing.json import HOLE, dump, dumps, load, template, to_bytes

texts = st.text(st.characters())
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)


def well_formed(value: object) -> bool:
    try:
        dumps(value).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(values)
def test_what_is_dumped_is_the_value_for_every_json_reader(value: Any) -> None:
    expected = json.loads(json.dumps(value))  # two lone surrogates in a row are a pair, for JSON
    assert json.loads(dump(value)) == expected
    assert json.loads(to_bytes(dumps(value))) == expected


@given(values.filter(well_formed))
def test_what_is_dumped_is_loaded_again(value: Any) -> None:
    assert load(dump(value)) == value


@given(values)
def test_bytes_are_utf_8_on_one_line_without_spaces_between(value: Any) -> None:
    dump(value).decode("utf-8")
    assert b"\n" not in dump(value)
    assert b"\r" not in dump(value)


@pytest.mark.parametrize(
    ("value", "document"),
    [
        ({"a": [1, "b"], "c": None}, b'{"a":[1,"b"],"c":null}'),
        ("é漢👩", '"é漢👩"'.encode()),
        ('"\\\n\t\x00', b'"\\"\\\\\\n\\t\\u0000"'),
        ("\u2028\u2029", '"\u2028\u2029"'.encode()),
        ("\ud83d", b'"\\ud83d"'),
        (("a", "b"), b'["a","b"]'),
    ],
)
def test_json_is_compact_and_escapes_only_what_it_must(value: object, document: bytes) -> None:
    assert dump(value) == document
    assert to_bytes(dumps(value)) == document


@pytest.mark.parametrize(
    "document", [b"", b"{", b"nope", b"\xff", b'"\xed\xa0\x80"', b"{'a': 1}", b"[1,]", b"[" * 100_000, b"{} {}"]
)
def test_what_is_no_json_is_a_value_error(document: bytes) -> None:
    with pytest.raises(ValueError):
        load(document)


@given(st.recursive(st.just(HOLE), lambda inner: st.builds(lambda one, rest: [rest, one], inner, scalars), max_leaves=3), texts)
def test_a_template_filled_is_the_value_filled(value: Any, text: str) -> None:
    before, after = template(value)

    def filled(part: Any) -> Any:
        return [part[0], filled(part[1])] if isinstance(part, list) else text if part == HOLE else part

    assert json.loads(before + dumps(text) + after) == json.loads(dumps(filled(value)))  # a float may be spelled in two ways
