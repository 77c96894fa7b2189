"""What editors and type checkers are told of keywords is what the tables behind them take."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import get_args

from llm_intercept import reply
from llm_intercept.names import ProviderName
from llm_intercept.options import Options
from llm_intercept.providers import names
from llm_intercept.rules.criteria import CRITERIA
from llm_intercept.signatures import Asked, Given, Said


def test_the_criteria_are_those_of_the_table() -> None:
    assert set(Asked.__annotations__) == set(CRITERIA)


def test_the_options_are_those_of_an_interceptor() -> None:
    assert set(Given.__annotations__) == {field.name for field in fields(Options)}


def test_the_options_of_a_rules_reply_are_those_of_a_reply() -> None:
    options = [one for one in inspect.signature(reply).parameters.values() if one.kind is one.KEYWORD_ONLY]
    assert {one.name: one.annotation for one in options} == {
        name: kind.__forward_arg__ for name, kind in Said.__annotations__.items()
    }


def test_the_providers_are_those_of_the_table() -> None:
    assert get_args(ProviderName) == tuple(names())
