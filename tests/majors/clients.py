"""The SDKs themselves, asked by what all their majors have: sync and async, a body, a stream, and the helper over it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from tests.majors.judged import major
from tests.sdks.ways import each, entered, settled

__all__ = ["CLIENTS", "Client", "Heard"]

Heard = tuple[str, tuple[tuple[str, Any], ...]]
"""The text, and the tools that are called."""

USER = [{"role": "user", "content": "What is the weather in Paris?"}]


class Client(NamedTuple):
    """A client of an SDK: what makes it, for sync and async, and the forms in which it can be asked."""

    sdk: str
    make: Callable[[str], Any]
    forms: Mapping[str, Callable[[Any], Awaitable[Heard]]]


def _added(calls: list[list[str]], index: int, name: str | None, arguments: str | None) -> None:
    """A piece of a tool call goes to the one of its place."""
    if index == len(calls):
        calls.append(["", ""])
    calls[index][0] += name or ""
    calls[index][1] += arguments or ""


def _heard(text: str, calls: list[list[str]]) -> Heard:
    return text, tuple((name, json.loads(arguments)) for name, arguments in calls)


# openai, and its responses


def _openai(way: str, strict: bool = True) -> Any:
    import openai

    return (openai.OpenAI if way == "sync" else openai.AsyncOpenAI)(api_key="k", _strict_response_validation=strict)


def _responding(way: str) -> Any:
    """Strict where the models are right: openai 2's refuse an event, see `exceptions.REFUSED`."""
    return _openai(way, strict=major("openai") > 2)


def _chatted(message: Any) -> Heard:
    calls = [[call.function.name, call.function.arguments] for call in message.tool_calls or ()]
    return _heard(message.content or "", calls)


async def _openai_body(client: Any) -> Heard:
    return _chatted((await settled(client.chat.completions.create(model="m", messages=USER))).choices[0].message)


async def _openai_stream(client: Any) -> Heard:
    text, calls = "", list[list[str]]()
    async for chunk in each(await settled(client.chat.completions.create(model="m", messages=USER, stream=True))):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            for call in choice.delta.tool_calls or ():
                _added(calls, call.index, call.function.name, call.function.arguments)
    return _heard(text, calls)


async def _openai_helper(client: Any) -> Heard:
    async with entered(client.chat.completions.stream(model="m", messages=USER)) as stream:
        return _chatted((await settled(stream.get_final_completion())).choices[0].message)


async def _responses_body(client: Any) -> Heard:
    return _responded(await settled(client.responses.create(model="m", input="?")))


async def _responses_stream(client: Any) -> Heard:
    events = [event async for event in each(await settled(client.responses.create(model="m", input="?", stream=True)))]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text
    return _responded(events[-1].response)


async def _responses_helper(client: Any) -> Heard:
    async with entered(client.responses.stream(model="m", input="?")) as stream:
        return _responded(await settled(stream.get_final_response()))


def _responded(response: Any) -> Heard:
    calls = [[item.name, item.arguments] for item in response.output if item.type == "function_call"]
    return _heard(response.output_text, calls)


# anthropic


def _anthropic(way: str) -> Any:
    import anthropic

    return (anthropic.Anthropic if way == "sync" else anthropic.AsyncAnthropic)(api_key="k", _strict_response_validation=True)


ASKED: Mapping[str, Any] = {"model": "claude-test", "max_tokens": 99, "messages": USER}


def _told(message: Any) -> Heard:
    text = "".join(block.text for block in message.content if block.type == "text")
    return text, tuple((block.name, block.input) for block in message.content if block.type == "tool_use")


async def _anthropic_body(client: Any) -> Heard:
    return _told(await settled(client.messages.create(**ASKED)))


async def _anthropic_stream(client: Any) -> Heard:
    text, calls = "", list[list[str]]()
    async for event in each(await settled(client.messages.create(stream=True, **ASKED))):
        if event.type == "content_block_start" and event.content_block.type == "tool_use":
            calls.append([event.content_block.name, ""])
        elif event.type == "content_block_delta" and event.delta.type == "input_json_delta":
            calls[-1][1] += event.delta.partial_json
        elif event.type == "content_block_delta":
            text += event.delta.text
    return _heard(text, [[name, arguments or "{}"] for name, arguments in calls])


async def _anthropic_helper(client: Any) -> Heard:
    async with entered(client.messages.stream(**ASKED)) as stream:
        return _told(await settled(stream.get_final_message()))


# google-genai, whose helper is a chat


def _google(way: str) -> Any:
    from google import genai

    client = genai.Client(api_key="k")
    return client if way == "sync" else client.aio


def _spoken(chunks: list[Any]) -> Heard:
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts or ()]
    calls = tuple((part.function_call.name, part.function_call.args) for part in parts if part.function_call)
    return "".join(part.text for part in parts if part.text), calls


