"""The same agents written with frameworks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import agents
import anthropic
import openai
from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
from pydantic import SecretStr
from pydantic_ai import Agent as PydanticAgent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

from tests.agents.work import LEAD, REACT, TOOLS, WRITER, Agent, get_time, get_weather

__all__ = ["AGENTS", "HANDOFFS"]

Pair = tuple[Agent, Agent]


def _openai() -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(api_key="k", max_retries=0)


def _openai_agents(model: Callable[[openai.AsyncOpenAI], agents.Model], stream: bool) -> Pair:
    agents.set_tracing_disabled(True)
    said = model(_openai())
    tools = {name: agents.function_tool(tool) for name, tool in TOOLS.items()}
    alone = agents.Agent(name="alone", instructions=REACT, model=said, tools=[*tools.values()])
    writer = agents.Agent(name="writer", instructions=WRITER, model=said, tools=[tools["get_weather"]])

    @agents.function_tool
    async def ask_writer(task: str) -> str:
        """Has the writer do it."""
        return str((await agents.Runner.run(writer, task)).final_output)

    lead = agents.Agent(name="lead", instructions=LEAD, model=said, tools=[tools["get_time"], ask_writer])

    def runs(agent: agents.Agent[Any]) -> Agent:
        async def run(prompt: str) -> str:
            if not stream:
                return str((await agents.Runner.run(agent, prompt)).final_output)
            result = agents.Runner.run_streamed(agent, prompt)
            async for _ in result.stream_events():
                pass
            return str(result.final_output)

        return run

    return runs(alone), runs(lead)


def _pydantic(model: Any, stream: bool = False) -> Pair:
    alone = PydanticAgent(model, instructions=REACT, tools=[*TOOLS.values()])
    writer = PydanticAgent(model, system_prompt=WRITER, tools=[get_weather])

    async def ask_writer(task: str) -> str:
        """Has the writer do it."""
        return (await writer.run(task)).output

    lead = PydanticAgent(model, system_prompt=LEAD, tools=[get_time, ask_writer])

    def runs(agent: PydanticAgent[None, str]) -> Agent:
        async def run(prompt: str) -> str:
            if not stream:
                return (await agent.run(prompt)).output
            async with agent.iter(prompt) as nodes:
                async for node in nodes:
                    if PydanticAgent.is_model_request_node(node):
                        async with node.stream(nodes.ctx) as events:
                            async for _ in events:
                                pass
            return nodes.result.output if nodes.result else ""

        return run

    return runs(alone), runs(lead)


def _langgraph(model: Any, stream: bool = False) -> Pair:
    alone = create_agent(model, [*TOOLS.values()], system_prompt=REACT)
    writer = create_agent(model, [get_weather], system_prompt=WRITER)

    async def write(state: MessagesState) -> Any:
        return {"messages": [(await writer.ainvoke({"messages": [state["messages"][-1]]}))["messages"][-1]]}

    graph: Any = StateGraph(MessagesState)
    graph.add_node("write", write)
    graph.add_edge(START, "write")
    graph.add_edge("write", END)
    sub = graph.compile()

    async def ask_writer(task: str) -> str:
        """Has the writer do it."""
        return str((await sub.ainvoke({"messages": [HumanMessage(task)]}))["messages"][-1].text)

    lead = create_agent(model, [get_time, ask_writer], system_prompt=LEAD)

    def runs(agent: Any) -> Agent:
        async def run(prompt: str) -> str:
            asked: Any = {"messages": [HumanMessage(prompt)]}
            if not stream:
                return str((await agent.ainvoke(asked))["messages"][-1].text)
            last: Any = None
            async for kind, value in agent.astream(asked, stream_mode=["messages", "values"]):
                last = value if kind == "values" else last
            return str(last["messages"][-1].text)

        return run

    return runs(alone), runs(lead)


def _tool_runner() -> Pair:
    client = anthropic.AsyncAnthropic(api_key="k", max_retries=0)

    def tool(of: Callable[..., str]) -> Any:
        async def called(**arguments: Any) -> str:
            return of(**arguments)

        called.__name__, called.__doc__ = of.__name__, of.__doc__
        called.__signature__ = signature(of)  # type: ignore[attr-defined]
        called.__annotations__ = of.__annotations__
        return anthropic.beta_async_tool(called, name=of.__name__)

    @anthropic.beta_async_tool
    async def ask_writer(task: str) -> str:
        """Has the writer do it."""
        return await run(WRITER, task, [tool(get_weather)])

    async def run(system: str, prompt: str, tools: list[Any]) -> str:
        runner = client.beta.messages.tool_runner(
            model="claude-sonnet-5", max_tokens=99, system=system, tools=tools, messages=[{"role": "user", "content": prompt}]
        )
        last = await runner.until_done()
        return "".join(block.text for block in last.content if block.type == "text")

    async def alone(prompt: str) -> str:
        return await run(REACT, prompt, [tool(one) for one in TOOLS.values()])

    async def lead(prompt: str) -> str:
        return await run(LEAD, prompt, [tool(get_time), ask_writer])

    return alone, lead


def _claude() -> Any:
    provider = AnthropicProvider(anthropic_client=anthropic.AsyncAnthropic(api_key="k", max_retries=0))
    return AnthropicModel("claude-sonnet-5-5", provider=provider)


def _chat() -> Any:
    return ChatOpenAI(model="gpt-5", api_key=SecretStr("k"), max_retries=0)


#: By what they ask: each makes the agent that is alone and the one that has a team.
AGENTS: Mapping[str, Callable[[], Pair]] = {
    "openai-agents, chat": lambda: _openai_agents(lambda it: agents.OpenAIChatCompletionsModel("gpt-5", it), stream=False),
    "openai-agents, responses": lambda: _openai_agents(lambda it: agents.OpenAIResponsesModel("gpt-5", it), stream=False),
    "openai-agents, streamed": lambda: _openai_agents(lambda it: agents.OpenAIResponsesModel("gpt-5", it), stream=True),
    "pydantic-ai, openai": lambda: _pydantic(OpenAIChatModel("gpt-5", provider=OpenAIProvider(openai_client=_openai()))),
    "pydantic-ai, responses": lambda: _pydantic(OpenAIResponsesModel("gpt-5", provider=OpenAIProvider(openai_client=_openai()))),
    "pydantic-ai, anthropic": lambda: _pydantic(_claude()),
    "pydantic-ai, streamed": lambda: _pydantic(_claude(), stream=True),
    "langgraph, openai": lambda: _langgraph(_chat()),
    "langgraph, responses": lambda: _langgraph(ChatOpenAI(model="gpt-5", api_key=SecretStr("k"), use_responses_api=True)),
    "langgraph, anthropic": lambda: _langgraph(
        ChatAnthropic(model_name="claude-sonnet-5-5", api_key=SecretStr("k"), timeout=None, stop=None)
    ),
    "langgraph, streamed": lambda: _langgraph(_chat(), stream=True),
    "anthropic's tool runner": _tool_runner,
}


def _handed() -> Pair:
    """Handoffs: who leads hands the whole conversation to who writes."""
    agents.set_tracing_disabled(True)
    said = agents.OpenAIResponsesModel("gpt-5", _openai())
    weather = agents.function_tool(get_weather)
    writer = agents.Agent(name="writer", instructions=WRITER, model=said, tools=[weather])
    lead = agents.Agent(name="lead", instructions=LEAD, model=said, tools=[agents.function_tool(get_time)], handoffs=[writer])

    async def run(prompt: str) -> str:
        return str((await agents.Runner.run(lead, prompt)).final_output)

    return run, run


HANDOFFS = _handed
