"""What catches the toy's HTTP library: one file with a function `patches(module)`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from llm_intercept import activation
from llm_intercept.exchange import exchange
from llm_intercept.passing import let_through
from llm_intercept.transports.patches import Patch
from llm_intercept.transports.patience import Patience
from llm_intercept.transports.pump import Player
from llm_intercept.wire import Request

__all__ = ["patches"]


def patches(module: ModuleType) -> list[Patch]:
    """The hook of one library: where every request goes through, as near to the network as can be."""
    return [Patch(module.Client, "send", lambda original: _hook(module, original))]


def _hook(module: Any, original: Any) -> Any:
    @wraps(original)
    def send(client: Any, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        where = urlsplit(url)
        host, target = where.hostname or "", where._replace(scheme="", netloc="").geturl()
        sent = tuple((name.encode(), value.encode()) for name, value in headers.items())
        caught = activation.caught(method, host, where.port, target, sent)
        if caught is None:  # no LLM call, or nobody is active
            return original(client, method, url, headers, body)
        exchanged = exchange(Request(method, where.scheme, host, where.port, target, sent, body, "toy_http"), *caught)
        if exchanged is None:  # a rule lets it through
            with let_through(host):
                return original(client, method, url, headers, body)
        player = Player(*exchanged, lambda kind, _: module.Broken(kind), Patience).open()  # it waits as long as it takes
        return player.response.status, b"".join(player)

    return send
