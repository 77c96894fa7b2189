"""The table of code points is what the generator writes."""

from __future__ import annotations

from pathlib import Path

from llm_intercept.synthesis import unicode_table
from tests.synthesis.unicode_table import PROPERTIES, table


def test_the_table_in_the_package_is_the_generated_one() -> None:
    assert unicode_table.__file__ is not None
    assert Path(unicode_table.__file__).read_text(encoding="utf-8") == table()


def test_the_table_holds_every_property_that_the_generator_names() -> None:
    assert {name for name in vars(unicode_table) if name.isupper()} == set(PROPERTIES)
