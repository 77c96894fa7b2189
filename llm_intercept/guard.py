"""The last line: while anything is active, no socket is connected to an LLM host, whatever library asks for it.

The libraries' own transports stand above it and answer; what comes here was seen by none of them.
"""

from __future__ import annotations

from functools import partial, wraps
from ipaddress import ip_address
from types import ModuleType
from typing import Any, NoReturn

from llm_intercept import activation
from llm_intercept.errors import BlockedNetwork
from llm_intercept.passing import opened, passes
from llm_intercept.providers import provider_of
from llm_intercept.reach import named
from llm_intercept.transports.patches import Patch

__all__ = ["blocked", "patches", "refuse"]


def blocked(host: str, port: int | None = None) -> bool:
    """Whether a host, by name or address, is closed at the moment."""
    state = activation.state()
    if not state.active or _is_local(host) or named(host, port, state.allow) or passes(host):
        return False
    if state.closed:
        return host not in opened
    provider = provider_of(host)
    return provider is not None and (provider.path == "/" or host not in opened)


def refuse(host: str, port: int | None, how: str) -> NoReturn:
    """Refuse a connection, and keep that for the end of every block."""
    where = host if port is None else f"{host}:{port}"
    closed = "block_network='all' closes every host but this machine's" if activation.state().closed else "LLM hosts are closed"
    failure = BlockedNetwork(
        f"A connection to {where} was refused, before it was made: it was tried through {how}.\n"
        f"  {closed} while an interceptor is active, and no HTTP library that is caught made this call.\n"
        f"  To let it out on purpose: intercept(..., allow=[{host!r}])."
    )
    activation.fail(failure)
    raise failure


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of `socket`: what connects, and what looks names up."""
    return [
        Patch(module.socket, "connect", _hook_connect),
        Patch(module.socket, "connect_ex", _hook_connect),
        *(Patch(module, name, partial(_hook_look_up, name)) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")),
    ]


def _hook_connect(original: Any) -> Any:
    @wraps(original)
    def connect(sock: Any, address: Any) -> Any:
        if isinstance(address, tuple) and isinstance(address[0], str | bytes):  # a unix socket's is a path, others' are numbers
            host, port = _name(address[0]), address[1]
            if blocked(host, port):
                sock.close()  # what opened it closes it for an OSError alone
                refuse(host, port, "socket.connect")
        return original(sock, address)

    return connect


def _hook_look_up(name: str, original: Any) -> Any:
    @wraps(original)
    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        wanted = _name(host)
        port = next((port for port in (*args[:1], kwargs.get("port")) if isinstance(port, int)), None)
        if blocked(wanted, port):
            refuse(wanted, port, f"socket.{name}")
        answer = original(host, *args, **kwargs)
        if name == "getaddrinfo" and activation.state().closed:
            opened.update(str(found[4][0]) for found in answer)
        return answer

    return look_up


def _name(host: Any) -> str:
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("idna" if not host.isascii() else "ascii")
    return str(host or "").lower().rstrip(".")


def _is_local(host: str) -> bool:
    """Whether it is this machine; a name that is none yet, such as an empty one, is too."""
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
