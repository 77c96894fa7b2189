"""responses: a callback for its routes. It streams, as far as responses lets it: lazily from 512 bytes, or what is asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from llm_intercept.interop.extras import load

if TYPE_CHECKING:
    from llm_intercept.interceptor import Interceptor

__all__ = ["callback"]


def callback(llm: Interceptor) -> Callable[[Any], tuple[int, list[tuple[str, str]], io.BufferedReader]]:
    """What a route of responses answers, said by an interceptor, which need not be active.

    A fault is the error that requests raises. A stream is as lazy as its reader: `iter_lines()` waits for 512 bytes, as it does
    over every mock of responses, and `iter_lines(chunk_size=1)` for a line. What is no LLM call is refused.

        responses.add_callback(responses.POST, url, callback=interop.responses.callback(llm))
    """
    send = load("responses")._real_send  # that of requests, under which ours are answered; private, and what passes through takes
    adapter = llm.requests_adapter

    def answer(request: Any) -> tuple[int, list[tuple[str, str]], io.BufferedReader]:
        response = send(adapter, request, stream=True, timeout=request.req_kwargs["timeout"])
        return response.status_code, list(response.raw.headers.items()), _Buffered(_Body(response.raw))

    return answer


class _Body(io.RawIOBase):
    """What is read of a response of urllib3, chunk by chunk; its errors are those of urllib3."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._chunks: Iterator[bytes] = response.stream(None, decode_content=False)
        self._waiting = memoryview(b"")
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            data = next(self._chunks, None)
            if data is None:
                self.ended = True
                return 0
            self._waiting = memoryview(data)
        size = min(len(buffer), len(self._waiting))
        buffer[:size], self._waiting = self._waiting[:size], self._waiting[size:]
        return size

    def close(self) -> None:
        self._response.close()
        super().close()


class _Buffered(io.BufferedReader):
    """The same as responses wants it; urllib3 reads what has no `isclosed` for ever, where it is asked for all there is."""

    raw: _Body

    def isclosed(self) -> bool:
        return self.closed or (self.raw.ended and not self.peek())
