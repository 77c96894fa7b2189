"""Agents of frameworks, with tools and with sub-agents: one rule an agent, two hundred conversations at once."""

from __future__ import annotations

import asyncio

import pytest

from llm_intercept import contains, intercept, tool_call
from tests.agents.frameworks import AGENTS, HANDOFFS
from tests.agents.proof import proven
from tests.agents.work import ASKED, LEAD, WRITER


@pytest.mark.parametrize("threads", [False, True], ids=["tasks", "threads"])
@pytest.mark.parametrize("which", [0, 1], ids=["alone", "team"])
@pytest.mark.parametrize("kind", AGENTS)
def test_each_of_many_conversations_ends_as_its_script_says(kind: str, which: int, threads: bool) -> None:
    proven(AGENTS[kind], which, threads)


def test_whom_a_conversation_is_handed_to_goes_through_a_script_of_its_own() -> None:
    async def together() -> list[str]:
        run, _ = HANDOFFS()
        return await asyncio.gather(*[run(ASKED.format(number)) for number in range(200)])

    with intercept() as llm:
        llm.on(system=contains(LEAD)).converse(tool_call("get_time", city="Oslo"), tool_call("transfer_to_writer"))
        llm.on(system=contains(WRITER)).converse(
            tool_call("get_weather", city="Bonn"),
            lambda call: f"{next(one.text for one in call.messages if 'trip' in one.text)} {call.tool_results[0].text}.",
        )
        ends = asyncio.run(together())
        llm.assert_all_used()
    assert ends == [f"Plan trip {number}. 18 degrees in Bonn." for number in range(200)]
