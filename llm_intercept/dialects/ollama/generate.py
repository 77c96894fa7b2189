"""Ollama generate: POST /api/generate.

Reference: https://docs.ollama.com/api/generate
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llm_intercept.call import Call, Message
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.ollama.provider import Ollama
from llm_intercept.memory import Past
from llm_intercept.replies.parts import Text, Thinking
from llm_intercept.replies.passages import Passage
from llm_intercept.wire import Request

__all__ = ["OllamaGenerate"]

#: How many tokens a context shows at most, and how many a vocabulary has.
_CONTEXT, _VOCABULARY = 512, 128_000


class OllamaGenerate(Ollama):
    """POST /api/generate. Without a prompt it loads the model."""

    name = "ollama generate"
    operation = "completion"
    path = r"/api/generate"
    asked = "GenerateRequest"
    text = "response"

    def read(self, request: Request, provider: str, past: Past) -> Call:
        body = self.body_of(request)
        model = self.field(body, "model", str)
        if not model:
            raise Malformed("model '' not found", status=404)
        return Call(
            request=request,
            provider=provider,
            operation=self.operation,
            dialect=self.name,
            model=model,
            messages=tuple(self._messages(body)),
            stream=self.streams(body),
            schema=self.schema(body),
            parameters=body,
            json=body,
        )

    def loads(self, call: Call) -> bool:
        return not call.prompt

    def message(self, said: dict[str, Any]) -> dict[str, Any]:
        return said

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        match passage.part:
            case Text(text) if not passage.citations:
                return {"response": text}
            case Thinking(text, signature=None, redacted=False):
                return {"response": "", "thinking": text}
            case _:
                raise self.cannot_say(f"{passage.part!r}{' with a citation' if passage.citations else ''}", draft.reply)

    def context(self, draft: Draft) -> dict[str, Any]:
        """The conversation so far as tokens, to be sent along with the next prompt; made up, and cut at some length."""
        if draft.call.parameters.get("raw") is True:
            return {}
        start, length = int(draft.stamp.id("context", 8), 16), min(draft.usage.total, _CONTEXT)
        return {"context": [(start + place * 7_919) % _VOCABULARY for place in range(length)]}

    def _messages(self, body: dict[str, Any]) -> Iterator[Message]:
        system, prompt = self.field(body, "system", str), self.field(body, "prompt", str) or ""
        if system:
            yield Message("system", system, raw=system)
        yield Message("user", prompt, raw=body)  # its images stand beside the prompt
