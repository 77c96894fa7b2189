"""A conversation in no provider's words, and how each dialect writes it down: one small writer a dialect."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["WRITERS", "Asked", "Choice", "Offer", "Results", "Said", "Use", "User", "Writer"]

Json = dict[str, Any]


@dataclass(frozen=True)
class User:
    """What a user says and shows; an image is its bytes."""

    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Use:
    """A tool call."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True)
class Said:
    """The model's turn."""

    text: str
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Results:
    """What the tools gave, each for the call that it answers."""

    given: tuple[tuple[Use, str], ...]


@dataclass(frozen=True)
class Offer:
    """A tool on offer."""

    name: str
    description: str
    parameters: Json


Choice = tuple[Literal["auto", "none", "required", "named"], str | None]


@dataclass(frozen=True)
class Asked:
    """One call."""

    turns: tuple[User | Said | Results, ...]
    system: str | None = None
    tools: tuple[Offer, ...] = ()
    choice: Choice = ("auto", None)
    schema: Json | None = None
    stream: bool = False


@dataclass(frozen=True)
class Writer:
    """Where a dialect is asked for a model, whether or not with a stream, and what is sent there."""

    url: str
    model: str
    write: Callable[[Asked, str], Json]
    #: Where a stream is asked for, if that is elsewhere.
    streaming_url: str | None = None
    #: The headers that ask for a stream, if it is they that do.
    streaming_headers: Mapping[str, str] | None = None


def _coded(data: bytes) -> str:
    return b64encode(data).decode()


def _url(data: bytes) -> str:
    return f"data:image/png;base64,{_coded(data)}"


def _some(**given: Any) -> Json:
    """What of the keys has a value."""
    return {key: value for key, value in given.items() if value not in (None, [], {})}


def _function(offer: Offer) -> Json:
    return {"name": offer.name, "description": offer.description, "parameters": offer.parameters}


def _openai_messages(asked: Asked, image: Callable[[bytes], Json]) -> Iterator[Json]:
    if asked.system is not None:
        yield {"role": "system", "content": asked.system}
    for turn in asked.turns:
        match turn:
            case User(text, ()):
                yield {"role": "user", "content": text}
            case User(text, images):
                yield {"role": "user", "content": [{"type": "text", "text": text}, *map(image, images)]}
            case Said(text, uses):
                calls = [
                    {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": json.dumps(one.arguments)}}
                    for one in uses
                ]
                yield {"role": "assistant", "content": text or None, **_some(tool_calls=calls)}
            case Results(given):
                yield from ({"role": "tool", "tool_call_id": use.id, "content": text} for use, text in given)


def _image_url(data: bytes) -> Json:
    return {"type": "image_url", "image_url": {"url": _url(data)}}


def _openai_tools(asked: Asked) -> list[Json]:
    return [{"type": "function", "function": _function(one)} for one in asked.tools]


def _openai_choice(asked: Asked, required: str = "required") -> Any:
    mode, name = asked.choice
    named = {"type": "function", "function": {"name": name}}
    return {"auto": "auto", "none": "none", "required": required, "named": named}[mode] if asked.tools else None


def _openai_format(schema: Json | None) -> Json | None:
    return None if schema is None else {"type": "json_schema", "json_schema": {"name": "Answer", "schema": schema}}


def openai_chat(asked: Asked, model: str) -> Json:
    return {
        "model": model,
        "messages": [*_openai_messages(asked, _image_url)],
        **_some(
            tools=_openai_tools(asked),
            tool_choice=_openai_choice(asked),
            response_format=_openai_format(asked.schema),
            stream=asked.stream or None,
        ),
    }


def mistral_chat(asked: Asked, model: str) -> Json:
    messages = [*_openai_messages(asked, lambda data: {"type": "image_url", "image_url": _url(data)})]
    schema = None if asked.schema is None else {"name": "Answer", "schema_definition": asked.schema}
    return {
        "model": model,
        "messages": messages,
        "stream": asked.stream,
        **_some(
            tools=_openai_tools(asked),
            tool_choice=_openai_choice(asked, "any"),
            response_format=None if schema is None else {"type": "json_schema", "json_schema": schema},
        ),
    }


def watsonx_chat(asked: Asked, model: str) -> Json:
    body = openai_chat(asked, model)
    choice = body.pop("tool_choice", None)
    body.pop("stream", None)
    told = {"tool_choice": choice} if isinstance(choice, dict) else _some(tool_choice_option=choice)
    return {**body, "model_id": body.pop("model"), "project_id": "p", **told}


def hugging_face_chat(asked: Asked, model: str) -> Json:
    """As text-generation-inference takes schemas."""
    body = openai_chat(replace(asked, schema=None), model)
    return body | ({} if asked.schema is None else {"response_format": {"type": "json", "value": asked.schema}})


def mistral_conversations(asked: Asked, model: str) -> Json:
    entries: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, images):
                shown = [{"type": "image_url", "image_url": _url(one)} for one in images]
                content = [{"type": "text", "text": text}, *shown] if images else text
                entries.append({"type": "message.input", "role": "user", "content": content})
            case Said(text, uses):
                if text or not uses:
                    entries.append({"type": "message.output", "role": "assistant", "content": text})
                for one in uses:
                    entries.append(
                        {
                            "type": "function.call",
                            "tool_call_id": one.id,
                            "name": one.name,
                            "arguments": json.dumps(one.arguments),
                        }
                    )
            case Results(given):
                entries += [{"type": "function.result", "tool_call_id": use.id, "result": text} for use, text in given]
    schema = None if asked.schema is None else {"name": "Answer", "schema": asked.schema}
    return {
        "model": model,
        "inputs": entries,
        "stream": asked.stream,
        **_some(
            instructions=asked.system,
            tools=_openai_tools(asked),
            completion_args=_some(
                tool_choice=_openai_choice(asked),
                response_format=None if schema is None else {"type": "json_schema", "json_schema": schema},
            ),
        ),
    }


