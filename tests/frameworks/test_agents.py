"""Agents end, without any rule: the tools are called in turn, the one that ends them last."""

from __future__ import annotations

from typing import Any

import agents
import openai
import pytest
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr
from pydantic_ai import Agent, ToolOutput

from llm_intercept import intercept
from tests.frameworks.agents import MODELS
from tests.structured.models import MODELS as OUTPUTS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_pydantic_ai_agent_with_two_tools_and_an_output_ends(name: str, stream: bool) -> None:
    agent: Any = Agent(MODELS[name](), output_type=ToolOutput(OUTPUTS["Invoice"]), retries=0)
    called = []

    @agent.tool_plain
    def look_up(number: str) -> str:
        called.append("look_up")
        return f"{number} is paid"

    @agent.tool_plain
    def convert(amount: float, currency: str) -> float:
        called.append("convert")
        return amount

    with intercept() as llm:
        if stream:
            async with agent.run_stream("What of the invoice?") as run:
                output = await run.get_output()
        else:
            output = (await agent.run("What of the invoice?")).output
    assert isinstance(output, OUTPUTS["Invoice"])
    assert called == ["look_up", "convert"]
    assert len(llm.calls) == 3


async def test_an_agent_of_openai_s_ends() -> None:
    called = []

    @agents.function_tool
    def look_up(number: str) -> str:
        """Look it up."""
        called.append(number)
        return "paid"

    agents.set_default_openai_client(openai.AsyncOpenAI(api_key="k"), use_for_tracing=False)
    agents.set_tracing_disabled(True)
    made: Any = agents.Agent(
        name="it",
        tools=[look_up],
        model="gpt-5",
        model_settings=agents.ModelSettings(tool_choice="required"),
        output_type=OUTPUTS["Capital"],
    )
    with intercept() as llm:
        assert isinstance((await agents.Runner.run(made, "Hi")).final_output, OUTPUTS["Capital"])
    assert (len(called), len(llm.calls)) == (1, 2)


async def test_langchain_s_bound_tools_are_called_as_demanded() -> None:
    @tool
    def look_up(number: int) -> str:
        """Look it up."""
        return "paid"

    chat = ChatOpenAI(model="gpt-5", api_key=SecretStr("k")).bind_tools([look_up], tool_choice="any")
    with intercept():
        message = await chat.ainvoke("Hi")
    (call,) = message.tool_calls
    assert (call["name"], type(call["args"]["number"])) == ("look_up", int)
