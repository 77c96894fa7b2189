"""A real call of every SDK, sync, async and streamed, by clients built before and inside: caught once, and nothing leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest

from llm_intercept import intercept

MESSAGES = [{"role": "user", "content": "Hello"}]
KEY = "not-a-key"


def _says_hi(answer: Any) -> bool:
    return "Hi" in str(answer)


def _embeds(answer: Any) -> bool:
    [vector] = answer.embeddings
    return len(vector) == 1024


class SDK(NamedTuple):
    """How a client is built and asked; `build` returns it, `ask` makes the call and `answered` judges all of its answer."""

    package: str
    build: Callable[[], Any]
    ask: Callable[[Any], Any]
    asynchronous: bool = False
    answered: Callable[[Any], bool] = _says_hi


def _take(answer: Any) -> Any:
    """All of an answer, streamed or not."""
    if isinstance(answer, Iterator) or hasattr(answer, "__next__") or type(answer).__name__ == "Stream":
        return list(answer)
    return answer


async def _atake(answer: Any) -> Any:
    if isinstance(answer, Awaitable):
        answer = await answer
    if isinstance(answer, AsyncIterator) or hasattr(answer, "__aiter__"):
        return [event async for event in answer]
    return answer


def _attribute(module: str, path: str) -> Any:
    found = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _client(module: str, name: str, **options: Any) -> Callable[[], Any]:
    return lambda: _attribute(module, name)(**options)


def _create(path: str, **asked: Any) -> Callable[[Any], Any]:
    def ask(client: Any) -> Any:
        method = client
        for name in path.split("."):
            method = getattr(method, name)
        return method(**asked)

    return ask


def _stainless(package: str, sync: str, asynchronous: str, **options: Any) -> dict[str, SDK]:
    """The clients that speak OpenAI's chat completions, and are generated alike."""
    rows = {}
    for name, is_async in ((sync, False), (asynchronous, True)):
        for stream in (False, True):
            asked = {"model": "m", "messages": MESSAGES, **({"stream": True} if stream else {})}
            rows[f"{package}.{name}{' stream' if stream else ''}"] = SDK(
                package,
                _client(package, name, **{"api_key": KEY, **options}),
                _create("chat.completions.create", **asked),
                is_async,
            )
    return rows


def _both(
    package: str, module: str, sync: str, asynchronous: str, path: str, stream: str | dict[str, Any], **more: Any
) -> dict[str, SDK]:
    """A sync and an async class; `stream` is another method, or more arguments."""
    options = more.pop("options", {})
    rows = {}
    for name, is_async in ((sync, False), (asynchronous, True)):
        streamed = _create(stream, **more) if isinstance(stream, str) else _create(path, **more, **stream)
        rows[f"{package}.{name}"] = SDK(package, _client(module, name, **options), _create(path, **more), is_async)
        rows[f"{package}.{name} stream"] = SDK(package, _client(module, name, **options), streamed, is_async)
    return rows


def _openai_on_aiohttp() -> Any:
    openai = import_module("openai")
    return openai.AsyncOpenAI(api_key=KEY, http_client=openai.DefaultAioHttpClient())


def _anthropic_on_aiohttp() -> Any:
    anthropic = import_module("anthropic")
    return anthropic.AsyncAnthropic(api_key=KEY, http_client=anthropic.DefaultAioHttpClient())


