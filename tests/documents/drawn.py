"""The places in pages that are drawn, and what is drawn there: `<!-- drawn: NAME -->` to `<!-- end -->`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.documents import failures, flow, support, toys
from tests.documents.site import llms

__all__ = ["DOCS", "PAGES", "drawn", "written"]

DOCS = Path(__file__).parents[2] / "docs"
PLACE = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

#: What is drawn in which page, by the names of its places.
PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "extending.md": {name: getattr(toys, name) for name in ("provider", "dialect", "operation", "library", "part", "matcher")},
    "how-it-works.md": {"flow": flow.flow, "libraries": flow.libraries, "failures": failures.tree},
    "support.md": {
        "unseen": support.unseen,
        "libraries": support.libraries,
        "providers": support.providers,
        "operations": support.operations,
    },
}


def drawn(page: str) -> str:
    """A page as it should be."""
    return PLACE.sub(lambda place: f"{place[1]}\n{PAGES[page][place[2]]()}\n\n{place[3]}", (DOCS / page).read_text("utf-8"))


def written() -> dict[Path, str]:
    """Every file that is drawn, or holds something that is."""
    return {**{DOCS / page: drawn(page) for page in PAGES}, DOCS / "llms.txt": llms(DOCS)}
