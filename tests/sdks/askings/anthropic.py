"""anthropic: messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anthropic
from anthropic.lib.streaming._messages import accumulate_event

from llm_intercept import refusal, reply, thinking, tool_call
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, entered, settled

__all__ = ["ANTHROPIC", "CLIENTS"]


class AnthropicAsking(Asking):
    """Messages."""

    name = "anthropic"
    errors = anthropic
    finishes = {
        "stop": "end_turn",
        "stop_sequence": "stop_sequence",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "refusal": "refusal",
        "content_filter": "refusal",
        "pause": "pause_turn",
        "context_window": "model_context_window_exceeded",
    }
    failures = {
        400: Failure("BadRequestError", 400, "invalid_request_error"),
        401: Failure("AuthenticationError", 401, "authentication_error"),
        403: Failure("PermissionDeniedError", 403, "permission_error"),
        404: Failure("NotFoundError", 404, "not_found_error"),
        409: Failure("ConflictError", 409, "conflict_error"),
        413: Failure("ContentTooLargeError", 413, "request_too_large"),
        422: Failure("UnprocessableEntityError", 422, "invalid_request_error"),
        429: Failure("RateLimitError", 429, "rate_limit_error"),
        500: Failure("InternalServerError", 500, "api_error"),
        503: Failure("ServiceUnavailableError", 503, "overloaded_error"),
        529: Failure("OverloadedError", 529, "overloaded_error"),
    }

    replies = {
        "thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city."),
        "thinking before a tool": Case(
            reply(thinking("A city."), tool_call("now")), tools=(("now", {}),), finish="tool_calls", thought="A city."
        ),
        "refusal": Case(refusal("No."), refusal="No.", finish="refusal"),
    }

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
        uses = [block for block in completion.content if block.type == "tool_use"]
        choice = Choice(
            text="".join(block.text for block in completion.content if block.type == "text"),
            tools=tuple((use.name, use.input) for use in uses),
            finish=completion.stop_reason,
            thought="".join(block.thinking for block in completion.content if block.type == "thinking"),
            refusal=(completion.stop_details and completion.stop_details.explanation) or "",
        )
        usage = (completion.usage.input_tokens, completion.usage.output_tokens)
        return Said(completion.id, completion.model, (choice,), usage, tuple(use.id for use in uses))

    def opened(self, client: Any) -> Any:
        return client.messages.create(model="m", max_tokens=9, messages=USER, stream=True)

    def text(self, event: Any) -> str | None:
        return getattr(event.delta, "text", None) if event.type == "content_block_delta" else None

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, anthropic.APIStatusError)
        assert raised.request_id
        assert raised.message
        return Failure(type(raised).__name__, raised.status_code, raised.type)

    def once(self, client: Any) -> Any:
        return client.with_options(max_retries=0)


ANTHROPIC = AnthropicAsking()

_STRICT: Mapping[str, Any] = {"api_key": "sk-test", "_strict_response_validation": True}

#: The SDK validates what it gets, which it does not do by default.
CLIENTS: Mapping[str, Client] = {
    "anthropic": Client(ANTHROPIC, lambda: anthropic.Anthropic(**_STRICT), lambda: anthropic.AsyncAnthropic(**_STRICT)),
}
