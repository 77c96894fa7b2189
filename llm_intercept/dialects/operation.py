"""The base of the endpoints that say no completion: what they answer follows from the call, and from what the provider has kept."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint, named
from llm_intercept.framing.json import dump
from llm_intercept.replies.parts import Default, Object, Part
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Fail, Pause, RawHeaders, Response

__all__ = ["NO_CONTENT", "Operation"]


#: The status of an answer that has no body.
NO_CONTENT = 204


class Operation(Endpoint):
    """One endpoint that answers on its own.

    A rule that names its operation may say an error, or an object, which is the whole body. One whose answer is made of parts
    names their kinds in `says`, and makes the same of them in `told` as of its own in `answer`; a rule that replies such parts
    concerns it without naming it. Of the kinds in `takes` it makes that too, for a rule that names it; where objects are among
    them, `whole` tells which is a body all the same.

        class ToyCount(Operation):
            name, home, path, operation = "toy count", "toy", r"/toy/count", "count_tokens"

            def answer(self, call, stamp, count):
                return {"tokens": count(call.prompt)}
    """

    speaks: ClassVar[bool] = False
    takes: ClassVar[tuple[type, ...]] = ()

    @abstractmethod
    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        """The value, mostly a JSON body, that answers a call for which no rule says one; None where success has no content."""

    def told(self, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        """The value that answers a call with these parts, each of a kind in `says` or `takes`; raises `CannotSay`."""
        raise TypeError(f"{self.name} says parts, and does not tell how")

    def whole(self, value: Any) -> bool:
        """Whether an object that a rule replies is the whole body, and not something that the body is made of."""
        return True

    def sent(self, value: Any, call: Call, stamp: Stamp, given: RawHeaders = ()) -> Response:
        """The response that carries a value; `given` are the headers of the reply, which come before ours."""
        return self.response(dump(value), call, stamp, given)

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        match answer:
            case ErrorReply():
                return self.write_error(answer, call, stamp)
            case Reply():
                if answer.said.opening:
                    return self.broken(answer)
                return self.paced(self._replied(answer, call, stamp, count), answer, answer.said, call, stamp)
            case _:
                return self._usual(call, stamp, count)

    def _replied(self, reply: Reply, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        match tuple([part for part in reply.parts if not isinstance(part, Pause | Fail)]):
            case (Object(value),) if self.whole(value):
                return self.response(dump(value), call, stamp, reply.headers)
            case () | (Default(),):
                return self._usual(call, stamp, count, reply.headers)
            case parts if all(isinstance(part, self.says + self.takes) for part in parts):
                return self.sent(self.told(parts, reply, call, stamp, count), call, stamp, reply.headers)
            case _:
                kinds = "".join(f"{kind.__name__.lower()}, " for kind in self.says)
                raise self.cannot_say(f"that; its answer is {kinds}one object, or an error", reply)

    def _usual(self, call: Call, stamp: Stamp, count: CountTokens, given: RawHeaders = ()) -> Response:
        told = self.answer(call, stamp, count)
        if self.success == NO_CONTENT:
            return Response(NO_CONTENT, named(self.headers(call, stamp), given), ())
        return self.sent(told, call, stamp, given)
