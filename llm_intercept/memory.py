"""What a provider would have kept on its side: responses, stored completions, conversations, by id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

__all__ = ["Memory", "Nested", "Past", "Remembering"]

#: How much is kept before the oldest goes.
_MOST = 10_000


class Past(Protocol):
    """What endpoints ask and tell of their provider's state."""

    def find(self, id: str) -> Any | None:  # noqa: A002  (the field's own word)
        """What was kept under an id; None for an id that nothing is known of."""

    def gone(self, id: str) -> bool:  # noqa: A002
        """Whether it was deleted here."""

    def keep(self, id: str, value: Any) -> None:  # noqa: A002
        """Keep a value under an id."""

    def forget(self, id: str) -> None:  # noqa: A002
        """Delete what stands under an id, known or not."""


class Memory:
    """The state of one interceptor's providers."""

    __slots__ = ("_deleted", "_kept")

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._deleted: dict[str, None] = {}

    def find(self, id: str) -> Any | None:  # noqa: A002
        return self._kept.get(id)

    def gone(self, id: str) -> bool:  # noqa: A002
        return id in self._deleted

    def keep(self, id: str, value: Any) -> None:  # noqa: A002
        self._deleted.pop(id, None)
        self._kept[id] = value
        _bound(self._kept)

    def forget(self, id: str) -> None:  # noqa: A002
        self._kept.pop(id, None)
        self._deleted[id] = None
        _bound(self._deleted)


def _bound(kept: dict[str, Any]) -> None:
    if len(kept) > _MOST:
        kept.pop(next(iter(kept), ""), None)  # the oldest; another thread may have taken it meanwhile


class Remembering(Protocol):
    """What has a memory."""

    memory: Memory


class Nested:
    """The past of a call: what all interceptors around it know. What is new is the innermost one's."""

    __slots__ = ("_around",)

    def __init__(self, around: Sequence[Remembering]) -> None:
        self._around = around

    def find(self, id: str) -> Any | None:  # noqa: A002
        if self.gone(id):
            return None
        return next((kept for one in self._around if (kept := one.memory.find(id)) is not None), None)

    def gone(self, id: str) -> bool:  # noqa: A002
        return any(one.memory.gone(id) for one in self._around)

    def keep(self, id: str, value: Any) -> None:  # noqa: A002
        self._around[0].memory.keep(id, value)

    def forget(self, id: str) -> None:  # noqa: A002
        self._around[0].memory.forget(id)
