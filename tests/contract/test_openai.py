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


def asking(*content: Any, role: str = "user", **more: Any) -> dict[str, Any]:
    return {"messages": [USER, {"role": role, "content": list(content), **more}]}


def image(data: str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB") -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def told(content: Any, **more: Any) -> dict[str, Any]:
    return {"messages": [USER, {"role": "assistant", "content": content, **more}]}


def formed(**given: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": given}}


def within(levels: int) -> dict[str, Any]:
    """A closed schema of so many objects, one inside the other."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}
    return schema


def wide(count: int) -> dict[str, Any]:
    """A closed schema of so many properties."""
    names = [f"p{number}" for number in range(count)]
    properties = {name: {"type": "string"} for name in names}
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def valued(count: int) -> dict[str, Any]:
    """A closed schema whose property has so many values."""
    return {**CLOSED, "properties": {"a": {"enum": [str(number) for number in range(count)]}}}


def schema_of(inner: dict[str, Any]) -> dict[str, Any]:
    return shaped({**CLOSED, "properties": {"a": inner}})


def refused_format(why: str) -> str:
    return f"Invalid schema for response_format 'city': {why}"


def unknown(kind: str) -> str:
    return f"Invalid value: '{kind}'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'."


PIXELS = (
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
    "['png', 'jpeg', 'gif', 'webp']."
)
TEXT = {"type": "text", "text": "?"}
SOUND = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}
MISPLACED = (
    "Invalid 'messages[1]'. Image URLs are only allowed for messages with role 'user', but this message with role 'system' "
    "contains an image URL."
)
TOO_MANY = (
    "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties "
    "instead."
)
LONG = "Invalid 'metadata.a': string too long. Expected a string with maximum length 512, but got a string with length 513 instead."
NO_CONTENT = "Invalid value for 'content': expected a string, got null."
OLD = (
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported "
    "models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs"
)
FORMAT = "response_format.json_schema"
JSON = [{"role": "user", "content": "In JSON."}]

#: Alike, of models that are known by their names: Azure's deployments have any.
NAMED: list[tuple[str, dict[str, Any], dict[str, Any], str, str | None, str | None]] = [
    (
        "reasoning models", {"model": "gpt-4o", "max_tokens": 9}, {"model": "o3", "max_tokens": 9},
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "max_tokens", "unsupported_parameter",
    ),
    (
        "reasoning models", {"model": "gpt-5-mini", "temperature": 1}, {"model": "gpt-5-mini", "temperature": 0.7},
        "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
        "temperature", "unsupported_value",
    ),
    (
        "reasoning models", {"model": "gpt-5.2", "temperature": 0}, {"model": "o3-mini-2025-01-31", "temperature": 0},
        "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", "unsupported_parameter",
    ),
    (
        "reasoning models", {"model": "gpt-5", "logprobs": False, "top_p": 1, "presence_penalty": 0, "logit_bias": {}},
        {"model": "gpt-5", "logit_bias": {"1": 2}},
        "Unsupported parameter: 'logit_bias' is not supported with this model.", "logit_bias", "unsupported_parameter",
    ),
    (
        "models without stop", {"model": "o3-mini", "stop": ["a"]}, {"model": "gpt-5-mini", "stop": ["a"]},
        "Unsupported parameter: 'stop' is not supported with this model.", "stop", "unsupported_parameter",
    ),
    (
        "models without system", {"model": "o1-mini"},
        {"model": "o1-mini", "messages": [USER, {"role": "developer", "content": "!"}]},
        "Unsupported value: 'messages[1].role' does not support 'developer' with this model.",
        "messages[1].role", "unsupported_value",
    ),
    (
        "models without search", {"model": "gpt-4o-search-preview", "web_search_options": {}}, {"web_search_options": {}},
        "Web search options not supported with this model.", "web_search_options", None,
    ),
    (
        "models without schemas", {"model": "gpt-4", "messages": JSON, "response_format": {"type": "json_object"}},
        {"model": "gpt-4", **shaped(CLOSED)}, OLD, None, None,
    ),
    (
        "content", {**asking(SOUND), "model": "gpt-4o-audio-preview"}, asking(SOUND),
        "Invalid 'messages[1]'. Content blocks are expected to be either text or image_url type.", "messages[1]", "invalid_value",
    ),
]  # fmt: skip

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
        "top_logprobs", {"top_logprobs": 0}, {"top_logprobs": 2},
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
        "types", {"temperature": 1, "seed": 2.0, "user": None}, {"temperature": "1"},
        "Invalid type for 'temperature': expected a decimal, but got a string instead.", "temperature", "invalid_type",
    ),
    (
        "types", {"seed": -5}, {"seed": 1.5},
        "Invalid type for 'seed': expected an integer, but got a decimal instead.", "seed", "invalid_type",
    ),
    (
        "types", {"logprobs": False}, {"logprobs": 1},
        "Invalid type for 'logprobs': expected a boolean, but got an integer instead.", "logprobs", "invalid_type",
    ),
    (
        "values", {**tool(), "tool_choice": "required"}, {**tool(), "tool_choice": "any"},
        "Invalid value: 'any'. Supported values are: 'none', 'auto', and 'required'.", "tool_choice", "invalid_value",
    ),
    (
        "values", {"response_format": {"type": "text"}}, {"response_format": {"type": "json"}},
        "Invalid value: 'json'. Supported values are: 'text', 'json_object', and 'json_schema'.",
        "response_format.type", "invalid_value",
    ),
    ("content", told("", tool_calls=None), told(None), NO_CONTENT, "messages.[1].content", None),
    (
        "content", {"messages": [USER, ASKED_OF_OLD, {"role": "function", "name": "look", "content": None}]},
        {"messages": [USER, {"role": "user", "content": None}]}, NO_CONTENT, "messages.[1].content", None,
    ),
    (
        "content", told(None, refusal="No."), {"messages": [{"role": "user", "content": None}]},
        NO_CONTENT, "messages.[0].content", None,
    ),
    (
        "content", {"messages": [USER]}, told("Hi", tool_calls=[]),
        "Invalid 'messages[1].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "messages[1].tool_calls", "empty_array",
    ),
    (
        "content", asking(TEXT, {"type": "to_come"}), asking(TEXT, {"type": "input_text", "text": "?"}),
        unknown("input_text"), "messages[1].content[1].type", "invalid_value",
    ),
    (
        "content", asking(image()), asking(image(), role="system"),
        MISPLACED, "messages[1]", "invalid_value",
    ),
    (
        "content", asking(image("UklGRiQAAABXRUJQVlA4IBgA")), asking(image("UGxlYXNlIHNldCBhIHVzZXI")),
        PIXELS, None, "invalid_image_format",
    ),
    ("content", asking(image("AAAA")), asking(TEXT, image("A" * 40)), PIXELS, None, "invalid_image_format"),
    (
        "content", asking({"type": "image_url", "image_url": "x"}, {"type": "image_url", "image_url": {"url": "https://a/b.png"}}),
        asking({"type": "tool_result"}), unknown("tool_result"), "messages[1].content[0].type", "invalid_value",
    ),
    (
        "metadata", {"metadata": dict.fromkeys(map(str, range(16)), "")}, {"metadata": dict.fromkeys(map(str, range(17)), "")},
        TOO_MANY, "metadata", "object_above_max_properties",
    ),
    (
        "metadata", {"metadata": {"a" * 64: "b" * 512}}, {"metadata": {"a": "b" * 513}},
        LONG, "metadata.a", "string_above_max_length",
    ),
    (
        "metadata", {"metadata": None}, {"metadata": {"a": 1}},
        "Invalid type for 'metadata.a': expected a string, but got an integer instead.", "metadata.a", "invalid_type",
    ),
    (
        "one limit", {"max_tokens": 5}, {"max_tokens": 5, "max_completion_tokens": 5},
        "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
        "max_tokens", "invalid_parameter_combination",
    ),
    (
        "tools", {"tools": None}, {"tools": []},
        "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "tools", "empty_array",
    ),
    (
        "tools", {"tools": tool()["tools"][1:] * 128}, {"tools": tool()["tools"][1:] * 129},
        "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
        "tools", "array_above_max_length",
    ),
    (
        "chosen tool", {**tool(), "tool_choice": {"type": "function", "function": {"name": "look"}}},
        {**tool(), "tool_choice": {"type": "function", "function": {"name": "lick"}}},
        "Tool choice 'lick' not found in 'tools' parameter.", "tool_choice", None,
    ),
    (
        "tool choice", {"functions": [{"name": "look"}], "function_call": "auto"}, {"function_call": "auto"},
        "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.", "function_call", None,
    ),
    (
        "tool pairs", {"messages": [USER, called("a"), result("a")]},
        {"messages": [USER, called("a"), {"role": "tool", "content": "Sunny."}]},
        "Missing required parameter: 'messages[2].tool_call_id'.", "messages[2].tool_call_id", "missing_required_parameter",
    ),
    (
        "format", formed(name="a"), {"response_format": {"type": "json_schema"}},
        f"Missing required parameter: '{FORMAT}'.", FORMAT, "missing_required_parameter",
    ),
    (
        "format", formed(name=5), formed(schema=CLOSED),
        f"Missing required parameter: '{FORMAT}.name'.", f"{FORMAT}.name", "missing_required_parameter",
    ),
    (
        "format", formed(name="a" * 64, strict=True, schema=CLOSED), formed(name="a", strict=True),
        f"Missing required parameter: '{FORMAT}.schema'.", f"{FORMAT}.schema", "missing_required_parameter",
    ),
    (
        "format", formed(name="my-schema", schema={}), formed(name="my schema", schema={}),
        f"Invalid '{FORMAT}.name': string does not match pattern. Expected a string that matches the pattern '{PATTERN}'.",
        f"{FORMAT}.name", "invalid_value",
    ),
    (
        "strict format", schema_of({"const": "b"}), schema_of({"oneOf": [{"type": "string"}]}),
        refused_format("In context=('properties', 'a'), 'oneOf' is not permitted."), "response_format", None,
    ),
    (
        "strict format", schema_of({"enum": ["b"]}), schema_of({"description": "b"}),
        refused_format("In context=('properties', 'a'), schema must have a 'type' key."), "response_format", None,
    ),
    (
        "strict format", shaped(within(10)), shaped(within(11)),
        refused_format("11 levels of nesting exceeds limit of 10."), "response_format", None,
    ),
    (
        "strict format", shaped(wide(5000)), shaped(wide(5001)),
        refused_format("5001 object properties exceeds limit of 5000."), "response_format", None,
    ),
    (
        "strict format", shaped(valued(1000)), shaped(valued(1001)),
        refused_format("1001 enum values exceeds limit of 1000."), "response_format", None,
    ),
    (
        "strict format", shaped({"$ref": "#/$defs/a", "$defs": {"a": CLOSED}}), shaped({"anyOf": [CLOSED]}),
        refused_format("schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."), "response_format", None,
    ),
    (
        "function schemas", tool(parameters={}), tool(parameters={"type": "string"}),
        "Invalid schema for function 'look': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
        "tools[1].function.parameters", "invalid_function_parameters",
    ),
    (
        "function schemas", tool(parameters={"properties": {"a": {"type": "array", "items": {}}}}),
        tool(parameters={"properties": {"a": {"type": "array"}}}),
        "Invalid schema for function 'look': In context=('properties', 'a'), array schema missing items.",
        "tools[1].function.parameters", "invalid_function_parameters",
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
        "function schemas", tool(parameters=CLOSED, strict=True), tool(parameters=OPEN, strict=True),
        f"Invalid schema for function 'look': In context=(), {UNSUPPLIED}",
        "tools[1].function.parameters", "invalid_function_parameters",
    ),
    (
        "function schemas", tool(parameters=OPEN, strict=False), tool(parameters={"type": "array"}, strict=True),
        "Invalid schema for function 'look': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
        "tools[1].function.parameters", "invalid_function_parameters",
    ),
]  # fmt: skip


CASES = [(client, *row) for row in ROWS for client in (OpenAI, AzureOpenAI)] + [(OpenAI, *row) for row in NAMED]


@pytest.mark.parametrize(
    ("client", "clause", "passes", "fails", "message", "param", "code"),
    CASES,
    ids=[f"{row[0].__name__} {row[4][:60]}" for row in CASES],
)
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
    error = refused.value.response.json()["error"]
    assert (error["message"], error["type"], error["param"]) == (message, "invalid_request_error", param)
    assert error["code"] == (code if code or client is OpenAI else "400")  # Azure has a code in every error
    assert llm.calls.last.findings[0].clause == clause
    with intercept("Hi", contract="off"):
        assert chat.create(**{**asked, **fails}).choices


def test_others_who_speak_this_dialect_are_laxer() -> None:
    with intercept("Hi"):
        said = OpenAI(api_key="x", base_url="https://api.groq.com/openai/v1").chat.completions.create(
            model="m", messages=[result("a")]
        )
    assert said.choices[0].message.content == "Hi"


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/v1", "https://gateway.example/openai/v1", "https://me.services.ai.azure.com/models"]
)
def test_so_may_be_who_answers_elsewhere(url: str) -> None:
    with intercept("Hi") as llm:
        OpenAI(api_key="x", base_url=url).chat.completions.create(model="m", messages=[result("a")])
    assert llm.calls.one.findings == ()


def test_what_is_no_list_of_properties_has_none() -> None:
    with intercept("Hi") as llm:
        chat = OpenAI(api_key="x").chat.completions
        chat.create(model="gpt-4o", messages=[USER], **shaped({**CLOSED, "properties": 5}))
    assert llm.calls.one.findings == ()


def test_a_deployment_of_azure_s_may_have_any_name() -> None:
    with intercept("Hi") as llm:
        azure = AzureOpenAI(api_key="x", azure_endpoint="https://a.openai.azure.com", api_version="2025-04-01")
        azure.chat.completions.create(model="o3", messages=[USER], max_tokens=9)
    assert llm.calls.last.findings == ()
