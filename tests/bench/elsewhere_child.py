"""`python -m tests.bench.elsewhere_child PEER FOLDER ROUNDS`: one contest, in the environment that has the peer; prints JSON.

Time is the clock's on the wall, since a server works while its client waits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.elsewhere_sides import CALL, CONTESTS, PIECES, STREAM, TEXT, Contest, Side

__all__ = ["measured", "told"]

#: What each work gives.
_GIVEN = {CALL: [TEXT], STREAM: [*PIECES]}

#: How many make a batch of some milliseconds.
_TIMES = {CALL: 10, STREAM: 2}


#: The most characters of an error's text.
_SAID = 200


def told(peer: str, folder: Path, rounds: int) -> dict[str, Any]:
    """What came of a peer: the seconds of each round by work and side, and of the work that was not done, why."""
    try:
        with CONTESTS[peer](folder) as contest:
            return measured(contest, rounds)
    except Exception as error:  # whatever is wrong with a peer is to be told
        return {"measured": {}, "refused": dict.fromkeys(_GIVEN, _reason(error))}


def measured(contest: Contest, rounds: int) -> dict[str, Any]:
    """Each work of a contest, unless one side does not do it."""
    times: dict[str, dict[str, list[float]]] = {}
    refused: dict[str, str] = {}
    for work in _GIVEN:
        reasons = [_wrong(contest, name, side, work) for name, side in _sides(contest)]
        if any(reasons):
            refused[work] = "; ".join(filter(None, reasons))
        else:
            times[work] = _interleaved(contest, work, rounds)
    return {"measured": times, "refused": refused}


def _sides(contest: Contest) -> list[tuple[str, Side]]:
    return [("ours", contest.ours), ("theirs", contest.theirs)]


def _wrong(contest: Contest, name: str, side: Side, work: str) -> str:
    """What is wrong with what a side gives, if anything is."""
    try:
        with side.active(work):
            given = side.asks[work]() if contest.loop is None else contest.loop.run_until_complete(side.asks[work]())
    except Exception as error:  # as above
        return f"{name}: {_reason(error)}"
    if given == _GIVEN[work]:
        return ""
    return f"{name}: gave {len(given)} pieces of {len(''.join(given))} characters, not {len(_GIVEN[work])} of {len(TEXT)}"


def _interleaved(contest: Contest, work: str, rounds: int) -> dict[str, list[float]]:
    """Both sides, one right after the other, each first as often as the other; the first round is for warming up."""
    sides = _sides(contest)
    seconds: dict[str, list[float]] = {name: [] for name, _ in sides}
    for _ in range(rounds + 1):
        for name, side in sides:
            with side.active(work):
                _timed(contest, side, work, 1)
                seconds[name].append(_timed(contest, side, work, _TIMES[work]))
        sides.reverse()
    return {name: taken[1:] for name, taken in seconds.items()}


def _timed(contest: Contest, side: Side, work: str, times: int) -> float:
    """Seconds for one."""
    ask = side.asks[work]

    async def batch() -> float:
        start = perf_counter()
        for _ in range(times):
            await ask()
        return (perf_counter() - start) / times

    if contest.loop is not None:
        return contest.loop.run_until_complete(batch())
    start = perf_counter()
    for _ in range(times):
        ask()
    return (perf_counter() - start) / times


def _reason(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said if len(said) <= _SAID else said[:_SAID] + '...'}"


if __name__ == "__main__":
    print(json.dumps(told(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
