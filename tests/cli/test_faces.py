"""What a new user meets: help, version, tables on a terminal of 80 columns, one line where something is missing."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llm_intercept as package
from llm_intercept.cli import COMMANDS
from tests.cli.conftest import ROOT, Ran

Run = Callable[..., Ran]


def on_a_terminal(folder: Path, *arguments: str) -> tuple[int, str]:
    """The status, and all that a terminal of 80 columns shows."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "TERM": "xterm", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "llm_intercept", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while part := _read(ours):
            shown += part
    os.close(ours)
    return process.returncode, _STYLES.sub("", shown.decode()).replace("\r\n", "\n")


_STYLES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # its other end is closed
        return b""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_each_command_helps_on_a_terminal(tmp_path: Path, command: str) -> None:
    status, shown = on_a_terminal(tmp_path, *command.split(), "--help")
    assert status == 0
    assert f"llm_intercept {command}".rstrip() in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert all(name in shown for name in COMMANDS) or command


def test_nothing_asked_is_help(tmp_path: Path) -> None:
    status, shown = on_a_terminal(tmp_path)
    assert (status, "Usage: " in shown) == (2, True)


@pytest.mark.parametrize("command", [("providers",), ("journal", "calls.jsonl"), ("run", "--", "echo", "ran")])
def test_what_is_shown_fits_a_terminal(tmp_path: Path, command: tuple[str, ...]) -> None:
    with package.intercept("Hello") as llm:
        import openai

        openai.OpenAI(api_key="x").responses.create(model="gpt-4o-with-a-name-that-is-far-too-long", input="Hi " * 80)
        llm.calls.dump(tmp_path / "calls.jsonl")
    status, shown = on_a_terminal(tmp_path, *command)
    assert status == 0
    assert max(len(line) for line in shown.splitlines() if not line.startswith("Caught in")) <= 80


def test_it_tells_its_version(here: Any) -> None:
    assert here("--version") == (0, f"llm-intercept {package.__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_it(llm_intercept: Run, shell: str) -> None:
    ran = llm_intercept("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert ran.returncode == 0
    assert "_COMPLETE" in ran.stdout


def test_an_unknown_command_is_a_wrong_command_line(here: Any) -> None:
    status, out, told = here("jurnal", "calls.jsonl")
    assert (status, out) == (2, "")
    assert "No such command 'jurnal'" in told


def test_every_command_stands_in_the_documentation() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"| `{name}" in page for name in COMMANDS)
