"""A toy of an HTTP library, somebody else's: it sends a request, and returns a status and a body."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Broken", "Client"]


class Broken(Exception):
    """The connection broke."""


class Client:
    """Sends requests."""

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Send one."""
        raise Broken("a toy has no network")