def openai_responses(asked: Asked, model: str) -> Json:
    items: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, ()):
                items.append({"role": "user", "content": text})
            case User(text, images):
                shown = [{"type": "input_image", "image_url": _url(one)} for one in images]
                items.append({"role": "user", "content": [{"type": "input_text", "text": text}, *shown]})
            case Said(text, uses):
                if text or not uses:
                    content = [{"type": "output_text", "text": text, "annotations": []}]
                    items.append({"type": "message", "role": "assistant", "content": content})
                items += [
                    {"type": "function_call", "call_id": one.id, "name": one.name, "arguments": json.dumps(one.arguments)}
                    for one in uses
                ]
            case Results(given):
                items += [{"type": "function_call_output", "call_id": use.id, "output": text} for use, text in given]
    mode, name = asked.choice
    schema = None if asked.schema is None else {"format": {"type": "json_schema", "name": "Answer", "schema": asked.schema}}
    choice = ({"type": "function", "name": name} if mode == "named" else mode) if asked.tools else None
    return {
        "model": model,
        "input": items,
        **_some(
            instructions=asked.system,
            tools=[{"type": "function", "strict": False, **_function(one)} for one in asked.tools],
            tool_choice=choice,
            text=schema,
            stream=asked.stream or None,
        ),
    }


def anthropic(asked: Asked, model: str) -> Json:
    messages: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, ()):
                _beside(messages, "user", {"type": "text", "text": text})
            case User(text, images):
                sources = [{"type": "base64", "media_type": "image/png", "data": _coded(one)} for one in images]
                shown = [{"type": "image", "source": source} for source in sources]
                _beside(messages, "user", {"type": "text", "text": text}, *shown)
            case Said(text, uses):
                said = [{"type": "text", "text": text}] if text or not uses else []
                called = [{"type": "tool_use", "id": one.id, "name": one.name, "input": one.arguments} for one in uses]
                messages.append({"role": "assistant", "content": [*said, *called]})
            case Results(given):
                found = [{"type": "tool_result", "tool_use_id": use.id, "content": text} for use, text in given]
                messages.append({"role": "user", "content": found})
    mode, name = asked.choice
    kind = {"auto": "auto", "none": "none", "required": "any", "named": "tool"}[mode]
    return {
        "model": model,
        "max_tokens": 100,
        "messages": messages,
        **_some(
            system=asked.system,
            tools=[{"name": one.name, "description": one.description, "input_schema": one.parameters} for one in asked.tools],
            tool_choice={"type": kind, **_some(name=name)} if asked.tools else None,
            output_config=None if asked.schema is None else {"format": {"type": "json_schema", "schema": asked.schema}},
            stream=asked.stream or None,
        ),
    }


