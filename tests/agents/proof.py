"""Conversations in parallel, shuffled, on one event loop and on several threads: all must end as scripted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from llm_intercept import Interceptor, intercept
from tests.agents.work import ASKED, Agent, reacted, script_react, script_team, teamed

__all__ = ["proven"]

_THREADS = 8

#: For the agent that is alone and the one that has a team: what scripts it, how it ends, and the calls that it makes.
_KINDS: tuple[tuple[Callable[[Interceptor], None], Callable[[int], str], int], ...] = (
    (script_react, reacted, 3),
    (script_team, teamed, 5),
)


def proven(make: Callable[[], tuple[Agent, Agent]], which: int, threads: bool, count: int = 200) -> None:
    """Every conversation ends as its script, one rule an agent, says; every turn was used, and every call is told of."""
    script, ending, calls = _KINDS[which]
    numbers = random.Random(7).sample(range(count), count)
    parts = [numbers[start::_THREADS] for start in range(_THREADS)] if threads else [numbers]

    def several(some: list[int]) -> list[str]:
        return asyncio.run(_together(make, which, some))

    with intercept() as llm:
        script(llm)
        with ThreadPoolExecutor(len(parts)) as pool:
            ends = [end for part in pool.map(several, parts) for end in part]
        llm.assert_all_used()
    assert ends == [ending(number) for part in parts for number in part]
    assert sum(entry.rule is not None for entry in llm.calls) == count * calls  # Anthropic's tool runner asks for threads, too
    assert {entry.outcome for entry in llm.calls} == {"complete"}


async def _together(make: Callable[[], tuple[Agent, Agent]], which: int, numbers: list[int]) -> list[str]:
    agent, dice = make()[which], random.Random(len(numbers))

    async def one(number: int) -> str:
        for _ in range(dice.randrange(5)):
            await asyncio.sleep(0)
        return await agent(ASKED.format(number))

    return await asyncio.gather(*map(one, numbers))
