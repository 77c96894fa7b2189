"""What was caught: one entry an HTTP attempt, in the order of arrival. Secrets are redacted wherever an entry shows itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from llm_intercept.call import Call, Message, Tool
from llm_intercept.cut import cut
from llm_intercept.dialects import Dialect, Endpoint, Malformed
from llm_intercept.limits.quota import Quota
from llm_intercept.limits.styles import told
from llm_intercept.memory import Memory
from llm_intercept.redaction import Redacted, hide, redact_url, secrets
from llm_intercept.replies.parts import Text, ToolCall
from llm_intercept.replies.reply import Answer, Reply, Usage, Usual
from llm_intercept.rules.criteria import criteria
from llm_intercept.rules.rule import Rule
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.tokens import CountTokens, estimate
from llm_intercept.wire import Request, Response

if TYPE_CHECKING:
    from os import PathLike

    from typing_extensions import Unpack

    from llm_intercept.contract import Finding
    from llm_intercept.signatures import Asked

__all__ = ["Calls", "Entry", "Outcome"]

#: pending: the response is not played to its end; complete: it was; cancelled: the client closed it, or gave up; failed: it broke;
#: missed: nothing answered; passed: the real call went out.
Outcome = Literal["pending", "complete", "cancelled", "failed", "missed", "passed"]


class Entry:
    """One HTTP attempt that was caught.

    It keeps the request and what was said, and derives the rest when it is asked: reading and writing are pure.
    """

    __slots__ = (
        *("_call", "at", "chaos", "count", "dialect", "findings", "outcome", "played"),
        *("provider", "quota", "reply", "request", "rule", "stamp"),
    )

    def __init__(self, request: Request, provider: str, dialect: Endpoint | None, stamp: Stamp, at: float = 0.0) -> None:
        self.request = request
        self.provider = provider
        """The provider's name."""
        self.at = at
        """When it arrived, in seconds since 1970 by the interceptor's clock."""
        self.rule: Rule | None = None
        """The rule that answered; None for a miss, a malformed request, a call that was over a limit or met chaos, or a reply that
        the call brought along."""
        self.reply: Answer | None = None
        """What was said; None for a miss."""
        self.outcome: Outcome = "pending"
        """What became of it."""
        self.played = 0
        self.dialect = dialect
        """The wire API; None for an endpoint that no dialect knows."""
        self.stamp = stamp
        """The material of its ids."""
        self.count: CountTokens = estimate
        """What its tokens were counted with."""
        self.quota: Quota | None = None
        """What it left of the limits; None where it had none."""
        self.chaos: str | None = None
        """What chaos answered it with, by the name that `llm.chaos(...)` has for it; None where it did not."""
        self.findings: tuple[Finding, ...] = ()
        """What the provider would refuse it for; none where that is not asked (`contract="off"`)."""
        self._call: Call | None = None

    @property
    def call(self) -> Call:
        """What was asked."""
        if self._call is None:
            if self.dialect is None:
                self._call = Call(self.request, self.provider, "unknown", "unknown")
            else:
                try:
                    self._call = self.dialect.read(self.request, self.provider, Memory())
                except Malformed:
                    self._call = self.dialect.unread(self.request, self.provider)
        return self._call

    def keep(self, call: Call) -> None:
        """Keep a call that cannot be read again: what it means depends on what the provider had kept."""
        self._call = call

    @property
    def response(self) -> Response | None:
        """What was answered, as a value; None for a miss."""
        if self.dialect is None or self.reply is None:
            return None
        response = self.dialect.write(self.reply, self.call, self.stamp, self.count)
        return response if self.quota is None else self.limited(response)

    def limited(self, response: Response) -> Response:
        """A response of this entry's that tells what is left of the limits."""
        if self.quota is None or self.dialect is None:
            return response
        given = () if self.reply is None or isinstance(self.reply, Usual) else self.reply.headers
        return told(response, self.quota, self.provider, self.dialect.home, given)

    @property
    def text(self) -> str:
        """The text that was said."""
        parts = self.reply.parts if isinstance(self.reply, Reply) else ()
        return "".join([part.text for part in parts if isinstance(part, Text)])

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls that were said; their ids are None where they are made up."""
        parts = self.reply.parts if isinstance(self.reply, Reply) else ()
        return tuple([part for part in parts if isinstance(part, ToolCall)])

    @property
    def tokens(self) -> Usage:
        """The tokens that a completion tells; none where there is none."""
        if not isinstance(self.dialect, Dialect) or not isinstance(self.reply, Reply):
            return Usage(0, 0)
        return self.dialect.usage(self.reply, self.reply.said, self.call, self.count)

    @property
    def prompt(self) -> str:
        """The last user text."""
        return self.call.prompt

    @property
    def system(self) -> str:
        """The system text."""
        return self.call.system

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages, in no provider's words."""
        return self.call.messages

    @property
    def model(self) -> str:
        """The model asked for."""
        return self.call.model

    @property
    def operation(self) -> str:
        """The operation's name."""
        return "unknown" if self.dialect is None else self.dialect.operation

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return self.call.stream

    @property
    def tools(self) -> dict[str, Tool]:
        """The tools on offer, by name."""
        return {tool.name: tool for tool in self.call.tools}

    @property
    def json(self) -> Any:
        """The request's body as it was sent; None where it was no JSON."""
        return self.call.json

    @property
    def url(self) -> str:
        """The URL, keys in its query redacted."""
        return redact_url(self.request.url)

    @property
    def headers(self) -> Redacted:
        """The request's headers by lower-case name, secrets redacted; `.key_matches(text)` compares the credential."""
        return Redacted(self.request.headers)

    @property
    def attempt(self) -> int:
        """Which attempt of one SDK call this is, from 1, where the SDK tells (openai and anthropic do); else 1."""
        told = self.request.header("x-stainless-retry-count")
        return int(told) + 1 if told is not None and told.isdecimal() else 1

    @property
    def delivered(self) -> bytes:
        """The bytes of the body that the HTTP library took."""
        taken: list[bytes] = []
        for frame in () if self.response is None else self.response.frames:
            if len(taken) == self.played:
                break
            if isinstance(frame, bytes):
                taken.append(frame)
        return b"".join(taken)

    def plain(self) -> dict[str, Any]:
        """The call as plain values, without secrets; what is empty is left out."""
        hidden = secrets(self.request)
        told: dict[str, Any] = {
            "provider": self.provider,
            "operation": self.operation,
            "model": self.model,
            "stream": self.stream,
            "system": hide(self.system, hidden),
            "messages": [
                {"role": message.role, "text": hide(message.text, hidden), **_called(message)}
                for message in self.messages
                if message.role != "system"
            ],
            "tools": list(self.tools),
            "text": hide(self.text, hidden),
            "tool_calls": [{"name": call.name, "arguments": hide(call.arguments, hidden)} for call in self.tool_calls],
            "outcome": self.outcome,
        }
        return {name: value for name, value in told.items() if value not in ("", [], False)}

    def __repr__(self) -> str:
        prompt = hide(self.prompt, secrets(self.request))
        return f"<{self.provider} {self.operation} {self.model!r} {cut(prompt, 60)} -> {self.outcome}>"


