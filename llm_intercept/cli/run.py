"""`run`: any command, its LLM calls and those of all its Python interpreters answered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Annotated, Any

import typer

from llm_intercept.cli.child import VARIABLE, Order
from llm_intercept.errors import PlaybookError
from llm_intercept.ledger import load
from llm_intercept.options import Options
from llm_intercept.playbook import check

__all__ = ["SETTINGS", "command"]

#: What comes after the command's name is the command's.
SETTINGS = {"allow_interspersed_args": False, "ignore_unknown_options": False}

_STARTUP = Path(__file__).parent / "startup"
_PACKAGE = Path(__file__).parents[2]

#: Options of Python with which it reads no `PYTHONPATH`, or runs nothing as it starts; and those that take a value.
_ISOLATING, _VALUED = "IES", "WX"


def command(
    arguments: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="What to run, after -- or as it is.")],
    playbook: Annotated[list[str] | None, typer.Option(help="A playbook, or a folder of them; may be repeated.")] = None,
    reply: Annotated[str | None, typer.Option(help="What is said where no rule of a playbook answers.")] = None,
    journal: Annotated[str | None, typer.Option(metavar="FILE", help="Write every call into FILE, one JSON object a line.")] = None,
    block: Annotated[str, typer.Option(help="What the command cannot reach: providers, or all other machines.")] = "providers",
    contract: Annotated[str, typer.Option(help="What a provider would refuse: refuse, warn, off, fail.")] = "refuse",
    seed: Annotated[int, typer.Option(help="What ids and times are made of.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing of our own when all is well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was answered as one line of JSON, on stderr.")] = False,
) -> None:
    """Run a command; its LLM calls, and those of every Python that it starts, are answered, and none leaves.

    The exit status is the command's, 128 and the signal's number where one ended it, 127 where it is not found, 126 where it cannot
    be run, 1 where it ended well and calls were not answered, 2 where the command line or a playbook is wrong.
    """
    options = {"block_network": _blocked(block), "contract": contract, "seed": seed}
    try:
        Options.of(options)
        check(playbook or ())
    except (PlaybookError, ValueError) as wrong:
        raise typer.BadParameter(str(wrong)) from None
    _refuse_isolated(arguments)
    with TemporaryDirectory(prefix="llm-intercept-") as ledger:
        paths = [str(Path(path).absolute()) for path in playbook or ()]
        order = Order(ledger, [] if reply is None else [reply], paths, options)
        status = _ran(arguments, _environment(order))
        calls = [load(path) for path in sorted(Path(ledger).iterdir())]
    listed = sorted((call for each in calls for call in each), key=lambda call: float(call["at"]))
    if journal is not None:
        Path(journal).write_text("".join(json.dumps(call) + "\n" for call in listed), encoding="utf-8")
    missed = sum(call["outcome"] == "missed" for call in listed)
    told = {"status": status, "calls": len(listed), "processes": len(calls), "missed": missed}
    if as_json:
        typer.echo(json.dumps(told), err=True)
    elif missed or not quiet:
        typer.echo(_sentence(told), err=True)
    raise typer.Exit(status or int(missed > 0))


def _blocked(block: str) -> str:
    words = {"providers": "llm", "all": "all"}
    if block not in words:
        raise typer.BadParameter(f"--block {block}: {' or '.join(words)}")
    return words[block]


def _refuse_isolated(arguments: Sequence[str]) -> None:
    """A Python that hears nothing of us would make real calls."""
    if not Path(arguments[0]).name.startswith(("python", "pypy")):
        return
    rest = iter(arguments[1:])
    for argument in rest:
        if argument[:1] != "-" or argument[:2] in ("--", "-c", "-m") or argument == "-":
            return
        found = set(argument[1:]) & set(_ISOLATING)
        if found and argument[1] not in _VALUED:
            raise typer.BadParameter(f"{arguments[0]} {argument} starts Python without us, and its LLM calls would be real")
        if argument[1:] in _VALUED:
            next(rest, None)


def _environment(order: Order) -> dict[str, str]:
    """The command's environment: whatever it starts, Python finds us first."""
    installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    own = [] if _PACKAGE.resolve() in installed else [str(_PACKAGE)]
    paths = [str(_STARTUP), *own, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), VARIABLE: order.handed_down()}


def _ran(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """The exit status of a command, as a shell tells it."""
    try:
        process = subprocess.Popen(arguments, env=environment)  # noqa: S603  (what to run is what we are asked)
    except FileNotFoundError:
        typer.echo(f"llm-intercept run: {arguments[0]}: command not found", err=True)
        raise typer.Exit(127) from None
    except PermissionError:
        typer.echo(f"llm-intercept run: {arguments[0]}: cannot be run", err=True)
        raise typer.Exit(126) from None
    with process, _passing_on(process):
        status = process.wait()
    return status if status >= 0 else 128 - status


@contextmanager
def _passing_on(process: subprocess.Popen[Any]) -> Iterator[None]:
    """A block in which what should end us ends the command first. A terminal tells the command itself of Ctrl-C."""

    def pass_on(number: int, _: FrameType | None) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def _sentence(told: dict[str, int]) -> str:
    calls, processes, missed = told["calls"], told["processes"], told["missed"]
    where = f" in {processes} processes" if processes > 1 else ""
    left = f", {missed} of them not answered" if missed else ""
    return f"llm-intercept: {calls} LLM call{'s' * (calls != 1)}{where}{left}"
