"""The bases of the operations that say a part of their own, whole, or in a stream in which everything happens where it stands."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import named
from llm_intercept.dialects.operation import Operation
from llm_intercept.framing.sse import SSE
from llm_intercept.replies.breaking import broken
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import Default, Part
from llm_intercept.replies.reply import DEFAULT, Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Fail, Frame, Pause, RawHeaders, Response

__all__ = ["Played", "Saying"]

#: What is replied where no rule says anything.
_DEFAULT = Reply((DEFAULT,))


class _Frames:
    """The frames of a stream: made anew, lazily, at each iteration."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Iterator[Frame]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Frame]:
        return self._make()


class Saying(Operation):
    """An operation that says a part of its own where no rule says one: `own`."""

    @abstractmethod
    def own(self, call: Call) -> Part:
        """The part that answers a call for which no rule says one."""

    def answer(self, call: Call, stamp: Stamp, count: CountTokens) -> Any:
        return self.told((self.own(call),), _DEFAULT, call, stamp, count)


class Played(Saying):
    """The same whose answer may be a stream: the pauses and faults of a reply stand there where they stand among its parts.

    A subclass gives `frames`, and `streams` and `head` where they differ. `value` is what `told` makes of a reply's parts.
    """

    def streams(self, call: Call) -> bool:
        """Whether a call is answered by a stream."""
        return call.stream

    def head(self, value: Any, call: Call) -> RawHeaders:
        """The headers that say what the stream is made of."""
        return SSE.headers

    @abstractmethod
    def frames(self, value: Any, parts: tuple[Part, ...], reply: Reply, call: Call, stamp: Stamp) -> Iterator[Frame]:
        """The stream of a reply's parts, its pauses and faults among them."""

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        reply = answer if isinstance(answer, Reply) else _DEFAULT
        if isinstance(answer, ErrorReply) or reply.said.opening or not self.streams(call):
            return super().write(answer, call, stamp, count)
        faults = tuple([self._placed(fault, reply, call, stamp) for fault in reply.said.faults])
        standing = [part for part in reply.parts if not (isinstance(part, Fault) and part.counted)]
        parts = tuple([self._arranged(part, reply, call, stamp) for part in standing])
        if all(isinstance(part, Pause | Fail) for part in parts):
            parts = (*parts, self.own(call))
        said = tuple([part for part in parts if not isinstance(part, Pause | Fail)])
        if not all(isinstance(part, self.says + self.takes) for part in said):
            return super().write(answer, call, stamp, count)
        value = self.told(said, reply, call, stamp, count)
        sent = (*self.head(value, call), (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))

        def frames() -> Iterator[Frame]:
            made = self.frames(value, parts, reply, call, stamp)
            return broken(made, iter, faults) if faults else made

        return Response(self.success, named(sent, reply.headers), _Frames(frames), self.waits(reply, stamp))

    def framed(self, fault: Fault, reply: Reply, call: Call, stamp: Stamp) -> Fault:
        if fault.kind in ("stream_error", "unknown_event") and not call.stream:
            raise self.cannot_say(f"{fault!r} where what streams is no events", reply)
        return super().framed(fault, reply, call, stamp)

    def _arranged(self, part: Part, reply: Reply, call: Call, stamp: Stamp) -> Part:
        match part:
            case Default():
                return self.own(call)
            case Fault():
                return self.framed(part, reply, call, stamp)
            case _:
                return part

    def _placed(self, fault: Fail, reply: Reply, call: Call, stamp: Stamp) -> Fail:
        """A fault as it is counted here, where every event is a chunk of content."""
        if not isinstance(fault, Fault):
            return fault
        told = self.framed(fault, reply, call, stamp)
        return told if told.after is None else replace(told, after=None, after_events=told.after)
