"""Whatever a test does, the process is afterwards what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llm_intercept import deactivate
from tests.activation.asking import process


@pytest.fixture(autouse=True)
def left_as_found(no_keys: None) -> Iterator[None]:
    """Every attribute, import hook and variable is the one from before."""
    before = process()
    yield
    deactivate()
    assert process().differs(before) == []
