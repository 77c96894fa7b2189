"""`run`: any command, its LLM calls and those of all its Python interpreters answered."""

from __future__ import annotations

import json
import os
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from llm_intercept.cli.child import VARIABLE, Order
from llm_intercept.cli.process import CannotRun, ran
from llm_intercept.cli.told import Told
from llm_intercept.errors import PlaybookError
from llm_intercept.options import CLOCKS, WORDS
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
    clock: Annotated[str, typer.Option(help="real, or virtual: nobody waits.")] = "real",
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing of our own when all is well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was answered as one line of JSON, on stderr.")] = False,
) -> None:
    """Run a command; its LLM calls, and those of every Python that it starts, are answered, and none leaves.

    The exit status is the command's, 128 and the signal's number where one ended it, 127 where it is not found, 126 where it cannot
    be run, 1 where it ended well and calls were not answered, or a failure was swallowed, 2 where the command line or a playbook
    is wrong.
    """
    words = {"block_network": _meant("block", block), "contract": _meant("contract", contract), "clock": _meant("clock", clock)}
    options = {**words, "seed": seed}
    try:
        check(playbook or ())
    except PlaybookError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    _refuse_isolated(arguments)
    if journal is not None:
        _empty(journal)
    with TemporaryDirectory(prefix="llm-intercept-", ignore_cleanup_errors=True) as ledger:  # a process may still be writing
        paths = [str(Path(path).absolute()) for path in playbook or ()]
        order = Order(ledger, [] if reply is None else [reply], paths, options)
        try:
            status = ran(arguments, _environment(order))
        except CannotRun as wrong:
            typer.echo(f"llm-intercept run: {wrong}", err=True)
            raise typer.Exit(wrong.status) from None
        told = Told.of(status, Path(ledger))
    if journal is not None:
        Path(journal).write_text("".join(json.dumps(call) + "\n" for call in told.listed), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(told.as_json()), err=True)
    elif told.wrong or not quiet:
        typer.echo(f"llm-intercept: {told}", err=True)
    raise typer.Exit(status or int(told.wrong))


def _empty(journal: str) -> None:
    """What cannot be written is told before anything runs."""
    try:
        Path(journal).write_text("", encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"--journal {journal}: {error.strerror}") from None


#: The words that an option takes, and the interceptor's own for each.
_WORDS = {
    "block": {"providers": "llm", "all": "all"},
    "contract": {word: word for word in WORDS["contract"]},
    "clock": {word: word for word in CLOCKS},
}


def _meant(option: str, word: str) -> str:
    """What an option's word means to an interceptor."""
    if word not in _WORDS[option]:
        raise typer.BadParameter(f"--{option} {word}: {' or '.join(_WORDS[option])}")
    return _WORDS[option][word]


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
