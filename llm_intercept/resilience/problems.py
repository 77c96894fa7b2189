"""What a caller can do wrong when a provider fails: one function a kind of mistake, and the table of them.

To add one: a function and an entry in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from llm_intercept.cut import cut
from llm_intercept.redaction import hide, secrets
from llm_intercept.replies.reply import ErrorReply, Reply
from llm_intercept.resilience.attempts import Asked, same_request, wrong

if TYPE_CHECKING:
    from llm_intercept.call import Message
    from llm_intercept.journal import Entry

__all__ = ["CHECKS", "Problem", "asked_wait", "doubts"]

#: The errors of a caller's own that may still pass when they are sent again.
_MAY_PASS = frozenset({408, 409, 425, 429})

#: How much sooner than asked, in seconds, is still on time: timers are no finer.
_SLACK = 0.005


class Problem(NamedTuple):
    """One mistake: its `kind`, the attempts that show it, and what happened, in words."""

    kind: str
    entries: tuple[Entry, ...]
    text: str

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.text}>"


def asked_wait(entry: Entry) -> float | None:
    """The seconds that the provider asked to wait, as its headers tell; None where they do not."""
    headers = {} if entry.response is None else {name.lower(): value for name, value in entry.response.headers}
    for name, unit in ((b"retry-after-ms", 1000), (b"retry-after", 1)):
        try:
            return float(headers[name]) / unit
        except (KeyError, ValueError):  # not said, or as a date
            continue
    return None


def _too_soon(calls: Sequence[Asked]) -> Iterator[Problem]:
    for call in calls:
        for before, after, waited in call.waits:
            wait = asked_wait(before) if isinstance(before.reply, ErrorReply) else None
            if wait is not None and waited + _SLACK < wait:
                yield Problem(
                    "too_soon",
                    (before, after),
                    f"{_named(before)} was asked again after {waited:.3g} s, and not after {wait:.3g} s",
                )


def _hopeless(calls: Sequence[Asked]) -> Iterator[Problem]:
    for call in calls:
        for before, after, _ in call.waits:
            status = before.response.status if isinstance(before.reply, ErrorReply) and before.response is not None else 500
            if status < 500 and status not in _MAY_PASS:
                yield Problem(
                    "hopeless", (before, after), f"{_named(before)} was asked again after a {status}, which does not pass"
                )


def _run_twice(calls: Sequence[Asked]) -> Iterator[Problem]:
    """The same step of a conversation, which went wrong, with other results of its tools: they ran again."""
    steps: dict[object, list[Asked]] = {}
    for call in calls:
        given = call.last.call.tool_results
        if given:
            history = call.last.messages[: -len(given)]
            steps.setdefault((call.last.model, tuple(map(_said, history)), tuple(one.id for one in given)), []).append(call)
    for same in steps.values():
        for before, after in pairwise(same):
            results = [{one.name: one.text for one in call.last.call.tool_results} for call in (before, after)]
            names = [name for name, text in results[0].items() if results[1].get(name) != text]
            if names and wrong(before.last):
                yield Problem(
                    "run_twice",
                    (before.last, after.last),
                    f"{_named(after.last)} gave other results of {', '.join(names)} than the attempt before, which went wrong: "
                    "the tool ran again",
                )


def _said(message: Message) -> tuple[object, ...]:
    return message.role, message.text, tuple([(use.id, use.name) for use in message.tool_uses]), message.tool_use_id


def _key_reused(calls: Sequence[Asked]) -> Iterator[Problem]:
    """One idempotency key on two requests: a provider that honours it answers the second as the first."""
    keys: dict[str, Entry] = {}
    for call in calls:
        for entry in call.attempts:
            key = entry.request.header("idempotency-key")
            before = entry if key is None else keys.setdefault(key, entry)
            if same_request(before.request) != same_request(entry.request):
                yield Problem("key_reused", (before, entry), f"{_named(entry)} has the idempotency key of another request")


def _taken_for_whole(calls: Sequence[Asked]) -> Iterator[Problem]:
    """A broken stream whose beginning a later history has as the assistant's; or one that ended early, and nobody asked again."""
    entries = [entry for call in calls for entry in call.attempts]
    whole = {entry.text.strip() for entry in entries if not _broken(entry)}
    histories = [(entry.at, message.text.strip()) for entry in entries for message in entry.messages if message.role == "assistant"]
    for call in calls:
        for entry in filter(_broken, call.attempts):
            part = next(
                (text for at, text in histories if at >= entry.at and text and entry.text.startswith(text) and text not in whole),
                None,
            )
            if part is not None:
                yield Problem("taken_for_whole", (entry,), f"{_named(entry)} broke off, and a later history goes on from {part!r}")
            elif entry is call.last and entry.outcome == "complete" and not _told(entry):
                yield Problem("taken_for_whole", (entry,), f"{_named(entry)} was cut short without an error, and not asked again")


def doubts(calls: Sequence[Asked], found: Sequence[Problem]) -> Iterator[str]:
    """What the journal cannot decide: an answer that broke with an error, and was not asked for again."""
    decided = [entry for problem in found for entry in problem.entries]
    for call in calls:
        if _broken(call.last) and all(call.last is not entry for entry in decided):
            yield f"{_named(call.last)} broke off with an error, and was not asked again: whether it was told, nobody can see here"


def _broken(entry: Entry) -> bool:
    """Whether an answer began and did not come to its end."""
    return isinstance(entry.reply, Reply) and entry.reply.said.broken is not None


def _told(entry: Entry) -> bool:
    """Whether what came of a broken answer says so itself: an error, or what is no JSON."""
    kinds = [fault.kind for fault in entry.reply.said.faults] if isinstance(entry.reply, Reply) else []
    return not entry.stream or "stream_error" in kinds or "corrupt" in kinds


def _named(entry: Entry) -> str:
    return f"{entry.provider} {entry.operation} {cut(hide(entry.prompt, secrets(entry.request)), 40)}"


#: Every kind of mistake.
CHECKS: tuple[Callable[[Sequence[Asked]], Iterator[Problem]], ...] = (
    _hopeless,
    _too_soon,
    _run_twice,
    _key_reused,
    _taken_for_whole,
)
