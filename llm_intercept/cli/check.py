"""`check`: whether playbooks can be played."""

from __future__ import annotations

import json
import warnings
from contextlib import nullcontext
from typing import Annotated

import typer
from rich.console import Console

from llm_intercept.errors import InterceptWarning, PlaybookError
from llm_intercept.playbook import check
from llm_intercept.playbook.grammar import schema
from llm_intercept.playbook.plans import Plan
from llm_intercept.rules.rulebook import Rulebook

__all__ = ["command"]


def command(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Playbooks, or folders of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    show_schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of a playbook, for editors.")] = False,
) -> None:
    """Read playbooks, and tell all that is wrong with them.

    The exit status is 0 where they can be played, 1 where something is wrong, 2 where the command line is wrong.
    """
    if show_schema:
        typer.echo(schema(), nl=False)
        raise typer.Exit(0)
    if not files:
        raise typer.BadParameter("which files? Give one or more, or --schema")
    rules, problems, doubts = 0, [], []
    try:
        plans = check(files)
    except PlaybookError as wrong:
        problems = [one._asdict() for one in wrong.problems]
    else:
        rules, doubts = len(plans), _doubts(plans)
    if as_json:
        typer.echo(json.dumps({"ok": not problems, "rules": rules, "problems": problems, "warnings": doubts}, indent=2))
    else:
        console = Console(highlight=False, markup=False, soft_wrap=True)
        for one in problems:
            console.print(f"{one['file']}:{one['line']}: {one['text']}")
        for doubt in doubts:
            console.print(f"warning: {doubt}")
        console.print(f"{len(problems)} wrong" if problems else f"{rules} rule{'s' * (rules != 1)}: all is well")
    raise typer.Exit(1 if problems else 0)


def _doubts(plans: list[Plan]) -> list[str]:
    """What making the rules warns of: those that can never answer."""
    book = Rulebook(None, nullcontext())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", InterceptWarning)
        for plan in plans:
            plan.into(book)
    return [str(one.message) for one in told]
