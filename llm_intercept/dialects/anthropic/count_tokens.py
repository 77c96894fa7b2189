"""Anthropic token counting: POST /v1/messages/count_tokens.

Reference: https://docs.anthropic.com/en/api/messages-count-tokens
"""

from __future__ import annotations

from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.anthropic.asked import asked_of
from llm_intercept.dialects.anthropic.messages_reading import AnthropicReader
from llm_intercept.dialects.operation import Operation
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp

__all__ = ["AnthropicCountTokens"]


class AnthropicCountTokens(AnthropicReader, Operation):
    """POST /v1/messages/count_tokens. Reference: https://docs.anthropic.com/en/api/messages-count-tokens"""

    name = "anthropic count_tokens"
    operation = "count_tokens"
    path = r"/v1/messages/count_tokens"

    def answer(self, call: Call, stamp: Stamp, count: tokens.CountTokens) -> dict[str, Any]:
        asked = tokens.asked(call, count)
        edited = {"context_management": {"original_input_tokens": asked}} if asked_of(call).edited else {}
        return {"input_tokens": asked, **edited}
