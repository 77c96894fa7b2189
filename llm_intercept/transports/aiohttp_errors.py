"""What aiohttp raises of a connection that is not made, in the classes that its version has for it."""

from __future__ import annotations

from typing import Any

from llm_intercept.transports import unconnected

__all__ = ["connect_timeout", "refused", "unresolved", "without_tls"]


def connect_timeout(req: Any) -> Exception:
    """It took too long to get one, from the host or from the pool."""
    failure: Exception = _kind("ConnectionTimeoutError", "ServerTimeoutError")(f"Connection timeout to host {req.url}")
    return failure


def refused(req: Any) -> Exception:
    """Nobody listens there."""
    return _unmade("ClientConnectorError", req, unconnected.refused(f"Connect call failed {req.url.raw_host, req.url.port}"))


def unresolved(req: Any) -> Exception:
    """Nobody has that name."""
    return _unmade("ClientConnectorDNSError", req, unconnected.unresolved())


def without_tls(req: Any) -> Exception:
    """Whoever answers speaks no TLS."""
    return _unmade("ClientConnectorSSLError", req, unconnected.without_tls())


def _unmade(name: str, req: Any, cause: OSError) -> Exception:
    failure: Exception = _kind(name, "ClientConnectorError")(req.connection_key, cause)
    failure.__cause__ = cause
    return failure


def _kind(name: str, before: str) -> Any:
    """A class, or what stood in its place before aiohttp 3.10."""
    from aiohttp import client_exceptions

    return getattr(client_exceptions, name, getattr(client_exceptions, before))
