"""A response of httpx or httpx2 whose body is at hand, read in one step."""

from __future__ import annotations

from typing import Any

from llm_intercept.transports.pump import Player

__all__ = ["at_once"]


def at_once(plain: type) -> type:
    """A response whose whole body is at hand and read in one step, not through the library's five generators.

    Where the stream is another by then, or read from, or closed, it is read as ever. Being read, it is a plain response.
    """

    def untouched(response: Any) -> Player | None:
        response.__class__ = plain
        player = getattr(response.stream, "_stream", None)
        if not isinstance(player, Player) or response.is_stream_consumed or response.is_closed:
            return None
        return player

    class Response(plain):  # type: ignore[misc]
        def read(self) -> Any:
            player = untouched(self)
            if player is None:
                return self.read()
            self._content = body = player.take()
            self._num_bytes_downloaded, self.is_stream_consumed = len(body), True
            self.close()
            return body

        async def aread(self) -> Any:
            player = untouched(self)
            if player is None:
                return await self.aread()
            self._content = body = await player.atake()
            self._num_bytes_downloaded, self.is_stream_consumed = len(body), True
            await self.aclose()
            return body

    return Response
