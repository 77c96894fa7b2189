"""`doctor`: what is installed, whether it is caught, and whether what we send is what its models say."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from llm_intercept.cli.doctor_table import show
from llm_intercept.cli.progress import progress
from llm_intercept.doctor import examine
from llm_intercept.doctor.probes import PROBES
from llm_intercept.errors import near

__all__ = ["command"]


def command(
    sdks: Annotated[list[str] | None, typer.Argument(metavar="[SDK]...", help="Distributions to examine; none are all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Ask every SDK that is installed, and have its own models judge what is sent to it. Nothing leaves this process.

    The exit status is 0 where all is well, 1 where something failed, 2 where the command line is wrong.
    """
    names = [probe.distribution for probe in PROBES]
    for name in sdks or ():
        if name not in names:
            raise typer.BadParameter(f"{name!r} is no SDK that can be examined; {near(name, names)}")
    with progress() as tell:
        report = examine(sdks or (), tell)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        show(report, Console(highlight=False))
    raise typer.Exit(0 if report.ok else 1)
