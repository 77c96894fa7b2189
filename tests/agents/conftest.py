"""Agents of frameworks need an environment of their own: `nox -s agents`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

_THERE = all(map(find_spec, ("agents", "langchain", "langchain_openai", "langchain_anthropic", "langgraph", "pydantic_ai")))

collect_ignore = [] if _THERE else ["test_frameworks.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What frameworks warn of, and leave open, is theirs."""
    for item in items:
        if item.path.name == "test_frameworks.py" and item.path.parent.name == "agents":
            for kind in ("DeprecationWarning", "UserWarning", "ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{kind}"))
