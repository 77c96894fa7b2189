"""mistralai: chat completions, which the SDK validates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mistralai.client import Mistral
from mistralai.client.errors import MistralError

from llm_intercept import reply, thinking
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS"]


class AsyncMistral(Mistral):
    """The same client, asked asynchronously."""


class MistralAsking(Asking):
    """POST /v1/chat/completions. A stream is put together here: the SDK has no helper for that."""

    name = "mistralai"
    forms = ("body", "stream")
    finishes = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": None,
        "pause": None,
        "context_window": "model_length",
    }
    failures = {
        **{status: Failure("SDKError", status) for status in (400, 401, 403, 404, 409, 413, 429, 500, 503)},
        422: Failure("HTTPValidationError", 422),
    }
    replies: Mapping[str, Case] = {
        "thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city."),
    }

    def _ask(self, client: Any, stream: bool, **request: Any) -> Any:
        """The asynchronous methods are the same client's, under names of their own."""
        chat, asked = client.chat, {"model": "m", "messages": USER, **request}
        if isinstance(client, AsyncMistral):
            return chat.stream_async(**asked) if stream else chat.complete_async(**asked)
        return chat.stream(**asked) if stream else chat.complete(**asked)

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        answer = await settled(self._ask(client, form == "stream", **request))
        return [event.data async for event in each(answer)] if form == "stream" else [answer]

    def said(self, completion: Any) -> Said:
        choices = [choice for one in completion for choice in one.choices]
        spoken = [getattr(choice, "delta", None) or choice.message for choice in choices]
        texts, thoughts = [], []
        for one in spoken:
            for chunk in one.content if isinstance(one.content, list) else ():
                if chunk.type == "thinking":
                    thoughts += [text.text for text in chunk.thinking]
                else:
                    texts.append(chunk.text)
            if isinstance(one.content, str):
                texts.append(one.content)
        uses = [use for one in spoken for use in one.tool_calls or ()]
        last = completion[-1]
        return Said(
            last.id,
            last.model,
            (
                Choice(
                    "".join(texts),
                    tuple((use.function.name, json.loads(use.function.arguments)) for use in uses),
                    choices[-1].finish_reason,
                    "".join(thoughts),
                ),
            ),
            (last.usage.prompt_tokens, last.usage.completion_tokens),
            tuple(use.id for use in uses),
        )

    def opened(self, client: Any) -> Any:
        return self._ask(client, stream=True)

    def text(self, event: Any) -> str | None:
        content = event.data.choices[0].delta.content
        return content if isinstance(content, str) else None

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, MistralError)
        return Failure(type(raised).__name__, raised.status_code)


_CHAT = MistralAsking()

CLIENTS: Mapping[str, Client] = {
    "mistralai": Client(_CHAT, lambda: Mistral(api_key="k"), lambda: AsyncMistral(api_key="k"), ("sync", "asyncio")),
}
