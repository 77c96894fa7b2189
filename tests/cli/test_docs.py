"""`llm-intercept docs`: what errors name can be read, offline."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

import llm_intercept as package
from llm_intercept.cli.docs import pages
from tests.cli.conftest import ROOT
from tests.cli.test_faces import on_a_terminal

FAILURES = [
    kind
    for kind in (getattr(package, name) for name in package.__all__)
    if isinstance(kind, type) and issubclass(kind, BaseException) and not issubclass(kind, Warning)
]


@pytest.mark.parametrize("kind", FAILURES, ids=lambda kind: kind.__name__)
def test_each_failure_names_a_page_that_tells_of_it(kind: Any, here: Any) -> None:
    failure = kind([]) if kind is package.PlaybookError else kind("What happened.")
    shown = "".join(traceback.format_exception_only(failure))
    *_, name, command, page = (shown if sys.version_info >= (3, 11) else failure.__notes__[0]).split()
    assert name == "llm-intercept"
    assert here(command, page) == (0, pages()[page].read_text(encoding="utf-8"), "")


def test_all_pages_are_listed(here: Any) -> None:
    status, out, _ = here("docs")
    assert (status, [line.split()[0] for line in out.splitlines()[2:]]) == (0, list(pages()))
    assert max(map(len, out.splitlines())) <= 80
    listed = json.loads(here("docs", "--json")[1])
    assert {one["page"]: Path(one["file"]).resolve() for one in listed} == {
        path.relative_to(ROOT / "docs").as_posix().removesuffix(".md"): path for path in (ROOT / "docs").rglob("*.md")
    }
    assert {"page": "misses", "title": "Misses and other failures", "file": str(pages()["misses"])} in listed


def test_a_page_is_set_for_a_terminal(tmp_path: Path) -> None:
    status, shown = on_a_terminal(tmp_path, "docs", "misses")
    assert status == 0
    assert "## " not in shown
    assert "What a miss becomes" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_is_set_has_no_markdown(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    status, out, _ = here("docs", "misses")
    assert (status, "## " in out, "What a miss becomes" in out) == (0, False, True)


def test_a_misspelt_page_gets_the_near_one(here: Any) -> None:
    status, out, told = here("docs", "mises")
    assert (status, out) == (2, "")
    assert "'mises' is no page; did you mean 'misses'?" in " ".join(told.replace("│", "").split())
