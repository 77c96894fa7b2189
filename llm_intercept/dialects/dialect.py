"""The base of every wire API: it keeps the order of things, the headers and the errors; a dialect says what differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.template import MODEL, STAMP, USAGE, Template
from llm_intercept.errors import CannotSay
from llm_intercept.framing.json import dump, load
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.passages import Passage, Utterance
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, Usage
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Fail, Frame, Pause, RawHeaders, Request, Response

__all__ = ["Dialect", "Draft", "Malformed"]


class Malformed(Exception):
    """A request that the provider would refuse as malformed. Never leaves the package: it becomes the provider's error."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.error = ErrorReply(status, message, code=code, param=param)


@dataclass(slots=True)
class Draft:
    """A completion before it is written: all that body and stream have in common.

    `values` are the passages as they stand in a body; `finish` is in the dialect's own words.
    """

    call: Call
    stamp: Stamp
    id: str
    model: str
    passages: tuple[Passage, ...]
    values: tuple[dict[str, Any], ...]
    finish: str
    usage: Usage
    chunk_size: int


_BATCH = 32

#: How many replies' templates a dialect keeps before it starts over, and how long a body, in bytes, is worth one.
_MOST_TEMPLATES, _LARGEST_TEMPLATE = 1024, 65_536


#: The headers that tell a client when to try again.
_RETRY = (b"retry-after", b"retry-after-ms", b"x-should-retry")


class _Stream:
    """The frames of a stream: made anew, lazily, at each iteration.

    They are made a few dozen at a time: between two reads of an SDK, whose work evicts ours from the processor's caches, each would
    cost twice. A frame is a value, so nobody can tell.
    """

    __slots__ = ("_draft", "_make")

    def __init__(self, make: Callable[[Draft], Iterator[Frame]], draft: Draft) -> None:
        self._make, self._draft = make, draft

    def __iter__(self) -> Iterator[Frame]:
        frames = self._make(self._draft)
        return chain.from_iterable(iter(lambda: list(islice(frames, _BATCH)), []))


