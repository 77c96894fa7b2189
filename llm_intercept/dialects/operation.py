"""The base of the endpoints that say no reply: what they answer follows from the call, and from what the provider has kept."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint
from llm_intercept.framing.json import dump
from llm_intercept.replies.parts import Object
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Response

__all__ = ["NO_CONTENT", "Operation"]


#: The status of an answer that has no body.
NO_CONTENT = 204


class Operation(Endpoint):
    """One endpoint that answers on its own. A rule that names its operation may say an error, or an object, which is the body."""

    speaks: ClassVar[bool] = False

    @abstractmethod
    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        """The body, a JSON value, of a call for which no rule says one; None where success has no content."""

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        match answer:
            case ErrorReply():
                return self.write_error(answer, call, stamp)
            case Reply(parts=(Object(value),)):
                return self.response(dump(value), call, stamp, answer.headers)
            case Reply():
                raise self.cannot_say("that; its answer is one object, or an error", answer)
            case _:
                told = self.answer(call, stamp, count)
        if self.success == NO_CONTENT:
            return Response(NO_CONTENT, self.headers(call, stamp), ())
        return self.response(dump(told), call, stamp)
