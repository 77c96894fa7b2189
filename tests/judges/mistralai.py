"""mistralai's models."""

from __future__ import annotations

from collections.abc import Mapping

from mistralai.client import models
from mistralai.client.errors.httpvalidationerror import HTTPValidationErrorData

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]

#: The SDK's events are what its own reader made of a line; `data` alone is on the wire.
JUDGES: Mapping[str, Judge] = {
    "chat body": Pydantic(models.ChatCompletionResponse),
    "chat event": Pydantic(models.CompletionChunk),
    "fim body": Pydantic(models.FIMCompletionResponse),
    "fim event": Pydantic(models.CompletionChunk),
    "agents body": Pydantic(models.ChatCompletionResponse),
    "agents event": Pydantic(models.CompletionChunk),
    "conversations body": Pydantic(models.ConversationResponse),
    "conversations event": Pydantic(models.ConversationEventsData),
    "conversations history body": Pydantic(models.ConversationHistory),
    "conversations messages body": Pydantic(models.ConversationMessages),
    "validation error": Pydantic(HTTPValidationErrorData),
}