class Dialect(ABC):
    """One wire API.

    A subclass gives `name`, `operation`, `method`, `path` (a regular expression for the end of the path), `home` (the provider
    assumed where the host tells none), `finishes` (from the neutral finish reasons to its own), and the methods below.
    """

    name: ClassVar[str]
    operation: ClassVar[str] = "chat"
    method: ClassVar[str] = "POST"
    path: ClassVar[str]
    home: ClassVar[str]
    finishes: ClassVar[Mapping[str, str]]
    body_headers: ClassVar[RawHeaders] = ((b"content-type", b"application/json"),)
    stream_headers: ClassVar[RawHeaders] = (
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
        (b"transfer-encoding", b"chunked"),
    )

    def __init__(self) -> None:
        #: A reply's template and its estimated tokens, by its identity, the choices and the variant; no template at its first call.
        self._templates: dict[tuple[int, int, Hashable], tuple[Reply, Template | None, int]] = {}

    # 2 read

    @abstractmethod
    def read(self, request: Request, provider: str) -> Call:
        """The call that a request makes; raises `Malformed`."""

    def unread(self, request: Request, provider: str) -> Call:
        """What is known of a call whose request is malformed."""
        return Call(request, provider, self.operation, self.name, json=_json(request))

    # 5 write

    @abstractmethod
    def completion_id(self, stamp: Stamp) -> str:
        """The id of a completion, in the provider's style."""

    @abstractmethod
    def value(self, part: Text | ToolCall, index: int, stamp: Stamp, reply: Reply) -> dict[str, Any]:
        """A passage as it stands in a body; raises `CannotSay`."""

    @abstractmethod
    def body(self, draft: Draft) -> dict[str, Any]:
        """The body of a completion that is not streamed."""

    #: What else of the call `body` depends on, besides the model and `n`: a body is written once for each.
    variant: Callable[[Call], Hashable] | None = None

    @abstractmethod
    def events(self, draft: Draft) -> Iterator[Frame]:
        """The events of a streamed completion, pauses included."""

    @abstractmethod
    def error(self, error: ErrorReply, stamp: Stamp) -> dict[str, Any]:
        """The body of an error."""

    @abstractmethod
    def headers(self, stamp: Stamp) -> RawHeaders:
        """The headers that the provider adds to every response."""

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: tokens.CountTokens) -> Response:
        """What the provider would have sent; raises `CannotSay` before the first byte."""
        if isinstance(answer, ErrorReply):
            return self._write_error(answer, stamp)
        said = answer.said or answer.utterance(call)
        prelude: tuple[Pause | Fail, ...] = (Pause(answer.delay),) if answer.delay else ()
        if said.opening:
            return Response(200, (), (), prelude + said.opening)
        headers = self.headers(stamp)
        if call.stream:
            draft = self._draft(answer, said, call, stamp, self._usage(answer, said, call, count))
            return Response(200, _named((*self.stream_headers, *headers), answer.headers), _Stream(self.events, draft), prelude)
        body = self._body(answer, said, call, stamp, count)
        if said.seconds:
            prelude += (Pause(said.seconds),)
        frames: tuple[Frame, ...] = (body,) if said.broken is None else (body[: len(body) // 2], said.broken)
        sent = (*self.body_headers, (b"content-length", b"%d" % len(body)), *headers)
        return Response(200, _named(sent, answer.headers) if answer.headers else sent, frames, prelude)

    def _usage(self, reply: Reply, said: Utterance, call: Call, count: tokens.CountTokens) -> Usage:
        return reply.usage or Usage(tokens.asked(call, count), tokens.said(said.passages, count) * call.n)

    def _body(self, reply: Reply, said: Utterance, call: Call, stamp: Stamp, count: tokens.CountTokens) -> bytes:
        """The body's bytes; from its second call on a reply has a template for each variant."""
        key = id(reply), call.n, self.variant and self.variant(call)
        known = self._templates.get(key)
        if known is None or known[0] is not reply:
            body = dump(self.body(self._draft(reply, said, call, stamp, self._usage(reply, said, call, count))))
            if len(body) <= _LARGEST_TEMPLATE:
                if len(self._templates) >= _MOST_TEMPLATES:
                    self._templates.clear()
                self._templates[key] = (reply, None, 0)
            return body
        _, template, output = known
        if template is None:
            holes = self._draft(reply, said, call, STAMP, USAGE)
            holes.model = MODEL
            template, output = Template(self.body(holes)), tokens.said(said.passages) * call.n
            self._templates[key] = (reply, template, output)
        if count is not tokens.estimate:
            output = tokens.said(said.passages, count) * call.n
        asked, output = reply.usage or (tokens.asked(call, count), output)
        return template.fill(stamp, reply.model or call.model, asked, output)

    def _draft(self, reply: Reply, said: Utterance, call: Call, stamp: Stamp, usage: Usage) -> Draft:
        finish = reply.finish or ("tool_calls" if said.calls_tool else "stop")
        if finish not in self.finishes:
            raise self.cannot_say(f"the finish reason {finish!r}", reply)
        return Draft(
            call=call,
            stamp=stamp,
            id=reply.id or self.completion_id(stamp),
            model=reply.model or call.model,
            passages=said.passages,
            values=tuple([self.value(passage.part, index, stamp, reply) for index, passage in enumerate(said.passages)]),
            finish=self.finishes[finish],
            usage=usage,
            chunk_size=reply.chunk_size,
        )

    def _write_error(self, error: ErrorReply, stamp: Stamp) -> Response:
        body = dump(self.error(error, stamp))
        if any(name.lower() in _RETRY for name, _ in error.headers):
            retry: RawHeaders = ()
        elif error.retry_after is not None:
            retry = ((b"retry-after", _seconds(error.retry_after)),)
        elif error.status in (408, 409, 429) or error.status >= 500:
            retry = ((b"retry-after-ms", b"1"),)
        else:
            retry = ()
        length = (b"content-length", b"%d" % len(body))
        sent = (*self.body_headers, length, *self.headers(stamp), *retry)
        return Response(error.status, _named(sent, error.headers), (body,))

    def cannot_say(self, what: str, reply: Reply) -> CannotSay:
        """The failure for a reply that this wire cannot carry."""
        return CannotSay(f"{self.name} cannot say {what}.\n  reply: {reply!r}   {reply.origin}")


def _seconds(value: float) -> bytes:
    """A number of seconds in plain digits."""
    return f"{value:f}".rstrip("0").rstrip(".").encode("ascii")


def _json(request: Request) -> Any:
    try:
        return load(request.body)
    except ValueError:
        return None


def _named(ours: RawHeaders, given: RawHeaders) -> RawHeaders:
    """Our headers, but for those that a reply names itself."""
    names = {name.lower() for name, _ in given}
    return (*(pair for pair in ours if pair[0] not in names), *given)
