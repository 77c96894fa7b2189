"""What the documentation draws from the code is current, and every page and name can be found."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest

import llm_intercept
from llm_intercept.doctor.probes import PROBES, Probe
from tests.documents import sdks
from tests.documents.drawn import DOCS, PAGES, PLACE, written
from tests.documents.flow import stages, values
from tests.documents.site import listed

RUN = "run python -m tests.documents"


@pytest.mark.parametrize("path", written(), ids=lambda path: path.name)
def test_what_is_drawn_is_current(path: Path) -> None:
    assert path.read_text("utf-8") == written()[path], RUN


@pytest.mark.parametrize("page", PAGES)
def test_everything_is_drawn_in_its_place(page: str) -> None:
    assert [place[1] for place in PLACE.findall((DOCS / page).read_text("utf-8"))] == [*PAGES[page]]


def test_the_flow_has_six_stages_and_what_goes_between_them() -> None:
    assert [number for number, *_ in stages()] == [1, 2, 3, 4, 5, 6]
    assert values() == ["Request", "Call", "Rule", "Reply", "Response"]


def test_every_page_stands_in_the_navigation_once() -> None:
    pages = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
    assert sorted(page for _, page in listed()) == pages, "mkdocs.yml lists every page under nav"


def test_every_probe_has_a_row_of_the_table_of_sdks() -> None:
    had = sdks.rows((DOCS / "support.md").read_text("utf-8"))
    assert [*had] == [probe.distribution for probe in PROBES]
    assert not [row for row in had.values() if "?" in row]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.distribution)
@pytest.mark.filterwarnings("ignore")
def test_the_table_of_sdks_is_what_is_seen(probe: Probe) -> None:
    had = sdks.rows((DOCS / "support.md").read_text("utf-8"))
    now = sdks.measured(probe)
    if now is None:
        pytest.skip("not installed; nox -s everywhere has it")
    assert had[probe.distribution] == now, "run python -m tests.documents sdks"


def test_every_public_name_stands_in_the_reference_once() -> None:
    names = re.findall(r"^::: llm_intercept\.(\w+)$", (DOCS / "reference.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(names) == sorted(llm_intercept.__all__)


@pytest.mark.parametrize("name", llm_intercept.__all__)
def test_a_public_name_is_explained_with_an_example(name: str) -> None:
    first, *paragraphs = (inspect.cleandoc(getattr(llm_intercept, name).__doc__ or "")).split("\n\n")
    assert first.rstrip(".:")
    examples = [paragraph for paragraph in paragraphs if all(line.startswith("    ") for line in paragraph.splitlines())]
    assert examples, "its docstring has no example: lines that stand indented"
    for example in examples:
        ast.parse(textwrap.dedent(example))
