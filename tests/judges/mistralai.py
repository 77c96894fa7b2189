"""mistralai's models."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]

#: Where a major has its models, and its errors'; the others are as the newest.
_HOMES: Mapping[str, tuple[str, str]] = {"1": ("mistralai.models", "mistralai.models")}

models, errors = (
    import_module(home)
    for home in _HOMES.get(
        version("mistralai").partition(".")[0], ("mistralai.client.models", "mistralai.client.errors.httpvalidationerror")
    )
)

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
    "validation error": Pydantic(errors.HTTPValidationErrorData),
}
