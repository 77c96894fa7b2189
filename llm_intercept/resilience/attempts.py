"""Which journal entries are attempts at one and the same call.

SDKs tell: OpenAI's and those made like it count their retries, botocore gives every call an id. Where none tells, and above an SDK,
an attempt is a retry where the same request, asked before, went wrong and was not asked again yet. Identical requests that are
under way at the same time and all go wrong look like retries of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from llm_intercept.replies.reply import ErrorReply, Reply

if TYPE_CHECKING:
    from llm_intercept.journal import Entry
    from llm_intercept.wire import Request

__all__ = ["Asked", "Key", "asked", "same_request", "wrong"]

#: What two attempts at one call have in common.
Key = tuple[object, ...]

_INVOCATION = "amz-sdk-invocation-id"


class Asked(NamedTuple):
    """One call: its attempts in the order of their arrival."""

    attempts: list[Entry]

    @property
    def last(self) -> Entry:
        """The last attempt."""
        return self.attempts[-1]

    @property
    def same(self) -> Key:
        """What tells it from other calls."""
        return same_request(self.last.request)

    @property
    def retries(self) -> int:
        """How often it was asked again."""
        return len(self.attempts) - 1

    @property
    def waits(self) -> Iterator[tuple[Entry, Entry, float]]:
        """Each retry: what was retried, with what, and how many seconds after its arrival."""
        for before, after in pairwise(self.attempts):
            yield before, after, after.at - before.at


def asked(entries: Iterable[Entry]) -> list[Asked]:
    """The calls that some entries are attempts at, in the order of their first ones; what nobody answered is left out."""
    calls: list[Asked] = []
    known: dict[Key, list[Asked]] = {}
    answered = [entry for entry in entries if entry.reply is not None]
    for entry in answered:
        same = known.setdefault(_told(entry.request) or same_request(entry.request), [])
        found = _retried(entry, same)
        if found is None:
            found = Asked([])
            calls.append(found)
            same.append(found)
        found.attempts.append(entry)
    return _joined(calls)


def _told(request: Request) -> Key:
    """The SDK's own id of the call; empty where there is none."""
    invocation = request.header(_INVOCATION)
    return () if invocation is None else (invocation,)


def same_request(request: Request) -> Key:
    """All that a request says."""
    body = request.body
    if body.startswith(b"--"):  # a form, whose boundary is drawn by lot for each attempt
        body = body.replace(body.partition(b"\r\n")[0], b"")
    return request.method, request.host, request.port, request.target, body


def _retried(entry: Entry, same: Sequence[Asked]) -> Asked | None:
    """The call that an SDK says the attempt belongs to."""
    if _told(entry.request):
        return same[-1] if same else None
    if entry.attempt == 1:
        return None
    open_ = [one for one in same if one.last.attempt == entry.attempt - 1]
    return next((one for one in open_ if wrong(one.last)), open_[-1] if open_ else None)


def _joined(calls: list[Asked]) -> list[Asked]:
    """The same, where a call that starts after the same one went wrong for good is its retry, made above the SDK."""
    found: list[Asked] = []
    gone_wrong: dict[Key, list[Asked]] = {}
    for one in calls:
        waiting = gone_wrong.setdefault(one.same, [])
        before = next((other for other in waiting if other.last.at <= one.attempts[0].at), None)
        if before is None:
            found.append(one)
            before = one
        else:
            waiting.remove(before)
            before.attempts.extend(one.attempts)
        if wrong(before.last):
            waiting.append(before)
    return found


def wrong(entry: Entry) -> bool:
    """Whether an attempt got no whole answer."""
    return (
        isinstance(entry.reply, ErrorReply)
        or entry.outcome == "failed"
        or (isinstance(entry.reply, Reply) and entry.reply.said.breaks)
    )
