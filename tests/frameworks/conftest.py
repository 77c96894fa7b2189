"""These tests need the frameworks: they run in an environment of their own, `nox -s frameworks`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("pydantic_ai") and find_spec("langchain_openai") else ["*.py"]


@pytest.fixture
def anyio_backend() -> str:
    """asyncio: most of them have nothing else."""
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What frameworks warn of, and leave open, is theirs."""
    for item in items:
        if "frameworks" in item.path.parts:
            for kind in ("DeprecationWarning", "UserWarning", "ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{kind}"))
