"""A short fuzz: the same bodies at each run; `nox -s fuzz` tries others for ten minutes."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from tests.fuzz.bodies import BODIES
from tests.fuzz.held import hold
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import SEEDS

#: Mutations of each seed, and examples of hypothesis.
_MUTATIONS, _EXAMPLES = 25, 40


@pytest.mark.parametrize("name", SEEDS)
def test_a_changed_request_is_answered_or_refused(name: str) -> None:
    url, body = SEEDS[name]
    random = Random(name)
    for _ in range(_MUTATIONS):
        hold(url, mutated(body, random))


@settings(max_examples=_EXAMPLES, derandomize=True, database=None, deadline=None)
@given(BODIES)
def test_an_invented_body_is_answered_or_refused(body: Any) -> None:
    for url in ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses"):
        hold(url, json.dumps(body).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", SEEDS)
def test_each_seed_is_answered_or_refused_as_it_is(name: str) -> None:
    url, body = SEEDS[name]
    assert hold(url, json.dumps(body).encode()) in ("200", "201", "400")
