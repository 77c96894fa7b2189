"""groq: chat completions, thinking where OpenAI has none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import groq

from llm_intercept import reply, thinking
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS"]


class GroqAsking(Asking):
    """POST /openai/v1/chat/completions. A stream is put together here: the SDK has no helper for that."""

    name = "groq"
    forms = ("body", "stream")
    finishes = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": None,
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
    }
    replies: Mapping[str, Case] = {
        "thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city."),
    }

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        answer = await settled(client.chat.completions.create(model="m", messages=USER, stream=form == "stream", **request))
        return [chunk async for chunk in each(answer)] if form == "stream" else [answer]

    def said(self, completion: Any) -> Said:
        choices = [choice for one in completion for choice in one.choices]
        spoken = [getattr(choice, "delta", None) or choice.message for choice in choices]
        uses = [use for one in spoken for use in one.tool_calls or ()]
        last = completion[-1]
        usage = getattr(last, "usage", None) or last.x_groq.usage
        return Said(
            last.id,
            last.model,
            (
                Choice(
                    "".join(one.content or "" for one in spoken),
                    tuple((use.function.name, json.loads(use.function.arguments)) for use in uses),
                    choices[-1].finish_reason,
                    "".join(one.reasoning or "" for one in spoken),
                ),
            ),
            (usage.prompt_tokens, usage.completion_tokens),
            tuple(use.id for use in uses),
        )

    def opened(self, client: Any) -> Any:
        return client.chat.completions.create(model="m", messages=USER, stream=True)

    def text(self, event: Any) -> str | None:
        text: str | None = event.choices[0].delta.content
        return text

    def once(self, client: Any) -> Any:
        return client.with_options(max_retries=0)

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, groq.APIStatusError)
        assert isinstance(raised.body, dict)
        return Failure(type(raised).__name__, raised.status_code, raised.body["error"]["type"])


_STRICT: Mapping[str, Any] = {"api_key": "gsk", "_strict_response_validation": True}

CLIENTS: Mapping[str, Client] = {
    "groq": Client(GroqAsking(), lambda: groq.Groq(**_STRICT), lambda: groq.AsyncGroq(**_STRICT)),
}
