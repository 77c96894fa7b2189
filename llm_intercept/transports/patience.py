"""How long a client waits before it gives up."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ENDLESS", "Patience"]


class Patience(NamedTuple):
    """What a client allows, in seconds, None for as long as it takes.

    `connect` is until it is connected, `read` until anything more arrives, `write` until what it sends is taken, `pool` until it
    gets a connection, and `total` until everything has arrived.
    """

    connect: float | None = None
    read: float | None = None
    write: float | None = None
    pool: float | None = None
    total: float | None = None

    def left(self, silent: float, spent: float) -> float | None:
        """How much longer it waits for the server, which has been `silent` for some time, after the time that it `spent` in all."""
        ends = [limit - passed for limit, passed in ((self.read, silent), (self.total, spent)) if limit is not None]
        return min(ends, default=None)

    def until(self, kind: str) -> float | None:
        """How long it takes until it gives up in one way, by the name of the fault; None where nothing tells."""
        return {"connect_timeout": self.connect, "pool_timeout": self.pool}.get(kind)


ENDLESS = Patience()
