"""READ FIRST: one call's way through. Request -> Call -> Rule -> Reply -> Response.

    1 transports/ catch   2 dialects/ read   3 rules/ choose   4 replies/ say   5 dialects/ + framing/ write   6 transports/ deliver

Everything here is pure but for what it writes into the journal: same request, rules and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llm_intercept.call import Call
from llm_intercept.contract import findings, marked, uncredited, unread
from llm_intercept.dialects import Endpoint, Malformed
from llm_intercept.errors import (
    ContractViolation,
    ContractWarning,
    CredentialWarning,
    InterceptFailure,
    UnansweredCall,
    UnknownEndpoint,
)
from llm_intercept.journal import Entry
from llm_intercept.memory import Nested
from llm_intercept.origin import warn
from llm_intercept.redaction import redact_url
from llm_intercept.replies.forms import formed
from llm_intercept.replies.reply import ANSWERS, USUAL, Answer, AnswerSource, Passthrough, Reply, source
from llm_intercept.rules.loop import guard
from llm_intercept.rules.miss import describe, explain
from llm_intercept.wire import Request, Response

if TYPE_CHECKING:
    from llm_intercept.clock import Clock
    from llm_intercept.gate import Gate
    from llm_intercept.reach import Found
    from llm_intercept.run import Run
    from llm_intercept.sidecalls import SideCall

__all__ = ["Exchanged", "async_exchange", "exchange"]

#: The journal entry, the response to play, and the clock by which it is played.
Exchanged = tuple[Entry, Response, "Clock"]


def exchange(request: Request, found: Found, runs: Sequence[Run]) -> Exchanged | None:
    """Answer one caught request: its journal entry, the response to play, and by which clock; None for a call that a rule lets by.

    `runs` are the interceptors to ask, innermost first. What is raised is kept in the innermost interceptor's failures. An async
    callable is refused: see `async_exchange`.
    """
    clock = runs[0].clock
    entry = Entry(request, found.provider or "unknown", found.dialect, runs[0].stamps.next(request), clock.now())
    if found.side is not None:
        return _aside(entry, found.side, clock)
    gate = runs[0].gate
    try:
        decided = _decide(entry, found, runs, gate)  # 2 and 3
        if decided is None:
            return None
        dialect, call, run, given = decided
        while not isinstance(given, ANSWERS):  # 4
            given = _heard(_blocking(given(call)), given, entry)
        return entry, _said(given, entry, dialect, call, run, runs, gate), clock  # 5
    except BaseException as failure:
        _note(failure, entry, runs)
        raise


async def async_exchange(request: Request, found: Found, runs: Sequence[Run]) -> Exchanged | None:
    """The same for async code, where a reply may be an async callable; with any other it never suspends."""
    clock = runs[0].clock
    entry = Entry(request, found.provider or "unknown", found.dialect, runs[0].stamps.next(request), clock.now())
    if found.side is not None:
        return _aside(entry, found.side, clock)
    gate = runs[0].gate
    try:
        decided = _decide(entry, found, runs, gate)
        if decided is None:
            return None
        dialect, call, run, given = decided
        while not isinstance(given, ANSWERS):
            said = given(call)
            given = _heard(await said if hasattr(said, "__await__") else said, given, entry)
        return entry, _said(given, entry, dialect, call, run, runs, gate), clock
    except BaseException as failure:
        _note(failure, entry, runs)
        raise


def _said(given: Answer, entry: Entry, dialect: Endpoint, call: Call, run: Run, runs: Sequence[Run], gate: Gate | None) -> Response:
    """The response that says an answer; its provider remembers it."""
    pace = run.options.pace
    if pace is not None and isinstance(given, Reply) and given.pace is None:
        given = replace(given, pace=pace)
    if isinstance(given, Reply) and given.plain is not None and dialect.speaks:
        given = formed(given, call, entry.stamp.seed, dialect.shown)
    if entry.rule is not None and isinstance(given, Reply) and given.said.finish == "tool_calls":
        guard(entry.rule, given, call)
    count = run.options.count_tokens
    response = dialect.write(given, call, entry.stamp, count)
    entry.reply, entry.count = given, count
    if gate is not None:
        response = gate.settled(entry, response)
    if dialect.remembers(call):
        dialect.remember(given, call, entry.stamp, count, Nested(runs))
    return response


def _aside(entry: Entry, side: SideCall, clock: Clock) -> Exchanged | None:
    """Answer an SDK's call beside its LLM calls, which stands in no journal; None for one that is let through."""
    response = side.say(entry.request)
    return None if response is None else (entry, response, clock)


def _note(failure: BaseException, entry: Entry, runs: Sequence[Run]) -> None:
    """Keep what went wrong; what only interrupts is no failure."""
    if not isinstance(failure, Exception | InterceptFailure):
        entry.outcome = "cancelled"
        return
    if entry.outcome == "pending":
        entry.outcome = "failed"
    runs[0].fail(failure)


