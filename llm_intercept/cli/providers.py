"""`providers`: who is known, whose key is filled, and which wires are spoken to them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from llm_intercept.dialects import ENDPOINTS, Endpoint
from llm_intercept.providers import PROVIDERS, Provider
from llm_intercept.transports import TRANSPORTS

__all__ = ["command"]

#: How a family of wires is called, where that is not its name.
_CALLED = {"elsewhere": "its own"}


def command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False) -> None:
    """List the providers that are known by their hosts, and the HTTP libraries whose calls are caught.

    Any other host is one with `hosts=`, or where an SDK has left its mark on the call. The exit status is 0.
    """
    if as_json:
        told = {"providers": [_plain(one) for one in PROVIDERS], "libraries": _libraries()}
        typer.echo(json.dumps(told, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("provider", "host", "key that is filled", "main wires"):
        table.add_column(name, overflow="fold", max_width=28)
    for one in PROVIDERS:
        host = next(iter(one.hosts), f"port {one.port}")
        table.add_row(one.name, host, next(iter(one.keys), ""), ", ".join(_wires(one)))
    Console(highlight=False).print(table)
    typer.echo(f"Caught in: {', '.join(_libraries())}")


def _plain(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "hosts": provider.hosts,
        "keys": provider.keys,
        "endpoints": [one.name for one in _endpoints(provider)],
    }


def _endpoints(provider: Provider) -> list[Endpoint]:
    """The endpoints that its hosts answer: its own, and those of OpenAI's that anybody may have."""
    return [one for one in ENDPOINTS if provider.name in (one.home, *one.only) or (one.home == "openai" and not one.only)]


def _wires(provider: Provider) -> list[str]:
    """Whose wires are spoken to a provider."""
    families = {type(one).__module__.split(".")[2] for one in _endpoints(provider)}
    return [_CALLED.get(family, family) for family in sorted(families)]


def _libraries() -> list[str]:
    """The HTTP libraries that are caught, by the names under which they are imported."""
    return sorted({module.partition(".")[0] for module in TRANSPORTS} - {"socket"})
