"""google-genai: Gemini's own host and Vertex AI, sync over httpx2, async over aiohttp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google import genai
from google.genai import errors

from tests.sdks.asking import TELLS, Asking, Client
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS", "GEMINI"]

_MODEL, _PROMPT = "gemini-3-flash-preview", "What is the weather in Paris?"


class GeminiAsking(Asking):
    """generateContent; the helper is a chat's stream. A stream is the list of its chunks: the SDK puts none together."""

    name = "google-genai"
    finishes = {
        "stop": "STOP",
        "stop_sequence": "STOP",
        "length": "MAX_TOKENS",
        "tool_calls": "STOP",
        "content_filter": "SAFETY",
        "pause": None,
        "context_window": None,
    }
    failures = {
        400: Failure("ClientError", 400, "INVALID_ARGUMENT"),
        401: Failure("ClientError", 401, "UNAUTHENTICATED"),
        403: Failure("ClientError", 403, "PERMISSION_DENIED"),
        404: Failure("ClientError", 404, "NOT_FOUND"),
        409: Failure("ClientError", 409, "ABORTED"),
        429: Failure("ClientError", 429, "RESOURCE_EXHAUSTED"),
        499: Failure("ClientError", 499, "CANCELLED"),
        500: Failure("ServerError", 500, "INTERNAL"),
        503: Failure("ServerError", 503, "UNAVAILABLE"),
        504: Failure("ServerError", 504, "DEADLINE_EXCEEDED"),
    }

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"model": _MODEL, "contents": _PROMPT, **request}
        if form == "body":
            return [await settled(client.models.generate_content(**asked))]
        if form == "stream":
            return [chunk async for chunk in each(await settled(client.models.generate_content_stream(**asked)))]
        chat = client.chats.create(model=asked["model"])
        return [chunk async for chunk in each(await settled(chat.send_message_stream(asked["contents"])))]

    def said(self, completion: Any) -> Said:
        first, last = completion[0], completion[-1]
        numbers = range(len({candidate.index for chunk in completion for candidate in chunk.candidates or ()}))
        parts = [[*_parts(completion, number)] for number in numbers]
        usage = last.usage_metadata
        return Said(
            id=first.response_id,
            model=first.model_version,
            choices=tuple(_choice(parts[number], completion, number) for number in numbers),
            usage=(usage.prompt_token_count, usage.total_token_count - usage.prompt_token_count),
            tool_ids=tuple(part.function_call.id for own in parts for part in own if part.function_call),
        )

    def opened(self, client: Any) -> Any:
        return client.models.generate_content_stream(model=_MODEL, contents=_PROMPT)

    def text(self, event: Any) -> str | None:
        return event.text

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, errors.APIError)
        assert raised.message
        return Failure(type(raised).__name__, raised.code, raised.status)


def _parts(completion: Any, number: int) -> Any:
    for chunk in completion:
        for candidate in chunk.candidates or ():
            if (candidate.index or 0) == number and candidate.content:
                yield from candidate.content.parts or ()


def _choice(parts: Any, completion: Any, number: int) -> Choice:
    return Choice(
        text="".join(part.text for part in parts if part.text and not part.thought),
        tools=tuple((part.function_call.name, part.function_call.args) for part in parts if part.function_call),
        finish=next(
            candidate.finish_reason.value
            for candidate in completion[-1].candidates
            if candidate.finish_reason and (candidate.index or 0) == number
        ),
        thought="".join(part.text for part in parts if part.text and part.thought),
    )


class VertexAsking(GeminiAsking):
    """Vertex's, whose function calls have no ids."""

    name = "google-genai on Vertex"
    tells = TELLS - {"tool_ids"}


GEMINI, VERTEX = GeminiAsking(), VertexAsking()

_WAYS = ("sync", "asyncio")  # aiohttp knows no trio


def _vertex() -> genai.Client:
    return genai.Client(vertexai=True, api_key="fake")


CLIENTS: Mapping[str, Client] = {
    "google-genai": Client(GEMINI, lambda: genai.Client(api_key="fake"), lambda: genai.Client(api_key="fake").aio, _WAYS),
    "vertex": Client(VERTEX, _vertex, lambda: _vertex().aio, _WAYS),
}
