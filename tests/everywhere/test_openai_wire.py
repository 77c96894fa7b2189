"""OpenAI's wire, judged by the SDKs of those who speak it: their strict models, their streams, their errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

from llm_intercept import error, intercept, reply, thinking, tool_call
from tests.dialects.openai.asked import CHATS, USER, chat, chunks

pytest.importorskip("together", reason="the SDKs of the providers")

MODELS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "together": (
        "together.types.chat.ChatCompletion",
        "together.types.chat.ChatCompletionChunk",
        {"metadata": "real bodies have it"},
    ),
    "cerebras": (
        "cerebras.cloud.sdk.types.chat.chat_completion.ChatCompletionResponse",
        "cerebras.cloud.sdk.types.chat.chat_completion.ChatChunkResponse",
        {},
    ),
    "fireworks": (
        "fireworks.types.chat.CompletionCreateResponse",
        "fireworks.types.chat.ChatCompletionChunk",
        {"choices[].delta.tool_calls[].index": "OpenAI's SDK needs it, and real streams have it"},
    ),
    "perplexity": (
        "perplexity.types.StreamChunk",
        "perplexity.types.StreamChunk",
        {"choices[].delta.tool_calls[].index": "OpenAI's SDK needs it"},
    ),
    "writer": ("writerai.types.ChatCompletion", "writerai.types.ChatCompletionChunk", {}),
}

PARTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty": "",
    "tools": reply("Look.", tool_call("weather", city="Paris"), tool_call("now")),
    "tool alone": reply(tool_call("now")),
    "length": reply("Par", finish="length"),
    "thinking": reply(thinking("Hm."), "Paris."),
}
EACH = [(who, part) for who in MODELS for part in PARTS if (who, part) != ("writer", "thinking")]


def judge(name: str) -> Any:
    from llm_intercept.doctor.judges import Pydantic

    module, _, model = name.rpartition(".")
    return Pydantic(getattr(import_module(module), model))


def paths(found: list[str]) -> set[str]:
    """The paths without the types of their items."""
    import re

    return {re.sub(r"\[[a-z_]+\]", "[]", path) for path in found}


@pytest.mark.parametrize("more", [{}, {"n": 2}, {"logprobs": True}], ids=["plain", "n", "logprobs"])
@pytest.mark.parametrize(("who", "part"), EACH)
def test_bodies_and_events_are_what_the_models_say(who: str, part: str, more: dict[str, Any]) -> None:
    body, event, allowed = MODELS[who]
    assert paths(judge(body).check(chat(who, PARTS[part], **more).body)) <= {*allowed}
    if (who, *more) == ("together", "logprobs"):
        return  # its chunks' model has one number there, and nobody knows of which token
    for chunk in chunks(chat(who, PARTS[part], stream=True, **more)):
        assert paths(judge(event).check(chunk)) <= {*allowed}


def sdk(module: str, name: str, **options: Any) -> Any:
    return getattr(import_module(module), name)(api_key="k", max_retries=0, **options)


#: Each SDK's client, sync and async.
CLIENTS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "together": ("together", "Together", {}),
    "cerebras": ("cerebras.cloud.sdk", "Cerebras", {"warm_tcp_connection": False}),
    "fireworks": ("fireworks", "Fireworks", {}),
    "perplexity": ("perplexity", "Perplexity", {}),
    "writer": ("writerai", "Writer", {}),
}
FINISH = {"perplexity": "stop"}


def create(client: Any, **more: Any) -> Any:
    asked = {"model": "m", "messages": [USER], **more}
    return client.chat.chat(**asked) if hasattr(client.chat, "chat") else client.chat.completions.create(**asked)


def said(pieces: Iterator[Any] | list[Any], part: str) -> tuple[str, list[Any], str]:
    choices = [choice for piece in pieces for choice in piece.choices or ()]
    spoken = [getattr(choice, part) for choice in choices]
    uses: dict[int, list[str]] = {}
    for one in spoken:
        for place, use in enumerate(one.tool_calls or ()):
            at = use.index if part == "delta" and getattr(use, "index", None) is not None else place
            uses.setdefault(int(at), ["", ""])
            uses[int(at)][0] += use.function.name or ""
            uses[int(at)][1] += use.function.arguments or ""
    tools = [(name, json.loads(arguments)) for name, arguments in uses.values()]
    return "".join(one.content or "" for one in spoken), tools, choices[-1].finish_reason


@pytest.mark.parametrize("who", CLIENTS)
def test_the_sdk_reads_body_and_stream_alike(who: str) -> None:
    module, name, options = CLIENTS[who]
    answer = reply("Let me look.", tool_call("weather", city="Paris"))
    with intercept(answer) as llm:
        client = sdk(module, name, **options)
        whole = said([create(client)], "message")
        assert whole == ("Let me look.", [("weather", {"city": "Paris"})], FINISH.get(who, "tool_calls"))
        assert said([*create(client, stream=True)], "delta") == whole
    assert {call.provider for call in llm.calls} == {who}


@pytest.mark.parametrize("who", CLIENTS)
def test_the_async_sdk_reads_body_and_stream_alike(who: str) -> None:
    import asyncio

    module, name, options = CLIENTS[who]

    async def work() -> None:
        async with sdk(module, f"Async{name}", **options) as client:
            whole = said([await create(client)], "message")
            stream = await create(client, stream=True)
            assert said([piece async for piece in stream], "delta") == whole

    with intercept(reply("Let me look.", tool_call("weather", city="Paris"))):
        asyncio.run(work())


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "BadRequestError"), (401, "AuthenticationError"), (404, "NotFoundError"), (422, "UnprocessableEntityError"),
     (429, "RateLimitError"), (500, "InternalServerError")],
)  # fmt: skip
@pytest.mark.parametrize("who", CLIENTS)
def test_an_error_is_the_sdks_own(who: str, status: int, kind: str) -> None:
    module, name, options = CLIENTS[who]
    with intercept(error(status, "No tokens left.")), pytest.raises(Exception, match=r"No tokens left\.") as caught:
        create(sdk(module, name, **options))
    assert type(caught.value).__name__ == kind


def test_azures_inference_sdk_reads_body_and_stream() -> None:
    inference, credentials = import_module("azure.ai.inference"), import_module("azure.core.credentials")
    with intercept(reply(thinking("Hm."), "Paris.")) as llm:
        client = inference.ChatCompletionsClient("https://r.services.ai.azure.com/models", credentials.AzureKeyCredential("k"))
        assert client.complete(messages=[USER]).choices[0].message.content == "Paris."
        pieces = [one.choices[0].delta.content or "" for one in client.complete(messages=[USER], stream=True) if one.choices]
        assert "".join(pieces) == "Paris."
    assert [(call.provider, call.model) for call in llm.calls] == [("azure", "gpt-4o")] * 2


LITELLM = ("groq/m", "together_ai/m", "mistral/m", "deepseek/deepseek-chat", "xai/grok-3", "openrouter/openai/gpt-4o", "cerebras/m",
           "fireworks_ai/m", "perplexity/sonar", "sambanova/m", "gpt-4o")  # fmt: skip


# LiteLLM's model has a number where Perplexity's own has an object.
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.parametrize("model", LITELLM)
def test_litellm_reads_body_and_stream_of_each_provider(model: str) -> None:
    litellm = import_module("litellm")
    with intercept("Paris, of course."):
        asked = {"model": model, "messages": [USER], "api_key": "k", "num_retries": 0}
        assert litellm.completion(**asked).choices[0].message.content == "Paris, of course."
        pieces: Callable[[], list[Any]] = lambda: [*litellm.completion(stream=True, **asked)]  # noqa: E731
        assert "".join(piece.choices[0].delta.content or "" for piece in pieces()) == "Paris, of course."


def test_every_chat_is_of_somebody() -> None:
    assert {*MODELS} <= {*CHATS}
