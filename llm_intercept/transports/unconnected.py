"""What the operating system and OpenSSL say of a connection that cannot be made, in the exceptions that Python has for it."""

from __future__ import annotations

__all__ = ["refused", "unresolved", "without_tls"]


def refused(told: str = "Connection refused") -> OSError:
    """Nobody listens there."""
    return ConnectionRefusedError(111, told)


def unresolved() -> OSError:
    """Nobody has that name."""
    from socket import gaierror

    return gaierror(-2, "Name or service not known")


def without_tls() -> OSError:
    """Whoever answers speaks no TLS."""
    from ssl import SSLError

    return SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1016)")
