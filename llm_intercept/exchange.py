"""READ FIRST: one call's way through. Request -> Call -> Rule -> Reply -> Response.

    1 transports/ catch   2 dialects/ read   3 rules/ choose   4 replies/ say   5 dialects/ + framing/ write   6 transports/ deliver

Everything here is pure but for what it writes into the journal: same request, rules and seed give the same bytes. It is a
coroutine because a reply may be an async callable; with any other reply it never suspends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llm_intercept.call import Call
from llm_intercept.errors import InterceptFailure, UnansweredCall, UnknownEndpoint
from llm_intercept.journal import Entry
from llm_intercept.replies.per_call import per_call
from llm_intercept.replies.reply import ANSWERS, Answer, Source, source
from llm_intercept.rules.miss import explain
from llm_intercept.rules.rulebook import Choice
from llm_intercept.wire import Request, Response

if TYPE_CHECKING:
    from llm_intercept.reach import Found
    from llm_intercept.run import Run

__all__ = ["exchange"]


async def exchange(request: Request, found: Found, runs: Sequence[Run]) -> tuple[Entry, Response]:
    """Answer one caught request: its journal entry, and the response to play.

    `runs` are the interceptors to ask, innermost first. Raises an `InterceptFailure`, kept in the innermost one's failures.
    """
    try:
        if found.dialect is None:
            raise UnknownEndpoint(_unknown(request, found.provider))
        entry = Entry(request, found.provider, found.dialect, runs[0].stamps.next(request))
        call, refusal = found.dialect.reading(request, found.provider)
        answer = refusal or (per_call(call) if "mock_response" in call.parameters else None)
        if answer is None:
            run, (entry.rule, given) = _choose(call, entry, runs)
            answer = given if isinstance(given, ANSWERS) else await _say(given, call, entry)
        else:
            run = runs[0]
            for around in runs:
                around.journal.append(entry)
        return entry, entry.answered(answer, call, run.options.count_tokens)
    except (Exception, InterceptFailure) as failure:
        runs[0].fail(failure)
        raise


def _choose(call: Call, entry: Entry, runs: Sequence[Run]) -> tuple[Run, Choice]:
    """Ask the innermost run for all it has, the outer ones for explicit rules only."""
    for depth, run in enumerate(runs):
        choice = run.book.choose(call, explicit=depth > 0)
        if choice is not None:
            for around in runs[depth:]:
                around.journal.append(entry)
            return run, choice
    entry.outcome = "missed"
    for around in runs:
        around.journal.append(entry)
    raise UnansweredCall(explain(call, runs[0].book))


async def _say(given: Source, call: Call, entry: Entry) -> Answer:
    """What a source says to this call: callables are asked until they give a reply."""
    try:
        while not isinstance(given, ANSWERS):
            said = given(call)
            given = source(await said if hasattr(said, "__await__") else said)
    except BaseException as error:
        entry.outcome = "failed" if isinstance(error, Exception) else "cancelled"
        raise
    return given


def _unknown(request: Request, provider: str) -> str:
    return (
        f"No dialect knows this endpoint of {provider}, and it is not let out to the network:\n"
        f"  {request.method} {request.url.partition('?')[0]} (caught in {request.library})\n"
        "Its operation cannot be mocked yet."
    )
