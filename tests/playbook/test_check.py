"""`python -m llm_intercept check`: what is wrong, line by line, as JSON, and the schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from llm_intercept.cli import main
from llm_intercept.playbook.grammar import schema


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `check` in this process: its exit status, and what it printed."""

    def ran(*arguments: str) -> tuple[Any, str]:
        monkeypatch.setattr(sys, "argv", ["llm-intercept", "check", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capsys.readouterr().out

    return ran


@pytest.fixture
def good(tmp_path: Path) -> str:
    (tmp_path / "good.json").write_text(json.dumps({"rules": [{"on": "a", "reply": "b"}]}))
    return str(tmp_path / "good.json")


@pytest.fixture
def bad(tmp_path: Path) -> str:
    (tmp_path / "bad.json").write_text(json.dumps({"rules": [{"on": "[a]", "reply": "b", "modle": 1}, {"replay": "b"}]}))
    return str(tmp_path / "bad.json")


SAID = ("rules[0].modle: no key of a rule; did you mean 'model'?", "rules[1].replay: no key of a rule; did you mean 'reply'?")


def test_what_can_be_played_is_well(run: Any, good: str) -> None:
    assert run(good) == (0, "1 rule: all is well\n")
    status, out = run(good, good)
    assert (status, out.count("\n")) == (0, 2)
    assert out.startswith(f"warning: llm.on('a') ({good}:1) can never answer: llm.on('a') ({good}:1) takes every call before it. ")
    assert out.endswith("\n2 rules: all is well\n")


def test_all_that_is_wrong_is_told(run: Any, good: str, bad: str) -> None:
    assert run(good, bad) == (1, "".join(f"{bad}:1: {said}\n" for said in SAID) + "2 wrong\n")


def test_machines_get_json(run: Any, good: str, bad: str) -> None:
    status, out = run(good, "--json")
    assert (status, json.loads(out)) == (0, {"ok": True, "rules": 1, "problems": [], "warnings": []})
    status, out = run(bad, "--json")
    problems = [{"file": bad, "line": 1, "text": said} for said in SAID]
    assert (status, json.loads(out)) == (1, {"ok": False, "rules": 0, "problems": problems, "warnings": []})


def test_the_schema_is_printed(run: Any) -> None:
    assert run("--schema") == (0, schema())


def test_without_files_there_is_nothing_to_check(run: Any) -> None:
    assert run()[0] == 2
