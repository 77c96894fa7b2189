"""While tests run the network is closed: whoever tries to reach more than loopback fails, and so does the test session's trust."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator

import pytest

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # litellm fetches a table at import otherwise

_LOCAL = ("127.", "localhost", "::1")


class RealConnection(BaseException):
    """Something tried to leave; no SDK may swallow it."""


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection and look-up but loopback; a swallowed attempt fails the test at its end."""
    attempts: list[str] = []
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: object) -> None:
        if host is not None and not str(host).startswith(_LOCAL):
            attempts.append(str(host))
            raise RealConnection(f"a real connection to {host!r} was tried")

    def host_of(sock: socket.socket, address: object) -> object:
        return address[0] if isinstance(address, tuple) and sock.family != socket.AF_UNIX else None

    def guarded_connect(sock: socket.socket, address: object) -> None:
        check(host_of(sock, address))
        connect(sock, address)  # type: ignore[arg-type]

    def guarded_connect_ex(sock: socket.socket, address: object) -> int:
        check(host_of(sock, address))
        return connect_ex(sock, address)  # type: ignore[arg-type]

    def guarded_look_up(host: object, *args: object, **kwargs: object) -> object:
        check(host.decode() if isinstance(host, bytes) else host)
        return look_up(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield attempts
    assert not attempts, f"real connections were tried: {attempts}"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the keys that they set themselves."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_AUTH_TOKEN", "_AD_TOKEN", "_BASE_URL")):
            monkeypatch.delenv(name)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Async tests run on both."""
    backend: str = request.param
    return backend


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name functions and objects without their addresses, so that every process collects the same tests."""
    if isinstance(val, str | int | float | bool | None):
        return None
    return re.sub(r" at 0x[0-9a-f]+", "", repr(val))
