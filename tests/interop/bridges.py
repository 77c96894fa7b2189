"""The libraries that a bridge reaches, and the route over which they are answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import responses
import respx

from llm_intercept import interop
from llm_intercept.interceptor import Interceptor
from tests.transports.libraries import CHAT, LIBRARIES, Library

__all__ = ["BRIDGED", "bridged", "mocking", "theirs"]

#: Those that respx and responses see.
BRIDGED = tuple(library for library in LIBRARIES if library.name.startswith(("httpx", "requests")))


@contextmanager
def bridged(library: Library, llm: Interceptor, url: str = CHAT) -> Iterator[None]:
    """A route of respx, or of responses, that an interceptor answers."""
    with mocking(library.name) as mock:
        if library.name == "requests":
            mock.add_callback(responses.POST, url, callback=interop.responses.callback(llm))
        else:
            mock.post(url).mock(side_effect=interop.respx.side_effect(llm))
        yield


@contextmanager
def theirs(name: str, url: str) -> Iterator[None]:
    """A route that they answer; they let LLM calls through, each in its own words."""
    with mocking(name) as mock:
        if name == "requests":
            mock.post(url, body=b"theirs")
            mock.add_passthru("https://api.openai.com")
        else:
            mock.post(url).respond(content=b"theirs")
            mock.route(host="api.openai.com").pass_through()
        yield


def mocking(name: str) -> AbstractContextManager[Any]:
    """What mocks a library, by its name."""
    if name == "requests":
        return responses.RequestsMock(assert_all_requests_are_fired=False)
    return respx.mock(using="httpcore2" if name.startswith("httpx2") else "httpcore", assert_all_called=False)
