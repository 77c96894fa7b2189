"""Agents and extractors over the SDKs: pydantic-ai, instructor, openai-agents, LlamaIndex."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import agents
import anthropic
import instructor
import openai
from google import genai
from llama_index.llms.openai import OpenAI as LlamaOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider

__all__ = ["PARSERS"]

Parser = Callable[[type[BaseModel]], Awaitable[Any]]

TEXT = "Take it out of this."

MODELS: Mapping[str, Callable[[], Any]] = {
    "openai": lambda: OpenAIChatModel("gpt-5", provider=OpenAIProvider(api_key="k")),
    "responses": lambda: OpenAIResponsesModel("gpt-5", provider=OpenAIProvider(api_key="k")),
    "anthropic": lambda: AnthropicModel(
        "claude-sonnet-5-5", provider=AnthropicProvider(anthropic_client=anthropic.AsyncAnthropic(api_key="k"))
    ),
    "google": lambda: GoogleModel("gemini-2.5-flash", provider=GoogleProvider(api_key="k")),
}

OUTPUTS: Mapping[str, Callable[[Any], Any]] = {"tool": ToolOutput, "native": NativeOutput, "prompted": PromptedOutput}


def agent(name: str, output: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        return (await Agent(MODELS[name](), output_type=OUTPUTS[output](model), retries=0).run(TEXT)).output

    return ask


def instructed(make: Callable[[], Any], model: str, **more: Any) -> Parser:
    async def ask(wanted: type[BaseModel]) -> Any:
        return make().chat.completions.create(
            model=model, messages=[{"role": "user", "content": TEXT}], response_model=wanted, max_retries=0, **more
        )

    return ask


def _openai(mode: instructor.Mode) -> Parser:
    return instructed(lambda: instructor.from_openai(openai.OpenAI(api_key="k"), mode=mode), "gpt-5")


def _anthropic(mode: instructor.Mode) -> Parser:
    return instructed(lambda: instructor.from_anthropic(anthropic.Anthropic(api_key="k"), mode=mode), "claude-test", max_tokens=999)


def _google(mode: instructor.Mode) -> Parser:
    return instructed(lambda: instructor.from_genai(genai.Client(api_key="k"), mode=mode), "gemini-2.5-flash")


async def openai_agents(model: type[BaseModel]) -> Any:
    agents.set_default_openai_client(openai.AsyncOpenAI(api_key="k"), use_for_tracing=False)
    agents.set_tracing_disabled(True)
    made: Any = agents.Agent(name="it", output_type=agents.AgentOutputSchema(model, strict_json_schema=False), model="gpt-5")
    return (await agents.Runner.run(made, TEXT)).final_output


async def llama_index(model: type[BaseModel]) -> Any:
    return LlamaOpenAI(model="gpt-4o", api_key="k").as_structured_llm(model).complete(TEXT).raw


PARSERS: Mapping[str, Parser] = {
    **{
        f"pydantic-ai {name} {output}": agent(name, output)
        for name in MODELS
        for output in OUTPUTS
        if (name, output) != ("anthropic", "prompted")
    },  # which asks for JSON in words alone
    **{
        f"instructor openai {mode.name.lower()}": _openai(mode)
        for mode in (
            *(instructor.Mode.TOOLS, instructor.Mode.TOOLS_STRICT, instructor.Mode.JSON, instructor.Mode.JSON_SCHEMA),
            *(instructor.Mode.FUNCTIONS, instructor.Mode.RESPONSES_TOOLS),
        )
    },
    **{
        f"instructor anthropic {mode.name.lower()}": _anthropic(mode)
        for mode in (instructor.Mode.ANTHROPIC_TOOLS, instructor.Mode.ANTHROPIC_REASONING_TOOLS)
    },
    **{f"instructor google {mode.name.lower()}": _google(mode) for mode in (instructor.Mode.GENAI_STRUCTURED_OUTPUTS,)},
    "openai-agents": openai_agents,
    "llama-index": llama_index,
}
