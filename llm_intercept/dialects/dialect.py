"""The base of every wire API that says replies: it keeps the order of things; a dialect says what differs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, ClassVar

from llm_intercept.call import Call
from llm_intercept.dialects.endpoint import Endpoint, named
from llm_intercept.dialects.payload import Over, Places, merged
from llm_intercept.dialects.template import MODEL, STAMP, USAGE, Template
from llm_intercept.framing.framing import Framing
from llm_intercept.framing.json import dump
from llm_intercept.replies.breaking import broken
from llm_intercept.replies.fault import Fault
from llm_intercept.replies.parts import StreamEvent
from llm_intercept.replies.passages import Passage, Utterance
from llm_intercept.replies.per_call import per_call
from llm_intercept.replies.reply import Answer, ErrorReply, Reply, Usage, Usual
from llm_intercept.synthesis import tokens
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.wire import Fail, Frame, Response

__all__ = ["Dialect", "Draft", "Stream"]


@dataclass(slots=True)
class Draft:
    """A completion before it is written: all that body and stream have in common.

    `values` are the passages as they stand in a body; `finish` is in the dialect's own words, `reason` in ours.
    `framing` is that of the stream, `faults` are all that go wrong there.
    """

    call: Call
    stamp: Stamp
    reply: Reply
    id: str
    model: str
    passages: tuple[Passage, ...]
    reason: str
    finish: str
    usage: Usage
    framing: Framing
    values: tuple[Any, ...] = ()
    faults: tuple[Fail, ...] = ()

    @property
    def chunk_size(self) -> int:
        """How many graphemes a piece of streamed text has."""
        return self.reply.chunk_size


_BATCH = 32

#: How many replies' templates a dialect keeps before it starts over, and how long a body, in bytes, is worth one.
_MOST_TEMPLATES, _LARGEST_TEMPLATE = 1024, 65_536


class Stream:
    """The frames of a stream: made anew, lazily, at each iteration.

    They are made a few dozen at a time: between two reads of an SDK, whose work evicts ours from the processor's caches, each would
    cost twice. A frame is a value, so nobody can tell.
    """

    __slots__ = ("_draft", "_make")

    def __init__(self, make: Callable[[Draft], Iterator[Frame]], draft: Draft) -> None:
        self._make, self._draft = make, draft

    def __iter__(self) -> Iterator[Frame]:
        draft, join = self._draft, self._draft.framing.join
        frames = broken(self._make(draft), join, draft.faults) if draft.faults else join(self._make(draft))
        return chain.from_iterable(iter(lambda: list(islice(frames, _BATCH)), []))


class Dialect(Endpoint):
    """One wire API.

    Besides what an endpoint gives, a subclass gives `finishes` (from the neutral finish reasons to its own), and the methods below.

        class ToyChat(Dialect):
            name, home, path = "toy chat", "toy", r"/toy/chat"
            finishes = {"stop": "done"}

    The page Extending shows it whole.
    """

    speaks: ClassVar[bool] = True
    finishes: ClassVar[Mapping[str, str]]
    #: Where in the events of a stream the keys of a reply's payload go.
    places: ClassVar[Places] = {}

    def __init__(self) -> None:
        #: A reply's template and its estimated tokens, by its identity, the choices and the variant; no template at its first call.
        self._templates: dict[tuple[int, int, Hashable], tuple[Reply, Template | None, tuple[int, int]]] = {}

    @abstractmethod
    def completion_id(self, call: Call, stamp: Stamp) -> str:
        """The id of a completion, in the provider's style."""

    @abstractmethod
    def value(self, passage: Passage, index: int, draft: Draft) -> Any:
        """A passage as it stands in a body, `index` being its place in the reply; raises `CannotSay`."""

    @abstractmethod
    def body(self, draft: Draft) -> Any:
        """The body of a completion that is not streamed."""

    #: All that `body` reads of the call, besides the model, `n` and the provider's name. With it a body is written once for each
    #: reply and variant, and only its ids, times and counts are filled in; without it every body is made anew.
    variant: Callable[[Call], Hashable] | None = None

    @abstractmethod
    def events(self, draft: Draft) -> Iterator[Frame]:
        """The frames of a streamed completion, pauses included, made with `draft.framing`."""

    def finish(self, reason: str, call: Call) -> str | None:
        """The provider's word for a neutral finish reason; None where it has none."""
        return self.finishes.get(reason)

    def settled(self, call: Call) -> Answer | None:
        return per_call(call)

    def write(self, answer: Answer, call: Call, stamp: Stamp, count: tokens.CountTokens) -> Response:
        if isinstance(answer, ErrorReply):
            return self.write_error(answer, call, stamp)
        if isinstance(answer, Usual):
            raise TypeError(f"{self.name} says replies, and has no usual answer")
        said = answer.said
        if said.opening:
            return self.broken(answer)
        if answer.pace is not None:
            said = answer.pace.over(said, answer.chunk_size, stamp)
        if call.stream:
            prelude = self.waits(answer, stamp) if answer.delay or answer.pace is not None else ()
            draft = self.draft(answer, said, call, stamp, self.usage(answer, said, call, count))
            sent = (*draft.framing.headers, (b"transfer-encoding", b"chunked"), *self.headers(call, stamp))
            return Response(200, named(sent, answer.headers), Stream(self.events, draft), prelude)
        response = self.response(self._body(answer, said, call, stamp, count), call, stamp, answer.headers)
        timed = answer.delay or said.seconds or answer.pace is not None or said.faults
        return self.paced(response, answer, said, call, stamp) if timed else response

    def usage(self, reply: Reply, said: Utterance, call: Call, count: tokens.CountTokens) -> Usage:
        """The tokens of a call: what the reply gives, or what they are counted to be."""
        if reply.usage is not None:
            return reply.usage
        output, reasoning = tokens.said(said.passages, count)
        return Usage(tokens.asked(call, count), output * call.n, reasoning * call.n)

    def _body(self, reply: Reply, said: Utterance, call: Call, stamp: Stamp, count: tokens.CountTokens) -> bytes:
        """The body's bytes; from its second call on a reply has a template for each variant."""
        if self.variant is None:
            return dump(self._whole(self.draft(reply, said, call, stamp, self.usage(reply, said, call, count))))
        key = id(reply), call.n, (call.provider, self.variant(call))
        known = self._templates.get(key)
        if known is None or known[0] is not reply:
            body = dump(self._whole(self.draft(reply, said, call, stamp, self.usage(reply, said, call, count))))
            if len(body) <= _LARGEST_TEMPLATE:
                if len(self._templates) >= _MOST_TEMPLATES:
                    self._templates.clear()
                self._templates[key] = (reply, None, (0, 0))
            return body
        _, template, output = known
        if template is None:
            holes = self.draft(reply, said, call, STAMP, USAGE)
            holes.model = MODEL
            template, output = Template(self._whole(holes)), tokens.said(said.passages)
            self._templates[key] = (reply, template, output)
        if count is not tokens.estimate:
            output = tokens.said(said.passages, count)
        n = call.n
        usage = reply.usage or Usage(tokens.asked(call, count), output[0] * n, output[1] * n)
        return template.fill(stamp, reply.model or call.model, usage)

    def _whole(self, draft: Draft) -> Any:
        """The body, with the reply's payload over it."""
        body, payload = self.body(draft), draft.reply.payload
        if payload is None:
            return body
        try:
            return merged(body, payload)
        except ValueError as wrong:
            raise self.cannot_say(f"that payload: {wrong}", draft.reply) from None

    def _over(self, framing: Framing, reply: Reply, call: Call) -> Framing:
        """A stream's framing, with the reply's payload over its events."""
        for key in reply.payload or ():
            if self.places.get(key, self.places.get("*")) is None:
                raise self.cannot_say(f"{key!r} of a payload in a stream", reply)
        return framing if reply.payload is None else Over(framing, reply.payload, self.places)

    def draft(self, reply: Reply, said: Utterance, call: Call, stamp: Stamp, usage: Usage) -> Draft:
        """A completion before it is written; raises `CannotSay`."""
        reason = reply.finish or said.finish
        finish = self.finish(reason, call)
        if finish is None:
            raise self.cannot_say(f"the finish reason {reason!r}", reply)
        framing = self.framing(call)
        if call.stream and reply.payload is not None:
            framing = self._over(framing, reply, call)
        passages, faults = said.passages, said.faults
        if said.events or faults:
            passages, faults = self._framed(said, reply, call, stamp, framing)
        draft = Draft(
            call=call,
            stamp=stamp,
            reply=reply,
            id=reply.id or self.completion_id(call, stamp),
            model=reply.model or call.model,
            passages=passages,
            reason=reason,
            finish=finish,
            usage=usage,
            framing=framing,
            faults=faults,
        )
        draft.values = tuple([self.value(passage, index, draft) for index, passage in enumerate(passages)])
        if call.stream and reply.payload is not None:
            self._whole(draft)  # what does not go over the body is refused before the first byte
        return draft

    def _framed(
        self, said: Utterance, reply: Reply, call: Call, stamp: Stamp, framing: Framing
    ) -> tuple[tuple[Passage, ...], tuple[Fail, ...]]:
        """The passages and the faults of a reply, their events as bytes."""

        def frame(one: StreamEvent | Fault) -> bytes | Fault:
            if isinstance(one, StreamEvent):
                return framing.event(one.data, one.name)
            return one if one.kind == "stream_error" and not call.stream else self.framed(one, reply, call, stamp)

        faults: Any = [frame(fault) if isinstance(fault, Fault) else fault for fault in said.faults]
        return tuple([passage.framed(frame) for passage in said.passages]), tuple(faults)
