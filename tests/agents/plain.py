"""Agents written with an SDK alone: the loop that everybody writes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anthropic
import openai

from tests.agents.work import LEAD, REACT, TOOLS, WRITER, Agent

__all__ = ["AGENTS"]

Run = Callable[[str, str, list[str]], Awaitable[str]]

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_TAKES: Mapping[str, Any] = {
    "get_weather": {"city": _TEXT},
    "get_time": {"city": _TEXT},
    "add": {"a": _NUMBER, "b": _NUMBER},
    "ask_writer": {"task": _TEXT},
}


def _schema(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": _TAKES[name], "required": [*_TAKES[name]]}


async def _used(name: str, arguments: Any, run: Run) -> str:
    if name == "ask_writer":
        return await run(WRITER, arguments["task"], ["get_weather"])
    return TOOLS[name](**arguments)


def _openai(stream: bool) -> Run:
    client = openai.AsyncOpenAI(api_key="k", max_retries=0)

    async def say(body: dict[str, Any]) -> Any:
        if not stream:
            return (await client.chat.completions.create(**body)).choices[0].message
        async with client.chat.completions.stream(**body) as events:
            return (await events.get_final_completion()).choices[0].message

    async def run(system: str, prompt: str, names: list[str]) -> str:
        history: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
        tools = [{"type": "function", "function": {"name": name, "parameters": _schema(name)}} for name in names]
        while True:
            message = await say({"model": "gpt-5", "messages": history, "tools": tools})
            if not message.tool_calls:
                return str(message.content)
            history.append(message.model_dump(exclude_none=True, include={"role", "content", "tool_calls"}))
            for call in message.tool_calls:
                found = await _used(call.function.name, json.loads(call.function.arguments), run)
                history.append({"role": "tool", "tool_call_id": call.id, "content": found})

    return run


def _responses() -> Run:
    client = openai.AsyncOpenAI(api_key="k", max_retries=0)

    async def run(system: str, prompt: str, names: list[str]) -> str:
        tools: list[Any] = [{"type": "function", "name": name, "parameters": _schema(name), "strict": False} for name in names]
        given: Any = prompt
        before: str | None = None
        while True:
            said = await client.responses.create(
                model="gpt-5", instructions=system, input=given, tools=tools, previous_response_id=before
            )
            calls = [item for item in said.output if item.type == "function_call"]
            if not calls:
                return said.output_text
            before, given = said.id, []
            for call in calls:
                found = await _used(call.name, json.loads(call.arguments), run)
                given.append({"type": "function_call_output", "call_id": call.call_id, "output": found})

    return run


def _anthropic(stream: bool) -> Run:
    client = anthropic.AsyncAnthropic(api_key="k", max_retries=0)

    async def say(body: dict[str, Any]) -> Any:
        if not stream:
            return await client.messages.create(**body)
        async with client.messages.stream(**body) as events:
            return await events.get_final_message()

    async def run(system: str, prompt: str, names: list[str]) -> str:
        history: list[Any] = [{"role": "user", "content": prompt}]
        tools = [{"name": name, "input_schema": _schema(name)} for name in names]
        while True:
            body = {"model": "claude-sonnet-5", "max_tokens": 99, "system": system, "messages": history, "tools": tools}
            message = await say(body)
            uses = [block for block in message.content if block.type == "tool_use"]
            if not uses:
                return "".join(block.text for block in message.content if block.type == "text")
            history.append({"role": "assistant", "content": message.content})
            found = [(use.id, await _used(use.name, use.input, run)) for use in uses]
            results = [{"type": "tool_result", "tool_use_id": id_, "content": text} for id_, text in found]
            history.append({"role": "user", "content": results})

    return run


def _agents(run: Run) -> tuple[Agent, Agent]:
    async def react(prompt: str) -> str:
        return await run(REACT, prompt, ["get_weather", "get_time", "add"])

    async def lead(prompt: str) -> str:
        return await run(LEAD, prompt, ["get_time", "ask_writer"])

    return react, lead


#: What makes the agent that is alone and the one that has a team; a client belongs to one event loop.
AGENTS: Mapping[str, Callable[[], tuple[Agent, Agent]]] = {
    "openai": lambda: _agents(_openai(stream=False)),
    "openai, streamed": lambda: _agents(_openai(stream=True)),
    "openai responses": lambda: _agents(_responses()),
    "anthropic": lambda: _agents(_anthropic(stream=False)),
    "anthropic, streamed": lambda: _agents(_anthropic(stream=True)),
}
