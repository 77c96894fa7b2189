"""Each SDK as one who speaks: given a user's text or tools' results it keeps its history, and hears a text and tool calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import Any, NamedTuple

import anthropic
import boto3
import cohere
import groq
import litellm
import mistralai.client
import ollama
import openai
from google import genai

__all__ = ["SPEAKERS", "Called", "Given", "Heard", "Speaker"]


class Called(NamedTuple):
    """A tool call as it was heard."""

    id: str
    name: str
    arguments: Any


#: A user's text, or the results of calls; what comes back, text and calls.
Given = str | list[tuple[Called, str]]
Heard = tuple[str, list[Called]]
Speaker = Callable[[Given], Heard]
Json = dict[str, Any]

_NAMES = ("look", "count")
_SCHEMA = {"type": "object", "properties": {"at": {"type": "string"}}}
_FUNCTIONS: list[Any] = [
    {"type": "function", "function": {"name": one, "description": "It.", "parameters": _SCHEMA}} for one in _NAMES
]


def _chat_given(given: Given) -> list[Json]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [{"role": "tool", "tool_call_id": call.id, "name": call.name, "content": text} for call, text in given]


def _gathered(deltas: Iterator[Any]) -> tuple[str, list[Json]]:
    """The text and the tool calls that deltas in OpenAI's form come to."""
    text, calls = "", dict[int, Json]()
    for delta in deltas:
        text += delta.content or ""
        for piece in delta.tool_calls or ():
            call = calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
            call["id"] = call["id"] or piece.id
            call["name"] += piece.function.name or ""
            call["arguments"] += piece.function.arguments or ""
    return text, [*calls.values()]


def _chat(whole: Callable[[list[Json]], Any], streamed: Callable[[list[Json]], Iterator[Any]], stream: bool) -> Speaker:
    """All that speak as OpenAI's chat completions do."""
    history: list[Json] = []

    def speak(given: Given) -> Heard:
        history.extend(_chat_given(given))
        if stream:
            text, calls = _gathered(streamed(history))
        else:
            message = whole(history).choices[0].message
            text = message.content or ""
            calls = [
                {"id": one.id, "name": one.function.name, "arguments": one.function.arguments} for one in message.tool_calls or ()
            ]
        functions = [{"id": one["id"], "type": "function", "function": {k: one[k] for k in ("name", "arguments")}} for one in calls]
        history.append({"role": "assistant", "content": text, **({"tool_calls": functions} if functions else {})})
        return text, [Called(one["id"], one["name"], json.loads(one["arguments"])) for one in calls]

    return speak


def _created(create: Callable[..., Any], stream: bool, **given: Any) -> Speaker:
    def deltas(history: list[Json]) -> Iterator[Any]:
        for chunk in create(messages=history, tools=_FUNCTIONS, stream=True, **given):
            yield from (choice.delta for choice in chunk.choices)

    return _chat(lambda history: create(messages=history, tools=_FUNCTIONS, **given), deltas, stream)


@cache
def _openai_client() -> openai.OpenAI:
    return openai.OpenAI(api_key="k", max_retries=0)


def _openai(stream: bool) -> Speaker:
    return _created(_openai_client().chat.completions.create, stream, model="gpt-5")


def _groq(stream: bool) -> Speaker:
    return _created(groq.Groq(api_key="k", max_retries=0).chat.completions.create, stream, model="llama")


def _litellm(stream: bool) -> Speaker:
    return _created(litellm.completion, stream, model="anthropic/claude-sonnet-4-5", api_key="k", max_retries=0)


def _mistral(stream: bool) -> Speaker:
    client = mistralai.client.Mistral(api_key="k")

    def deltas(history: list[Json]) -> Iterator[Any]:
        with client.chat.stream(model="m", messages=history, tools=_FUNCTIONS) as events:  # type: ignore[arg-type]
            yield from (choice.delta for event in events for choice in event.data.choices)

    return _chat(lambda history: client.chat.complete(model="m", messages=history, tools=_FUNCTIONS), deltas, stream)  # type: ignore[arg-type]


