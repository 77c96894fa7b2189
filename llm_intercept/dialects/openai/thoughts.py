"""Where each provider puts what the model thinks: the piece of a message, and the deltas that it streams in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llm_intercept.replies.parts import Thinking

__all__ = ["CHUNKS", "DETAILS", "REASONING", "REASONING_CONTENT", "TAGS", "Thoughts"]

#: What redacted thinking shows where nobody gave a token.
_SEALED = "c2VhbGVk"


@dataclass(frozen=True, slots=True)
class Thoughts:
    """One way to say a thought, whose place among the thoughts is given with it.

    `whole` is a thought within a message, `delta` a piece of its text within a stream; `before` and `after` are what the stream
    adds around the text. `sealed` is a redacted one within a message, None for who has none. `once` is whether the text stands in a
    delta's one place, so that deltas differ in it alone, `signs` whether a signature has a place.
    """

    whole: Callable[[Thinking, int], dict[str, Any]]
    delta: Callable[[str, int], dict[str, Any]]
    before: Callable[[Thinking, int], dict[str, Any] | None] = lambda *_: None
    after: Callable[[Thinking, int], dict[str, Any] | None] = lambda *_: None
    sealed: Callable[[Thinking, int], dict[str, Any]] | None = None
    once: bool = True
    signs: bool = False


def _field(name: str) -> Thoughts:
    return Thoughts(lambda part, _: {name: part.text}, lambda text, _: {name: text})


#: DeepSeek's way, vLLM's, and most others'. Reference: https://api-docs.deepseek.com/guides/reasoning_model
REASONING_CONTENT = _field("reasoning_content")

#: Groq's way, Cerebras' and Ollama's. Reference: https://console.groq.com/docs/reasoning
REASONING = _field("reasoning")


def _details(place: int, kind: str = "reasoning.text", **more: Any) -> dict[str, Any]:
    return {"reasoning_details": [{"type": kind, **more, "format": "unknown", "index": place}]}


def _signature(part: Thinking) -> str:
    """The token over a thought: the one given, or one made up of it."""
    return b64encode(part.text.encode("utf-8", "backslashreplace")).decode() if part.signature is None else part.signature


def _signed(part: Thinking) -> dict[str, Any]:
    return {} if part.signature is None else {"signature": part.signature}


#: OpenRouter's way, which keeps a signature. Reference: https://openrouter.ai/docs/use-cases/reasoning-tokens
DETAILS = Thoughts(
    whole=lambda part, place: {"reasoning": part.text, **_details(place, text=part.text, signature=_signature(part))},
    delta=lambda text, place: {"reasoning": text, **_details(place, text=text)},
    after=lambda part, place: _details(place, **_signed(part)) if part.signature is not None else None,
    sealed=lambda part, place: _details(place, "reasoning.encrypted", data=part.signature or _SEALED),
    once=False,
    signs=True,
)


def _chunk(text: str, **more: Any) -> dict[str, Any]:
    return {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}], **more}]}


#: Mistral's way: a chunk of the content. Reference: https://docs.mistral.ai/capabilities/reasoning/
CHUNKS = Thoughts(
    whole=lambda part, _: _chunk(part.text, closed=True, **_signed(part)),
    delta=lambda text, _: _chunk(text),
    after=lambda part, _: _chunk("", closed=True, **_signed(part)) if part.signature is not None else None,
    signs=True,
)

#: Perplexity's way: within the text. Reference: https://docs.perplexity.ai/getting-started/models/models/sonar-reasoning-pro
TAGS = Thoughts(
    whole=lambda part, _: {"content": f"<think>\n{part.text}\n</think>\n\n"},
    delta=lambda text, _: {"content": text},
    before=lambda *_: {"content": "<think>\n"},
    after=lambda *_: {"content": "\n</think>\n\n"},
)
