"""Whatever a test does, the process is afterwards what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llm_intercept import deactivate
from tests.activation.asking import process
from tests.transports import loopback


@pytest.fixture(autouse=True)
def left_as_found(no_keys: None) -> Iterator[None]:
    """Every attribute, import hook and variable is the one from before."""
    before = process()
    yield
    deactivate()
    assert process().differs(before) == []


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """The URL of a host on which nobody listens: a client that is not answered raises."""
    with loopback.refusing() as port:
        yield f"http://127.0.0.1:{port}"
