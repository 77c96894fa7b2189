"""What OpenAI refuses of a chat is refused in its words, and what it nearly refuses is answered: the SDK's own exception tells."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, OpenAI

from llm_intercept import intercept

USER = {"role": "user", "content": "What is the weather?"}


def called(*ids: str) -> dict[str, Any]:
    uses = [{"id": one, "type": "function", "function": {"name": "look", "arguments": "{}"}} for one in ids]
    return {"role": "assistant", "tool_calls": uses}


def result(one: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": one, "content": "Sunny."}


def tool(name: str = "look", **more: Any) -> dict[str, Any]:
    return {"tools": [{"type": "custom", "custom": {"name": "free"}}, {"type": "function", "function": {"name": name, **more}}]}


def shaped(schema: Any, strict: bool = True) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": schema, "strict": strict}}}


CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
UNSUPPLIED = "'additionalProperties' is required to be supplied and to be false."
DUE = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "The following tool_call_ids did not have response messages: "
)
ALONE = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."


TOO_LONG = (
    "Invalid 'tools[1].function.name': string too long. Expected a string with maximum length 64, but got a string with length 65 "
    "instead."
)
PATTERN = "^[a-zA-Z0-9_-]+$"
NO_MATCH = (
    f"Invalid 'tools[1].function.name': string does not match pattern. Expected a string that matches the pattern '{PATTERN}'."
)
INCOMPLETE = (
    "Invalid schema for response_format 'city': In context=(), 'required' is required to be supplied and to be an array including "
    "every key in properties. Missing 'a'."
)


ASKED_OF_OLD = {"role": "assistant", "function_call": {"name": "look", "arguments": "{}"}}


def nested(inner: Any) -> dict[str, Any]:
    """A closed schema with another in each place that has schemas."""
    places = {"b": {"anyOf": [{"type": "null"}, inner]}, "c": {"type": "array", "items": CLOSED}, "d": True}
    return {
        "type": "object", "properties": places, "required": ["b", "c", "d"], "additionalProperties": False, "$defs": {"e": CLOSED}
    }  # fmt: skip


#: The clause, a request that just passes, one that just fails, and the refusal's message, param and code.
ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str, str | None, str | None]] = [
    (
        "messages", {"messages": [USER]}, {"messages": []},
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "messages", "empty_array",
    ),
    (
        "tool pairs", {"messages": [USER, called("a"), result("a")]}, {"messages": [USER, result("a")]},
        ALONE, "messages.[1].role", None,
    ),
    ("tool pairs", {"messages": [USER]}, {"messages": [result("a"), USER]}, ALONE, "messages.[0].role", None),
    (
        "tool pairs", {"messages": [USER, called("a", "b"), result("b"), result("a")]},
        {"messages": [USER, called("a", "b"), result("b"), USER]}, DUE + "a", "messages.[3].role", None,
    ),
    (
        "tool pairs", {"messages": [USER, ASKED_OF_OLD, {"role": "function", "name": "look", "content": "Sunny."}]},
        {"messages": [USER, called("a", "b")]}, DUE + "a, b", "messages.[2].role", None,
    ),
    (
        "tool pairs", {"messages": [USER, called("a"), result("a"), result("a")]},
        {"messages": [USER, called("a"), result("a"), result("c")]},
        "Invalid parameter: 'tool_call_id' of 'c' not found in 'tool_calls' of previous message.",
        "messages.[3].tool_call_id", None,
    ),
    (
        "numbers", {"temperature": 2}, {"temperature": 2.1},
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.1 instead.",
        "temperature", "decimal_above_max_value",
    ),
    (
        "numbers", {"presence_penalty": -2}, {"presence_penalty": -3},
        "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got -3 instead.",
        "presence_penalty", "decimal_below_min_value",
    ),
    (
        "numbers", {"max_completion_tokens": 1}, {"max_completion_tokens": 0},
        "Invalid 'max_completion_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        "max_completion_tokens", "integer_below_min_value",
    ),
    (
        "stop", {"stop": ["a", "b", "c", "d"]}, {"stop": ["a", "b", "c", "d", "e"]},
        "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
        "stop", "array_above_max_length",
    ),
    (
        "top_logprobs", {"top_logprobs": 2, "logprobs": True}, {"top_logprobs": 2},
        "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", None,
    ),
    (
        "stream_options", {"stream_options": None}, {"stream_options": {"include_usage": True}},
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", None,
    ),
    (
        "json mode", {"messages": [{"role": "user", "content": "In JSON."}], "response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_object"}},
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", None,
    ),
    (
        "reasoning models", {"model": "gpt-4o", "max_tokens": 9}, {"model": "o3", "max_tokens": 9},
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "max_tokens", "unsupported_parameter",
    ),
    (
        "tool names", tool("a" * 64), tool("a" * 65),
        TOO_LONG, "tools[1].function.name", "string_above_max_length",
    ),
    (
        "tool names", tool("a-B_9"), tool("look up"),
        NO_MATCH, "tools[1].function.name", "invalid_value",
    ),
    (
        "tool choice", {**tool(), "tool_choice": "auto"}, {"tool_choice": "auto"},
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice", None,
    ),
    (
        "strict format", shaped(CLOSED), shaped(OPEN),
        f"Invalid schema for response_format 'city': In context=(), {UNSUPPLIED}", "response_format", None,
    ),
    (
        "strict format", shaped(OPEN, strict=False), shaped(nested(OPEN)),
        f"Invalid schema for response_format 'city': In context=('properties', 'b', 'anyOf', '1'), {UNSUPPLIED}",
        "response_format", None,
    ),
    (
        "strict format", shaped(nested(CLOSED)), shaped({**CLOSED, "required": []}),
        INCOMPLETE, "response_format", None,
    ),
    (
        "strict tools", tool(parameters=CLOSED, strict=True), tool(parameters=OPEN, strict=True),
        f"Invalid schema for function 'look': In context=(), {UNSUPPLIED}",
        "tools[1].function.parameters", "invalid_function_parameters",
    ),
    (
        "strict tools", tool(parameters=OPEN, strict=False), tool(parameters={"type": "array"}, strict=True),
        "Invalid schema for function 'look': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
        "tools[1].function.parameters", "invalid_function_parameters",
    ),
]  # fmt: skip


@pytest.mark.parametrize("client", [OpenAI, AzureOpenAI])
@pytest.mark.parametrize(("clause", "passes", "fails", "message", "param", "code"), ROWS, ids=[row[3][:60] for row in ROWS])
def test_what_just_fails_is_refused_in_openai_s_words(
    client: Any, clause: str, passes: dict[str, Any], fails: dict[str, Any], message: str, param: str, code: str
) -> None:
    where = {"azure_endpoint": "https://a.openai.azure.com", "api_version": "2025-04-01"} if client is AzureOpenAI else {}
    chat = client(api_key="x", max_retries=0, **where).chat.completions
    asked = {"model": "gpt-4o", "messages": [USER]}
    with intercept() as llm:
        assert chat.create(**{**asked, **passes}).choices
        assert llm.calls.last.findings == ()
        with pytest.raises(BadRequestError) as refused:
            chat.create(**{**asked, **fails})
    told = refused.value.response.json()["error"]
    assert (told["message"], told["type"], told["param"]) == (message, "invalid_request_error", param)
    assert told["code"] == (code if code or client is OpenAI else "400")  # Azure has a code in every error
    assert llm.calls.last.findings[0].clause == clause
    with intercept("Hi", contract="off"):
        assert chat.create(**{**asked, **fails}).choices


def test_others_who_speak_this_dialect_are_laxer() -> None:
    with intercept("Hi"):
        said = OpenAI(api_key="x", base_url="https://api.groq.com/openai/v1").chat.completions.create(
            model="m", messages=[result("a")]
        )
    assert said.choices[0].message.content == "Hi"
