"""Anthropic's SDK has a class for each code that an error's details have: all of them are raised by `error(status, code=...)`."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest
from anthropic import _error_classes

from llm_intercept import error, intercept
from tests.errors.sdks import by_anthropic

#: Status and code to class, as the SDK itself has them.
CLASSES: Any = next(
    table for table in vars(_error_classes).values() if isinstance(table, dict) and (429, "enforced_spend_limit_reached") in table
)


def test_every_class_of_the_sdk_is_raised_by_its_code() -> None:
    assert len(CLASSES) > 50
    raised = {}
    for status, code in CLASSES:
        with intercept(error(status, code=code)), pytest.raises(anthropic.APIStatusError) as failed:
            by_anthropic(stream=False)
        assert failed.value.error_code == code
        raised[status, code] = type(failed.value)
    assert raised == CLASSES