def _decide(  # noqa: PLR0912  (each part on its own would be a call more for every call)
    entry: Entry, found: Found, runs: Sequence[Run], gate: Gate | None
) -> tuple[Endpoint, Call, Run, AnswerSource] | None:
    """Read the call, and ask the innermost run for all it has, the outer ones for explicit rules only.

    The entry goes into the journal of the run that answers and of those around it, whatever happens. None for a call that is let
    through.
    """
    noted, dialect = runs, entry.dialect
    try:
        if dialect is None:
            _let_go(entry, found, runs)
            return None
        try:
            call = dialect.read(entry.request, entry.provider, runs[0].memory if len(runs) == 1 else Nested(runs))
            if dialect.stateful:
                entry.keep(call)
        except Malformed as malformed:
            entry.findings = (unread(dialect, malformed),)
            return dialect, dialect.unread(entry.request, entry.provider), runs[0], malformed.error
        if not isinstance(keys := runs[0].options.keys, bool):
            error = marked(entry.request, keys)
            if error is not None:
                return dialect, call, runs[0], error
        if runs[0].options.contract != "off":
            wrong = uncredited(entry.request, entry.provider, runs[0].credited)
            entry.findings = findings(dialect, call) if wrong is None else (*findings(dialect, call), wrong)
            if wrong is not None and runs[0].tells(entry.request, wrong):
                warn(f"{call.provider}, {call.dialect}: {wrong}", CredentialWarning)
            if entry.findings and entry.findings[0] is not wrong and _refused(entry, call, runs):
                return dialect, call, runs[0], entry.findings[0].refusal
        if gate is not None:
            hindered = gate.answer(entry, call)
            if hindered is not None:
                return dialect, call, runs[0], hindered
        if dialect.settles or "mock_response" in call.parameters:
            settled = dialect.settled(call)
            if settled is not None:
                return dialect, call, runs[0], settled
        for depth, run in enumerate(runs):
            choice = run.book.choose(call, explicit=depth > 0, says=None if dialect.speaks else dialect.sayable)
            if choice is not None:
                noted = runs[depth:]
                entry.rule, given = choice
                if isinstance(given, Passthrough):
                    entry.outcome = "passed"
                    return None
                return dialect, call, run, given
        if not dialect.speaks:
            return dialect, call, runs[0], USUAL
        entry.outcome = "missed"
        raise UnansweredCall(explain(call, runs[0].book))
    finally:
        for journal in {id(run.journal): run.journal for run in noted}.values() if len(noted) > 1 else (noted[0].journal,):
            journal.append(entry)


def _refused(entry: Entry, call: Call, runs: Sequence[Run]) -> bool:
    """Whether a call is refused as its provider would refuse it.

    What goes to the provider itself is judged there, and a script that was following the call tells what it waited for instead.
    """
    first = entry.findings[0]
    if any(run.book.lets_go(call) for run in runs):
        return False
    match runs[0].options.contract:
        case "fail":
            raise ContractViolation(f"A request that breaks the contract: {first}\n{describe(call)}")
        case "warn":
            warn(f"{call.provider}, {call.dialect}: {first}", ContractWarning)
            return False
        case _:
            for run in runs:
                if run.book.astray(call):
                    entry.outcome = "missed"
                    raise UnansweredCall(explain(call, run.book))
            return True


def _let_go(entry: Entry, found: Found, runs: Sequence[Run]) -> None:
    """Let a call go that no dialect knows, if a rule says so; raise otherwise."""
    entry.rule = next(filter(None, (run.book.passes(entry.call) for run in runs)), None)
    if entry.rule is None:
        raise UnknownEndpoint(_unknown(entry.request, found.provider))
    entry.outcome = "passed"


def _blocking(said: object) -> object:
    if hasattr(said, "__await__"):
        getattr(said, "close", int)()
        raise TypeError("an async callable was given as a reply, and this call is not async: give a plain function")
    return said


def _heard(said: object, given: Callable[[Call], object], entry: Entry) -> AnswerSource:
    """What a callable said, as a source; its origin is the callable's."""
    code = getattr(given, "__code__", None)
    where = f"{code.co_filename}:{code.co_firstlineno}" if code is not None else (entry.rule.origin if entry.rule else None)
    return source(said, where)


def _unknown(request: Request, provider: str | None) -> str:
    if provider is None:
        return (
            "This is no LLM call that we know, and there is no network to let it out to:\n"
            f"  {request.method} {redact_url(request.url).partition('?')[0]} (caught in {request.library})\n"
            "An explicit transport answers LLM calls alone; an LLM SDK's call to an endpoint that no dialect knows is refused."
        )
    return (
        f"No dialect knows this endpoint of {provider}, and it is not let out to the network:\n"
        f"  {request.method} {redact_url(request.url).partition('?')[0]} (caught in {request.library})\n"
        "Its operation cannot be mocked yet."
    )
