"""`docs`: the documentation's pages, which come with the package, so that what an error names can be read offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from llm_intercept.errors import near

__all__ = ["command", "pages"]

_PACKAGE = Path(__file__).parents[1]


def pages() -> dict[str, Path]:
    """The pages by name: those of the installed package, or of the checkout that it is in."""
    folder = next(one for one in (_PACKAGE / "docs", _PACKAGE.parent / "docs") if one.is_dir())
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.md"))}


def command(
    page: Annotated[str | None, typer.Argument(metavar="PAGE", help="The page to print; none lists them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON, with each page's file.")] = False,
) -> None:
    """Print a page of the documentation: set for a terminal, or as the Markdown that it is when piped.

    The exit status is 0, or 2 where the command line is wrong.
    """
    known = pages()
    if page is not None and page not in known:
        raise typer.BadParameter(f"{page!r} is no page; {near(page, known)}")
    console = Console(highlight=False)
    if page is not None:
        text = known[page].read_text(encoding="utf-8")
        if console.is_terminal:
            console.print(Markdown(text, hyperlinks=False))
        else:
            typer.echo(text, nl=False)
    elif as_json:
        typer.echo(json.dumps([{"page": name, "title": _title(path), "file": str(path)} for name, path in known.items()], indent=2))
    else:
        table = Table("page", "title", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name, path in known.items():
            table.add_row(name, _title(path))
        console.print(table)


def _title(path: Path) -> str:
    """The first heading."""
    return path.read_text(encoding="utf-8").partition("# ")[2].partition("\n")[0]
