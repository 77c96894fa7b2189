"""Each SDK under one vocabulary: what of an answer reaches its user, up to where it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
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

__all__ = ["CLIENTS", "TIMEOUT", "Heard", "heard"]

MESSAGES: list[Any] = [{"role": "user", "content": "Hi"}]

#: How long a client waits, in seconds, where it is to be timed out; else long enough for a busy machine.
TIMEOUT, _PATIENCE = 0.25, 20.0

#: The texts that arrived, one for each chunk of content, and the classes of what was raised and of its causes.
Heard = tuple[list[str], list[str]]


def _by_openai(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with openai.OpenAI(api_key="k", base_url=f"{base}/v1", timeout=timeout, max_retries=0) as client:
        said: Any = client.chat.completions.create(model="m", messages=MESSAGES, stream=stream)
        yield from (_chat_text(one) for one in said) if stream else [said.choices[0].message.content]


async def _by_aopenai(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    async with openai.AsyncOpenAI(api_key="k", base_url=f"{base}/v1", timeout=timeout, max_retries=0) as client:
        said: Any = await client.chat.completions.create(model="m", messages=MESSAGES, stream=stream)
        if stream:
            async for one in said:
                yield _chat_text(one)
        else:
            yield said.choices[0].message.content


def _chat_text(chunk: Any) -> str:
    return (chunk.choices[0].delta.content or "") if chunk.choices else ""


def _by_responses(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with openai.OpenAI(api_key="k", base_url=f"{base}/v1", timeout=timeout, max_retries=0) as client:
        said: Any = client.responses.create(model="m", input="Hi", stream=stream)
        yield from (one.delta if one.type == "response.output_text.delta" else "" for one in said) if stream else [said.output_text]


def _by_anthropic(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with anthropic.Anthropic(api_key="k", base_url=base, timeout=timeout, max_retries=0) as client:
        said: Any = client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=stream)
        yield from (_delta(one) for one in said) if stream else [said.content[0].text]


async def _by_aanthropic(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    async with anthropic.AsyncAnthropic(api_key="k", base_url=base, timeout=timeout, max_retries=0) as client:
        said: Any = await client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=stream)
        if stream:
            async for one in said:
                yield _delta(one)
        else:
            yield said.content[0].text


def _delta(event: Any) -> str:
    return event.delta.text if event.type == "content_block_delta" else ""


def _genai(base: str, timeout: float) -> Any:
    return genai.Client(api_key="k", http_options={"base_url": base, "timeout": int(timeout * 1000)})  # type: ignore[arg-type]


def _by_genai(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with _genai(base, timeout) as client:
        if stream:
            yield from (one.text or "" for one in client.models.generate_content_stream(model="m", contents="Hi"))
        else:
            yield client.models.generate_content(model="m", contents="Hi").text


async def _by_agenai(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    async with _genai(base, timeout).aio as client:
        if stream:
            async for one in await client.models.generate_content_stream(model="m", contents="Hi"):
                yield one.text or ""
        else:
            yield (await client.models.generate_content(model="m", contents="Hi")).text


def _by_boto3(base: str, timeout: float, stream: bool) -> Iterator[str]:
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    config = Config(retries={"total_max_attempts": 1}, read_timeout=timeout, connect_timeout=timeout)
    client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=base, config=config, **keys)
    asked: Any = {"modelId": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    try:
        if stream:
            with closing(client.converse_stream(**asked)["stream"]) as events:
                for event in events:
                    yield event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        else:
            yield client.converse(**asked)["output"]["message"]["content"][0]["text"]
    finally:
        client.close()


_ONCE: Any = {"request_options": {"max_retries": 0}}


def _by_cohere(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with cohere.ClientV2(api_key="k", base_url=base, timeout=timeout) as client:
        if stream:
            yield from map(_cohere_text, client.chat_stream(model="m", messages=MESSAGES, **_ONCE))
        else:
            said: Any = client.chat(model="m", messages=MESSAGES, **_ONCE)
            yield said.message.content[0].text


async def _by_acohere(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    async with cohere.AsyncClientV2(api_key="k", base_url=base, timeout=timeout) as client:
        if stream:
            async for one in client.chat_stream(model="m", messages=MESSAGES, **_ONCE):
                yield _cohere_text(one)
        else:
            said: Any = await client.chat(model="m", messages=MESSAGES, **_ONCE)
            yield said.message.content[0].text


def _cohere_text(event: Any) -> str:
    return event.delta.message.content.text if event.type == "content-delta" else ""


def _by_groq(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with groq.Groq(api_key="k", base_url=base, timeout=timeout, max_retries=0) as client:
        said: Any = client.chat.completions.create(model="m", messages=MESSAGES, stream=stream)
        yield from (_chat_text(one) for one in said) if stream else [said.choices[0].message.content]


def _by_mistral(base: str, timeout: float, stream: bool) -> Iterator[str]:
    with mistralai.client.Mistral(api_key="k", server_url=base, timeout_ms=int(timeout * 1000)) as client:
        if stream:
            yield from (_chat_text(one.data) for one in client.chat.stream(model="m", messages=MESSAGES))
        else:
            said: Any = client.chat.complete(model="m", messages=MESSAGES)
            yield said.choices[0].message.content


async def _by_amistral(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    async with mistralai.client.Mistral(api_key="k", server_url=base, timeout_ms=int(timeout * 1000)) as client:
        if stream:
            async for one in await client.chat.stream_async(model="m", messages=MESSAGES):
                yield _chat_text(one.data)
        else:
            said: Any = await client.chat.complete_async(model="m", messages=MESSAGES)
            yield said.choices[0].message.content


def _by_ollama(base: str, timeout: float, stream: bool) -> Iterator[str]:
    client = ollama.Client(base, timeout=timeout)
    with client._client:  # it has no way of its own to be closed
        said: Any = client.chat(model="m", messages=MESSAGES, stream=stream)
        yield from (one.message.content or "" for one in said) if stream else [said.message.content]


async def _by_aollama(base: str, timeout: float, stream: bool) -> AsyncIterator[str]:
    client = ollama.AsyncClient(base, timeout=timeout)
    async with client._client:  # it has no way of its own to be closed
        said: Any = await client.chat(model="m", messages=MESSAGES, stream=stream)
        if stream:
            async for one in said:
                yield one.message.content or ""
        else:
            yield said.message.content


#: By the names of the SDKs.
CLIENTS: dict[str, Callable[[str, float, bool], Iterator[str] | AsyncIterator[str]]] = {
    "openai": _by_openai,
    "openai, async": _by_aopenai,
    "responses": _by_responses,
    "anthropic": _by_anthropic,
    "anthropic, async": _by_aanthropic,
    "gemini": _by_genai,
    "gemini, async": _by_agenai,
    "bedrock": _by_boto3,
    "cohere": _by_cohere,
    "cohere, async": _by_acohere,
    "groq": _by_groq,
    "mistral": _by_mistral,
    "mistral, async": _by_amistral,
    "ollama": _by_ollama,
    "ollama, async": _by_aollama,
}


def heard(sdk: str, base: str, stream: bool, impatient: bool = False) -> Heard:
    """What arrives of an answer, and what is raised then."""
    found: list[str] = []
    saying = CLIENTS[sdk](base, TIMEOUT if impatient else _PATIENCE, stream)

    async def asynchronous(saying: AsyncIterator[str]) -> None:
        async for text in saying:
            found.append(text)

    try:
        if isinstance(saying, AsyncIterator):
            asyncio.run(asynchronous(saying))
        else:
            found.extend(saying)
    except Exception as raised:
        return list(filter(None, found)), _chain(raised)
    return list(filter(None, found)), []


def _chain(raised: BaseException | None) -> list[str]:
    """The class of an exception and of its causes, in order, down to the libraries that read from sockets."""
    found: list[str] = []
    while raised is not None and not (found and found[-1].startswith("httpcore")):
        found.append(f"{type(raised).__module__}.{type(raised).__qualname__}")
        raised = raised.__cause__
    return found