class Calls(Sequence[Entry]):
    """The journal: a sequence of entries that can be asked.

    `limit` keeps the last n; `total` counts all.
    """

    def __init__(self, entries: Sequence[Entry] = (), limit: int | None = None) -> None:
        self._entries: deque[Entry] = deque(entries, maxlen=limit)
        self._forgotten = 0

    def append(self, entry: Entry) -> None:
        """Add one entry."""
        if len(self._entries) == self._entries.maxlen:
            self._forgotten += 1
        self._entries.append(entry)

    @property
    def total(self) -> int:
        """How many there were, those that `limit` forgot included."""
        return self._forgotten + len(self._entries)

    def where(self, *said: object, **named: Unpack[Asked]) -> Calls:
        """The entries whose call meets the criteria, which are those of `llm.on(...)`."""
        asked = criteria(said, named)
        return Calls([entry for entry in self if all(criterion.fits(entry.call) for criterion in asked)])

    @property
    def one(self) -> Entry:
        """The only entry; `AssertionError` shows what there is where it is not one."""
        if self.total != 1:
            listed = "".join(f"\n  {entry!r}" for entry in self)
            raise AssertionError(f"expected one call, there are {self.total}{listed}")
        return self[0]

    @property
    def last(self) -> Entry:
        """The last entry; `AssertionError` where there is none."""
        if not self._entries:
            raise AssertionError("no call was caught")
        return self[-1]

    @property
    def tokens(self) -> Usage:
        """The tokens of all completions that are kept, together."""
        return Usage(*map(sum, zip(*[entry.tokens for entry in self] or [Usage(0, 0)], strict=True)))

    def transcript(self, *, markdown: bool = False) -> str:
        """What was asked and said, call by call, for people: of each call what is new in it. The same at every run."""
        from llm_intercept.transcripts import transcript

        return transcript(self, markdown=markdown)

    def snapshot(self) -> list[dict[str, Any]]:
        """The same as plain values, for snapshot tests: no ids, times, headers or secrets.

        assert llm.calls.snapshot() == snapshot([...])
        """
        return [entry.plain() for entry in self]

    def dump(self, path: str | PathLike[str]) -> None:
        """Write the calls into a file, one JSON object a line, secrets redacted; the format stands in `llm_intercept.ledger`."""
        from llm_intercept.ledger import dump

        dump(self, path)

    def clear(self) -> None:
        """Forget every entry."""
        self._entries.clear()
        self._forgotten = 0

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        return list(self._entries)[index] if isinstance(index, slice) else self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self))}]"


def _called(message: Message) -> dict[str, Any]:
    return {"calls": [use.name for use in message.tool_uses]} if message.tool_uses else {}
