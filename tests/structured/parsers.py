"""How each SDK is asked for one of the models, and gives it back parsed: by its own `parse` where it has one."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

import anthropic
import boto3
import cohere
import groq
import litellm
import ollama
import openai
from google import genai
from mistralai.client import Mistral
from openai.lib._parsing._completions import type_to_response_format_param
from pydantic import BaseModel

from tests.sdks.ways import entered, settled

__all__ = ["PARSERS", "REFUSED", "client"]

USER: Any = [{"role": "user", "content": "Take it out of this."}]
MESSAGES: Any = {"model": "claude-test", "max_tokens": 999, "messages": USER}
RESPONSES: Any = {"model": "gpt-5", "input": "Take it out of this."}
CHAT: Any = {"model": "gpt-5", "messages": USER}

#: Asks for a model, and gives what was made of it.
Parser = Callable[[type[BaseModel]], Awaitable[Any]]


@cache
def client(name: str) -> Any:
    match name:
        case "openai":
            return openai.OpenAI(api_key="k")
        case "openai async":
            return openai.AsyncOpenAI(api_key="k")
        case "azure":
            return openai.AzureOpenAI(api_key="k", azure_endpoint="https://r.openai.azure.com", api_version="2024-10-21")
        case "anthropic":
            return anthropic.Anthropic(api_key="k")
        case "anthropic async":
            return anthropic.AsyncAnthropic(api_key="k")
        case "google":
            return genai.Client(api_key="k")
        case "mistral":
            return Mistral(api_key="k")
        case "cohere":
            return cohere.ClientV2(api_key="k")
        case "groq":
            return groq.Groq(api_key="k")
        case "ollama":
            return ollama.Client()
        case _:
            return boto3.client("bedrock-runtime", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def chat(name: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        made = await settled(client(name).chat.completions.parse(**CHAT, response_format=model))
        return made.choices[0].message.parsed

    return ask


def chat_stream(name: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        async with entered(client(name).chat.completions.stream(**CHAT, response_format=model)) as stream:
            return (await settled(stream.get_final_completion())).choices[0].message.parsed

    return ask


def responses(name: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        return (await settled(client(name).responses.parse(**RESPONSES, text_format=model))).output_parsed

    return ask


def responses_stream(name: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        async with entered(client(name).responses.stream(**RESPONSES, text_format=model)) as stream:
            return (await settled(stream.get_final_response())).output_parsed

    return ask


def messages(name: str, beta: bool = False) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        owner = client(name).beta if beta else client(name)
        return (await settled(owner.messages.parse(**MESSAGES, output_format=model))).parsed_output

    return ask


def messages_stream(name: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        async with entered(client(name).messages.stream(**MESSAGES, output_format=model)) as stream:
            return (await settled(stream.get_final_message())).parsed_output

    return ask


async def output_config(model: type[BaseModel]) -> Any:
    format_ = {"type": "json_schema", "schema": anthropic.transform_schema(model)}
    message = client("anthropic").messages.create(**MESSAGES, output_config={"format": format_})
    return model.model_validate_json(message.content[0].text)


GENERATE: Any = {"model": "gemini-2.5-flash", "contents": "Take it out of this."}


async def google(model: type[BaseModel]) -> Any:
    asked = {"response_mime_type": "application/json", "response_schema": model}
    return client("google").models.generate_content(**GENERATE, config=asked).parsed


async def google_async(model: type[BaseModel]) -> Any:
    asked = {"response_mime_type": "application/json", "response_schema": model}
    return (await client("google").aio.models.generate_content(**GENERATE, config=asked)).parsed


async def google_json_schema(model: type[BaseModel]) -> Any:
    asked = {"response_mime_type": "application/json", "response_json_schema": model.model_json_schema()}
    return model.model_validate(client("google").models.generate_content(**GENERATE, config=asked).parsed)


async def mistral(model: type[BaseModel]) -> Any:
    made = client("mistral").chat.parse(model="mistral-large-latest", messages=USER, response_format=model)
    return made.choices[0].message.parsed


async def cohered(model: type[BaseModel]) -> Any:
    wanted = cohere.JsonObjectResponseFormatV2(json_schema=model.model_json_schema())
    made = client("cohere").chat(model="command-a-03-2025", messages=USER, response_format=wanted)
    return model.model_validate_json(made.message.content[0].text)


async def groqed(model: type[BaseModel]) -> Any:
    wanted: Any = type_to_response_format_param(model)
    made = client("groq").chat.completions.create(model="openai/gpt-oss-20b", messages=USER, response_format=wanted)
    return model.model_validate_json(made.choices[0].message.content)


async def ollamaed(model: type[BaseModel]) -> Any:
    made = client("ollama").chat(model="llama3.2", messages=USER, format=model.model_json_schema())
    return model.model_validate_json(made.message.content)


async def converse(model: type[BaseModel]) -> Any:
    structure = {"jsonSchema": {"name": "it", "schema": json.dumps(model.model_json_schema())}}
    made = client("bedrock").converse(
        modelId="us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        messages=[{"role": "user", "content": [{"text": "Hi"}]}],
        outputConfig={"textFormat": {"type": "json_schema", "structure": structure}},
    )
    return model.model_validate_json(made["output"]["message"]["content"][0]["text"])


def through_litellm(named: str) -> Parser:
    async def ask(model: type[BaseModel]) -> Any:
        made: Any = litellm.completion(named, messages=USER, api_key="k", response_format=model)
        return model.model_validate_json(made.choices[0].message.content)

    return ask


PARSERS: Mapping[str, Parser] = {
    "openai": chat("openai"),
    "openai async": chat("openai async"),
    "openai stream": chat_stream("openai"),
    "openai async stream": chat_stream("openai async"),
    "azure": chat("azure"),
    "responses": responses("openai"),
    "responses async": responses("openai async"),
    "responses stream": responses_stream("openai"),
    "responses async stream": responses_stream("openai async"),
    "anthropic": messages("anthropic"),
    "anthropic async": messages("anthropic async"),
    "anthropic beta": messages("anthropic", beta=True),
    "anthropic stream": messages_stream("anthropic"),
    "anthropic async stream": messages_stream("anthropic async"),
    "anthropic output_config": output_config,
    "google response_schema": google,
    "google async": google_async,
    "google response_json_schema": google_json_schema,
    "mistral": mistral,
    "cohere": cohered,
    "groq": groqed,
    "ollama": ollamaed,
    "bedrock converse": converse,
    "litellm openai": through_litellm("openai/gpt-4o"),
    "litellm anthropic": through_litellm("anthropic/claude-sonnet-4-5"),
    "litellm gemini": through_litellm("gemini/gemini-2.5-flash"),
}

_NO_TYPE = "Schema must have a 'type', 'anyOf', 'oneOf', or 'allOf' field"
_OPEN = "additionalProperties is only supported in Gemini Enterprise Agent Platform mode"
_EXTRA = "Extra inputs are not permitted"
_DROPPED = "is not in the schema"

_GOOGLES: Mapping[str, str] = {
    **dict.fromkeys(("Resume", "SearchQuery", "Settings"), _OPEN),
    **dict.fromkeys(
        (
            *("LineItem", "Invoice", "Receipt", "Payment", "Drawing", "Formula", "Route", "Matrix", "Palette"),
            *("Outcome[Page[LineItem]]", "Experiment", "Measurement", "Flight", "Loan"),
        ),
        _EXTRA,
    ),
    **dict.fromkeys(("Ticket", "Medication"), "Input should be a valid string"),  # numbers in an enum
}

_UNSUPPLIED = "'additionalProperties' is required to be supplied and to be false"

#: OpenAI's strict schemas have no mappings, sets, or unions told apart by a field; their names are letters, digits, _ and -.
_UNSTRICT = {
    **dict.fromkeys(("SearchQuery", "Settings"), _UNSUPPLIED),
    **dict.fromkeys(("Resume", "Palette"), "'uniqueItems' is not permitted"),
    **dict.fromkeys(("Payment", "Drawing", "Formula"), "'oneOf' is not permitted"),
    **dict.fromkeys(("Page[Source]", "Outcome[Page[LineItem]]"), "string does not match pattern"),
}


#: What an SDK cannot ask for: by the parser and the model, what is said instead. litellm drops, or misspells a reference to, the
#: definitions that a schema for Claude refers to; the provider would refuse it.
REFUSED: Mapping[str, Mapping[str, str]] = {
    **{name: _UNSTRICT for name in PARSERS if name.startswith(("openai", "azure", "litellm openai", "responses"))},
    **{name: {"Settings": _NO_TYPE} for name in PARSERS if name.startswith("anthropic")},
    "google response_schema": _GOOGLES,
    "google async": _GOOGLES,
    "litellm anthropic": dict.fromkeys(("Resume", "Employee", "Node", "Comment", "Plan"), _DROPPED),
}
