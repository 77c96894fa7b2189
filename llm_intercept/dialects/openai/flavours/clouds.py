"""Clouds that put OpenAI's chat into an API of their own."""

from __future__ import annotations

from typing import Any

from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.dialects.openai.flavours.pieces import no_keys

__all__ = ["WATSONX"]


def _watsonx(draft: Draft) -> dict[str, Any]:
    return {
        "model_id": draft.model,
        "model_version": "1.0.0",
        "created_at": draft.stamp.timestamp,
        "system": {"warnings": []},
    }


# watsonx.ai. Reference: https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
WATSONX = Flavour("watsonx", top=_watsonx, choice=no_keys, chunk_top=_watsonx, chunk_choice=no_keys, usage_in="own")
