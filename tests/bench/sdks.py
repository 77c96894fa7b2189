"""The SDKs that are measured: their clients, and the one call that they are asked to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import anthropic
import httpx2
import openai

__all__ = ["SDK", "SDKS", "Ask"]

#: Makes the call: returns what the sync client's method returns, or the async one's awaitable.
Ask = Callable[[], Any]

#: The models are names alone: what an SDK does for a deprecated one, such as a warning, is not measured.
_MESSAGES = [{"role": "user", "content": "Capital of France?"}]


@dataclass(frozen=True, slots=True)
class SDK:
    """One SDK: its sync and its async client, each with the HTTP client that it builds by default, and its call."""

    name: str
    clients: dict[bool, tuple[Callable[..., Any], Callable[..., Any]]]
    method: Callable[[Any], Callable[..., Any]]
    arguments: dict[str, Any]

    def ask(self, *, asynchronous: bool, stream: bool, transport: httpx2.MockTransport | None = None) -> Ask:
        """The call, through a client on `transport`, or through a client as a user builds it."""
        client, http_client = self.clients[asynchronous]
        on_floor = {} if transport is None else {"api_key": "x", "http_client": http_client(transport=transport)}
        streaming = {"stream": True} if stream else {}
        return partial(self.method(client(**on_floor)), **self.arguments, **streaming)


SDKS = (
    SDK(
        "openai",
        {False: (openai.OpenAI, openai.DefaultHttpxClient), True: (openai.AsyncOpenAI, openai.DefaultAsyncHttpxClient)},
        lambda client: client.chat.completions.create,
        {"model": "gpt-4o", "messages": _MESSAGES},
    ),
    SDK(
        "anthropic",
        {
            False: (anthropic.Anthropic, anthropic.DefaultHttpxClient),
            True: (anthropic.AsyncAnthropic, anthropic.DefaultAsyncHttpxClient),
        },
        lambda client: client.messages.create,
        {"model": "claude", "max_tokens": 1024, "messages": _MESSAGES},
    ),
)
