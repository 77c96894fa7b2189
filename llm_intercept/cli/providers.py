"""`providers`: who is known, whose key is filled, and which wires are spoken to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from llm_intercept.call import OPERATIONS
from llm_intercept.dialects import ENDPOINTS, Endpoint
from llm_intercept.errors import near
from llm_intercept.providers import PROVIDERS, Provider, names
from llm_intercept.transports import TRANSPORTS

__all__ = ["command"]

#: How a family of wires is called, where that is not its name.
_CALLED = {"elsewhere": "its own"}


def command(
    providers: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Tell all that these serve.")] = None,
    operation: Annotated[str, typer.Option(help="Only those who serve this: chat, embeddings, ...")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the providers that are known by their hosts, and the HTTP libraries whose calls are caught.

    Any other host is one with `hosts=`, or where an SDK has left its mark on the call. The exit status is 0, or 2 where the
    command line is wrong.
    """
    for name in providers or ():
        if name not in names():
            raise typer.BadParameter(f"{name!r} is no provider that is known; {near(name, names())}")
    if operation and operation not in OPERATIONS:
        raise typer.BadParameter(f"--operation {operation!r}; {near(operation, OPERATIONS)}")
    chosen = [one for one in PROVIDERS if not providers or one.name in providers]
    served = {one: [each for each in _endpoints(one) if operation in ("", each.operation)] for one in chosen}
    served = {one: endpoints for one, endpoints in served.items() if endpoints}
    if as_json:
        told = {"providers": [_plain(*both) for both in served.items()], "libraries": _libraries()}
        typer.echo(json.dumps(told, indent=2))
        return
    console = Console(highlight=False)
    if not providers:
        console.print(_listed(served))
        console.print(f"Caught in: {', '.join(_libraries())}")
    for one, endpoints in served.items() if providers else ():
        console.print(f"{one.name}: {', '.join((*one.hosts, *([f'port {one.port}'] if one.port else [])))}")
        console.print(_told(endpoints))


def _told(endpoints: list[Endpoint]) -> Table:
    """All that a provider serves, one line an endpoint."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("endpoint", "operation", "method"):
        table.add_column(name, overflow="fold")
    for one in endpoints:
        table.add_row(one.name, one.operation, one.method)
    return table


def _listed(served: Mapping[Provider, list[Endpoint]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("provider", "host", "key that is filled", "main wires"):
        table.add_column(name, overflow="fold", max_width=28)
    for one, endpoints in served.items():
        host = next(iter(one.hosts), f"port {one.port}")
        table.add_row(one.name, host, next(iter(one.keys), ""), ", ".join(_wires(endpoints)))
    return table


def _plain(provider: Provider, endpoints: list[Endpoint]) -> dict[str, Any]:
    return {
        "name": provider.name,
        "hosts": provider.hosts,
        "keys": provider.keys,
        "endpoints": [{"name": one.name, "operation": one.operation, "method": one.method, "path": one.path} for one in endpoints],
    }


def _endpoints(provider: Provider) -> list[Endpoint]:
    """The endpoints that its hosts answer: its own, and those of OpenAI's that anybody may have."""
    return [one for one in ENDPOINTS if provider.name in (one.home, *one.only) or (one.home == "openai" and not one.only)]


def _wires(endpoints: list[Endpoint]) -> list[str]:
    """Whose wires these are."""
    families = {type(one).__module__.split(".")[2] for one in endpoints}
    return [_CALLED.get(family, family) for family in sorted(families)]


def _libraries() -> list[str]:
    """The HTTP libraries that are caught, by the names under which they are imported."""
    return sorted({module.partition(".")[0] for module in TRANSPORTS} - {"socket"})
