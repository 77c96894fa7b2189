"""One question to each SDK, sync and async, with its retries off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import boto3
import openai
from botocore.config import Config
from google import genai

__all__ = ["ASYNC", "SYNC", "THROTTLED", "aanthropic", "aopenai", "aws"]

OPENAI, CLAUDE, GEMINI, NOVA = "gpt-4o", "claude-opus-4-8", "gemini-2.5-flash", "amazon.nova-lite-v1:0"


def user(prompt: str) -> list[Any]:
    return [{"role": "user", "content": prompt}]


def aopenai(**options: Any) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(**{"api_key": "key", "max_retries": 0, **options})


def aanthropic(**options: Any) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(**{"api_key": "key", "max_retries": 0, **options})


def by_openai(prompt: str) -> object:
    with openai.OpenAI(api_key="key", max_retries=0) as client:
        return client.chat.completions.create(model=OPENAI, messages=user(prompt)).choices[0].message.content


def by_anthropic(prompt: str) -> object:
    with anthropic.Anthropic(api_key="key", max_retries=0) as client:
        said = client.messages.create(model=CLAUDE, max_tokens=9, messages=user(prompt)).content[0]
        return getattr(said, "text", None)


def by_gemini(prompt: str) -> object:
    client = genai.Client(api_key="key")  # which closes its connections once nobody has it
    return client.models.generate_content(model=GEMINI, contents=prompt).text


def aws(**config: Any) -> Any:
    return boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=Config(**{"retries": {"total_max_attempts": 1}, **config}),
    )


def by_bedrock(prompt: str) -> object:
    messages = [{"role": "user", "content": [{"text": prompt}]}]
    return aws().converse(modelId=NOVA, messages=messages)["output"]["message"]["content"][0]["text"]


async def by_aopenai(prompt: str) -> object:
    async with aopenai() as client:
        return (await client.chat.completions.create(model=OPENAI, messages=user(prompt))).choices[0].message.content


async def by_aanthropic(prompt: str) -> object:
    async with aanthropic() as client:
        said = (await client.messages.create(model=CLAUDE, max_tokens=9, messages=user(prompt))).content[0]
        return getattr(said, "text", None)


async def by_agemini(prompt: str) -> object:
    client = genai.Client(api_key="key")
    return (await client.aio.models.generate_content(model=GEMINI, contents=prompt)).text


SYNC: dict[str, Callable[[str], object]] = {
    "openai": by_openai,
    "anthropic": by_anthropic,
    "gemini": by_gemini,
    "bedrock": by_bedrock,
}

ASYNC: dict[str, Callable[[str], Awaitable[object]]] = {
    "openai": by_aopenai,
    "anthropic": by_aanthropic,
    "gemini": by_agemini,
}

#: What each SDK raises for a 429, and the words that only its provider has for it.
THROTTLED: dict[str, tuple[str, str]] = {
    "openai": ("RateLimitError", "on requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in 30s."),
    "anthropic": ("RateLimitError", "exceed your organization's rate limit of 2 requests per minute"),
    "gemini": ("ClientError", "limit: 2, model: gemini-2.5-flash\nPlease retry in 30s."),
    "bedrock": ("ThrottlingException", "Too many requests, please wait before trying again."),
}
