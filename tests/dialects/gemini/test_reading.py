"""What is asked, read from Google's requests in either spelling."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import Interceptor
from llm_intercept.call import Message, Tool, ToolChoice, ToolUse
from llm_intercept.dialects.gemini.schemas import json_schema
from tests.dialects.gemini.asked import ASKED, GEMINI, VERTEX, post

HOST = "https://generativelanguage.googleapis.com"
CLOUD = "https://aiplatform.googleapis.com"


def read(body: Any, url: str = f"{GEMINI}:generateContent") -> Any:
    llm = Interceptor("Hi", contract="off")
    answer = post(llm, url, body)
    assert answer.status == 200, answer.content
    return llm.calls.one.call


@pytest.mark.parametrize(
    ("url", "provider", "model"),
    [
        (f"{HOST}/v1/models/gemini-2.5-flash:generateContent", "gemini", "gemini-2.5-flash"),
        (f"{HOST}/v1alpha/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=k", "gemini", "gemini-2.5-flash"),
        (f"{HOST}/v1beta/models/gemini-2.5-flash%3AgenerateContent", "gemini", "gemini-2.5-flash"),
        (f"{HOST}/v1beta/models/my%20model:generateContent", "gemini", "my model"),
        (f"{HOST}/v1beta/tunedModels/mine-7:generateContent", "gemini", "tunedModels/mine-7"),
        (f"{HOST}/v1beta/models/gemini-2.5-flash:countTokens", "gemini", "gemini-2.5-flash"),
        (f"{VERTEX}:generateContent", "vertex", "gemini-2.5-flash"),
        (f"{VERTEX}:streamGenerateContent?alt=sse", "vertex", "gemini-2.5-flash"),
        (f"{CLOUD}/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent", "vertex", "gemini-2.5-flash"),
        (f"{CLOUD}/v1/projects/p/locations/l/publishers/meta/models/llama-4:generateContent", "vertex", "meta/llama-4"),
        (f"{CLOUD}/v1/projects/p/locations/l/endpoints/7:generateContent", "vertex", "projects/p/locations/l/endpoints/7"),
        (f"{CLOUD}/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:countTokens", "vertex", "gemini-2.5-flash"),
    ],
)
def test_the_path_names_the_model(url: str, provider: str, model: str) -> None:
    call = read(ASKED, url)
    assert (call.provider, call.model) == (provider, model)
    assert call.stream is ("stream" in url)


def test_a_gateways_path_names_the_model_too() -> None:
    llm = Interceptor("Hi")
    assert post(llm, "https://gateway.test/google/v1beta/models/gemini-2.5-flash:generateContent").status == 200
    assert (llm.calls.one.provider, llm.calls.one.model) == ("gemini", "gemini-2.5-flash")


@pytest.mark.parametrize("spelling", ["camel", "snake"])
def test_the_history_is_read_in_either_spelling(spelling: str) -> None:
    names = {
        "system": "systemInstruction",
        "call": "functionCall",
        "response": "functionResponse",
        "sign": "thoughtSignature",
        "data": "inlineData",
    }
    if spelling == "snake":
        names = {
            "system": "system_instruction",
            "call": "function_call",
            "response": "function_response",
            "sign": "thought_signature",
            "data": "inline_data",
        }
    contents = [
        {"role": "user", "parts": [{"text": "Hello "}, {names["data"]: {"mimeType": "image/png", "data": "aa"}}, {"text": "you"}]},
        {
            "role": "model",
            "parts": [
                {"text": "hm", "thought": True},
                {"text": "Look."},
                {names["call"]: {"name": "now", "args": {"a": 1}}, names["sign"]: "aa"},
                {names["call"]: {"id": "7", "name": "now"}},
            ],
        },
        {
            "role": "function",
            "parts": [
                {names["response"]: {"name": "now", "response": {"result": "noon"}}},
                {names["response"]: {"id": "7", "name": "now", "response": {"hour": 12, "zone": "UTC"}}},
                {names["response"]: {"name": "then", "response": {"output": [1]}}},
            ],
        },
        {"parts": {"text": "And now?"}},
    ]
    call = read({names["system"]: {"parts": {"text": "Be brief."}}, "contents": contents})
    first, second, third = contents[2]["parts"]
    assert call.messages == (
        Message("system", "Be brief.", raw={"parts": {"text": "Be brief."}}),
        Message("user", "Hello you", raw=contents[0]),
        Message("assistant", "Look.", (ToolUse("now", "now", {"a": 1}), ToolUse("7", "now", {})), raw=contents[1]),
        Message("tool", "noon", tool_use_id="now", raw=first[names["response"]]),
        Message("tool", '{"hour":12,"zone":"UTC"}', tool_use_id="7", raw=second[names["response"]]),
        Message("tool", "[1]", tool_use_id="then", raw=third[names["response"]]),
        Message("user", "And now?", raw=contents[3]),
    )


def test_chunks_of_a_stream_in_the_history_are_one_turn() -> None:
    chunks = [
        {"role": "model", "parts": [{"text": "Lo"}]},
        {"role": "model", "parts": {"text": "ok."}},
        {"role": "model", "parts": [{"functionCall": {"name": "now"}}]},
        {"role": "model", "parts": [{"text": ""}]},
    ]
    call = read({"contents": [{"parts": [{"text": "Hi"}]}, *chunks, {"parts": [{"text": "Again"}]}]})
    parts = [{"text": "Lo"}, {"text": "ok."}, {"functionCall": {"name": "now"}}, {"text": ""}]
    said = Message("assistant", "Look.", (ToolUse("now", "now", {}),), raw={"role": "model", "parts": parts})
    assert call.messages[1:-1] == (said,)
    assert (call.turn, call.step) == (1, 0)


def test_a_response_without_an_id_answers_the_next_call_of_its_name() -> None:
    calls = [{"functionCall": {"id": one, "name": name}} for one, name in (("a", "now"), ("b", "now"), ("c", "then"))]
    answers = [{"functionResponse": {"name": name}} for name in ("then", "now", "now", "now", "never")]
    call = read({"contents": [{"role": "model", "parts": calls}, {"role": "user", "parts": answers}]})
    assert [message.tool_use_id for message in call.messages[1:]] == ["c", "a", "b", "now", "never"]


def test_what_is_said_beside_a_response_is_a_message_of_its_own() -> None:
    parts = [{"functionResponse": {"name": "now", "response": {}}}, {"text": "Well?"}]
    call = read({"contents": {"role": "user", "parts": parts}, "systemInstruction": "Be brief."})
    assert [(message.role, message.text) for message in call.messages] == [
        ("system", "Be brief."),
        ("tool", "{}"),
        ("user", "Well?"),
    ]


SCHEMA = {
    "type": "OBJECT",
    "properties": {
        "type": {"type": "STRING", "nullable": True},
        "tags": {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "1", "max_items": 3},
        "either": {"anyOf": [{"type": "INTEGER"}, {"type": "NULL"}]},
        "any": True,
    },
    "property_ordering": ["type", "tags"],
    "required": ["type"],
}
JSON_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "either": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "any": True,
    },
    "propertyOrdering": ["type", "tags"],
    "required": ["type"],
}


@pytest.mark.parametrize(
    ("tools", "read_as"),
    [
        ([{"functionDeclarations": [{"name": "f", "description": "d", "parameters": SCHEMA}]}], Tool("f", "d", JSON_SCHEMA)),
        ([{"function_declarations": [{"name": "f", "parametersJsonSchema": JSON_SCHEMA}]}], Tool("f", "", JSON_SCHEMA)),
        ([{"functionDeclarations": {"name": "f", "parameters_json_schema": JSON_SCHEMA}}], Tool("f", "", JSON_SCHEMA)),
        ([{"functionDeclarations": [{"name": "f"}]}], Tool("f")),
        ([{"googleSearch": {}}], Tool("google_search", kind="google_search")),
        ([{"code_execution": {}}], Tool("code_execution", kind="code_execution")),
        ({"urlContext": {}}, Tool("url_context", kind="url_context")),
    ],
)
def test_tools_are_read(tools: Any, read_as: Tool) -> None:
    assert read({**ASKED, "tools": tools}).tools == (read_as,)


@pytest.mark.parametrize(
    ("config", "choice"),
    [
        ({"functionCallingConfig": {"mode": "ANY"}}, ToolChoice("required")),
        ({"function_calling_config": {"mode": "any", "allowed_function_names": ["f"]}}, ToolChoice("named", "f")),
        ({"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f", "g"]}}, ToolChoice("required", None, ("f", "g"))),
        ({"functionCallingConfig": {"mode": "NONE"}}, ToolChoice("none")),
        ({"functionCallingConfig": {"mode": "VALIDATED"}}, ToolChoice()),
        ({"functionCallingConfig": {"mode": "AUTO"}}, ToolChoice()),
        ({"includeServerSideToolInvocations": True}, ToolChoice()),
        ({}, ToolChoice()),
    ],
)
def test_the_tool_choice_is_read(config: Any, choice: ToolChoice) -> None:
    assert read({**ASKED, "toolConfig": config}).tool_choice == choice


@pytest.mark.parametrize(
    ("config", "schema"),
    [
        ({"responseSchema": SCHEMA}, JSON_SCHEMA),
        ({"response_schema": SCHEMA}, JSON_SCHEMA),
        ({"responseJsonSchema": JSON_SCHEMA}, JSON_SCHEMA),
        ({"response_json_schema": JSON_SCHEMA}, JSON_SCHEMA),
        ({"responseFormat": [{"image": {}}, {"text": {"schema": JSON_SCHEMA}}]}, JSON_SCHEMA),
        ({"responseFormat": {"text": {"mimeType": "text/plain"}}}, None),
        ({"responseFormat": {"text": {"mimeType": "APPLICATION_JSON"}}}, {"type": "object"}),
        ({"responseMimeType": "application/json"}, {"type": "object"}),
        ({"responseMimeType": "text/plain"}, None),
    ],
)
def test_the_schema_is_read_as_json_schema(config: Any, schema: Any) -> None:
    assert read({**ASKED, "generationConfig": config}).schema == schema


def test_the_number_of_candidates_is_read() -> None:
    assert read({**ASKED, "generation_config": {"candidate_count": 3}}).n == 3


BAD: dict[str, Any] = {
    "not JSON": b"{",
    "no message": [1],
    "contents of text": {"contents": "Hello"},
    "contents of numbers": {"contents": [1]},
    "a role unknown": {"contents": [{"role": "system", "parts": []}]},
    "a role that is no text": {"contents": [{"role": 1}]},
    "parts of text": {"contents": [{"parts": "Hello"}]},
    "text that is none": {"contents": [{"parts": [{"text": 5}]}]},
    "a call that is none": {"contents": [{"parts": [{"functionCall": []}]}]},
    "arguments that are none": {"contents": [{"parts": [{"functionCall": {"args": "{}"}}]}]},
    "a response that is none": {"contents": [{"parts": [{"functionResponse": {"response": True}}]}]},
    "a system that is none": {**ASKED, "systemInstruction": 5},
    "tools that are none": {**ASKED, "tools": ["f"]},
    "a function without a name": {**ASKED, "tools": [{"functionDeclarations": [{}]}]},
    "parameters that are none": {**ASKED, "tools": [{"functionDeclarations": [{"name": "f", "parameters": []}]}]},
    "a config that is none": {**ASKED, "generationConfig": []},
    "a count that is none": {**ASKED, "generationConfig": {"candidateCount": "2"}},
    "a count of zero": {**ASKED, "generationConfig": {"candidateCount": 0}},
    "too many candidates": {**ASKED, "generationConfig": {"candidateCount": 9}},
    "a tool config that is none": {**ASKED, "toolConfig": 1},
    "no contents": {},
    "empty contents": {"contents": [], "systemInstruction": {"parts": [{"text": "Be brief."}]}},
    "too long": {"contents": [{"parts": [{"text": "word " * 1_000_000}]}]},
}


@pytest.mark.parametrize("url", [f"{GEMINI}:generateContent", f"{VERTEX}:generateContent"])
@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_what_is_malformed_is_the_providers_own_400(body: Any, url: str) -> None:
    answer = post(Interceptor("Hi"), url, body)
    assert answer.status == 400
    assert answer.json["error"].keys() <= {"code", "message", "status", "details"}
    assert (answer.json["error"]["code"], answer.json["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_the_items_of_a_tuple_are_read_too() -> None:
    told = json_schema({"type": "ARRAY", "prefixItems": [{"type": "STRING"}, {"type": "INTEGER"}]})
    assert told == {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}


def test_a_malformed_field_is_named() -> None:
    body = {"contents": [{"parts": [{"text": {"a": 1}}]}]}
    error = post(Interceptor("Hi"), f"{GEMINI}:generateContent", body).json["error"]
    assert error["message"] == "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), Starting an object on a scalar field"
    assert error["details"][0]["fieldViolations"][0]["field"] == "contents[0].parts[0].text"


def test_what_is_only_refused_is_answered_without_a_contract() -> None:
    assert post(Interceptor("Hi", contract="off"), f"{GEMINI}:generateContent", {}).status == 200


def test_a_long_body_of_few_tokens_is_taken() -> None:
    body = {**ASKED, "labels": {"x": "y" * 5_000_000}}
    assert post(Interceptor("Hi"), f"{GEMINI}:generateContent", body).status == 200
