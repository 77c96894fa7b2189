"""The SDKs' own models as judges: strict, and with a list of what a model does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.shared import ErrorObject
from pydantic import BaseModel, TypeAdapter

__all__ = ["BODIES", "ERRORS", "EVENTS", "strict", "unknown"]


class OpenAIError(BaseModel):
    """The envelope of openai's error; its SDK has a model of what is inside alone."""

    model_config = {"extra": "allow"}

    error: ErrorObject


BODIES: Mapping[str, TypeAdapter[Any]] = {"openai": TypeAdapter(ChatCompletion), "anthropic": TypeAdapter(Message)}
EVENTS: Mapping[str, TypeAdapter[Any]] = {
    "openai": TypeAdapter(ChatCompletionChunk),
    "anthropic": TypeAdapter(RawMessageStreamEvent),
}
ERRORS: Mapping[str, TypeAdapter[Any]] = {"openai": TypeAdapter(OpenAIError), "anthropic": TypeAdapter(ErrorResponse)}


def strict(judge: TypeAdapter[Any], document: bytes) -> Any:
    """The document as the model's object; raises where the model would not have it, types and all."""
    return judge.validate_json(document, strict=True)


def unknown(value: Any, at: str = "") -> Iterator[str]:
    """The paths of a validated object that its model does not know."""
    if isinstance(value, BaseModel):
        for name, inner in {**dict(value), **(value.model_extra or {})}.items():
            path = f"{at}.{name}" if at else name
            if name in (value.model_extra or {}):
                yield path
            yield from unknown(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from unknown(inner, f"{at}[]")
