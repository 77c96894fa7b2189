"""A process that nothing leaves, whatever becomes of the interceptor: attempts are refused, and kept."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from llm_intercept.doctor.aside import aside
from llm_intercept.errors import BlockedNetwork
from llm_intercept.providers import PROVIDERS

__all__ = ["sealed"]

_LOCAL = ("127.", "::1", "localhost")

#: Where providers listen on their user's own machine; what else is there, an event loop's own sockets say, is no way out.
_PORTS = {provider.port for provider in PROVIDERS if provider.port}


@contextmanager
def sealed() -> Iterator[list[str]]:
    """A block in which no connection is made and no name looked up; gives the list of those that were tried."""
    tried: list[str] = []
    with ExitStack() as undone:
        for owner, name, where in _WAYS_OUT:
            undone.enter_context(aside(owner, name, _refusing(getattr(owner, name), where, tried)))
        yield tried


def _refusing(original: Any, where: Callable[..., tuple[Any, Any]], tried: list[str]) -> Any:
    @wraps(original)
    def refuse(*args: Any, **kwargs: Any) -> Any:
        host, port = where(*args, **kwargs)
        if host and not (str(host).startswith(_LOCAL) and port not in _PORTS):
            tried.append(f"{host}:{port}")
            raise BlockedNetwork(f"A connection to {host}:{port} was tried past everything that catches calls, and refused.")
        return original(*args, **kwargs)

    return refuse


def _connecting(_: Any, address: Any) -> tuple[Any, Any]:
    return address[:2] if isinstance(address, tuple) else (None, None)  # a unix socket's is a path


def _looking_up(host: Any, port: Any = None, *_: Any, **__: Any) -> tuple[Any, Any]:
    return (host.decode() if isinstance(host, bytes) else host), port


_WAYS_OUT: tuple[tuple[Any, str, Callable[..., tuple[Any, Any]]], ...] = (
    (socket.socket, "connect", _connecting),
    (socket.socket, "connect_ex", _connecting),
    (socket, "getaddrinfo", _looking_up),
    (socket, "gethostbyname", _looking_up),
    (socket, "gethostbyname_ex", _looking_up),
)
