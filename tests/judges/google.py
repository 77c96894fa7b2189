"""google-genai's models: generateContent in camelCase, interactions in snake_case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.genai import types
from typing_extensions import NotRequired, TypedDict

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic
from tests.judges.typed import Typed

__all__ = ["JUDGES", "Pydantic"]


class Status(TypedDict):
    """google.rpc.Status, of which the SDK's error reads the code, the status and the message, and keeps the rest."""

    code: int
    message: str
    status: str
    details: NotRequired[list[dict[str, Any]]]


class Error(TypedDict):
    """The envelope of an error."""

    error: Status


def _interactions() -> Mapping[str, Judge]:
    try:
        from google.genai.interactions import Interaction, InteractionSSEEvent
    except ImportError:  # google-genai before 3 has other names for them, or none
        return {}
    return {"interactions body": Pydantic(Interaction), "interactions event": Pydantic(InteractionSSEEvent)}


#: The SDK makes these objects from the body without the headers that it adds itself.
JUDGES: Mapping[str, Judge] = {
    "generate body": Pydantic(types.GenerateContentResponse),
    "generate event": Pydantic(types.GenerateContentResponse),
    "generate error": Typed(Error),
    "count_tokens body": Pydantic(types.CountTokensResponse),
    "embed body": Pydantic(types.EmbedContentResponse),
    **_interactions(),
}