def _beside(messages: list[Json], role: str, *blocks: Json, key: str = "content") -> None:
    """Add blocks to the last message where it is of the same side: sides take turns."""
    if messages and messages[-1]["role"] == role:
        messages[-1][key] += blocks
    else:
        messages.append({"role": role, key: [*blocks]})


def _without(*keys: str) -> Callable[[Callable[[Asked, str], Json]], Callable[[Asked, str], Json]]:
    """A body without what stands in the path or the headers."""

    def cut(write: Callable[[Asked, str], Json]) -> Callable[[Asked, str], Json]:
        return lambda asked, model: {key: value for key, value in write(asked, model).items() if key not in keys}

    return cut


def gemini(asked: Asked, model: str) -> Json:
    """As the SDK writes functions' parameters unless it is told otherwise: types in capitals."""
    return _gemini(
        asked, lambda one: {"parameters": _capitals(one.parameters)}, lambda schema: {"responseSchema": _capitals(schema)}
    )


def vertex(asked: Asked, model: str) -> Json:
    return _gemini(asked, lambda one: {"parametersJsonSchema": one.parameters}, lambda schema: {"responseJsonSchema": schema})


def _capitals(schema: Any) -> Any:
    match schema:
        case {"type": str(kind)}:
            return {key: _capitals(value) for key, value in schema.items()} | {"type": kind.upper()}
        case dict():
            return {key: _capitals(value) for key, value in schema.items()}
        case _:
            return schema


def _gemini(asked: Asked, parameters: Callable[[Offer], Json], wanted: Callable[[Json], Json]) -> Json:
    contents: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, images):
                shown = [{"inlineData": {"mimeType": "image/png", "data": _coded(one)}} for one in images]
                contents.append({"role": "user", "parts": [{"text": text}, *shown]})
            case Said(text, uses):
                said = [{"text": text}] if text or not uses else []
                called = [{"functionCall": {"id": one.id, "name": one.name, "args": one.arguments}} for one in uses]
                contents.append({"role": "model", "parts": [*said, *called]})
            case Results(given):
                found = [{"id": use.id, "name": use.name, "response": {"result": text}} for use, text in given]
                contents.append({"role": "user", "parts": [{"functionResponse": one} for one in found]})
    mode, name = asked.choice
    called_for = {"auto": "AUTO", "none": "NONE", "required": "ANY", "named": "ANY"}[mode]
    config = {"mode": called_for, **_some(allowedFunctionNames=[name] if name else None)}
    declared = [{"name": one.name, "description": one.description, **parameters(one)} for one in asked.tools]
    schema = None if asked.schema is None else {"responseMimeType": "application/json", **wanted(asked.schema)}
    return {
        "contents": contents,
        **_some(
            systemInstruction=None if asked.system is None else {"role": "user", "parts": [{"text": asked.system}]},
            tools=[{"functionDeclarations": declared}] if declared else None,
            toolConfig={"functionCallingConfig": config} if declared else None,
            generationConfig=schema,
        ),
    }


def interactions(asked: Asked, model: str) -> Json:
    steps: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, images):
                shown = [{"type": "image", "mime_type": "image/png", "data": _coded(one)} for one in images]
                steps.append({"type": "user_input", "content": [{"type": "text", "text": text}, *shown]})
            case Said(text, uses):
                if text or not uses:
                    steps.append({"type": "model_output", "content": [{"type": "text", "text": text}]})
                steps += [{"type": "function_call", "id": one.id, "name": one.name, "arguments": one.arguments} for one in uses]
            case Results(given):
                steps += [{"type": "function_result", "call_id": use.id, "name": use.name, "result": text} for use, text in given]
    mode, name = asked.choice
    allowed = {"allowed_tools": {"mode": "any", "tools": [name]}} if mode == "named" else {"required": "any"}.get(mode, mode)
    return {
        "model": model,
        "input": steps,
        "stream": asked.stream,
        **_some(
            system_instruction=asked.system,
            tools=[{"type": "function", **_function(one)} for one in asked.tools],
            generation_config={"tool_choice": allowed} if asked.tools else None,
            response_format=None
            if asked.schema is None
            else [{"type": "text", "mime_type": "application/json", "schema": asked.schema}],
        ),
    }


