"""What the pytest plugin costs a suite: whole runs of pytest, each in a process of its own, without and with it by turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, stdev
from time import perf_counter

__all__ = ["Paired", "run_in_pairs", "suites"]

#: The most that an interceptor of its own may add to a test, in seconds.
LIMIT = 0.3e-3

_PLUGIN = ("-p", "llm_intercept.pytest_plugin")

_SUITE = """
import pytest

@pytest.fixture
def noop(request):
    yield None

@pytest.mark.parametrize("n", range({tests}))
def test(n, {fixture}): pass
"""


@dataclass(slots=True)
class Paired:
    """One comparison; the times are in seconds for a whole run. Without a limit the two may not differ by more than by chance."""

    name: str
    tests: int
    plain: tuple[str, ...]
    ours: tuple[str, ...]
    limit: float | None
    without: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)

    @property
    def differences(self) -> list[float]:
        """What each pair says that a test takes longer."""
        return [(within - without) / self.tests for without, within in zip(self.without, self.within, strict=True)]

    @property
    def added(self) -> float:
        """What we add to a test: the median, or the mean where chance is to be told."""
        return mean(self.differences) if self.limit is None else median(self.differences)

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return stdev(self.differences) / len(self.differences) ** 0.5 if len(self.differences) > 1 else 0.0

    @property
    def over(self) -> bool:
        """Whether that is more than it may be."""
        return self.added > (2 * self.error if self.limit is None else self.limit)


def suites(folder: Path, tests: int) -> list[Paired]:
    """The comparisons; their suites are written into `folder`."""
    written = {name: _written(folder / f"test_{name}.py", tests, name) for name in ("noop", "llm_mock")}
    guard = (*_PLUGIN, "--llm-block=providers")
    return [
        Paired("llm_mock in each test", tests, (*_PLUGIN, written["noop"]), (*_PLUGIN, written["llm_mock"]), LIMIT),
        Paired("the same, under the guard", tests, (*guard, written["noop"]), (*guard, written["llm_mock"]), LIMIT),
        Paired("the idle plugin", tests, (written["noop"],), (*_PLUGIN, written["noop"]), None),
    ]


def run_in_pairs(listed: Iterable[Paired], rounds: int, folder: Path) -> None:
    """Run each pair so often, after one run that is for its compiled code alone."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}

    def seconds(arguments: tuple[str, ...]) -> float:
        command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *arguments)
        start = perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return perf_counter() - start

    for pair in listed:
        seconds(pair.ours)
        for turn in range(rounds):
            if turn % 2:  # neither is always the first
                pair.within.append(seconds(pair.ours))
                pair.without.append(seconds(pair.plain))
            else:
                pair.without.append(seconds(pair.plain))
                pair.within.append(seconds(pair.ours))


def _written(path: Path, tests: int, fixture: str) -> str:
    path.write_text(_SUITE.format(tests=tests, fixture=fixture), encoding="utf-8")
    return str(path)
