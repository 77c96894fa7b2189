"""huggingface_hub's dataclasses.

Its own parser makes None of a field that is missing, and streams lack many (a continued tool call its id), so an event is judged by
its types and keys alone; a body must have what the dataclass asks for.
"""

from __future__ import annotations

from collections.abc import Mapping

from huggingface_hub import ChatCompletionOutput, ChatCompletionStreamOutput, TextGenerationOutput, TextGenerationStreamOutput

from tests.judges.judge import Judge
from tests.judges.typed import Typed

__all__ = ["JUDGES", "Typed"]

JUDGES: Mapping[str, Judge] = {
    "chat body": Typed(ChatCompletionOutput),
    "chat event": Typed(ChatCompletionStreamOutput, required=False),
    "generate body": Typed(TextGenerationOutput),
    "generate event": Typed(TextGenerationStreamOutput, required=False),
}
