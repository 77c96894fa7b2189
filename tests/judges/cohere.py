"""cohere's models, of v2 and v1."""

from __future__ import annotations

from collections.abc import Mapping

import cohere.types
import cohere.v2.types

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]

JUDGES: Mapping[str, Judge] = {
    "v2 chat body": Pydantic(cohere.v2.types.V2ChatResponse),
    "v2 chat event": Pydantic(cohere.v2.types.V2ChatStreamResponse),
    "v1 chat body": Pydantic(cohere.types.NonStreamedChatResponse),
    "v1 chat event": Pydantic(cohere.types.StreamedChatResponse),
    "v2 embed body": Pydantic(cohere.types.EmbedByTypeResponse),
}
