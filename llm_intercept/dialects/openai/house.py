"""What every endpoint of OpenAI's API has in common: how errors are said, and which headers are sent."""

from __future__ import annotations

from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.dialects.failing import NamedErrors
from llm_intercept.dialects.openai.errors import problem
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import RawHeaders

__all__ = ["OpenAIEndpoint"]


class OpenAIEndpoint(Endpoint):
    """An endpoint of OpenAI's API, as each provider's flavour has it."""

    home: ClassVar[str] = "openai"

    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Any:
        flavour = flavour_of(call.provider, call.request)
        return flavour.envelope(problem(error, flavour.said, stamp))

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        return StreamEvent(self.error(error, call, stamp), flavour_of(call.provider, call.request).stream_error)

    def named_errors(self, call: Call) -> NamedErrors:
        return flavour_of(call.provider, call.request).named

    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        return flavour_of(call.provider, call.request).headers(stamp)
