"""A probe: how an SDK's client is made and asked, as values, so that nothing of an SDK is imported before it is probed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any, Literal

__all__ = ["WAYS", "Ask", "Made", "Probe", "State", "made", "ways"]

#: The ways in which an SDK is asked.
WAYS = ("sync", "async", "stream", "async stream")

#: Caught and answered; refused, with a clear failure; past everything that Python sees.
State = Literal["caught", "refused", "cannot be seen"]


@dataclass(frozen=True)
class Made:
    """Something that a call gives: `what` is `module:name`, or a method of what `of` makes; `given` are its arguments."""

    what: str
    given: Mapping[str, Any] = field(default_factory=dict)
    of: Made | None = None

    def make(self) -> Any:
        """The call's answer."""
        function = resolve_name(self.what) if self.of is None else getattr(self.of.make(), self.what)
        return function(**{name: made(value) for name, value in self.given.items()})


def _home(client: Made | str) -> str:
    if isinstance(client, Made):
        return _home(client.what if client.of is None else client.of)
    return client.partition(":")[0]


def made(value: Any) -> Any:
    """A value, or what it makes."""
    return value.make() if isinstance(value, Made) else value


@dataclass(frozen=True)
class Ask:
    """One call: a method of a client (or of what has the name `client`), and its arguments.

    A client is left as a context manager, or `close` is called: its method `.name`, or a function `module:name`.
    """

    client: Made | str
    method: str
    asked: Mapping[str, Any]
    close: str = ""


@dataclass(frozen=True, eq=False)
class Probe:
    """One distribution.

    `clients` are its clients by name, each with its ways of being asked. `state` is what is right for it. `aside` are attributes,
    as `module:name`, that have another value while it is asked: settings of the user's own that would join in. `environment` are
    variables that keep its import from asking somebody, `vendored` HTTP libraries that it has a copy of.
    """

    distribution: str
    clients: Mapping[str, Mapping[str, Ask]]
    state: State = "caught"
    aside: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    vendored: tuple[str, ...] = ()

    @property
    def modules(self) -> list[str]:
        """The modules that its clients are in."""
        homes = [_home(ask.client) for ways in self.clients.values() for ask in ways.values()]
        return [*dict.fromkeys(homes)]


def ways(
    clients: Sequence[Made | str | None],
    method: str,
    stream: Mapping[str, Any] | str,
    /,
    a: str = "{}",
    close: tuple[str, str] = ("", ""),
    **asked: Any,
) -> Mapping[str, Ask]:
    """The ways of asking a sync and an async client, as far as there are such.

    `stream` is another method, or more arguments; `a` is what an async method is called, where the name differs.
    """
    streaming, more = (stream, {}) if isinstance(stream, str) else (method, stream)
    found: dict[str, Ask] = {}
    for client, named, closed, names in zip(clients, ("{}", a), close, (WAYS[::2], WAYS[1::2]), strict=False):
        if client is not None:
            found[names[0]] = Ask(client, named.format(method), asked, closed)
            found[names[1]] = Ask(client, named.format(streaming), {**asked, **more}, closed)
    return found
