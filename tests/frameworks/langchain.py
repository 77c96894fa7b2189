"""LangChain's chat models, asked for a structure by both methods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

import boto3
from langchain_anthropic import ChatAnthropic
from langchain_aws import ChatBedrockConverse
from langchain_cohere import ChatCohere
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_groq import ChatGroq
from langchain_mistralai import ChatMistralAI
from langchain_ollama import ChatOllama
from langchain_openai import AzureChatOpenAI, ChatOpenAI
from pydantic import BaseModel, SecretStr

__all__ = ["CHATS", "PARSERS"]

Parser = Callable[[type[BaseModel]], Awaitable[Any]]

KEY = SecretStr("k")


def _bedrock() -> Any:
    client = boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    return ChatBedrockConverse(model="us.anthropic.claude-sonnet-4-5-20250929-v1:0", client=client, bedrock_client=client)


#: What makes each of them.
CHATS: Mapping[str, Callable[[], Any]] = {
    "openai": lambda: ChatOpenAI(model="gpt-5", api_key=KEY),
    "openai responses": lambda: ChatOpenAI(model="gpt-5", api_key=KEY, use_responses_api=True),
    "azure": lambda: AzureChatOpenAI(
        azure_deployment="d", azure_endpoint="https://r.openai.azure.com", api_version="2024-10-21", api_key=KEY
    ),
    "anthropic": lambda: ChatAnthropic(model_name="claude-sonnet-5-5", api_key=KEY, timeout=None, stop=None),
    "google": lambda: ChatGoogleGenerativeAI(model="gemini-2.5-flash", api_key=KEY),
    "mistral": lambda: ChatMistralAI(model_name="mistral-large-latest", api_key=KEY),
    "ollama": lambda: ChatOllama(model="llama3.2"),
    "groq": lambda: ChatGroq(model="openai/gpt-oss-20b", api_key=KEY),
    "cohere": lambda: ChatCohere(model="command-a-03-2025", cohere_api_key=KEY),
    "bedrock": _bedrock,
}

METHODS = ("json_schema", "function_calling")

#: Those whose LangChain offers the tool, and demands none: the answer is text.
OFFERED = ("ollama", "cohere")


@cache
def chat(name: str) -> Any:
    return CHATS[name]()


def asked(name: str, method: str, way: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        runnable = chat(name).with_structured_output(model, method=method)
        match way:
            case "async":
                return await runnable.ainvoke("Take it out of this.")
            case "stream":
                return [*runnable.stream("Take it out of this.")][-1]
            case _:
                return runnable.invoke("Take it out of this.")

    return ask


PARSERS: Mapping[str, Parser] = {
    **{
        f"langchain {name} {method}": asked(name, method, "sync")
        for name in CHATS
        for method in METHODS
        if method == "json_schema" or name not in OFFERED
    },
    **{
        f"langchain {name} {method} {way}": asked(name, method, way)
        for name in ("openai", "anthropic")
        for method in METHODS
        for way in ("async", "stream")
    },
}
