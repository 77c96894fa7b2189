"""The base of every framing: how the events of a stream become bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from llm_intercept.framing.json import HOLE, dumps, quote, to_bytes
from llm_intercept.wire import Frame, RawHeaders

__all__ = ["Framing"]


class Framing(ABC):
    """One way to put events on a wire. `headers` say which."""

    headers: ClassVar[RawHeaders]

    @abstractmethod
    def event(self, data: Any, name: str | None = None) -> bytes:
        """One event: its data, a JSON value, and its name, where the framing has names."""

    def filler(self, data: Any, name: str | None = None) -> Callable[[str], bytes]:
        """A maker of events that differ in one text alone: `data` holds `HOLE` where each piece goes."""
        before, _, after = self.event(data, name).partition(dumps(HOLE).encode())
        return lambda piece: before + to_bytes(quote(piece)) + after

    def join(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The whole stream of these events, with what a framing puts around and between them."""
        return frames
