"""The SDK clients that the matrix asks, and the three forms in which each is asked: body, stream, and the SDK's stream helper."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import anthropic
import httpx
import openai
from anthropic.lib.streaming._messages import accumulate_event
from openai.lib.streaming.chat import ChatCompletionStreamState

from tests.sdks.said import Said, of_anthropic, of_openai
from tests.sdks.ways import each, entered, settled

FORMS = ("body", "stream", "helper")

USER = ({"role": "user", "content": "What is the weather in Paris?"},)


class Asking(ABC):
    """One SDK: how it is asked, and what it made of the answer. `completed` is its own object, `said` its neutral form."""

    dialect: str
    errors: Any
    path: str

    @abstractmethod
    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        """The SDK's own completion: the body, or the accumulated stream."""

    @abstractmethod
    def said(self, completion: Any) -> Said:
        """The neutral form."""

    async def ask(self, client: Any, form: str = "body", **request: Any) -> Said:
        """What the SDK made of the answer."""
        return self.said(await self.completed(client, form, **request))


class OpenAIAsking(Asking):
    """openai."""

    dialect, errors, path = "openai", openai, "/chat/completions"

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"model": "gpt-4o", "messages": USER, **request}
        chat = client.chat.completions
        if form == "body":
            return await settled(chat.create(**asked))
        asked.setdefault("stream_options", {"include_usage": True})
        if form == "stream":
            state = ChatCompletionStreamState()
            async for chunk in each(await settled(chat.create(stream=True, **asked))):
                state.handle_chunk(chunk)
            return state.get_final_completion()
        async with entered(chat.stream(**asked)) as stream:
            return await settled(stream.get_final_completion())

    def said(self, completion: Any) -> Said:
        return of_openai(completion)


class AnthropicAsking(Asking):
    """anthropic."""

    dialect, errors, path = "anthropic", anthropic, "/v1/messages"

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"model": "claude-test", "max_tokens": 100, "messages": USER, **request}
        if form == "body":
            return await settled(client.messages.create(**asked))
        if form == "stream":
            message, buffers = None, {}
            async for event in each(await settled(client.messages.create(stream=True, **asked))):
                message = accumulate_event(event=event, current_snapshot=message, json_bufs=buffers)
            return message
        async with entered(client.messages.stream(**asked)) as stream:
            return await settled(stream.get_final_message())

    def said(self, completion: Any) -> Said:
        return of_anthropic(completion)


OPENAI, ANTHROPIC = OpenAIAsking(), AnthropicAsking()

_STRICT = {"api_key": "sk-test", "_strict_response_validation": True}
_AZURE = {**_STRICT, "azure_endpoint": "https://resource.openai.azure.com", "api_version": "2024-10-21"}

#: Name to how it is asked, and its makers, sync and async. The SDK validates what it gets, which it does not do by default.
CLIENTS: Mapping[str, tuple[Asking, Callable[[], Any], Callable[[], Any]]] = {
    "openai": (OPENAI, lambda: openai.OpenAI(**_STRICT), lambda: openai.AsyncOpenAI(**_STRICT)),
    "azure": (OPENAI, lambda: openai.AzureOpenAI(**_AZURE), lambda: openai.AsyncAzureOpenAI(**_AZURE)),
    "openai over httpx": (
        OPENAI,
        lambda: openai.OpenAI(**_STRICT, http_client=httpx.Client()),
        lambda: openai.AsyncOpenAI(**_STRICT, http_client=httpx.AsyncClient()),
    ),
    "anthropic": (ANTHROPIC, lambda: anthropic.Anthropic(**_STRICT), lambda: anthropic.AsyncAnthropic(**_STRICT)),
}

#: One client of each SDK; the others speak through the same code, to another host or over another HTTP library.
SDKS = ("openai", "anthropic")
OTHERS = tuple(name for name in CLIENTS if name not in SDKS)


def asking(name: str) -> Asking:
    """How a client is asked."""
    return CLIENTS[name][0]


@cache
def client(name: str, way: str = "sync") -> Any:
    """One client for the whole run, built before any interceptor is active. An async one is bound to its loop's library."""
    _, blocking, asynchronous = CLIENTS[name]
    return blocking() if way == "sync" else asynchronous()
