"""ollama: chat, on the machine itself and in the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ollama

from llm_intercept import reply, thinking
from tests.sdks.asking import USER, Asking, Client
from tests.sdks.cases import Case
from tests.sdks.said import Choice, Failure, Said
from tests.sdks.ways import each, settled

__all__ = ["CLIENTS"]


class OllamaAsking(Asking):
    """POST /api/chat. A stream is the list of its parts: the SDK puts none together, and has no helper."""

    name = "ollama"
    forms = ("body", "stream")
    finishes = {
        "stop": "stop",
        "stop_sequence": "stop",
        "length": "length",
        "tool_calls": "stop",
        "content_filter": None,
        "pause": None,
        "context_window": None,
    }
    failures = {status: Failure("ResponseError", status) for status in (400, 401, 403, 404, 409, 429, 499, 500, 502, 503)}
    tells = frozenset({"model", "usage"})
    replies: Mapping[str, Case] = {"thinking": Case(reply(thinking("A city."), "Paris."), "Paris.", thought="A city.")}

    async def completed(self, client: Any, form: str, **request: Any) -> Any:
        asked = {"model": "llama3.2", "messages": USER, "stream": form == "stream", **request}
        answer = await settled(client.chat(**asked))
        return [part async for part in each(answer)] if form == "stream" else [answer]

    def said(self, completion: Any) -> Said:
        messages, last = [part.message for part in completion], completion[-1]
        choice = Choice(
            "".join(message.content or "" for message in messages),
            tuple((call.function.name, call.function.arguments) for message in messages for call in message.tool_calls or ()),
            last.done_reason,
            "".join(message.thinking or "" for message in messages),
        )
        return Said("", last.model, (choice,), (last.prompt_eval_count, last.eval_count))

    def opened(self, client: Any) -> Any:
        return client.chat("llama3.2", messages=USER, stream=True)

    def text(self, event: Any) -> str | None:
        text: str | None = event.message.content
        return text

    def failure(self, raised: BaseException) -> Failure:
        assert isinstance(raised, ollama.ResponseError)
        assert raised.error
        return Failure(type(raised).__name__, raised.status_code)


_CHAT = OllamaAsking()

CLIENTS: Mapping[str, Client] = {
    "ollama": Client(_CHAT, ollama.Client, ollama.AsyncClient),
    "ollama cloud": Client(
        _CHAT, lambda: ollama.Client(host="https://ollama.com"), lambda: ollama.AsyncClient(host="https://ollama.com")
    ),
}
