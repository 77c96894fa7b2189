"""These tests need every SDK at once: they run in an environment of their own, `nox -s everywhere`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("httpx_aiohttp") else ["*.py"]


def pytest_configure(config: pytest.Config) -> None:
    """What is found unclosed at the very end belongs to no item."""
    config.addinivalue_line("filterwarnings", "ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What SDKs leave open, and what they use that is deprecated, is theirs."""
    for item in items:
        if "everywhere" in item.path.parts:
            for kind in ("DeprecationWarning", "ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{kind}"))
