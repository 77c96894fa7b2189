"""What OpenAI refuses of a response is refused in its words, what it nearly refuses is answered: the SDK's own exception tells."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from openai import AzureOpenAI, BadRequestError, OpenAI

from llm_intercept import Interceptor, intercept, tool_call

USER = {"role": "user", "content": "What is the weather?"}
CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
UNSUPPLIED = "In context=(), 'additionalProperties' is required to be supplied and to be false."
WORDLESS = "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'."
UNMATCHED = "Invalid 'tools[1].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."


def called(one: str, kind: str = "function_call") -> dict[str, Any]:
    return {"type": kind, "call_id": one, "name": "look", "input" if kind.startswith("custom") else "arguments": "{}"}


def result(one: str, kind: str = "function_call_output") -> dict[str, Any]:
    return {"type": kind, "call_id": one, "output": "Sunny."}


def tool(name: str = "look", **more: Any) -> dict[str, Any]:
    return {"tools": [{"type": "custom", "name": "free"}, {"type": "function", "name": name, **more}]}


def shaped(schema: Any, strict: bool = True) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", "name": "city", "schema": schema, "strict": strict}}}


def thought(*after: dict[str, Any]) -> dict[str, Any]:
    return {"input": [USER, {"type": "reasoning", "id": "rs_1", "summary": []}, *after]}


def filed(kind: str, key: str = "content") -> dict[str, Any]:
    parts = [{"type": "input_text", "text": "a"}, {"type": "input_file", "filename": "a", "file_data": f"data:{kind};base64,AAAA"}]
    if key == "output":
        return {"input": [USER, called("a"), {**result("a"), "output": parts}]}
    return {"input": [{"role": "user", "content": parts}]}


def saying(role: str, kind: str) -> dict[str, Any]:
    return {"input": [USER, {"role": role, "content": [{"type": kind, "text": "?"}, {"type": "to_come"}]}]}


def formed(**given: Any) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", **given}}}


TOO_LONG = "string too long. Expected a string with maximum length 64, but got a string with length 65 instead."
PARTS = (
    "Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and "
    "'summary_text'."
)


def unread(where: str) -> str:
    return (
        f"Invalid file data: '{where}'. Expected a base64-encoded data URL with a valid file MIME type (e.g. "
        "'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got unsupported MIME type 'audio/mpeg'. Please see "
        "https://platform.openai.com/docs/assistants/tools/file-search#supported-files for supported file types."
    )


#: The clause, a request that just passes, one that just fails, and the refusal's message, param and code.
ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str, str | None, str | None]] = [
    (
        "tool pairs", {"input": [USER, called("a"), result("a")]}, {"input": [USER, called("a"), USER]},
        "No tool output found for function call a.", "input", None,
    ),
    (
        "tool pairs", {"input": [result("a")], "previous_response_id": "resp_elsewhere"}, {"input": [USER, result("a")]},
        "No tool call found for function call output with call_id a.", "input", None,
    ),
    (
        "tool pairs", {"input": [{"id": "fc_elsewhere"}, result("a")]}, {"input": [called("a"), result("a"), called("b")]},
        "No tool output found for function call b.", "input", None,
    ),
    (
        "tool pairs",
        {"input": [called("a", "custom_tool_call"), result("a", "custom_tool_call_output")]},
        {"input": [USER, result("a", "custom_tool_call_output")]},
        "No tool call found for custom tool call output with call_id a.", "input", None,
    ),
    (
        "reasoning", thought({"type": "message", "role": "assistant", "id": "msg_1", "content": "Hi", "status": "completed"}, USER),
        thought({"role": "assistant", "content": "Hi"}),
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", None,
    ),
    (
        "reasoning", thought(called("a"), result("a")), thought(USER),
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", None,
    ),
    (
        "numbers", {"temperature": 0}, {"temperature": -1},
        "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
        "temperature", "decimal_below_min_value",
    ),
    (
        "numbers", {"max_output_tokens": 16}, {"max_output_tokens": 15},
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
        "max_output_tokens", "integer_below_min_value",
    ),
    (
        "stream_options", {"stream_options": None}, {"stream_options": {"include_obfuscation": False}},
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", None,
    ),
    (
        "json mode", {"input": "In JSON.", "text": {"format": {"type": "json_object"}}},
        {"text": {"format": {"type": "json_object"}}}, WORDLESS, "input", None,
    ),
    ("tool names", tool("a-B_9"), tool("look up"), UNMATCHED, "tools[1].name", "invalid_value"),
    (
        "tool choice", {**tool(), "tool_choice": "required"}, {"tool_choice": "required"},
        "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice", None,
    ),
    (
        "tool choice", {"tool_choice": "auto"}, {"tool_choice": {"type": "function", "name": "look"}},
        "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", None,
    ),
    (
        "function schemas", tool(parameters=CLOSED, strict=True), tool(parameters=OPEN, strict=True),
        f"Invalid schema for function 'look': {UNSUPPLIED}", "tools[1].parameters", "invalid_function_parameters",
    ),
    (
        "strict format", shaped(CLOSED), shaped(OPEN),
        f"Invalid schema for response_format 'city': {UNSUPPLIED}", "text.format.schema", "invalid_json_schema",
    ),
    (
        "files", filed("text/plain"), filed("audio/mpeg"),
        unread("input[0].content[1].file_data"), "input[0].content[1].file_data", "invalid_value",
    ),
    (
        "files", filed("application/pdf", "output"), filed("audio/mpeg", "output"),
        unread("input[2].output[1].file_data"), "input[2].output[1].file_data", "invalid_value",
    ),
    (
        "types", {"temperature": 1, "store": False}, {"store": "no"},
        "Invalid type for 'store': expected a boolean, but got a string instead.", "store", "invalid_type",
    ),
    (
        "values", {"truncation": "auto"}, {"truncation": "none"},
        "Invalid value: 'none'. Supported values are: 'auto' and 'disabled'.", "truncation", "invalid_value",
    ),
    (
        "values", {"text": {"format": {"type": "text"}}}, {"text": {"format": {"type": "json"}}},
        "Invalid value: 'json'. Supported values are: 'text', 'json_object', and 'json_schema'.",
        "text.format.type", "invalid_value",
    ),
    (
        "content", saying("user", "input_text"), saying("user", "text"),
        f"Invalid value: 'text'. {PARTS}", "input[1].content[0]", "invalid_value",
    ),
    (
        "content", saying("assistant", "output_text"), saying("assistant", "input_text"),
        "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.", "input[1].content[0]", "invalid_value",
    ),
    (
        "metadata", {"metadata": {"a": "b"}}, {"metadata": {"a" * 65: "b"}},
        f"Invalid 'metadata.{'a' * 65}': {TOO_LONG}",
        f"metadata.{'a' * 65}", "string_above_max_length",
    ),
    (
        "format", formed(name="a" * 64, schema=CLOSED), formed(schema=CLOSED),
        "Missing required parameter: 'text.format.name'.", "text.format.name", "missing_required_parameter",
    ),
    (
        "format", formed(name=5, schema=CLOSED), formed(name="city"),
        "Missing required parameter: 'text.format.schema'.", "text.format.schema", "missing_required_parameter",
    ),
    (
        "format", formed(name="the-city", schema=CLOSED), formed(name="the city", schema=CLOSED),
        "Invalid 'text.format.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
        "text.format.name", "invalid_value",
    ),
    (
        "format", formed(name="a", schema=CLOSED), formed(name="a" * 65, schema=CLOSED),
        f"Invalid 'text.format.name': {TOO_LONG}",
        "text.format.name", "string_above_max_length",
    ),
    (
        "function schemas", tool(parameters={}), tool(parameters={"properties": {"a": {"type": "array"}}}),
        "Invalid schema for function 'look': In context=('properties', 'a'), array schema missing items.",
        "tools[1].parameters", "invalid_function_parameters",
    ),
]  # fmt: skip

#: Alike, of models that are known by their names: Azure's deployments have any.
NAMED: list[tuple[str, dict[str, Any], dict[str, Any], str, str | None, str | None]] = [
    (
        "reasoning models", {"model": "gpt-5", "temperature": 1}, {"model": "gpt-5", "temperature": 0.7},
        "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", "unsupported_parameter",
    ),
    (
        "reasoning models", {"model": "gpt-5.2", "top_p": 0.5}, {"model": "o4-mini", "top_p": 0.5},
        "Unsupported parameter: 'top_p' is not supported with this model.", "top_p", "unsupported_parameter",
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
    responses = client(api_key="x", max_retries=0, **where).responses
    asked = {"model": "gpt-4o", "input": "What is the weather?"}
    with intercept("Hi") as llm:
        assert responses.create(**{**asked, **passes}).output
        assert llm.calls.last.findings == ()
        with pytest.raises(BadRequestError) as refused:
            responses.create(**{**asked, **fails})
    told = refused.value.response.json()["error"]
    assert (told["message"], told["type"], told["param"]) == (message, "invalid_request_error", param)
    assert told["code"] == (code if code or client is OpenAI else "400")  # Azure has a code in every error
    assert llm.calls.last.findings[0].clause == clause
    with intercept("Hi", contract="off"):
        assert responses.create(**{**asked, **fails}).output


@pytest.mark.parametrize("asked", [tool(parameters=OPEN, strict=False), tool(parameters=OPEN), shaped(OPEN, strict=False)])
def test_what_is_not_strict_may_be_open(asked: dict[str, Any]) -> None:
    with intercept("Hi") as llm:
        OpenAI(api_key="x").responses.create(model="gpt-4o", input="Hi", **asked)
    assert llm.calls.last.findings == ()


def test_what_is_told_elsewhere_may_say_json_and_have_tools() -> None:
    with intercept("Hi") as llm:
        OpenAI(api_key="x").responses.create(
            prompt={"id": "pmpt_1"}, input="Hi", tool_choice="required", text={"format": {"type": "json_object"}}
        )
    assert llm.calls.last.findings == ()


def test_a_kept_turn_s_calls_are_due() -> None:
    client = OpenAI(api_key="x", max_retries=0)
    with intercept() as llm:
        llm.on(prompt="What is the weather?").reply(tool_call("look")).once()
        llm.on().reply("Sunny.")
        first = client.responses.create(model="gpt-4o", input="What is the weather?", **tool())
        (use,) = first.output
        with pytest.raises(BadRequestError, match=f"No tool output found for function call {use.call_id}."):
            client.responses.create(model="gpt-4o", previous_response_id=first.id, input="Well?")
        said = client.responses.create(model="gpt-4o", previous_response_id=first.id, input=[result(use.call_id)])
    assert said.output_text == "Sunny."


def test_deepseek_wants_calls_answered_before_more_is_said() -> None:
    said = {"role": "assistant", "content": "And then"}

    llm = Interceptor("Hi")

    def post(*items: dict[str, Any]) -> httpx2.Response:
        with httpx2.Client(transport=llm.httpx2_transport) as client:
            return client.post("https://api.deepseek.com/responses", json={"model": "deepseek-v4-flash", "input": [*items, USER]})

    assert post(called("a"), called("b"), result("a"), result("b"), said, called("c"), result("c")).status_code == 200
    refused = post(called("a"), said, called("b"), result("a"), result("b"))
    assert (refused.status_code, llm.calls.last.findings[0].clause) == (400, "tool turns")
    assert refused.json()["error"] == {
        "message": "No tool output found for tool call a.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_request_error",
    }
