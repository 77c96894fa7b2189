"""Each SDK with its own retries, asked once, in a body or a stream, sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import anthropic
import boto3
import cohere
import groq
import httpx2
import litellm
import mistralai.client
import ollama
import openai
import requests
import urllib3
from botocore.config import Config
from google import genai
from requests.adapters import HTTPAdapter

from tests.errors.sdks import MESSAGES, adrained, drained

__all__ = ["ASKS", "made"]

Ask = Callable[[bool], None]

URL = "https://api.openai.com/v1/chat/completions"
BODY: dict[str, Any] = {"model": "m", "messages": MESSAGES}
RETRYING = genai.types.HttpOptions(retry_options=genai.types.HttpRetryOptions(attempts=4, initial_delay=1))


def stainless(client: Any) -> Ask:
    def ask(stream: bool) -> None:
        drained(client.chat.completions.create(model="m", messages=MESSAGES, stream=stream))

    return ask


def on_a_loop(loop: asyncio.AbstractEventLoop, make: Callable[[bool], Awaitable[Any]]) -> Ask:
    """An async question, whose answer is read to its end."""

    def ask(stream: bool) -> None:
        async def script() -> None:
            await adrained(await make(stream))

        loop.run_until_complete(script())

    return ask


def by_anthropic(client: anthropic.Anthropic) -> Ask:
    def ask(stream: bool) -> None:
        drained(client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=stream))

    return ask


def by_genai(client: genai.Client) -> Ask:
    def ask(stream: bool) -> None:
        if stream:
            drained(client.models.generate_content_stream(model="m", contents="Hi"))
        else:
            client.models.generate_content(model="m", contents="Hi")

    return ask


def by_boto3(mode: Any) -> Ask:
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    client = boto3.client("bedrock-runtime", region_name="us-east-1", config=Config(retries={"mode": mode}), **keys)
    message: Any = [{"role": "user", "content": [{"text": "Hi"}]}]

    def ask(stream: bool) -> None:
        if stream:
            drained(client.converse_stream(modelId="amazon.nova-lite-v1:0", messages=message)["stream"])
        else:
            client.converse(modelId="amazon.nova-lite-v1:0", messages=message)

    return ask


def by_cohere(client: cohere.ClientV2) -> Ask:
    def ask(stream: bool) -> None:
        drained((client.chat_stream if stream else client.chat)(model="m", messages=MESSAGES))

    return ask


def by_mistral(client: mistralai.client.Mistral) -> Ask:
    def ask(stream: bool) -> None:
        drained((client.chat.stream if stream else client.chat.complete)(model="m", messages=MESSAGES))

    return ask


def by_ollama(client: ollama.Client) -> Ask:
    def ask(stream: bool) -> None:
        drained(client.chat(model="m", messages=MESSAGES, stream=stream))

    return ask


def by_litellm(stream: bool) -> None:
    drained(litellm.completion("openai/m", MESSAGES, api_key="k", stream=stream))


def by_urllib3(pool: urllib3.PoolManager) -> Ask:
    retries = urllib3.Retry(3, backoff_factor=1, status_forcelist=[429, 500, 503], allowed_methods=None)

    def ask(stream: bool) -> None:
        pool.request("POST", URL, json={**BODY, "stream": stream}, retries=retries)

    return ask


def by_requests(session: requests.Session) -> Ask:
    session.mount("https://", HTTPAdapter(max_retries=urllib3.Retry(2, backoff_factor=1, allowed_methods=None)))

    def ask(stream: bool) -> None:
        session.post(URL, json={**BODY, "stream": stream}).raise_for_status()

    return ask


def by_httpx2(client: httpx2.Client) -> Ask:
    def ask(stream: bool) -> None:
        client.post(URL, json={**BODY, "stream": stream}).raise_for_status()

    return ask


async def by_cohere_async(client: cohere.AsyncClientV2, stream: bool) -> Any:
    return client.chat_stream(model="m", messages=MESSAGES) if stream else await client.chat(model="m", messages=MESSAGES)


async def by_aiohttp(stream: bool) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(URL, json={**BODY, "stream": stream}, raise_for_status=True) as answer,
    ):
        await answer.read()


@contextmanager
def made() -> Iterator[dict[str, Ask]]:
    """How each SDK is asked, by clients that were made before."""
    loop = asyncio.new_event_loop()
    mistrals, gemini = (
        mistralai.client.Mistral(api_key="k"),
        genai.Client(api_key="k", http_options=RETRYING),
    )
    aopenai, agroq, aanthropic = openai.AsyncOpenAI(api_key="k"), groq.AsyncGroq(api_key="k"), anthropic.AsyncAnthropic(api_key="k")
    acohere = cohere.AsyncClientV2(api_key="k")
    chat: Any = {"model": "m", "messages": MESSAGES}
    asked: Any = {"model": "m", "contents": "Hi"}
    asking: dict[str, Callable[[bool], Awaitable[Any]]] = {
        "openai, async": lambda stream: aopenai.chat.completions.create(**chat, stream=stream),
        "groq, async": lambda stream: agroq.chat.completions.create(**chat, stream=stream),
        "anthropic, async": lambda stream: aanthropic.messages.create(**chat, max_tokens=9, stream=stream),
        "cohere, async": lambda stream: by_cohere_async(acohere, stream),
        "mistralai, async": lambda stream: (mistrals.chat.stream_async if stream else mistrals.chat.complete_async)(**chat),
        "google-genai, async": lambda stream: (
            gemini.aio.models.generate_content_stream if stream else gemini.aio.models.generate_content
        )(**asked),
        "aiohttp": by_aiohttp,
    }
    try:
        with (
            openai.OpenAI(api_key="k") as openais,
            anthropic.Anthropic(api_key="k") as anthropics,
            groq.Groq(api_key="k") as groqs,
            httpx2.Client() as http,
            requests.Session() as session,
        ):
            yield {
                "openai": stainless(openais),
                "anthropic": by_anthropic(anthropics),
                "groq": stainless(groqs),
                "google-genai": by_genai(genai.Client(api_key="k")),
                "google-genai, retrying": by_genai(gemini),
                "boto3": by_boto3("legacy"),
                "boto3, standard": by_boto3("standard"),
                "cohere": by_cohere(cohere.ClientV2(api_key="k")),
                "mistralai": by_mistral(mistrals),
                "ollama": by_ollama(ollama.Client()),
                "litellm": by_litellm,
                "urllib3": by_urllib3(urllib3.PoolManager()),
                "requests": by_requests(session),
                "httpx2": by_httpx2(http),
                **{name: on_a_loop(loop, make) for name, make in asking.items()},
            }
    finally:
        for close in (aopenai.close, agroq.close, aanthropic.close, gemini.aio.aclose):
            loop.run_until_complete(close())
        loop.close()


ASKS = (
    "openai", "openai, async", "anthropic", "anthropic, async", "groq", "groq, async", "google-genai", "google-genai, retrying",
    "google-genai, async", "boto3", "boto3, standard", "cohere", "cohere, async", "mistralai", "mistralai, async", "ollama",
    "litellm", "urllib3", "requests", "httpx2", "aiohttp",
)  # fmt: skip
