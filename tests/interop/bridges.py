"""The libraries that a bridge reaches, and the route over which they are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest_httpx2  # noqa: F401  (its plugin points respx at httpcore2)
import responses
import respx

from llm_intercept import interop
from llm_intercept.interceptor import Interceptor
from tests.transports.libraries import CHAT, LIBRARIES, Library

__all__ = ["BRIDGED", "bridged", "route"]

#: Those that respx and responses see.
BRIDGED = tuple(library for library in LIBRARIES if library.name.startswith(("httpx", "requests")))


@contextmanager
def bridged(library: Library, llm: Interceptor, url: str = CHAT) -> Iterator[None]:
    """A route of respx, or of responses, that an interceptor answers."""
    with route(library, url, lambda: llm):
        yield


@contextmanager
def route(library: Library, url: str, llm: Callable[[], Any]) -> Iterator[Any]:
    """The same, and what was called through it; `llm` is a bridge's argument, or None for a plain answer of theirs."""
    answers = llm()
    if library.name == "requests":
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            if answers is None:
                mock.post(url, body=b"theirs")
            else:
                mock.add_callback(responses.POST, url, callback=interop.responses.callback(answers))
            yield mock
    else:
        using = "httpcore2" if library.name.startswith("httpx2") else "httpcore"
        with respx.mock(using=using, assert_all_called=False) as router:
            if answers is None:
                router.post(url).respond(content=b"theirs")
            else:
                router.post(url).mock(side_effect=interop.respx.side_effect(answers))
            yield router
