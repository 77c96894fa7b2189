"""`Resilience`: the verdict, and the report of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llm_intercept.cut import cut
from llm_intercept.redaction import hide, secrets
from llm_intercept.replies.reply import ErrorReply
from llm_intercept.resilience.attempts import Asked, asked, wrong
from llm_intercept.resilience.problems import CHECKS, Problem, asked_wait, doubts

if TYPE_CHECKING:
    from llm_intercept.journal import Entry

__all__ = ["Resilience", "judge"]


@dataclass(frozen=True)
class Resilience:
    """How a caller took what went wrong.

    `calls` are what was asked, each with its `attempts`, its `retries` and their `waits`; `problems` are the mistakes, each with
    its `kind` (hopeless, too_soon, run_twice, key_reused, taken_for_whole), its `entries` and its `text`; `doubts` what the journal
    cannot decide; `repeated` the calls that were asked again although they had been answered, which may be meant. The report is
    `str(...)`.
    """

    calls: tuple[Asked, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[str, ...]
    repeated: tuple[Asked, ...]

    @property
    def ok(self) -> bool:
        """Whether no mistake was found."""
        return not self.problems

    @property
    def retries(self) -> int:
        """How many attempts were retries."""
        return sum(call.retries for call in self.calls)

    def __repr__(self) -> str:
        told = "".join(f"; {one.text}" for one in self.problems)
        return f"<Resilience, {len(self.problems)} problems{told}>"

    def __str__(self) -> str:
        counts = (len(self.calls), "call", "calls"), (self.retries, "retry", "retries"), (len(self.problems), "problem", "problems")
        lines = [", ".join(f"{number} {one if number == 1 else more}" for number, one, more in counts)]
        for call in self.calls:
            if call.retries or wrong(call.last):
                lines += _story(call)
        for title, told in (
            ("Problems", [f"{one.kind}: {one.text}" for one in self.problems]),
            ("In doubt", self.doubts),
            ("Asked again, though answered", [_title(call.last) for call in self.repeated]),
        ):
            if told:
                lines += ["", f"{title}:", *(f"  - {one}" for one in told)]
        return "\n".join(lines)


def judge(entries: Iterable[Entry]) -> Resilience:
    """The verdict on a journal."""
    calls = asked(entries)
    seen: set[object] = set()
    repeated = []
    for call in calls:
        if not wrong(call.last):
            key = call.same
            if key in seen:
                repeated.append(call)
            seen.add(key)
    problems = tuple(problem for check in CHECKS for problem in check(calls))
    return Resilience(tuple(calls), problems, tuple(doubts(calls, problems)), tuple(repeated))


def _story(call: Asked) -> Iterator[str]:
    """A call's attempts, one a line."""
    yield f"\n{_title(call.last)}"
    yield f"  {_happened(call.attempts[0])}"
    for _, after, waited in call.waits:
        yield f"  {waited:.3g} s later: {_happened(after)}"


def _title(entry: Entry) -> str:
    return f"{entry.provider} {entry.operation} {entry.model!r} {cut(hide(entry.prompt, secrets(entry.request)), 60)}"


def _happened(entry: Entry) -> str:
    """What became of one attempt."""
    by = "" if entry.chaos is None else f" (chaos: {entry.chaos})"
    if isinstance(entry.reply, ErrorReply) and entry.response is not None:
        wait = asked_wait(entry)
        return f"{entry.response.status}{'' if wait is None else f', to be asked again after {wait:.3g} s'}{by}"
    return ("broke off" if wrong(entry) else f"answered, {entry.outcome}") + by
