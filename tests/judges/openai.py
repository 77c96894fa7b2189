"""openai's models."""

from __future__ import annotations

from collections.abc import Mapping

from openai.types import Completion, CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionDeleted
from openai.types.responses import CompactedResponse, Response, ResponseItemList, ResponseStreamEvent
from openai.types.responses.input_token_count_response import InputTokenCountResponse
from openai.types.shared import ErrorObject
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
    "chat deleted": Pydantic(ChatCompletionDeleted),
    "completions body": Pydantic(Completion),
    "completions event": Pydantic(Completion),
    "completions error": Pydantic(Error),
    "responses body": Pydantic(Response),
    "responses event": Pydantic(ResponseStreamEvent),
    "responses error": Pydantic(Error),
    "responses compact body": Pydantic(CompactedResponse),
    "responses input_items body": Pydantic(ResponseItemList),
    "responses input_tokens body": Pydantic(InputTokenCountResponse),
    "embeddings body": Pydantic(CreateEmbeddingResponse),
}