def _bedrock() -> Any:
    return import_module("boto3").client(
        "bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


_VOYAGE = _create("embed", texts=["Hello"], model="voyage-3")
_CONVERSE = {"modelId": "anthropic.claude-3-haiku-20240307-v1:0", "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}


async def _aiobotocore(method: str) -> Any:
    session = import_module("aiobotocore.session").get_session()
    made = session.create_client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    async with made as client:
        answer = await getattr(client, method)(**_CONVERSE)
        return [event async for event in answer["stream"]] if "stream" in answer else answer


def _litellm(model: str, **more: Any) -> Callable[[Any], Any]:
    return lambda module: module.completion(model=model, messages=MESSAGES, api_key=KEY, max_tokens=9, **more)


def _alitellm(model: str, **more: Any) -> Callable[[Any], Any]:
    return lambda module: module.acompletion(model=model, messages=MESSAGES, api_key=KEY, max_tokens=9, **more)


ROWS: dict[str, SDK] = {
    **_stainless("openai", "OpenAI", "AsyncOpenAI"),
    **{
        f"openai.{name} on Azure": SDK(
            "openai",
            _client("openai", name, api_key=KEY, azure_endpoint="https://mine.openai.azure.com", api_version="2024-10-21"),
            _create("chat.completions.create", model="m", messages=MESSAGES),
            is_async,
        )
        for name, is_async in (("AzureOpenAI", False), ("AsyncAzureOpenAI", True))
    },
    "openai on aiohttp": SDK("openai", _openai_on_aiohttp, _create("chat.completions.create", model="m", messages=MESSAGES), True),
    **_both(
        "anthropic", "anthropic", "Anthropic", "AsyncAnthropic", "messages.create", {"stream": True},
        model="m", messages=MESSAGES, max_tokens=9, options={"api_key": KEY},
    ),
    **_both(
        "anthropic", "anthropic", "AnthropicBedrock", "AsyncAnthropicBedrock", "messages.create", {"stream": True},
        model="m", messages=MESSAGES, max_tokens=9,
        options={"aws_region": "us-east-1", "aws_access_key": "a", "aws_secret_key": "b"},
    ),
    "anthropic on aiohttp": SDK(
        "anthropic", _anthropic_on_aiohttp, _create("messages.create", model="m", messages=MESSAGES, max_tokens=9), True
    ),
    "google-genai": SDK("google.genai", _client("google.genai", "Client", api_key=KEY), _create("models.generate_content", model="gemini-2.5-flash", contents="Hello")),
    "google-genai stream": SDK(
        "google.genai", _client("google.genai", "Client", api_key=KEY), _create("models.generate_content_stream", model="gemini-2.5-flash", contents="Hello")
    ),
    "google-genai async": SDK(
        "google.genai", _client("google.genai", "Client", api_key=KEY), _create("aio.models.generate_content", model="gemini-2.5-flash", contents="Hello"), True
    ),
    "google-genai async stream": SDK(
        "google.genai", _client("google.genai", "Client", api_key=KEY), _create("aio.models.generate_content_stream", model="gemini-2.5-flash", contents="Hello"), True
    ),
    **{
        f"mistralai {method}": SDK(
            "mistralai", _client("mistralai.client", "Mistral", api_key=KEY), _create(f"chat.{method}", model="m", messages=MESSAGES),
            "async" in method,
        )
        for method in ("complete", "complete_async", "stream", "stream_async")
    },
    **_both(
        "cohere", "cohere", "ClientV2", "AsyncClientV2", "chat", "chat_stream", model="m", messages=MESSAGES, options={"api_key": KEY}
    ),
    **_both("cohere", "cohere", "Client", "AsyncClient", "chat", "chat_stream", message="Hello", options={"api_key": KEY}),
    **_stainless("groq", "Groq", "AsyncGroq"),
    **_stainless("together", "Together", "AsyncTogether"),
    **_both(
        "ollama", "ollama", "Client", "AsyncClient", "chat", {"stream": True}, model="m", messages=MESSAGES,
        options={"host": "https://ollama.com"},
    ),
    **_both(
        "huggingface_hub", "huggingface_hub", "InferenceClient", "AsyncInferenceClient", "chat_completion", {"stream": True},
        messages=MESSAGES, model="m/m", options={"api_key": "hf_x"},
    ),
    **_stainless("fireworks", "Fireworks", "AsyncFireworks"),
    **_stainless("cerebras.cloud.sdk", "Cerebras", "AsyncCerebras", warm_tcp_connection=False),
    **_stainless("perplexity", "Perplexity", "AsyncPerplexity"),
    **_both(
        "writerai", "writerai", "Writer", "AsyncWriter", "chat.chat", {"stream": True}, model="m", messages=MESSAGES,
        options={"api_key": KEY, "max_retries": 0},
    ),
    "replicate": SDK("replicate", _client("replicate", "Client", api_token=KEY), _create("run", ref="m/m", input={"prompt": "Hello"})),
    "voyageai": SDK("voyageai", _client("voyageai", "Client", api_key=KEY), _VOYAGE, answered=_embeds),
    "voyageai async": SDK("voyageai", _client("voyageai", "AsyncClient", api_key=KEY), _VOYAGE, True, _embeds),
    "dashscope": SDK(
        "dashscope", _client("dashscope", "Generation"), lambda client: client.call(model="m", messages=MESSAGES, api_key=KEY)
    ),
    "boto3": SDK("boto3", _bedrock, _create("converse", **_CONVERSE)),
    "boto3 stream": SDK("boto3", _bedrock, lambda client: [*client.converse_stream(**_CONVERSE)["stream"]]),
    "aiobotocore": SDK("aiobotocore", object, lambda _: _aiobotocore("converse"), True),
    "aiobotocore stream": SDK("aiobotocore", object, lambda _: _aiobotocore("converse_stream"), True),
    **{
        f"litellm {model}{' stream' if stream else ''}{' async' if is_async else ''}": SDK(
            "litellm",
            lambda: import_module("litellm"),
            (_alitellm if is_async else _litellm)(model, **({"stream": True} if stream else {})),
            is_async,
        )
        for model in ("gpt-4o", "anthropic/claude-3-5-haiku-latest", "groq/llama3", "gemini/gemini-2.5-flash")
        for stream in (False, True)
        for is_async in (False, True)
    },
}  # fmt: skip


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("built", ["before", "inside"])
@pytest.mark.parametrize("row", ROWS)
def test_a_call_is_caught_once_and_nothing_leaves(row: str, built: str) -> None:
    sdk = ROWS[row]
    if not _installed(sdk.package):
        pytest.skip(f"{sdk.package} is not installed")
    older = sdk.build() if built == "before" and not sdk.asynchronous else None
    with intercept("Hi there.") as llm:
        if sdk.asynchronous:

            async def main() -> Any:
                client = sdk.build()  # kept: google-genai closes what is collected
                return await _atake(sdk.ask(client))

            answer = asyncio.run(main())
        else:
            client = older if older is not None else sdk.build()
            answer = _take(sdk.ask(client))
        assert llm.calls.total == 1, list(llm.calls)
        assert sdk.answered(answer)
