"""The `ask` of each SDK."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rules.asking import ask_anthropic, ask_openai


@pytest.fixture(params=[ask_openai, ask_anthropic], ids=["openai", "anthropic"])
def ask(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Asks one real SDK and gives the answer's text."""
    asking: Callable[..., str] = request.param
    return asking
