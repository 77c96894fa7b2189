"""Amazon's Nova, invoked: a conversation in the words of converse.

Reference: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llm_intercept.dialects.bedrock.converse import Conversation
from llm_intercept.dialects.bedrock.invoke import Invoke, invoked
from llm_intercept.dialects.dialect import Draft
from llm_intercept.framing.aws_eventstream import NAMED_CHUNKS
from llm_intercept.wire import Frame

__all__ = ["InvokedNova"]


class InvokedNova(Invoke, Conversation):
    """POST /model/amazon.nova-.../invoke. Reference: https://docs.aws.amazon.com/nova/latest/userguide/invoke.html"""

    name = "bedrock invoke nova"
    path = invoked(r"amazon\.nova-(?!2-multimodal-embeddings|canvas|reel|sonic)")
    chunked = NAMED_CHUNKS

    def usage_of(self, draft: Draft) -> dict[str, Any]:
        usage = draft.usage
        return {
            "inputTokens": usage.fresh,
            "outputTokens": usage.output,
            "totalTokens": usage.total,
            "cacheReadInputTokenCount": usage.cached,
            "cacheWriteInputTokenCount": usage.cache_write,
        }

    def body(self, draft: Draft) -> dict[str, Any]:
        return {key: value for key, value in super().body(draft).items() if key != "metrics"}

    def chunks(self, draft: Draft) -> Iterator[Frame]:
        return Conversation.events(self, draft)