def converse(asked: Asked, model: str) -> Json:
    messages: list[Json] = []
    for turn in asked.turns:
        match turn:
            case User(text, images):
                shown = [{"image": {"format": "png", "source": {"bytes": _coded(one)}}} for one in images]
                _beside(messages, "user", {"text": text}, *shown)
            case Said(text, uses):
                said = [{"text": text}] if text or not uses else []
                called = [{"toolUse": {"toolUseId": one.id, "name": one.name, "input": one.arguments}} for one in uses]
                messages.append({"role": "assistant", "content": [*said, *called]})
            case Results(given):
                found = [{"toolResult": {"toolUseId": use.id, "content": [{"text": text}]}} for use, text in given]
                messages.append({"role": "user", "content": found})
    mode, name = asked.choice
    choice = {"auto": {"auto": {}}, "none": None, "required": {"any": {}}, "named": {"tool": {"name": name}}}[mode]
    specs = [{"name": one.name, "description": one.description, "inputSchema": {"json": one.parameters}} for one in asked.tools]
    structure = {"jsonSchema": {"name": "Answer", "schema": json.dumps(asked.schema)}}
    return {
        "messages": messages,
        **_some(
            system=None if asked.system is None else [{"text": asked.system}],
            toolConfig=_some(tools=[{"toolSpec": one} for one in specs], toolChoice=choice) if specs else None,
            outputConfig=None if asked.schema is None else {"textFormat": {"type": "json_schema", "structure": structure}},
        ),
    }


def cohere(asked: Asked, model: str) -> Json:
    mode = {"required": "REQUIRED", "none": "NONE"}.get(asked.choice[0])
    messages = [*_openai_messages(asked, _image_url)]
    for message in messages:
        if message.get("tool_calls") and message["content"]:
            message["tool_plan"] = message.pop("content")
    return {
        "model": model,
        "messages": messages,
        "stream": asked.stream,
        **_some(
            tools=_openai_tools(asked),
            tool_choice=mode if asked.tools else None,
            response_format=None if asked.schema is None else {"type": "json_object", "json_schema": asked.schema},
        ),
    }


def ollama(asked: Asked, model: str) -> Json:
    messages: list[Json] = [] if asked.system is None else [{"role": "system", "content": asked.system}]
    for turn in asked.turns:
        match turn:
            case User(text, images):
                messages.append({"role": "user", "content": text, **_some(images=[*map(_coded, images)])})
            case Said(text, uses):
                called = [{"function": {"name": one.name, "arguments": one.arguments}} for one in uses]
                messages.append({"role": "assistant", "content": text, **_some(tool_calls=called)})
            case Results(given):
                messages += [{"role": "tool", "tool_name": use.name, "content": text} for use, text in given]
    return {
        "model": model,
        "messages": messages,
        "stream": asked.stream,
        **_some(tools=_openai_tools(asked), format=asked.schema),
    }


def dashscope(asked: Asked, model: str) -> Json:
    messages = [*_openai_messages(asked, lambda data: {"image": _url(data)})]
    for message in messages:
        if isinstance(message["content"], list):
            message["content"] = [{"text": part["text"]} if "text" in part else part for part in message["content"]]
        else:
            message["content"] = message["content"] or ""
    return {
        "model": model,
        "input": {"messages": messages},
        "parameters": {
            "result_format": "message",
            **_some(
                tools=_openai_tools(asked),
                tool_choice=_openai_choice(asked),
                response_format=_openai_format(asked.schema),
            ),
        },
    }


