"""ollama's models. One line of a stream is one of them, whole."""

from __future__ import annotations

from collections.abc import Mapping

from ollama import ChatResponse, EmbedResponse, GenerateResponse
from typing_extensions import TypedDict

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic
from tests.judges.typed import Typed

__all__ = ["JUDGES", "Pydantic"]


class Error(TypedDict):
    """What the SDK's error reads."""

    error: str


JUDGES: Mapping[str, Judge] = {
    "chat body": Pydantic(ChatResponse),
    "chat event": Pydantic(ChatResponse),
    "chat error": Typed(Error),
    "generate body": Pydantic(GenerateResponse),
    "generate event": Pydantic(GenerateResponse),
    "generate error": Typed(Error),
    "embed body": Pydantic(EmbedResponse),
}
