"""One question to each SDK, in a body, a stream and async, with its own retries or none; and what of its exception tells why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any

import anthropic
import boto3
import cohere
import groq
import mistralai.client
import ollama
import openai
from botocore.config import Config
from google import genai

__all__ = ["ASYNC", "SYNC", "TOLD", "Told", "raised"]

MESSAGES: list[Any] = [{"role": "user", "content": "Hi"}]

#: The exception's name, its status, and the words of the provider that it has besides the message.
Told = tuple[str, int, tuple[str | None, ...]]


def _stainless(failure: Any) -> Told:
    return type(failure).__name__, failure.status_code, (failure.type, failure.code, failure.param)


def _of_anthropic(failure: Any) -> Told:
    return type(failure).__name__, failure.status_code, (failure.type, failure.error_code)


def _of_genai(failure: Any) -> Told:
    details = failure.details["error"].get("details", ())
    return type(failure).__name__, failure.code, (failure.status, *(one["@type"].rpartition(".")[2] for one in details))


def _of_boto3(failure: Any) -> Told:
    status = failure.response["ResponseMetadata"]["HTTPStatusCode"]
    return type(failure).__name__, status, (failure.response["Error"]["Code"],)


def _of_groq(failure: Any) -> Told:
    said = failure.body["error"]
    return type(failure).__name__, failure.status_code, (said["type"], said.get("code"), said.get("param"))


def _of_mistral(failure: Any) -> Told:
    said = json.loads(failure.body)
    return type(failure).__name__, failure.status_code, tuple(said.get(name) for name in ("type", "code"))


def _plain(failure: Any) -> Told:
    return type(failure).__name__, failure.status_code, ()


#: How each SDK's exception tells.
TOLD: dict[str, Callable[[Any], Told]] = {
    "openai": _stainless,
    "responses": _stainless,
    "azure": _stainless,
    "anthropic": _of_anthropic,
    "gemini": _of_genai,
    "bedrock": _of_boto3,
    "cohere": _plain,
    "groq": _of_groq,
    "mistral": _of_mistral,
    "ollama": _plain,
}


def drained(said: Any) -> None:
    if isinstance(said, Iterable):
        for _ in said:
            pass


async def adrained(said: Any) -> None:
    if isinstance(said, AsyncIterable):
        async for _ in said:
            pass


AZURE = {"azure_endpoint": "https://me.openai.azure.com", "api_version": "2024-10-21"}


def by_openai(stream: bool, **options: Any) -> None:
    with openai.OpenAI(api_key="k", **{"max_retries": 0, **options}) as client:
        drained(client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))


def by_responses(stream: bool, **options: Any) -> None:
    with openai.OpenAI(api_key="k", **{"max_retries": 0, **options}) as client:
        drained(client.responses.create(model="m", input="Hi", stream=stream))


def by_azure(stream: bool, **options: Any) -> None:
    with openai.AzureOpenAI(api_key="k", **{"max_retries": 0, **AZURE, **options}) as client:
        drained(client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))


def by_anthropic(stream: bool, **options: Any) -> None:
    with anthropic.Anthropic(api_key="k", **{"max_retries": 0, **options}) as client:
        drained(client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=stream))


def by_genai(stream: bool, **options: Any) -> None:
    client = genai.Client(api_key="k", **options)
    if stream:
        drained(client.models.generate_content_stream(model="m", contents="Hi"))
    else:
        client.models.generate_content(model="m", contents="Hi")


def by_boto3(stream: bool, **options: Any) -> None:
    config = Config(**{"retries": {"total_max_attempts": 1}, **options})
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    client = boto3.client("bedrock-runtime", region_name="us-east-1", config=config, **keys)
    ask = client.converse_stream if stream else client.converse
    ask(modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "Hi"}]}])


def by_cohere(stream: bool, **options: Any) -> None:
    client = cohere.ClientV2(api_key="k", **options)
    once: Any = {"request_options": {"max_retries": 0}}
    ask = client.chat_stream if stream else client.chat
    drained(ask(model="m", messages=MESSAGES, **once))


def by_groq(stream: bool, **options: Any) -> None:
    with groq.Groq(api_key="k", **{"max_retries": 0, **options}) as client:
        drained(client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))


def by_mistral(stream: bool, **options: Any) -> None:
    with mistralai.client.Mistral(api_key="k", **options) as client:
        ask = client.chat.stream if stream else client.chat.complete
        drained(ask(model="m", messages=MESSAGES))


def by_ollama(stream: bool, **options: Any) -> None:
    drained(ollama.Client(**options).chat(model="m", messages=MESSAGES, stream=stream))


async def by_aopenai(stream: bool) -> None:
    async with openai.AsyncOpenAI(api_key="k", max_retries=0) as client:
        await adrained(await client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))


async def by_aanthropic(stream: bool) -> None:
    async with anthropic.AsyncAnthropic(api_key="k", max_retries=0) as client:
        await adrained(await client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=stream))


async def by_agenai(stream: bool) -> None:
    async with genai.Client(api_key="k").aio as client:
        if stream:
            await adrained(await client.models.generate_content_stream(model="m", contents="Hi"))
        else:
            await client.models.generate_content(model="m", contents="Hi")


async def by_acohere(stream: bool) -> None:
    async with cohere.AsyncClientV2(api_key="k") as client:
        once: Any = {"request_options": {"max_retries": 0}}
        if stream:
            await adrained(client.chat_stream(model="m", messages=MESSAGES, **once))
        else:
            await client.chat(model="m", messages=MESSAGES, **once)


async def by_agroq(stream: bool) -> None:
    async with groq.AsyncGroq(api_key="k", max_retries=0) as client:
        await adrained(await client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))


async def by_amistral(stream: bool) -> None:
    async with mistralai.client.Mistral(api_key="k") as client:
        ask = client.chat.stream_async if stream else client.chat.complete_async
        await adrained(await ask(model="m", messages=MESSAGES))


async def by_aollama(stream: bool) -> None:
    await adrained(await ollama.AsyncClient().chat(model="m", messages=MESSAGES, stream=stream))


SYNC: dict[str, Callable[..., None]] = {
    "openai": by_openai,
    "responses": by_responses,
    "azure": by_azure,
    "anthropic": by_anthropic,
    "gemini": by_genai,
    "bedrock": by_boto3,
    "cohere": by_cohere,
    "groq": by_groq,
    "mistral": by_mistral,
    "ollama": by_ollama,
}

ASYNC: dict[str, Callable[[bool], Any]] = {
    "openai": by_aopenai,
    "anthropic": by_aanthropic,
    "gemini": by_agenai,
    "cohere": by_acohere,
    "groq": by_agroq,
    "mistral": by_amistral,
    "ollama": by_aollama,
}


def raised(name: str, stream: bool, is_async: bool, **options: Any) -> Exception:
    """What an SDK raises."""
    try:
        if is_async:
            asyncio.run(ASYNC[name](stream))
        else:
            SYNC[name](stream, **options)
    except Exception as failure:
        return failure
    raise AssertionError("nothing was raised")
