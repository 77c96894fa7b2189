"""What a completion costs, in Google's words. Reference: https://ai.google.dev/api/generate-content#UsageMetadata"""

from __future__ import annotations

from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.replies.parts import Thinking

__all__ = ["asked", "by_modality", "whole"]


def by_modality(count: int) -> list[dict[str, Any]]:
    """A count, told by modality; all of it is estimated from text."""
    return [{"modality": "TEXT", "tokenCount": count}]


def asked(draft: Draft) -> dict[str, Any]:
    """What is known before the model has spoken."""
    count = draft.usage.input
    return {"promptTokenCount": count, "totalTokenCount": count, "promptTokensDetails": by_modality(count)}


def whole(draft: Draft) -> dict[str, Any]:
    """What a candidate costs at its end. Counts that are zero are left out."""
    usage, given = draft.usage, draft.reply.usage
    found = {**asked(draft), "candidatesTokenCount": usage.spoken, "totalTokenCount": usage.total}
    if given.reasoning if given else any(isinstance(one.part, Thinking) and one.part.text for one in draft.passages):
        found["thoughtsTokenCount"] = usage.reasoning
    if given and given.cached:
        found |= {"cachedContentTokenCount": usage.cached, "cacheTokensDetails": by_modality(usage.cached)}
    return found
