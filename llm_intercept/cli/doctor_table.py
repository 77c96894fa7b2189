"""The doctor's report as a table that fits 80 columns, and what is wrong below it, in sentences."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from llm_intercept.doctor import Examined, Report

__all__ = ["show"]

_STYLES = {"caught": "green", "refused": "yellow", "cannot be seen": "yellow", "failed": "bold red"}


def show(report: Report, console: Console) -> None:
    """Print a report."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("SDK", "caught in", "state"):
        table.add_column(name, overflow="fold")
    table.add_column("judged", justify="right")
    for one in report.examined:
        table.add_row(*_row(one))
    for unseen in report.unseen:
        table.add_row(unseen.distribution, "", _state("cannot be seen"), "")
    console.print(table)
    for one in report.examined:
        for failure in one.failures:
            console.print(f"[{_STYLES['failed']}]{one.distribution} {one.version}[/]: {escape(failure)}")
        for note in one.notes:
            console.print(f"{one.distribution} {one.version}: newer than its models: {escape(note)}")
    for unseen in report.unseen:
        console.print(f"{unseen.distribution}: {unseen.what} cannot be seen; {unseen.why}")
    if report.absent:
        console.print(f"Not installed: {', '.join(report.absent)}")
    console.print(_summary(report))


def _row(one: Examined) -> tuple[str, str, str, str]:
    libraries = "\n".join(f"{name} {version}" for name, version in one.libraries.items())
    return f"{one.distribution} {one.version}", libraries, _state(one.told), f"{one.documents or ''}"


def _state(state: str) -> str:
    return f"[{_STYLES[state]}]{state}[/]"


def _summary(report: Report) -> str:
    documents = sum(one.documents for one in report.examined)
    wrong = [one.distribution for one in report.examined if one.failures]
    said = f"{len(report.examined)} SDKs examined, {documents} documents judged: "
    return said + (f"{len(wrong)} failed ({', '.join(wrong)})" if wrong else "all is well")