def _responses(kept: str) -> Callable[[bool], Speaker]:
    """`kept` is by what the history goes on: all is sent again, or it is named by its last response, or by a conversation."""

    def speaking(stream: bool) -> Speaker:
        client, history, state = _openai_client(), list[Any](), dict[str, str]()
        tools: list[Any] = [{"type": "function", "name": one, "parameters": _SCHEMA, "strict": False} for one in _NAMES]

        def speak(given: Given) -> Heard:
            if kept == "conversation" and not state:
                state["conversation"] = client.conversations.create().id
            if isinstance(given, str):
                new: list[Any] = [{"role": "user", "content": given}]
            else:
                new = [{"type": "function_call_output", "call_id": call.id, "output": text} for call, text in given]
            history.extend(new)
            body: Any = {"model": "gpt-5", "tools": tools, "input": new if kept else history, **state}
            if stream:
                with client.responses.stream(**body) as events:
                    said: Any = events.get_final_response()
            else:
                said = client.responses.create(**body)
            if kept == "response":
                state["previous_response_id"] = said.id
            history.extend(item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in said.output)
            called = [item for item in said.output if item.type == "function_call"]
            return said.output_text, [Called(one.call_id, one.name, json.loads(one.arguments)) for one in called]

        return speak

    return speaking


def _anthropic(stream: bool) -> Speaker:
    client, history = anthropic.Anthropic(api_key="k", max_retries=0), list[Any]()
    tools: list[Any] = [{"name": one, "input_schema": _SCHEMA} for one in _NAMES]

    def speak(given: Given) -> Heard:
        content: Any = given
        if not isinstance(given, str):
            content = [{"type": "tool_result", "tool_use_id": call.id, "content": text} for call, text in given]
        history.append({"role": "user", "content": content})
        body: Any = {"model": "claude-sonnet-5", "max_tokens": 99, "messages": history, "tools": tools}
        if stream:
            with client.messages.stream(**body) as events:
                said: Any = events.get_final_message()
        else:
            said = client.messages.create(**body)
        history.append({"role": "assistant", "content": said.content})
        uses = [block for block in said.content if block.type == "tool_use"]
        text = "".join(block.text for block in said.content if block.type == "text")
        return text, [Called(one.id, one.name, one.input) for one in uses]

    return speak


def _google(stream: bool) -> Speaker:
    """A chat of the SDK's, which keeps the history itself."""
    client = genai.Client(api_key="k")
    declared: list[Any] = [{"function_declarations": [{"name": one, "parameters_json_schema": _SCHEMA} for one in _NAMES]}]
    chat = client.chats.create(model="gemini-3", config={"tools": declared})

    def speak(given: Given) -> Heard:
        message: Any = given
        if not isinstance(given, str):
            answers = [{"id": call.id, "name": call.name, "response": {"result": text}} for call, text in given]
            message = [genai.types.Part(function_response=genai.types.FunctionResponse(**one)) for one in answers]  # type: ignore[arg-type]
        said = [*chat.send_message_stream(message)] if stream else [chat.send_message(message)]
        parts = [part for one in said for part in one.parts or ()]
        called = [part.function_call for part in parts if part.function_call]
        return "".join(part.text or "" for part in parts), [Called(one.id or "", one.name or "", one.args) for one in called]

    speak.__dict__["client"] = client  # it closes what it has opened when nobody has it
    return speak


def _bedrock(stream: bool) -> Speaker:
    client = boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    history, specs = list[Json](), [{"toolSpec": {"name": one, "inputSchema": {"json": _SCHEMA}}} for one in _NAMES]

    def speak(given: Given) -> Heard:
        content: list[Json] = [{"text": given}]
        if not isinstance(given, str):
            content = [{"toolResult": {"toolUseId": call.id, "content": [{"text": text}]}} for call, text in given]
        history.append({"role": "user", "content": content})
        body: Json = {"modelId": "anthropic.claude-v3", "messages": history, "toolConfig": {"tools": specs}}
        message = _joined(client.converse_stream(**body)["stream"]) if stream else client.converse(**body)["output"]["message"]
        history.append(message)
        uses = [block["toolUse"] for block in message["content"] if "toolUse" in block]
        text = "".join(block.get("text", "") for block in message["content"])
        return text, [Called(one["toolUseId"], one["name"], one["input"]) for one in uses]

    return speak


