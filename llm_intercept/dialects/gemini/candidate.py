"""One candidate of a completion: its parts, what grounds them, and why it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from llm_intercept.dialects.gemini.grounding import Cited
from llm_intercept.replies.passages import Passage

__all__ = ["Said", "assembled", "ending"]

_HARM = "HARM_CATEGORY_"


class Said(NamedTuple):
    """What a passage becomes: a part, or none; and what the candidate then ends with, and says of its end.

    `finish` is a finish reason, or a category of harm, which is a safety rating.
    """

    part: dict[str, Any] | None = None
    finish: str | None = None
    message: str | None = None

    @property
    def text(self) -> str | None:
        """The text of a part that is plain text."""
        plain = self.part is not None and self.part.keys() <= {"text", "thoughtSignature"}
        return self.part["text"] if plain and self.part is not None and isinstance(self.part.get("text"), str) else None


def assembled(passages: Iterable[Passage], values: Iterable[Said]) -> tuple[list[dict[str, Any]], list[Cited]]:
    """The parts of a whole content, texts that stand next to each other being one; and what of them is cited."""
    found: list[dict[str, Any]] = []
    cited: list[Cited] = []
    before: str | None = None
    for passage, value in zip(passages, values, strict=True):
        if value.part is None:
            continue
        if before is not None and value.text is not None:
            found[-1] = {**found[-1], **value.part, "text": before + value.text}
        else:
            found.append(value.part)
            before = ""
        if value.text is None:
            before = None
        else:
            if passage.citations:
                cited.append(Cited(value.text, passage.citations, len(found) - 1, before or ""))
            before = (before or "") + value.text
    return found, cited


def ending(values: Iterable[Said], usual: str, given: bool) -> Iterator[tuple[str, Any]]:
    """The fields that say why a candidate ended; `given` is whether the reply itself names the reason."""
    told = [value for value in values if value.finish is not None or value.message is not None]
    worst = next((value for value in told if value.finish is not None), told[-1] if told else Said())
    finish = worst.finish or usual
    if finish.startswith(_HARM):
        yield "safetyRatings", [{"category": finish, "probability": "HIGH", "blocked": True}]
        finish = usual
    yield "finishReason", usual if given else finish
    if worst.message is not None:
        yield "finishMessage", worst.message
