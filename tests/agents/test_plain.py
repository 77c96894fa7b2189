"""Agents of an SDK alone."""

from __future__ import annotations

import pytest

from tests.agents.plain import AGENTS
from tests.agents.proof import proven


@pytest.mark.parametrize("threads", [False, True], ids=["tasks", "threads"])
@pytest.mark.parametrize("which", [0, 1], ids=["alone", "team"])
@pytest.mark.parametrize("kind", AGENTS)
def test_each_of_many_conversations_ends_as_its_script_says(kind: str, which: int, threads: bool) -> None:
    proven(AGENTS[kind], which, threads, count=200 if kind in ("openai", "anthropic") else 20)
