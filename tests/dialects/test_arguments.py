"""Which texts of arguments a wire can say that carries objects."""

from __future__ import annotations

import pytest

from llm_intercept.dialects.arguments import as_object


def test_an_object_is_read() -> None:
    assert as_object(' {"city": "Paris", "days": [1, 2.5, null]} ') == {"city": "Paris", "days": [1, 2.5, None]}
    assert as_object("{}") == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", "null", '"x"', '{"a": NaN}', '{"a": 1e999}', '{"a": 1} x', '{"a": "\ud800"}', "{'a': 1}"]
)
def test_nothing_else_is(text: str) -> None:
    assert as_object(text) is None
