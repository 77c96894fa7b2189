"""`journal`: the calls in a file that `llm.calls.dump(path)`, `pytest --llm-journal=FILE` or `run --journal FILE` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from llm_intercept.ledger import load

__all__ = ["command"]

#: What of a call is looked for, and how.
_GLOBS = ("provider", "model", "operation", "outcome", "test")


def command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The journal to read.")],
    provider: Annotated[str, typer.Option(help="Only this provider's calls; * stands for any text, here and below.")] = "*",
    model: Annotated[str, typer.Option(help="Only calls of this model.")] = "*",
    operation: Annotated[str, typer.Option(help="Only calls of this operation: chat, embeddings, ...")] = "*",
    outcome: Annotated[str, typer.Option(help="Only calls that ended so: complete, missed, failed, cancelled, passed.")] = "*",
    test: Annotated[str, typer.Option(help="Only calls of this test.")] = "*",
    contains: Annotated[str, typer.Option(help="Only calls with this text, in any case, in what was asked or said.")] = "",
    transcript: Annotated[bool, typer.Option("--transcript", help="Print what was asked and said instead of a table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the calls of a journal, or print what was asked and said.

    The exit status is 0, 1 where the file is no journal, 2 where the command line is wrong.
    """
    wanted = dict(zip(_GLOBS, (provider, model, operation, outcome, test), strict=True))
    try:
        calls = load(file)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    found = [(number, call) for number, call in enumerate(calls, 1) if _fits(call, wanted, contains.lower())]
    if as_json:
        typer.echo(json.dumps([call for _, call in found], indent=2))
    elif transcript:
        typer.echo("\n\n".join("\n".join(_told(number, call)) for number, call in found))
    else:
        Console(highlight=False).print(_table(found))
        typer.echo(f"{len(found)} of {len(calls)} calls")


def _fits(call: dict[str, Any], wanted: dict[str, str], contains: str) -> bool:
    if not all(fnmatchcase(str(call.get(name, "")), glob) for name, glob in wanted.items()):
        return False
    return contains in json.dumps([call.get(name) for name in _TEXTS], ensure_ascii=False).lower()


_TEXTS = ("system", "messages", "text", "tool_calls")


def _table(found: list[tuple[int, dict[str, Any]]]) -> Table:
    """One line a call, that fits 80 columns."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("", justify="right", no_wrap=True)
    for name, width in (("provider", 10), ("operation", 10), ("model", 16), ("asked", 18), ("outcome", 9)):
        table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=width)
    for number, call in found:
        table.add_row(
            str(number), *(_plain(call.get(name, "")) for name in ("provider", "operation", "model")), _asked(call), call["outcome"]
        )
    return table


def _asked(call: dict[str, Any]) -> str:
    return _plain(next((one["text"] for one in reversed(call.get("messages", ())) if one["role"] == "user"), ""))


def _plain(text: str) -> str:
    """A text in one line, nothing in it meant for a terminal or for rich."""
    return "".join(letter if letter.isprintable() else " " for letter in text).replace("[", "\\[")


def _told(number: int, call: dict[str, Any]) -> Iterator[str]:
    streamed = ", streamed" if call.get("stream") else ""
    test = f"   ({call['test']})" if "test" in call else ""
    told = f"{call['provider']} {call.get('operation', '')} {call.get('model', '')}".rstrip()
    yield f"{number}. {told}{streamed}, {call['outcome']}{test}"
    if "system" in call:
        yield _line("system", call["system"])
    for message in call.get("messages", ()):
        called = "".join(f" [{name}]" for name in message.get("calls", ()))
        yield _line(message["role"], message["text"] + called)
    if "text" in call:
        yield _line("->", call["text"])
    for one in call.get("tool_calls", ()):
        yield _line("->", f"{one['name']}({one['arguments']})")


def _line(who: str, what: str) -> str:
    return f"   {who}{'' if who == '->' else ':'} {what}".replace("\n", "\n      ")
