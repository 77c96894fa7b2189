"""The reader of an aiohttp response, made to tell when somebody waits for more."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["asking", "is_awaited"]


@lru_cache(maxsize=1)
def _reader_classes() -> dict[Any, Any]:
    """The reader of aiohttp, and one that says when somebody waits for more."""
    from aiohttp.streams import StreamReader

    class AskingStreamReader(StreamReader):
        __slots__ = ()

        async def _wait(self, func_name: str) -> None:
            _wake(self)
            await super()._wait(func_name)

        async def wait_eof(self) -> None:
            _wake(self)
            await super().wait_eof()

    return {StreamReader: AskingStreamReader}


def _wake(reader: Any) -> None:
    transport = reader._protocol.transport
    if transport is not None:
        transport.wake()


def asking(reader: Any) -> Any:
    """The reader that the parser has made, as one that says so; another, which all responses without a body share, as it is."""
    kind = type(reader)
    reader.__class__ = _reader_classes().get(kind, kind)
    return reader


def is_awaited(reader: Any) -> bool:
    """Whether somebody waits for more of what it reads."""
    return any(getattr(reader, name, None) is not None for name in ("_waiter", "_eof_waiter"))
