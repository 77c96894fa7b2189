"""The command line as its users have it: another process, its output at 80 columns, piped or on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llm_intercept.cli import main

ROOT = Path(__file__).parents[2]

#: What a process under test gets of ours: enough to start.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def llm_intercept(tmp_path: Path) -> Callable[..., Ran]:
    """Run `llm-intercept` in an empty folder; what it printed, and its status."""

    def run(*arguments: str, **variables: str) -> Ran:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": "80", "OPENAI_API_KEY": "", **variables}
        command = [sys.executable, "-m", "llm_intercept", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[Any, str, str]]:
    """Run `llm-intercept` in this process: its status, and what was printed on stdout and stderr."""

    def run(*arguments: str) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["llm-intercept", *arguments])
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capfd.readouterr()

    return run
