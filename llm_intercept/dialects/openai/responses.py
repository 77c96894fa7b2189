"""OpenAI responses: POST /responses, and every provider that speaks it.

Reference: https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.dialect import Draft
from llm_intercept.dialects.openai.errors import problem
from llm_intercept.dialects.openai.flavours import flavour_of
from llm_intercept.dialects.openai.responses_body import begun
from llm_intercept.dialects.openai.responses_events import events
from llm_intercept.dialects.openai.responses_items import value
from llm_intercept.dialects.openai.responses_kept import Kept, completed, keep
from llm_intercept.dialects.openai.responses_reading import OpenAIResponsesReader
from llm_intercept.dialects.openai.responses_style import style_of
from llm_intercept.dialects.payload import in_type, where
from llm_intercept.framing.json import dump
from llm_intercept.memory import Past
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.passages import Passage
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Frame

__all__ = ["OpenAIResponses"]

#: What of a request no answer repeats.
_UNTOLD = ("input", "model", "stream")


class OpenAIResponses(OpenAIResponsesReader):
    """POST /responses. Reference: https://platform.openai.com/docs/api-reference/responses/create

    A response in the background is queued, and complete when it is retrieved.
    """

    name = "openai responses"
    path = r"/responses"
    places = {
        "*": where(lambda event: "response" in event, "response"),
        "output": in_type("response.completed", "response.incomplete", within=("response",)),
        "usage": in_type("response.completed", "response.incomplete", within=("response",)),
    }
    finishes = {
        "stop": "completed",
        "tool_calls": "completed",
        "refusal": "completed",
        "length": "max_output_tokens",
        "context_window": "max_output_tokens",
        "content_filter": "content_filter",
    }

    def variant(self, call: Call) -> Hashable:
        told = dump({key: given for key, given in call.parameters.items() if key not in _UNTOLD})
        return told, tuple([tool.name for tool in call.tools if tool.kind == "custom"]), style_of(call.provider).verbosity

    def completion_id(self, call: Call, stamp: Stamp) -> str:
        return style_of(call.provider).id(stamp)

    def value(self, passage: Passage, index: int, draft: Draft) -> dict[str, Any]:
        said = value(passage, index, draft)
        if said is None:
            raise self.cannot_say(f"{passage.part!r}", draft.reply)
        return said

    def body(self, draft: Draft) -> dict[str, Any]:
        return begun(draft, "queued") if draft.call.parameters.get("background") is True else completed(draft)

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        told = problem(error, flavour_of(call.provider, call.request).said, stamp)
        said = {"code": told.code, "message": told.message, "param": told.param}
        return StreamEvent({"type": "error", **said, "sequence_number": number}, "error")

    def events(self, draft: Draft) -> Iterator[Frame]:
        return events(draft)

    def remembers(self, call: Call) -> bool:
        asked = call.parameters
        stored = asked.get("store") is not False or asked.get("background") is True
        return stored and not style_of(call.provider).stateless

    def remember(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past) -> None:
        if isinstance(answer, Reply) and not answer.said.opening:
            keep(Kept(self, answer, call, stamp, count), answer.id or self.completion_id(call, stamp), past)
