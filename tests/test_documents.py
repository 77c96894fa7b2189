"""Every Python block of the README and the documentation runs, and so does every example."""

from __future__ import annotations

import re
import runpy
import textwrap
from pathlib import Path

import pytest

import llm_intercept

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^( *)```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def blocks() -> list[object]:
    found: list[object] = []
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text()):
            line = page.read_text()[: match.start()].count("\n") + 2
            code = "\n" * (line - 1) + textwrap.dedent(match[2])
            found.append(pytest.param(code, str(page), id=f"{page.relative_to(ROOT)}:{line}"))
    return found


@pytest.mark.parametrize(("code", "page"), blocks())
def test_every_block_runs(code: str, page: str) -> None:
    names: dict[str, object] = {"__name__": "block"}
    exec(compile(code, page, "exec"), names)
    assert "__builtins__" in names  # it ran to its end


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/*.py")), ids=lambda path: path.stem)
def test_every_example_runs(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.strip()


def test_ci_runs_exactly_the_readmes_test_command() -> None:
    command = (ROOT / ".ci" / "run").read_text().splitlines()[-1]
    assert "nox -s tests" in command
    assert f"\n{command}\n" in (ROOT / "README.md").read_text()


def test_every_public_name_stands_in_the_documentation() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    assert [name for name in llm_intercept.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
