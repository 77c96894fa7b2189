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


@pytest.mark.parametrize(
    "command",
    [
        ("providers",),
        ("providers", "openai", "azure"),
        ("journal", "calls.jsonl"),
        ("run", "--", "echo", "ran"),
        ("check", "weather.yaml"),
        ("doctor", "ollama"),
    ],
)
def test_what_is_shown_fits_a_terminal(tmp_path: Path, command: tuple[str, ...]) -> None:
    with package.intercept("Hello") as llm:
        import openai

        openai.OpenAI(api_key="x").responses.create(model="gpt-4o-with-a-name-that-is-far-too-long", input="Hi " * 80)
        llm.calls.dump(tmp_path / "calls.jsonl")
    (tmp_path / "weather.yaml").write_text("rules:\n  - on: weather\n    reply: Sunny.\n")
    status, shown = on_a_terminal(tmp_path, *command)
    assert status == 0
    assert max(map(len, shown.replace("\r", "\n").splitlines())) <= 80


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


def test_without_the_extra_it_is_named(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    told = "llm_intercept's command line needs typer: pip install 'llm-intercept[cli]'\n"
    assert here("providers") == (2, "", told)


PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_every_command_stands_in_the_documentation() -> None:
    assert all(f"| `{name}" in PAGE for name in COMMANDS)


#: Each row of the documentation's table, and commands that end so.
STATUSES: dict[str, list[tuple[int, str]]] = {
    "0": [(0, "providers"), (0, "check good.json"), (0, "run -- true")],
    "1": [(1, "check wrong.json"), (1, "journal wrong.json")],
    "2": [(2, "providers --nothing"), (2, "journal nowhere.jsonl"), (2, "check"), (2, "run"), (2, "doctor nothing")],
    "126, 127": [(126, "run -- ./wrong.json"), (127, "run -- ./nothing")],
    "128 + n": [(137, "run -- sh -c kill${IFS}-9${IFS}$$")],
    "any other": [(7, "run -- sh -c exit${IFS}7")],
}


def test_the_documentation_tells_each_status(here: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = PAGE.partition("## Exit status")[2].partition("\n## ")[0]
    assert [line.split(" | ")[0].strip("| ") for line in table.splitlines() if line.startswith("| ")][2:] == [*STATUSES]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.json").write_text('{"rules": []}')
    (tmp_path / "wrong.json").write_text('{"rule": []}')
    for ended in STATUSES.values():
        assert [(here(*command.split())[0], command) for _, command in ended] == ended
