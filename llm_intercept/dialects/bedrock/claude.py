"""Anthropic's models, invoked: their messages, the model in the path.

Reference: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_intercept.dialects.anthropic.messages import AnthropicMessages
from llm_intercept.dialects.bedrock.invoke import Invoke, invoked
from llm_intercept.dialects.dialect import Draft
from llm_intercept.replies.reply import Usage
from llm_intercept.wire import Frame

__all__ = ["InvokedClaude"]


class InvokedClaude(Invoke, AnthropicMessages):
    """POST /model/anthropic....../invoke. Reference: https://docs.anthropic.com/en/api/claude-on-amazon-bedrock"""

    name = "bedrock invoke anthropic"
    path = invoked(r"anthropic\.")
    mark = "bdrk_"
    pings = False  # the SDK hands on every chunk, and its events have no such type

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        return AnthropicMessages.events(self, draft)

    def metrics(self, usage: Usage) -> dict[str, int]:
        return {
            **super().metrics(usage),
            "cacheReadInputTokenCount": usage.cached,
            "cacheWriteInputTokenCount": usage.cache_write,
        }
