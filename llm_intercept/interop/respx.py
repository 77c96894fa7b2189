"""respx: a side effect for its routes, blocking and async, for httpx and for httpx2 where respx is pointed at httpcore2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llm_intercept.interop.extras import load

if TYPE_CHECKING:
    from llm_intercept.interceptor import Interceptor

__all__ = ["side_effect"]

_LIBRARIES = ("httpx", "httpx2")

#: `inspect.CO_COROUTINE`: the flag of code that is an `async def`.
_COROUTINE = 0x80


def side_effect(llm: Interceptor) -> Callable[..., Any]:
    """What a route of respx answers, said by an interceptor, which need not be active.

    A stream stays lazy, and a fault is the error that httpx, or httpx2, raises. What is no LLM call is refused.

        respx.post("https://api.openai.com/v1/chat/completions").mock(side_effect=interop.respx.side_effect(llm))
    """
    load("respx")
    transports: dict[str, Any] = {}

    def answer(request: Any, **_groups: Any) -> Any:
        """`_groups` are those that the route's patterns name."""
        library, awaits = _asking()
        if library not in transports:
            transports[library] = getattr(llm, f"{library}_transport")
        asked = _asked(library, request)
        if awaits:
            return _later(transports[library].handle_async_request(asked))
        return _answered(transports[library].handle_request(asked))

    return answer


def _asking() -> tuple[str, bool]:
    """The library that asks, and whether respx awaits the answer: it tells a side effect neither, and its callers show both."""
    frame: Any = sys._getframe(2)
    awaits = False
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package in _LIBRARIES:
            return package, awaits
        awaits |= package == "respx" and bool(frame.f_code.co_flags & _COROUTINE)
        frame = frame.f_back
    return "httpx", awaits


def _asked(library: str, request: Any) -> Any:
    """The request, which respx makes one of httpx and reads, as the library's own."""
    module = sys.modules[library]
    stream = module.ByteStream(request.content)
    return module.Request(
        request.method, str(request.url), headers=request.headers.raw, stream=stream, extensions=request.extensions
    )


async def _later(answering: Any) -> Any:
    return _answered(await answering)


def _answered(response: Any) -> Any:
    """The response as one of httpx, which respx takes for each library."""
    return load("httpx").Response(
        response.status_code, headers=response.headers.raw, stream=response.stream, extensions=response.extensions
    )