_CHATS: Mapping[str, str] = {
    "openai": "api.openai.com/v1",
    "azure": "us.openai.azure.com/openai/v1",
    "groq": "api.groq.com/openai/v1",
    "together": "api.together.xyz/v1",
    "deepseek": "api.deepseek.com",
    "xai": "api.x.ai/v1",
    "openrouter": "openrouter.ai/api/v1",
    "fireworks": "api.fireworks.ai/inference/v1",
    "cerebras": "api.cerebras.ai/v1",
    "huggingface": "router.huggingface.co/v1",
}

_GEMINI = "https://generativelanguage.googleapis.com/v1beta"
_VERTEX = "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1/publishers"
_BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
_CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
_DASHSCOPE = "https://dashscope.aliyuncs.com/api/v1/services/aigc"
_WATSONX = "https://us-south.ml.cloud.ibm.com/ml/v1/text"
_SSE = {"X-DashScope-SSE": "enable"}

_IN_THE_PATH = _without("model", "stream")

#: The dialects, and the flavours that read in ways of their own.
WRITERS: Mapping[str, Writer] = {
    **{f"{name} chat": Writer(f"https://{base}/chat/completions", "m-1", openai_chat) for name, base in _CHATS.items()},
    "text-generation-inference": Writer(
        "https://api-inference.huggingface.co/models/tgi/v1/chat/completions", "tgi", hugging_face_chat
    ),
    "openai responses": Writer("https://api.openai.com/v1/responses", "gpt-5", openai_responses),
    "anthropic messages": Writer("https://api.anthropic.com/v1/messages", "claude-sonnet-5", anthropic),
    "anthropic on vertex": Writer(
        f"{_VERTEX}/anthropic/models/claude-sonnet-5:rawPredict",
        "claude-sonnet-5",
        _IN_THE_PATH(anthropic),
        f"{_VERTEX}/anthropic/models/claude-sonnet-5:streamRawPredict",
    ),
    "anthropic on bedrock": Writer(
        f"{_BEDROCK}/{_CLAUDE}/invoke", _CLAUDE, _IN_THE_PATH(anthropic), f"{_BEDROCK}/{_CLAUDE}/invoke-with-response-stream"
    ),
    "gemini": Writer(
        f"{_GEMINI}/models/gemini-3:generateContent",
        "gemini-3",
        gemini,
        f"{_GEMINI}/models/gemini-3:streamGenerateContent?alt=sse",
    ),
    "gemini interactions": Writer(f"{_GEMINI}/interactions", "gemini-3", interactions),
    "vertex": Writer(
        f"{_VERTEX}/google/models/gemini-3:generateContent",
        "gemini-3",
        vertex,
        f"{_VERTEX}/google/models/gemini-3:streamGenerateContent?alt=sse",
    ),
    "bedrock converse": Writer(f"{_BEDROCK}/{_CLAUDE}/converse", _CLAUDE, converse, f"{_BEDROCK}/{_CLAUDE}/converse-stream"),
    "bedrock nova": Writer(
        f"{_BEDROCK}/amazon.nova-pro-v1:0/invoke",
        "amazon.nova-pro-v1:0",
        converse,
        f"{_BEDROCK}/amazon.nova-pro-v1:0/invoke-with-response-stream",
    ),
    "cohere chat": Writer("https://api.cohere.com/v2/chat", "command-a", cohere),
    "ollama chat": Writer("http://localhost:11434/api/chat", "llama3", ollama),
    "mistral chat": Writer("https://api.mistral.ai/v1/chat/completions", "mistral-large", mistral_chat),
    "mistral conversations": Writer("https://api.mistral.ai/v1/conversations", "mistral-large", mistral_conversations),
    "dashscope generation": Writer(f"{_DASHSCOPE}/text-generation/generation", "qwen-max", dashscope, streaming_headers=_SSE),
    "dashscope multimodal": Writer(
        f"{_DASHSCOPE}/multimodal-generation/generation", "qwen-vl-max", dashscope, streaming_headers=_SSE
    ),
    "watsonx chat": Writer(
        f"{_WATSONX}/chat?version=2024-10-08", "ibm/granite", watsonx_chat, f"{_WATSONX}/chat_stream?version=2024-10-08"
    ),
}
