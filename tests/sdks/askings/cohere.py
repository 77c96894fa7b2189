"""cohere: v2's chat over server-sent events, v1's over lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import cohere
from cohere.core.api_error import ApiError

from llm_intercept import citation, native, reply, thinking
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS"]

_CLASSES = {
    400: "BadRequestError", 401: "UnauthorizedError", 402: "ApiError", 403: "ForbiddenError", 404: "NotFoundError",
    409: "ApiError", 422: "UnprocessableEntityError", 429: "TooManyRequestsError", 498: "InvalidTokenError",
    499: "ClientClosedRequestError", 500: "InternalServerError", 501: "NotImplementedError", 503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
}  # fmt: skip


class CohereAsking(Asking):
    """POST /v2/chat. A stream is what its events add up to: the SDK puts none together, and has no helper."""

    name = "cohere"
    forms = ("body", "stream")
    finishes = {
        "stop": "COMPLETE",
        "stop_sequence": "STOP_SEQUENCE",
        "length": "MAX_TOKENS",
        "tool_calls": "TOOL_CALL",
        "content_filter": None,
        "pause": None,
        "context_window": None,
    }
    failures = {status: Failure(kind, status) for status, kind in _CLASSES.items()}
    tells = frozenset({"id", "usage", "tool_ids"})
    replies: Mapping[str, Case] = {
        "thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city."),
        "citation": Case(reply("Paris.", citation(url="https://a.test"), " Yes."), "Paris. Yes."),
        "native": Case(reply("See ", native({"type": "text", "text": "it"})), "See it"),
    }

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"model": "command-a-03-2025", "messages": USER, **request}
        if form == "body":
            return await settled(client.chat(**asked))
        return [event async for event in each(client.chat_stream(**asked))]

    def said(self, completion: Any) -> Said:
        return _streamed(completion) if isinstance(completion, list) else _said(completion)

    def opened(self, client: Any) -> Any:
        return client.chat_stream(model="command-a-03-2025", messages=USER)

    def text(self, event: Any) -> str | None:
        return event.delta.message.content.text if event.type == "content-delta" else None

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, ApiError)
        assert raised.body["message"]
        assert raised.status_code is not None
        return Failure(type(raised).__name__, raised.status_code)

    def once(self, client: Any) -> Any:
        return type(client)(api_key="test", max_retries=0)


def _said(body: Any) -> Said:
    message, tokens = body.message, body.usage.tokens
    content = message.content or ()
    choice = Choice(
        (message.tool_plan or "") + "".join(block.text for block in content if block.type == "text"),
        tuple((call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or ()),
        body.finish_reason,
        "".join(block.thinking for block in content if block.type == "thinking"),
    )
    ids = tuple(call.id for call in message.tool_calls or ())
    return Said(body.id, "", (choice,), (tokens.input_tokens, tokens.output_tokens), ids)


def _streamed(events: Any) -> Said:
    texts: dict[str, str] = {"text": "", "thinking": ""}
    calls: list[list[str]] = []
    for event in events:
        message: Any = getattr(getattr(event, "delta", None), "message", None)
        match event.type:
            case "content-start" | "content-delta":
                for key in texts:
                    texts[key] += getattr(message.content, key) or ""
            case "tool-plan-delta":
                texts["text"] += message.tool_plan
            case "tool-call-start":
                calls.append([message.tool_calls.id, message.tool_calls.function.name, ""])
            case "tool-call-delta":
                calls[event.index][2] += message.tool_calls.function.arguments
    end = events[-1].delta
    tools = tuple((name, json.loads(arguments)) for _, name, arguments in calls)
    choice = Choice(texts["text"], tools, end.finish_reason, texts["thinking"])
    tokens = end.usage.tokens
    return Said(events[0].id, "", (choice,), (tokens.input_tokens, tokens.output_tokens), tuple(call[0] for call in calls))


class CohereV1Asking(CohereAsking):
    """POST /v1/chat. A stream is the response at its end."""

    name = "cohere v1"
    tells = frozenset({"id", "usage"})
    finishes = {**dict.fromkeys(("stop", "stop_sequence", "tool_calls"), "COMPLETE"), "length": "MAX_TOKENS"}
    replies = {}

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"message": USER[0]["content"], **request}
        if form == "body":
            return await settled(client.chat(**asked))
        return [event async for event in each(client.chat_stream(**asked))][-1].response

    def said(self, completion: Any) -> Said:
        tokens = completion.meta.tokens
        tools = tuple((call.name, call.parameters) for call in completion.tool_calls or ())
        choice = Choice(completion.text, tools, completion.finish_reason)
        return Said(completion.generation_id, "", (choice,), (tokens.input_tokens, tokens.output_tokens))


CLIENTS: Mapping[str, Client] = {
    "cohere": Client(CohereAsking(), lambda: cohere.ClientV2(api_key="test"), lambda: cohere.AsyncClientV2(api_key="test")),
    "cohere v1": Client(CohereV1Asking(), lambda: cohere.Client(api_key="test"), lambda: cohere.AsyncClient(api_key="test")),
}
