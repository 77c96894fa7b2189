"""openai: its own host, Azure, and over httpx."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import openai
from openai.lib.streaming.chat import ChatCompletionStreamState

from tests.sdks.asking import TELLS, USER, Asking, Client
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, entered, settled

__all__ = ["AZURE", "CLIENTS", "OPENAI"]


class OpenAIAsking(Asking):
    """Chat completions."""

    name = "openai"
    errors = openai
    finishes = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
        "pause": None,
        "context_window": "length",
    }
    failures = {
        400: Failure("BadRequestError", 400, "invalid_request_error"),
        401: Failure("AuthenticationError", 401, "invalid_request_error"),
        403: Failure("PermissionDeniedError", 403, "invalid_request_error"),
        404: Failure("NotFoundError", 404, "invalid_request_error"),
        409: Failure("ConflictError", 409, "conflict"),
        413: Failure("APIStatusError", 413, "invalid_request_error"),
        422: Failure("UnprocessableEntityError", 422, "invalid_request_error"),
        429: Failure("RateLimitError", 429, "requests"),
        500: Failure("InternalServerError", 500, "server_error"),
        503: Failure("InternalServerError", 503, "service_unavailable_error"),
        529: Failure("InternalServerError", 529, "server_error"),
    }

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
        usage = completion.usage
        calls = [use for choice in completion.choices for use in choice.message.tool_calls or ()]
        return Said(
            id=completion.id,
            model=completion.model,
            choices=tuple(
                Choice(
                    text=choice.message.content or "",
                    tools=tuple((use.function.name, json.loads(use.function.arguments)) for use in choice.message.tool_calls or ()),
                    finish=choice.finish_reason,
                    refusal=choice.message.refusal or "",
                )
                for choice in completion.choices
            ),
            usage=usage and (usage.prompt_tokens, usage.completion_tokens),
            tool_ids=tuple(use.id for use in calls),
        )

    def opened(self, client: Any) -> Any:
        return client.chat.completions.create(model="m", messages=USER, stream=True)

    def text(self, event: Any) -> str | None:
        return "".join(choice.delta.content or "" for choice in event.choices)

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, openai.APIStatusError)
        assert raised.request_id
        assert raised.message
        return Failure(type(raised).__name__, raised.status_code, raised.type)

    def once(self, client: Any) -> Any:
        return client.with_options(max_retries=0)

    def cut(self, finish: str, form: str) -> type[Exception] | None:
        """An accumulated stream raises where a body does not."""
        return None if form == "body" else _CUT.get(finish)


_CUT = {"length": openai.LengthFinishReasonError, "content_filter": openai.ContentFilterFinishReasonError}


class AzureAsking(OpenAIAsking):
    """Azure's, whose streams begin with a chunk that has an empty id and model: the SDK's accumulator keeps those."""

    tells = TELLS - {"id", "model"}


OPENAI, AZURE = OpenAIAsking(), AzureAsking()

_STRICT: Mapping[str, Any] = {"api_key": "sk-test", "_strict_response_validation": True}
#: Not strict: the chunk with which a stream of Azure's begins has no `object`, no id and no choice.
_AZURE: Mapping[str, Any] = {
    "api_key": "sk-test",
    "azure_endpoint": "https://resource.openai.azure.com",
    "api_version": "2024-10-21",
}

#: The SDK validates what it gets, which it does not do by default.
CLIENTS: Mapping[str, Client] = {
    "openai": Client(OPENAI, lambda: openai.OpenAI(**_STRICT), lambda: openai.AsyncOpenAI(**_STRICT)),
    "azure": Client(AZURE, lambda: openai.AzureOpenAI(**_AZURE), lambda: openai.AsyncAzureOpenAI(**_AZURE)),
    "openai over httpx": Client(
        OPENAI,
        lambda: openai.OpenAI(**_STRICT, http_client=httpx.Client()),
        lambda: openai.AsyncOpenAI(**_STRICT, http_client=httpx.AsyncClient()),
    ),
}
