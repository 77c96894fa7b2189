"""What a call to Bedrock asks for, and in which words it is refused when it is malformed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import Interceptor, intercept
from llm_intercept.call import Call, ToolChoice
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES, boto, post

ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-v1:0"

USE = {"toolUseId": "t-1", "name": "weather", "input": {"city": "Paris"}}
RESULT = {"toolUseId": "t-1", "content": [{"text": "18 "}, {"json": {"unit": "C"}}, {"image": {}}], "status": "success"}

TOOL = {"toolSpec": {"name": "weather", "description": "The weather.", "inputSchema": {"json": {"type": "object"}}}}


def read(path: str = "converse", model: str = CLAUDE, **body: Any) -> Call:
    """The call that a request makes."""
    llm = Interceptor("x", contract="off")  # one request has of everything, and no model would take it
    response = post(llm, path, model, **body)
    assert response.status_code == 200, response.text
    return llm.calls.one.call


def test_a_conversation_is_read_whole() -> None:
    call = read(
        system=[{"text": "Be brief."}, {"guardContent": {"text": {"text": "Be safe."}}}, {"cachePoint": {"type": "default"}}],
        messages=[
            {"role": "user", "content": [{"text": "The weather "}, {"guardContent": {"text": {"text": "in Paris?"}}}]},
            {"role": "assistant", "content": [{"reasoningContent": {}}, {"text": "Let me look."}, {"toolUse": USE}]},
            {"role": "user", "content": [{"toolResult": RESULT}, {"toolResult": {"toolUseId": "t-2", "content": []}}]},
            {"role": "user", "content": [{"toolResult": RESULT}, {"text": "And now?"}]},
            {"role": "user", "content": []},
        ],
        toolConfig={"tools": [TOOL, {"cachePoint": {"type": "default"}}, {"systemTool": {"name": "grounding"}}]},
    )
    assert [(one.role, one.text, one.tool_use_id) for one in call.messages] == [
        ("system", "Be brief.", None),
        ("system", "Be safe.", None),
        ("user", "The weather in Paris?", None),
        ("assistant", "Let me look.", None),
        ("tool", '18 {"unit":"C"}', "t-1"),
        ("tool", "", "t-2"),
        ("tool", '18 {"unit":"C"}', "t-1"),
        ("user", "And now?", None),
        ("user", "", None),
    ]
    (use,) = call.messages[3].tool_uses
    assert (use.id, use.name, use.arguments) == ("t-1", "weather", {"city": "Paris"})
    assert [(tool.name, tool.description, tool.parameters, tool.kind) for tool in call.tools] == [
        ("weather", "The weather.", {"type": "object"}, "function"),
        ("grounding", "", {}, "systemTool"),
    ]


@pytest.mark.parametrize("path", ["converse", "converse-stream"])
@pytest.mark.parametrize("model", [CLAUDE, ARN, "amazon.nova-lite-v1:0", "arn:aws:bedrock:us-east-1:1:prompt/AB:1"])
def test_the_model_and_the_stream_stand_in_the_path(path: str, model: str) -> None:
    call = read(path, model)
    assert (call.model, call.stream, call.operation, call.provider) == (model, path.endswith("stream"), "chat", "bedrock")


def test_a_managed_prompt_brings_its_own_messages() -> None:
    with intercept("Paris.") as llm:
        boto().converse(modelId="arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1", promptVariables={"c": {"text": "x"}})
    assert (llm.calls.one.messages, llm.calls.one.prompt) == ((), "")


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"auto": {}}, ToolChoice()),
        ({"any": {}}, ToolChoice("required")),
        ({"tool": {"name": "weather"}}, ToolChoice("named", "weather")),
        (None, ToolChoice()),
    ],
)
def test_the_choice_of_tools_is_read(choice: Any, told: ToolChoice) -> None:
    assert read(toolConfig={"tools": [TOOL], "toolChoice": choice}).tool_choice == told


def schema(text: str) -> dict[str, Any]:
    return {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": text, "name": "City"}}}}


def test_the_schema_is_read_out_of_its_string() -> None:
    assert read(outputConfig=schema('{"type":"object"}')).schema == {"type": "object"}
    assert read(outputConfig={"effort": "low"}).schema is None


def test_a_reply_can_be_brought_along() -> None:
    ask = {"modelId": CLAUDE, "messages": MESSAGES, "additionalModelRequestFields": {"mock_response": "Paris."}}
    with intercept():
        assert boto().converse(**ask)["output"]["message"]["content"] == [{"text": "Paris."}]


def test_an_object_becomes_what_is_demanded() -> None:
    forced = {"tools": [TOOL], "toolChoice": {"any": {}}}
    (block,) = post({"city": "Paris"}, toolConfig=forced).json()["output"]["message"]["content"]
    assert (block["toolUse"]["name"], block["toolUse"]["input"]) == ("weather", {"city": "Paris"})


def said(*content: Any, role: Any = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": [*content]}]}


NULL = "failed to satisfy constraint: Member must not be null"

#: A body, and what is said of it: a validation that failed, or a value of the wrong type.
REFUSED: Mapping[str, tuple[Any, str]] = {
    "no messages": ({"messages": None}, f"Value at 'messages' {NULL}"),
    "messages are text": ({"messages": "x"}, "STRING_VALUE can not be converted to a List"),
    "a message is a number": ({"messages": [1.5]}, "NUMBER_VALUE can not be converted to a Structure"),
    "a message is a list": ({"messages": [[]]}, "Start of list found where not expected."),
    "no role": ({"messages": [{"content": []}]}, f"Value at 'messages.1.member.role' {NULL}"),
    "another role": (said(role="tool"), "Member must satisfy enum value set: [user, assistant]"),
    "a role is an object": (said(role={}), "Start of structure or map found where not expected."),
    "no content": ({"messages": [{"role": "user"}]}, f"Value at 'messages.1.member.content' {NULL}"),
    "content is true": ({"messages": [{"role": "user", "content": True}]}, "BOOLEAN_VALUE can not be converted to a List"),
    "a block is null": (said(None), "NULL_VALUE can not be converted to a Structure"),
    "a text is a number": (said({"text": 1}), "NUMBER_VALUE can not be converted to a String"),
    "a use without a name": (
        said({"toolUse": {"toolUseId": "t", "input": {}}}, role="assistant"),
        f"Value at 'messages.1.member.content.1.member.toolUse.name' {NULL}",
    ),
    "a use without input": (
        said({"toolUse": {"toolUseId": "t", "name": "n"}}, role="assistant"),
        f"Value at 'messages.1.member.content.1.member.toolUse.input' {NULL}",
    ),
    "a result without an id": (
        said({"text": ""}, {"toolResult": {"content": []}}),
        f"Value at 'messages.1.member.content.2.member.toolResult.toolUseId' {NULL}",
    ),
    "a result without content": (
        said({"toolResult": {"toolUseId": "t"}}),
        f"Value at 'messages.1.member.content.1.member.toolResult.content' {NULL}",
    ),
    "a tool without a name": (
        {"toolConfig": {"tools": [{"toolSpec": {}}]}},
        f"Value at 'toolConfig.tools.1.member.toolSpec.name' {NULL}",
    ),
    "a tool is text": ({"toolConfig": {"tools": [{"toolSpec": "x"}]}}, "STRING_VALUE can not be converted to a Structure"),
    "no tool configuration": ({"toolConfig": []}, "Start of list found where not expected."),
    "a schema is no JSON": ({"outputConfig": schema("{")}, "Member must be a valid JSON schema"),
    "a schema is no object": ({"outputConfig": schema("[]")}, "Start of list found where not expected."),
    "fields are text": ({"additionalModelRequestFields": "x"}, "STRING_VALUE can not be converted to a Structure"),
    "system is an object": ({"system": {}}, "Start of structure or map found where not expected."),
}


@pytest.mark.parametrize("path", ["converse", "converse-stream"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_malformed_is_refused_as_bedrock_does(name: str, path: str) -> None:
    body, told = REFUSED[name]
    refused = post("x", path, **body)
    kind = "ValidationException" if "Member must" in told else "SerializationException"
    assert (refused.status_code, refused.headers["x-amzn-errortype"].partition(":")[0]) == (400, kind)
    assert told in refused.json()["message"]


@pytest.mark.parametrize("raw", [b"", b"hello", b"\xff", b'{"a":', b"[" * 99_999, b"NaN"])
@pytest.mark.parametrize("path", ["converse", "converse-stream", "invoke", "count-tokens"])
def test_what_is_no_json_is_refused(path: str, raw: bytes) -> None:
    refused = post("x", path, raw=raw)
    assert (refused.status_code, refused.json()) == (400, {"message": "The request body is not valid JSON."})
    assert refused.headers["x-amzn-errortype"].startswith("SerializationException")


@pytest.mark.parametrize("path", ["converse", "invoke", "count-tokens"])
def test_what_is_no_object_is_refused(path: str) -> None:
    for raw in (b"[]", b"1", b'"x"', b"null"):
        assert post("x", path, raw=raw).status_code == 400


KEYS = st.sampled_from([
    "messages", "role", "content", "text", "toolUse", "toolResult", "toolUseId", "name", "input", "json", "system", "toolConfig",
    "tools", "toolSpec", "toolChoice", "tool", "inputSchema", "guardContent", "outputConfig", "textFormat", "structure",
    "jsonSchema", "schema", "additionalModelRequestFields", "inferenceConfig", "stopSequences", "serviceTier", "prompt",
    "message", "chat_history", "tool_results", "outputs", "call", "parameter_definitions", "inputText", "converse", "invokeModel",
    "body", "anthropic_version", "schemaVersion",
])  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MODELS = (
    CLAUDE, "amazon.nova-lite-v1:0", "meta.llama3-8b", "cohere.command-r-v1:0", "openai.gpt-oss-20b-1:0", "amazon.titan-text-lite",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/x",
)  # fmt: skip


@given(st.dictionaries(KEYS, JSON, max_size=6), st.sampled_from(MODELS), st.sampled_from(["converse", "invoke", "count-tokens"]))
@settings(deadline=None, max_examples=200)
def test_nothing_that_is_asked_raises_here(body: dict[str, Any], model: str, path: str) -> None:
    answer = post("x", path, model, raw=json.dumps(body).encode())
    assert answer.status_code in (200, 400)
    assert answer.json()


# Counting


def counted(**asked: Any) -> Any:
    return post(Interceptor(), "count-tokens", "anthropic.claude-sonnet-4-v1:0", input=asked)


def test_tokens_are_counted_as_converse_counts_them() -> None:
    conversation = {"system": [{"text": "Be brief."}], "messages": MESSAGES, "toolConfig": {"tools": [TOOL]}}
    asked = post("x", **conversation).json()["usage"]["inputTokens"]
    assert counted(converse=conversation).json() == {"inputTokens": asked}


BODIES: Mapping[str, Any] = {
    CLAUDE: {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "Hello, world!"}],
    },
    "amazon.nova-lite-v1:0": {"messages": MESSAGES},
    "meta.llama3-8b-instruct-v1:0": {"prompt": "Hello, world!"},
}


@pytest.mark.parametrize("model", BODIES)
def test_tokens_are_counted_of_what_a_model_is_invoked_with(model: str) -> None:
    with intercept("x") as llm:
        told = boto().count_tokens(modelId=model, input={"invokeModel": {"body": json.dumps(BODIES[model])}})
        headers = boto().invoke_model(modelId=model, body=json.dumps(BODIES[model]))["ResponseMetadata"]["HTTPHeaders"]
    assert str(told["inputTokens"]) == headers["x-amzn-bedrock-input-token-count"]
    assert next((call.operation, call.model) for call in llm.calls) == ("count_tokens", model)


def test_what_cannot_be_counted_is_refused() -> None:
    def invoked(body: bytes, model: str = CLAUDE) -> str:
        refused = post("x", "count-tokens", model, input={"invokeModel": {"body": base64.b64encode(body).decode()}})
        assert refused.status_code == 400
        return str(refused.json()["message"])

    assert counted().json()["message"].startswith("1 validation error detected: Value at 'input.invokeModel'")
    assert counted(invokeModel={"body": "no base64"}).json() == {"message": "The body is not valid base64."}
    assert invoked(b"{", CLAUDE) == "The request body is not valid JSON."
    assert invoked(b"{}", "stability.sd3") == "The provided model doesn't support counting tokens."


def test_a_count_can_be_said() -> None:
    llm = Interceptor()
    llm.on(operation="count_tokens").reply({"inputTokens": 7})
    assert post(llm, "count-tokens", input={"converse": {"messages": MESSAGES}}).json() == {"inputTokens": 7}