async def _google_body(client: Any) -> Heard:
    return _spoken([await settled(client.models.generate_content(model="gemini-2.5-flash", contents="?"))])


async def _google_stream(client: Any) -> Heard:
    stream = await settled(client.models.generate_content_stream(model="gemini-2.5-flash", contents="?"))
    return _spoken([chunk async for chunk in each(stream)])


async def _google_helper(client: Any) -> Heard:
    stream = await settled(client.chats.create(model="gemini-2.5-flash").send_message_stream("?"))
    return _spoken([chunk async for chunk in each(stream)])


# mistralai, whose async methods are the same client's


class _Mistral(NamedTuple):
    client: Any
    suffix: str

    def ask(self, api: str, method: str, **asked: Any) -> Any:
        """One of its methods, in its way."""
        owner = self.client
        for name in api.split("."):
            owner = getattr(owner, name)
        return settled(getattr(owner, method + self.suffix)(**asked))


def _mistral(way: str) -> Any:
    made = import_module("mistralai" if major("mistralai") == 1 else "mistralai.client").Mistral(api_key="k")
    return _Mistral(made, "" if way == "sync" else "_async")


async def _mistral_body(client: Any) -> Heard:
    return _chatted((await client.ask("chat", "complete", model="m", messages=USER)).choices[0].message)


async def _mistral_stream(client: Any) -> Heard:
    text, calls = "", list[list[str]]()
    async for event in each(await client.ask("chat", "stream", model="m", messages=USER)):
        for choice in event.data.choices:
            text += choice.delta.content or ""
            for call in choice.delta.tool_calls or ():
                _added(calls, call.index, call.function.name, call.function.arguments)
    return _heard(text, calls)


async def _mistral_conversation(client: Any) -> Heard:
    answer = await client.ask("beta.conversations", "start", model="mistral-medium-latest", inputs="?")
    text = "".join(entry.content for entry in answer.outputs if entry.type == "message.output")
    return _heard(text, [[entry.name, entry.arguments] for entry in answer.outputs if entry.type == "function.call"])


async def _mistral_conversation_stream(client: Any) -> Heard:
    text, calls, ids = "", list[list[str]](), list[str]()
    async for event in each(await client.ask("beta.conversations", "start_stream", model="mistral-medium-latest", inputs="?")):
        if event.event == "message.output.delta":
            text += event.data.content
        elif event.event == "function.call.delta":
            first = event.data.tool_call_id not in ids
            ids += [event.data.tool_call_id] * first
            _added(calls, ids.index(event.data.tool_call_id), event.data.name if first else None, event.data.arguments)
    return _heard(text, calls)


# cohere


def _cohere(way: str) -> Any:
    import cohere

    return (cohere.ClientV2 if way == "sync" else cohere.AsyncClientV2)(api_key="k")


async def _cohere_body(client: Any) -> Heard:
    message = (await settled(client.chat(model="command-a-03-2025", messages=USER))).message
    calls = [[call.function.name, call.function.arguments] for call in message.tool_calls or ()]
    return _heard((message.tool_plan or "") + "".join(block.text for block in message.content or ()), calls)


async def _cohere_stream(client: Any) -> Heard:
    text, calls = "", list[list[str]]()
    async for event in each(await settled(client.chat_stream(model="command-a-03-2025", messages=USER))):
        match event.type:
            case "content-delta":
                text += event.delta.message.content.text
            case "tool-plan-delta":
                text += event.delta.message.tool_plan
            case "tool-call-start" | "tool-call-delta":
                function = event.delta.message.tool_calls.function
                _added(calls, event.index, getattr(function, "name", None), function.arguments)
    return _heard(text, calls)


CLIENTS: Mapping[str, Client] = {
    "openai": Client("openai", _openai, {"body": _openai_body, "stream": _openai_stream, "helper": _openai_helper}),
    "openai's responses": Client(
        "openai", _responding, {"body": _responses_body, "stream": _responses_stream, "helper": _responses_helper}
    ),
    "anthropic": Client(
        "anthropic", _anthropic, {"body": _anthropic_body, "stream": _anthropic_stream, "helper": _anthropic_helper}
    ),
    "google-genai": Client("google", _google, {"body": _google_body, "stream": _google_stream, "helper": _google_helper}),
    "mistralai": Client("mistralai", _mistral, {"body": _mistral_body, "stream": _mistral_stream}),
    "mistralai's conversations": Client(
        "mistralai", _mistral, {"body": _mistral_conversation, "stream": _mistral_conversation_stream}
    ),
    "cohere": Client("cohere", _cohere, {"body": _cohere_body, "stream": _cohere_stream}),
}
