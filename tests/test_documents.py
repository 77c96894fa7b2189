"""The README and the documentation: every Python block runs, every link leads somewhere, and every page can be found."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import NamedTuple

import anthropic  # noqa: F401
import openai  # noqa: F401
import pytest

import llm_intercept

pytest_plugins = ("pytester",)

# What a nested run of pytest imports first is forgotten at its end, and would then be there twice.
for module in walk_packages(llm_intercept.__path__, "llm_intercept."):
    if not re.match(r"llm_intercept\.(cli|doctor|__main__)", module.name):
        import_module(module.name)

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "examples" / "README.md", *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r'^( *)```(\w+)(?: title="([^"]+)")?\n(.*?)^ *```', re.DOTALL | re.MULTILINE)

#: What blocks import that no environment of the suite's own has, and the session that runs them.
ELSEWHERE = {
    "agents": "frameworks",
    "instructor": "frameworks",
    "langchain_openai": "frameworks",
    "litellm": "tests",
    "llama_index": "frameworks",
    "pydantic_ai": "frameworks",
    "openai_responses": "peers",
    "pytest_mockllm": "peers",
}


class Block(NamedTuple):
    """A fenced block of a page; `title` is its file's name, if it has one."""

    page: Path
    line: int
    language: str
    title: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def tests(self) -> bool:
        """Whether it is for pytest."""
        return self.language == "python" and re.search(r"^ *(async )?def test_", self.code, re.MULTILINE) is not None

    @property
    def missing(self) -> list[str]:
        """The sessions that have what it imports, and this environment has not."""
        names = [*re.findall(r"^(?:from|import) (\w+)", self.code, re.MULTILINE), *re.findall(r"# needs (\w+)", self.code)]
        return [ELSEWHERE[name] for name in names if name in ELSEWHERE and find_spec(name) is None]


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text()
        for found in FENCE.finditer(text):
            line = text[: found.start()].count("\n") + 2
            yield Block(page, line, found[2], found[3] or "", textwrap.dedent(found[4]))


BLOCKS = list(blocks())
RUN = [block for block in BLOCKS if block.language == "python" and not block.title and not block.tests]
TESTS = [block for block in BLOCKS if block.tests and not block.title]
FOLDERS = sorted({block.page for block in BLOCKS if block.title})


def named(given: list[Block]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", [pytest.param(block, id=block.name) for block in given])


def skip_elsewhere(block: Block) -> None:
    if block.missing:
        pytest.skip(f"runs in nox -s {block.missing[0]}")


@named(RUN)
def test_every_block_runs(block: Block) -> None:
    skip_elsewhere(block)
    names: dict[str, object] = {"__name__": "block"}
    exec(compile("\n" * (block.line - 1) + block.code, str(block.page), "exec"), names)
    assert "__builtins__" in names  # it ran to its end


@named(TESTS)
def test_every_block_of_tests_passes(block: Block, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    skip_elsewhere(block)
    pytester.makepyfile(test_block=block.code)
    passes(pytester, monkeypatch, re.findall(r"# needs (\w+)", block.code))


@pytest.mark.parametrize("page", FOLDERS, ids=lambda page: page.stem)
def test_the_files_of_a_page_run_together(page: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(pytester.path)
    files = [block for block in BLOCKS if block.page == page and block.title]
    for block in files:
        (pytester.path / block.title).write_text(block.code)
    passes(pytester, monkeypatch, [])
    for block in files:
        if block.language == "python" and "__name__" not in block.code and not imported(block, files) and not block.tests:
            runpy.run_path(block.title)


def imported(block: Block, files: list[Block]) -> bool:
    """Whether one file is a module of another's."""
    return any(re.search(rf"^(import|from) {Path(block.title).stem}\b", other.code, re.MULTILINE) for other in files)


def passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, plugins: list[str]) -> None:
    """Pytest, with our plugin and a block's own, passes in a folder."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    loaded = [word for name in ("llm_intercept.pytest_plugin", *(f"{name}.plugin" for name in plugins)) for word in ("-p", name)]
    result = pytester.runpytest_inprocess(*loaded, "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/*.py")), ids=lambda path: path.stem)
def test_every_example_runs(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.strip()


#: The examples that are projects of their own, and what each needs that may not be installed here.
PROJECTS = {"agent": "openai", "chat_app": "fastapi", "extractor": "pydantic_ai", "handbook": "openai"}


@pytest.mark.parametrize("project", PROJECTS)
def test_every_project_s_own_suite_passes(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec(PROJECTS[project]) is None:
        pytest.skip("runs in nox -s examples")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-m", "pytest", "-p", "llm_intercept.pytest_plugin", "-p", "no:cacheprovider", "-q"]
    ended = subprocess.run(command, cwd=ROOT / "examples" / project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_every_project_stands_in_the_table() -> None:
    assert {path.parent.name for path in ROOT.glob("examples/*/pyproject.toml")} == {*PROJECTS}


def test_ci_runs_exactly_the_readmes_test_command() -> None:
    command = (ROOT / ".ci" / "run").read_text().splitlines()[-1]
    assert "nox -s tests" in command
    assert f"\n{command}\n" in (ROOT / "README.md").read_text()


def test_every_public_name_stands_in_the_documentation() -> None:
    text = "\n".join(page.read_text() for page in PAGES if page.name != "reference.md")
    assert [name for name in llm_intercept.__all__ if not re.search(rf"\b{name}\b", text)] == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the site makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", FENCE.sub("", page.read_text())):
        other = page.parent / target if target else page
        if not other.exists() or (anchor and anchor not in anchors(other)):
            broken.append(f"{target}#{anchor}")
    assert broken == []