def _joined(events: Any) -> Json:
    blocks: dict[int, Json] = {}
    with closing(events):
        for event in events:
            match event:
                case {"contentBlockStart": {"contentBlockIndex": index, "start": {"toolUse": use}}}:
                    blocks[index] = {"toolUse": {**use, "input": ""}}
                case {"contentBlockDelta": {"contentBlockIndex": index, "delta": {"text": text}}}:
                    blocks[index] = {"text": blocks.get(index, {"text": ""})["text"] + text}
                case {"contentBlockDelta": {"contentBlockIndex": index, "delta": {"toolUse": {"input": text}}}}:
                    blocks[index]["toolUse"]["input"] += text
                case _:
                    continue
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return {"role": "assistant", "content": [blocks[index] for index in sorted(blocks)]}


def _cohere(stream: bool) -> Speaker:
    client, history = cohere.ClientV2("k"), list[Any]()

    def speak(given: Given) -> Heard:
        history.extend({key: value for key, value in one.items() if key != "name"} for one in _chat_given(given))
        text, calls = "", list[Json]()
        if stream:
            for event in client.chat_stream(model="c", messages=history, tools=_FUNCTIONS):
                match event.type:
                    case "content-delta":
                        text += event.delta.message.content.text  # type: ignore[union-attr]
                    case "tool-call-start":
                        begun = event.delta.message.tool_calls  # type: ignore[union-attr]
                        calls.append({"id": begun.id, "name": begun.function.name, "arguments": begun.function.arguments or ""})  # type: ignore[union-attr]
                    case "tool-call-delta":
                        calls[-1]["arguments"] += event.delta.message.tool_calls.function.arguments  # type: ignore[union-attr]
        else:
            message = client.chat(model="c", messages=history, tools=_FUNCTIONS).message
            text = "".join(one.text for one in message.content or () if one.type == "text")
            calls = [{"id": one.id, **one.function.model_dump()} for one in message.tool_calls or ()]  # type: ignore[union-attr]
        functions = [{"id": one["id"], "type": "function", "function": {k: one[k] for k in ("name", "arguments")}} for one in calls]
        history.append({"role": "assistant", **({"tool_calls": functions} if functions else {"content": text})})
        return text, [Called(one["id"], one["name"], json.loads(one["arguments"])) for one in calls]

    return speak


def _ollama(stream: bool) -> Speaker:
    """Its tool calls have no ids: results come by the tool's name."""
    client, history = ollama.Client(), list[Json]()

    def speak(given: Given) -> Heard:
        if isinstance(given, str):
            history.append({"role": "user", "content": given})
        else:
            history.extend({"role": "tool", "tool_name": call.name, "content": text} for call, text in given)
        body: Json = {"model": "llama3", "messages": history, "tools": _FUNCTIONS}
        said = [*client.chat(**body, stream=True)] if stream else [client.chat(**body)]
        text = "".join(one.message.content or "" for one in said)
        called = [call.function for one in said for call in one.message.tool_calls or ()]
        uses = [{"function": {"name": one.name, "arguments": dict(one.arguments)}} for one in called]
        history.append({"role": "assistant", "content": text, "tool_calls": uses})
        return text, [Called("", one.name, dict(one.arguments)) for one in called]

    return speak


#: Each begins a conversation, streamed or not.
SPEAKERS: Mapping[str, Callable[[bool], Speaker]] = {
    "openai": _openai,
    "responses": _responses(""),
    "responses, by the last one": _responses("response"),
    "responses, by a conversation": _responses("conversation"),
    "anthropic": _anthropic,
    "google": _google,
    "bedrock": _bedrock,
    "cohere": _cohere,
    "mistral": _mistral,
    "ollama": _ollama,
    "groq": _groq,
    "litellm": _litellm,
}
