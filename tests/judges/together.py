"""together's models."""

from __future__ import annotations

from collections.abc import Mapping

from together.types import Completion, CompletionChunk
from together.types.chat import ChatCompletion, ChatCompletionChunk

from tests.judges.judge import Judge
from tests.judges.pydantic import Pydantic

__all__ = ["JUDGES", "Pydantic"]

JUDGES: Mapping[str, Judge] = {
    "chat body": Pydantic(ChatCompletion),
    "chat event": Pydantic(ChatCompletionChunk),
    "completions body": Pydantic(Completion),
    "completions event": Pydantic(CompletionChunk),
}
