"""groq's models."""

from __future__ import annotations

from collections.abc import Mapping

from groq.types import ErrorObject
from groq.types.chat import ChatCompletion, ChatCompletionChunk
from typing_extensions import TypedDict

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]


class Error(TypedDict):
    """The envelope of an error; the SDK has a model of what is inside alone."""

    error: ErrorObject


JUDGES: Mapping[str, Judge] = {
    "chat body": Pydantic(ChatCompletion),
    "chat event": Pydantic(ChatCompletionChunk),
    "chat error": Pydantic(Error),
}
