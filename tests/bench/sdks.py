"""The SDKs that are measured: their clients, and the one call that they are asked to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import anthropic
import groq
import httpx
import httpx2
import openai
from google import genai

__all__ = ["SDK", "SDKS", "Ask"]

#: Makes the call: returns what the sync client's method returns, or the async one's awaitable.
Ask = Callable[[], Any]

#: The models are names alone: what an SDK does for a deprecated one, such as a warning, is not measured.
_MESSAGES = [{"role": "user", "content": "Capital of France?"}]


@dataclass(frozen=True, slots=True)
class SDK:
    """One SDK: what makes its sync (False) and its async client, on a transport or as a user builds it, and its call.

    `library` is what it posts by.
    """

    name: str
    clients: dict[bool, Callable[[Any], Any]]
    call: Callable[[Any, bool], Ask]
    library: ModuleType = httpx2

    def ask(self, *, asynchronous: bool, stream: bool, transport: Any = None) -> Ask:
        """The call, through a client on `transport`, or through a client as a user builds it."""
        return self.call(self.clients[asynchronous](transport), stream)


def _stainless(client: Callable[..., Any], http_client: Callable[..., Any]) -> Callable[[Any], Any]:
    """A client of Stainless's make, with the HTTP client that it builds by default."""
    return lambda transport: client(
        **({} if transport is None else {"api_key": "x", "http_client": http_client(transport=transport)})
    )


def _google(transport: Any) -> Any:
    on_floor = {} if transport is None else {"http_options": {"httpx_client": httpx2.Client(transport=transport)}}
    return genai.Client(api_key="x", **on_floor)


def _ask_google(client: genai.Client, stream: bool) -> Ask:
    name = "generate_content_stream" if stream else "generate_content"
    # the client is held by the call: it closes itself when nobody has it
    return lambda: getattr(client.models, name)(model="gemini-2.5-flash", contents="Capital of France?")


def _ask_chat(client: Any, stream: bool) -> Ask:
    return partial(client.chat.completions.create, model="gpt-4o", messages=_MESSAGES, **({"stream": True} if stream else {}))


SDKS = (
    SDK(
        "openai",
        {
            False: _stainless(openai.OpenAI, openai.DefaultHttpxClient),
            True: _stainless(openai.AsyncOpenAI, openai.DefaultAsyncHttpxClient),
        },
        _ask_chat,
    ),
    SDK(
        "groq",
        {
            False: _stainless(groq.Groq, groq.DefaultHttpxClient),
            True: _stainless(groq.AsyncGroq, groq.DefaultAsyncHttpxClient),
        },
        _ask_chat,
        httpx,
    ),
    SDK(
        "anthropic",
        {
            False: _stainless(anthropic.Anthropic, anthropic.DefaultHttpxClient),
            True: _stainless(anthropic.AsyncAnthropic, anthropic.DefaultAsyncHttpxClient),
        },
        lambda client, stream: partial(
            client.messages.create, model="claude", max_tokens=1024, messages=_MESSAGES, **({"stream": True} if stream else {})
        ),
    ),
    # its async client is aiohttp's, which has a floor of its own
    SDK("google-genai", {False: _google}, _ask_google),
)
