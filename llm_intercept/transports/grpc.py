"""gRPC (xai-sdk, Vertex, google-generativeai): refused, since its bytes never come through Python.

A channel to a closed host is refused where it is made, and one that was made before where it is used. Any other channel works on.
"""

from __future__ import annotations

import re
from functools import wraps
from types import ModuleType
from typing import Any

from llm_intercept import guard
from llm_intercept.transports.patches import Patch

__all__ = ["patches"]

#: What a channel gives for calls of each kind, and how these are called; the last four are of `grpc.aio`.
_CALLS = {
    "_UnaryUnaryMultiCallable": ("__call__", "with_call", "future"),
    "_UnaryStreamMultiCallable": ("__call__",),
    "_SingleThreadedUnaryStreamMultiCallable": ("__call__",),
    "_StreamUnaryMultiCallable": ("__call__", "with_call", "future"),
    "_StreamStreamMultiCallable": ("__call__",),
    "UnaryUnaryMultiCallable": ("__call__",),
    "UnaryStreamMultiCallable": ("__call__",),
    "StreamUnaryMultiCallable": ("__call__",),
    "StreamStreamMultiCallable": ("__call__",),
}

#: A target names its resolver, or not: `dns:///host:443`, `ipv4:10.0.0.1:80`, `[::1]:50051`. A unix socket has no host.
_TARGET = re.compile(
    r"(?:(?:dns|xds|google-c2p(?:-experimental)?):(?://[^/]*/)?|ipv[46]:)?(?:\[(?P<six>[^]]+)]|(?P<host>[^:/,]+))(?::(?P<port>\d+))?"
)
_NO_HOST = ("unix:", "unix-abstract:", "vsock:")


def patches(module: ModuleType) -> list[Patch]:
    """The hooks of `grpc._channel` or `grpc.aio._channel`: private modules, whose classes every channel and stub is made of."""
    aio = module.__name__ == "grpc.aio._channel"
    return [
        Patch(module.Channel, "__init__", _hook_channel),
        *(
            Patch(getattr(module, kind), name, _hook_call)
            for kind, names in _CALLS.items()
            if kind.startswith("_") is not aio
            for name in names
        ),
    ]


def _hook_channel(original: Any) -> Any:
    @wraps(original)
    def initialise(channel: Any, target: str, *args: Any, **kwargs: Any) -> None:
        _check(target)
        original(channel, target, *args, **kwargs)

    return initialise


def _hook_call(original: Any) -> Any:
    @wraps(original)
    def call(callable_: Any, *args: Any, **kwargs: Any) -> Any:
        target = callable_._channel.target  # a method, but for `grpc.aio`
        _check((target() if callable(target) else target).decode())
        return original(callable_, *args, **kwargs)

    return call


def _check(target: str) -> None:
    found = None if target.startswith(_NO_HOST) else _TARGET.match(target)
    if found is not None:
        host = (found["six"] or found["host"]).lower().rstrip(".")
        port = int(found["port"]) if found["port"] else None
        if guard.blocked(host, port):
            guard.refuse(host, port, "grpc")
