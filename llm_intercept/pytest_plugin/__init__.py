"""The pytest plugin: fixtures, markers, and the guard of a whole suite.

At import it needs pytest alone; what works (`watch`) is loaded where a test wants it. PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from argparse import Namespace

    from llm_intercept.interceptor import Interceptor
    from llm_intercept.pytest_plugin.watch import Watch

__all__ = [
    "llm_mock",
    "llm_session",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_load_initial_conftests",
]

_BLOCK = ("providers", "all", "off")

_CLOCKS = ("real", "virtual")

_FIXTURES = {"llm_mock", "llm_session"}

_MARKERS = (
    "llm(*replies, assert_all_used=True, **criteria_and_options): answer the test's LLM calls; several markers, the nearest first",
    "llm_live: let the test's LLM calls out, although llm_block is on",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and of the ini file."""
    group = parser.getgroup("llm_intercept", "LLM calls")
    group.addoption(
        "--llm-block",
        choices=_BLOCK,
        help="no test reaches a provider (providers), or any other machine (all); beats the ini option llm_block",
    )
    group.addoption("--llm-clock", choices=_CLOCKS, help="the clock of llm_mock and llm_session; beats the ini option llm_clock")
    group.addoption("--llm-journal", metavar="FILE", help="write every LLM call that was caught into FILE, one JSON object a line")
    parser.addini("llm_block", "no test reaches a provider (providers), or any other machine (all); else off", default="off")
    parser.addini("llm_clock", "the clock of llm_mock and llm_session: real, or virtual, on which nobody waits", default="real")
    parser.addini("llm_assert_all_used", "whether llm_mock fails a test that left replies unused", type="bool", default=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The guard stands, and keys are filled, before anything of the suite is imported."""
    _start(early_config, early_config.known_args_namespace)


def pytest_configure(config: pytest.Config) -> None:
    """The same where the plugin was loaded later, as by a conftest."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    _start(config, config.option)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A marked test gets `llm_mock`, before its other fixtures; whoever has ours is watched from its beginning."""
    wanted = False
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if item.get_closest_marker("llm") is not None and "llm_mock" not in names:
            names.insert(0, "llm_mock")
        wanted = wanted or not _FIXTURES.isdisjoint(names)
    if wanted:
        _watch(config)


@pytest.fixture
def llm_mock(request: pytest.FixtureRequest) -> Iterator[Interceptor]:
    """LLM calls of this test, answered by its rules and markers; what none answers, and what was left unused, fails the test."""
    from llm_intercept.pytest_plugin.marks import marked

    config = request.config
    llm, strict = marked(request.node, strict=config.getini("llm_assert_all_used"), clock=_clock(config))
    with _watch(config).standing(llm, strict=strict):
        yield llm


@pytest.fixture(scope="session")
def llm_session(request: pytest.FixtureRequest) -> Iterator[Interceptor]:
    """LLM calls of the whole session from here on, answered by rules; `llm_mock` is asked before it."""
    from llm_intercept.interceptor import Interceptor

    llm = Interceptor(default=None, clock=_clock(request.config))
    with _watch(request.config).standing(llm):
        yield llm


def _start(config: pytest.Config, given: Namespace) -> None:
    """Watch from the beginning, where an option asks for it."""
    block = given.llm_block or config.getini("llm_block")
    if block not in _BLOCK:
        raise pytest.UsageError(f"llm_block = {block!r}: {', '.join(_BLOCK[:-1])} or {_BLOCK[-1]} is wanted")
    _clock(config)
    if block != "off" or given.llm_journal is not None:
        _watch(config, block, given.llm_journal)


def _clock(config: pytest.Config) -> Any:
    """The clock that an option asks for."""
    clock = str(getattr(config.option, "llm_clock", None) or config.getini("llm_clock"))
    if clock not in _CLOCKS:
        raise pytest.UsageError(f"llm_clock = {clock!r}: {' or '.join(_CLOCKS)} is wanted")
    return clock


def _watch(config: pytest.Config, block: str = "off", journal: str | None = None) -> Watch:
    """The part that works, loaded once a session."""
    from llm_intercept.pytest_plugin.watch import Watch

    watch: Watch | None = config.pluginmanager.get_plugin(_NAME)
    if watch is None:
        watch = Watch(config, block, journal)
        config.pluginmanager.register(watch, _NAME)
    return watch


_NAME = "llm_intercept_watch"
