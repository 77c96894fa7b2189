"""The base of everything that a provider serves: which calls it takes, how it reads them, and how it says errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.failing import NamedErrors, worded
from llm_intercept.errors import CannotSay
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump, load
from llm_intercept.framing.sse import SSE
from llm_intercept.memory import Past
from llm_intercept.replies.breaking import broken_body
from llm_intercept.replies.failures import server_error
from llm_intercept.replies.fault import UNKNOWN, Fault
from llm_intercept.replies.parts import Part, StreamEvent, Text
from llm_intercept.replies.passages import Utterance
from llm_intercept.replies.reply import Answer, ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens
from llm_intercept.wire import Pause, RawHeaders, Request, Response

__all__ = ["Endpoint", "Malformed", "named"]


class Malformed(Exception):
    """A request that the provider would refuse as malformed. Never leaves the package: it becomes the provider's error."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.error = ErrorReply(status, message, code=code, param=param)


#: The headers that tell a client when to try again.
_RETRY = (b"retry-after", b"retry-after-ms", b"x-should-retry")


class Endpoint(ABC):
    """One endpoint of a provider's API.

    A subclass gives `name`, `operation`, `method`, `path` (a regular expression for the end of the path), `home` (the provider
    assumed where the host tells none), `only` (the providers who serve it, where its path means something else to others), and the
    methods below. `success` is the status of an answer that is no error. `speaks` is whether it says completions; one that does not
    answers on its own, unless a rule names its operation, or replies parts of the kinds in `says`. `stateful` is whether what it
    reads depends on the provider's state, or changes it, `settles` whether some of its calls can have but one answer.
    """

    name: ClassVar[str]
    operation: ClassVar[str] = "chat"
    method: ClassVar[str] = "POST"
    path: ClassVar[str]
    home: ClassVar[str]
    only: ClassVar[frozenset[str]] = frozenset()
    speaks: ClassVar[bool]
    says: ClassVar[tuple[type, ...]] = ()
    stateful: ClassVar[bool] = False
    settles: ClassVar[bool] = False
    success: ClassVar[int] = 200
    body_headers: ClassVar[RawHeaders] = ((b"content-type", b"application/json"),)

    # 2 read

    @abstractmethod
    def read(self, request: Request, provider: str, past: Past) -> Call:
        """The call that a request makes; raises `Malformed`. `past` is what the provider has kept of earlier calls."""

    def unread(self, request: Request, provider: str) -> Call:
        """What is known of a call whose request is malformed."""
        return Call(request, provider, self.operation, self.name, json=_json(request))

    def check(self, call: Call) -> None:  # noqa: B027  (most refuse nothing)
        """Raise `Malformed` for a call that can be read, and that the provider would refuse all the same."""

    def settled(self, call: Call) -> Answer | None:
        """The answer of a call that needs no rule, because it brings one along or can have but one; None for most.

        Asked where the request has a `mock_response`, or the endpoint settles some calls.
        """
        return None

    # 5 write

    def sayable(self, part: Part) -> bool:
        """Whether it answers with a part, where a rule replies it without naming the operation."""
        return isinstance(part, self.says)

    def shown(self, text: str, call: Call) -> Part:
        """What says a text by default, where the call's `modality` is none of text; the text itself where the wire has nothing."""
        return Text(text)

    @abstractmethod
    def write(self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens) -> Response:
        """What the provider would have sent; raises `CannotSay` before the first byte."""

    def remembers(self, call: Call) -> bool:
        """Whether the provider would keep something of the call."""
        return self.stateful

    def remember(  # noqa: B027  (most keep nothing)
        self, answer: Answer, call: Call, stamp: Stamp, count: CountTokens, past: Past
    ) -> None:
        """Keep, in `past`, what the provider would keep of the call; asked where there is something."""

    @abstractmethod
    def error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Any:
        """The body of an error."""

    def error_headers(self, error: ErrorReply) -> RawHeaders:
        """The headers that the provider adds to an error."""
        return ()

    def stream_error(self, error: ErrorReply, call: Call, stamp: Stamp, number: int) -> StreamEvent | None:
        """The event that ends a stream in an error, after `number` others; None where the wire has none."""
        return StreamEvent(self.error(error, call, stamp))

    def framing(self, call: Call) -> Framing:
        """How the events of a stream become bytes."""
        return SSE

    def named_errors(self, call: Call) -> NamedErrors:
        """The provider's own words for errors that have a name; by default its statuses tell them all."""
        return {}

    @abstractmethod
    def headers(self, call: Call, stamp: Stamp) -> RawHeaders:
        """The headers that the provider adds to every response."""

    def write_error(self, error: ErrorReply, call: Call, stamp: Stamp) -> Response:
        """An error in the provider's envelope."""
        if error.kind:
            error = worded(error, self.named_errors(call), call)
        if any(name.lower() in _RETRY for name, _ in error.headers):
            retry: RawHeaders = ()
        elif error.retry_after is not None:
            retry = ((b"retry-after", _seconds(error.retry_after)),)
        elif error.status in (408, 409, 429) or error.status >= 500:
            retry = ((b"retry-after-ms", b"1"),)
        else:
            retry = ()
        more = (*self.error_headers(error), *retry)
        return self.response(dump(self.error(error, call, stamp)), call, stamp, error.headers, more, error.status)

    def response(
        self, body: bytes, call: Call, stamp: Stamp, given: RawHeaders = (), more: RawHeaders = (), status: int | None = None
    ) -> Response:
        """A whole body with its headers; `given` are those of the reply, which come before ours."""
        length = (b"content-length", b"%d" % len(body))
        sent = (*self.body_headers, length, *self.headers(call, stamp), *more)
        return Response(status or self.success, named(sent, given) if given else sent, (body,))

    def broken(self, reply: Reply) -> Response:
        """What is left of a response that ends in a fault before its first byte."""
        delay = (Pause(reply.delay),) if reply.delay else ()
        return Response(self.success, (), (), delay + reply.said.opening)

    def waits(self, reply: Reply, stamp: Stamp) -> tuple[Pause, ...]:
        """The time before the first byte: the reply's delay, and its pace's time to the first token."""
        seconds = reply.delay, 0.0 if reply.pace is None else reply.pace.first(stamp)
        return tuple([Pause(one) for one in seconds if one])

    def paced(self, response: Response, reply: Reply, said: Utterance, call: Call, stamp: Stamp) -> Response:
        """A whole response with what happens on its way: all its time comes before it, its faults befall it."""
        prelude = self.waits(reply, stamp)
        if said.seconds:
            prelude += (Pause(said.seconds),)
        if said.faults:
            error = next((_error(fault) for fault in said.faults if fault.kind == "stream_error"), None)
            response = broken_body(response, said.faults) if error is None else self.write_error(error, call, stamp)
        return response._replace(prelude=prelude)

    def framed(self, fault: Fault, reply: Reply, call: Call, stamp: Stamp) -> Fault:
        """A fault of a stream, what it says as bytes; raises `CannotSay`."""
        framing = self.framing(call)
        if fault.kind == "unknown_event":
            unknown = fault.event or UNKNOWN
            return replace(fault, frame=lambda _: framing.event(unknown.data, unknown.name))
        if fault.kind != "stream_error":
            return fault
        error = worded(_error(fault), self.named_errors(call), call)
        first = self.stream_error(error, call, stamp, 0)
        if first is None:
            raise self.cannot_say("an error in a stream", reply)

        def told(number: int) -> bytes:
            event = self.stream_error(error, call, stamp, number) or first
            return framing.event(event.data, event.name)

        return replace(fault, frame=told)

    def cannot_say(self, what: str, reply: Reply) -> CannotSay:
        """The failure for a reply that this wire cannot carry."""
        return CannotSay(f"{self.name} cannot say {what}.\n  reply: {reply!r}   {reply.origin}")


def _error(fault: Any) -> ErrorReply:
    return fault.error or server_error()


def _seconds(value: float) -> bytes:
    """A number of seconds in plain digits."""
    return f"{value:f}".rstrip("0").rstrip(".").encode("ascii")


def _json(request: Request) -> Any:
    try:
        return load(request.body)
    except ValueError:
        return None


def named(ours: RawHeaders, given: RawHeaders) -> RawHeaders:
    """Our headers, but for those that a reply names itself."""
    if not given:
        return ours
    names = {name.lower() for name, _ in given}
    return (*(pair for pair in ours if pair[0] not in names), *given)
