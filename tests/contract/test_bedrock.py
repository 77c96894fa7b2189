"""What Bedrock refuses of a conversation is refused in its words, and what it nearly refuses is answered."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError

from llm_intercept import Interceptor, intercept
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES, boto, post

ASKED = MESSAGES[0]
OFFERED = {"tools": [{"toolSpec": {"name": "look", "inputSchema": {"json": {"type": "object"}}}}]}
OWN = {
    "role": "assistant",
    "content": [
        {"toolUse": {"toolUseId": "t_0", "name": "code", "input": {}, "type": "server_tool_use"}},
        {"toolResult": {"toolUseId": "t_0", "content": []}},
        {"text": "Four."},
    ],
}


def use(*ids: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"toolUse": {"toolUseId": given, "name": "look", "input": {}}} for given in ids]}


def result(*ids: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"toolResult": {"toolUseId": given, "content": [{"text": "Sunny"}]}} for given in ids]}


#: The messages that just pass, those that just fail, and the words.
ROWS: tuple[tuple[list[Any], list[Any], str], ...] = (
    (
        [ASKED, use("t_1", "t_2"), result("t_2", "t_1")],
        [ASKED, use("t_1", "t_2"), result("t_2")],
        "Expected toolResult blocks at messages.2.content for the following Ids: t_1",
    ),
    (
        [ASKED, use("t_1"), use("t_2"), result("t_1"), result("t_2"), OWN, ASKED],
        [ASKED, use("t_1", "t_2"), ASKED],
        "Expected toolResult blocks at messages.2.content for the following Ids: t_1, t_2",
    ),
    (
        [ASKED, use("t_1")],
        [ASKED, use("t_1"), result("t_1", "t_2")],
        "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
    ),
    (
        [ASKED, use("t_1"), result("t_1"), use("t_2"), result("t_2")],
        [result("t_1")],
        "The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.",
    ),
)


@pytest.mark.parametrize(("passes", "fails", "words"), ROWS)
def test_what_the_service_refuses_is_refused_in_its_words(passes: list[Any], fails: list[Any], words: str) -> None:
    with intercept("Hi") as llm:
        said = boto().converse(modelId=CLAUDE, messages=passes, toolConfig=OFFERED)
        assert said["output"]["message"]["content"] == [{"text": "Hi"}]
        with pytest.raises(ClientError) as refused:
            boto().converse(modelId=CLAUDE, messages=fails, toolConfig=OFFERED)
    assert llm.calls.last.findings[0].clause == "tool pairs"
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": words}
    with intercept("Hi", contract="off"):
        boto().converse(modelId=CLAUDE, messages=fails, toolConfig=OFFERED)


def test_tools_that_were_used_must_be_offered() -> None:
    messages = [ASKED, use("t_1"), result("t_1")]
    with intercept("Hi") as llm, pytest.raises(ClientError) as refused:
        boto().converse(modelId=CLAUDE, messages=messages)
    words = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": words}
    assert llm.calls.last.findings[0].clause == "tools offered"
    assert post("Hi", "converse-stream", messages=messages, toolConfig=OFFERED).status_code == 200


def test_a_document_without_a_source_is_in_no_bucket() -> None:
    asked = {"role": "user", "content": [{"text": "?"}, {"document": {"name": "a", "format": "pdf"}}]}
    with httpx2.Client(transport=Interceptor("Hi").httpx2_transport) as client:
        url = f"https://bedrock-runtime.us-east-1.amazonaws.com/model/{CLAUDE}/converse"
        assert client.post(url, json={"messages": [asked]}).status_code < 500


def test_a_video_that_is_none_is_not_refused_as_one() -> None:
    assert post(Interceptor("Hi"), messages=[{"role": "user", "content": [HELLO, {"text": "?", "video": None}]}]).status_code == 200


def test_a_tool_gives_back_json_beside_an_image() -> None:
    asked = told(IMAGE)
    asked["messages"][-1]["content"][0]["toolResult"]["content"].append({"json": {"width": 1}})
    with intercept("Hi"):
        assert boto().converse(modelId=CLAUDE, **asked)["output"]["message"]["content"] == [{"text": "Hi"}]


def test_a_number_that_no_fraction_holds_is_refused() -> None:
    refused = post("Hi", "converse", messages=[ASKED], inferenceConfig={"temperature": 10**400})
    assert (refused.status_code, "less than or equal to 1" in refused.json()["message"]) == (400, True)


def test_a_system_message_between_a_use_and_its_result_is_nobodys_turn() -> None:
    messages = [ASKED, use("t_1"), {"role": "system", "content": [{"text": "Be brief."}]}, result("t_1")]
    assert post(Interceptor("Hi"), messages=messages, toolConfig=OFFERED).status_code == 200


def test_a_conversation_may_start_with_the_assistant() -> None:
    assert post(Interceptor("Hi"), messages=[{"role": "assistant", "content": [{"text": "Hello."}]}, ASKED]).status_code == 200


def said(*blocks: dict[str, Any], role: str = "user") -> dict[str, Any]:
    return {"messages": [ASKED, {"role": role, "content": [*blocks]}]}


def tools(*names: str, **choice: Any) -> dict[str, Any]:
    specs = [{"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}} for name in names]
    return {"toolConfig": {"tools": specs, **choice}}


def document(name: str = "Report (2)", **source: Any) -> dict[str, Any]:
    return {"document": {"name": name, "format": "txt", "source": source or {"bytes": b"Hi"}}}


def config(**values: Any) -> dict[str, Any]:
    return {"inferenceConfig": values}


def told(block: dict[str, Any], id_: str = "t_1") -> dict[str, Any]:
    """A tool that gives back a block."""
    results = {"role": "user", "content": [{"toolResult": {"toolUseId": id_, "content": [block]}}]}
    return {"messages": [ASKED, use(id_), results], "toolConfig": OFFERED}


def points(count: int) -> dict[str, Any]:
    """Cache points: one of the system's, one of the tools', the others the user's."""
    point = {"cachePoint": {"type": "default"}}
    words = [block for _ in range(count - 2) for block in ({"text": "Hi"}, point)]
    return {
        "system": [{"text": "Be brief."}, point],
        "toolConfig": {"tools": [*OFFERED["tools"], point]},
        "messages": [{"role": "user", "content": [*words, HELLO]}],
        "additionalModelRequestFields": {"cachePoint": 5},
    }


VIDEO = {"video": {"format": "mp4", "source": {"bytes": b"Hi"}}}
IMAGE = {"image": {"format": "png", "source": {"bytes": b"Hi"}}}
STORED = {"s3Location": {"uri": "s3://bucket/key"}}
HELLO = {"text": "Hi"}
NOVA, LLAMA, OLD, HAIKU = (
    *("us.amazon.nova-lite-v1:0", "us.meta.llama3-3-70b-instruct-v1:0"),
    *("anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
)
NEW = "us.anthropic.claude-opus-4-6-v1"
FAILED = "failed to satisfy constraint: Member must"
INSIDE = "The model returned the following errors: "
FILE_NAME = (
    "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square "
    "brackets. The name can't contain more than one consecutive whitespace character."
)
UNSEEN = "This model doesn't support the video content block that you provided. Update the content block and try again."
EXTRANEOUS = (
    "Malformed input request: #/messages/2/content/0: extraneous key [toolResult] is not permitted, please reformat your input and "
    "try again."
)
BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."

#: The clause, what just passes and what just fails, the words, and the model, Claude's where it is told twice.
FIELDS: list[tuple[str, dict[str, Any], dict[str, Any], str, str | tuple[str, str]]] = [
    (
        "ranges",
        config(temperature=1),
        config(temperature=1.5),
        f"1 validation error detected: Value '1.5' at 'inferenceConfig.temperature' {FAILED} have value less than or equal to 1",
        CLAUDE,
    ),
    (
        "ranges",
        config(topP=1, maxTokens=1),
        config(topP=2),
        f"1 validation error detected: Value '2.0' at 'inferenceConfig.topP' {FAILED} have value less than or equal to 1",
        NOVA,
    ),
    (
        "tool names",
        tools("a" * 64),
        tools("b", "a" * 65),
        (
            f"1 validation error detected: Value '{'a' * 65}' at 'toolConfig.tools.2.member.toolSpec.name' "
            f"{FAILED} have length less than or "
            "equal to 64"
        ),
        NOVA,
    ),
    (
        "tool names",
        tools("look-up_2"),
        tools("look.up"),
        (
            "1 validation error detected: Value 'look.up' at 'toolConfig.tools.1.member.toolSpec.name' "
            f"{FAILED} satisfy regular expression "
            "pattern: [a-zA-Z0-9_-]+"
        ),
        CLAUDE,
    ),
    (
        "tool ids",
        told(HELLO, "functions.look:0"),
        told(HELLO, "functions.look:0"),
        (
            "1 validation error detected: Value 'functions.look:0' at 'messages.2.member.content.1.member.toolUse.toolUseId' "
            f"{FAILED} satisfy regular expression pattern: [a-zA-Z0-9_-]+"
        ),
        (LLAMA, CLAUDE),
    ),
    (
        "tool ids",
        told(HELLO, "t" * 64),
        told(HELLO, "t" * 65),
        (
            f"1 validation error detected: Value '{'t' * 65}' at 'messages.2.member.content.1.member.toolUse.toolUseId' "
            f"{FAILED} have length less than or equal to 64"
        ),
        NOVA,
    ),
    (
        "contents",
        said(HELLO),
        said(),
        (
            "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the "
            "content field and try again."
        ),
        NOVA,
    ),
    (
        "texts",
        said(HELLO, {"text": "\n"}),
        said(HELLO, {"text": ""}),
        "The text field in the ContentBlock object at messages.1.content.1 is blank. Add text to the text field, and try again.",
        CLAUDE,
    ),
    ("document names", said(HELLO, document("Report_2 [a] (b-c)")), said(HELLO, document("report.txt")), FILE_NAME, NOVA),
    ("document names", said(HELLO, document("A report")), said(HELLO, document("A  report")), FILE_NAME, CLAUDE),
    (
        "documents and texts",
        said(document(), HELLO),
        said(document()),
        "The message at messages.1 has a document content block and no text content block. Add a text content block and try again.",
        NOVA,
    ),
    ("videos", said(HELLO, VIDEO), said(HELLO, VIDEO), UNSEEN, (NOVA, CLAUDE)),
    ("videos", told(IMAGE), told(VIDEO), UNSEEN, CLAUDE),
    (
        "stored files",
        told(document(**STORED)),
        said(HELLO, document(**STORED)),
        f"{INSIDE}messages.1.content.1.document.source.type: Field required",
        CLAUDE,
    ),
    (
        "stored files",
        told({"image": {"format": "png", "source": STORED}}),
        told({"image": {"format": "png", "source": STORED}}),
        "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
        (NOVA, CLAUDE),
    ),
    ("stored files", told(document(bytes=b"s3Location")), told(document(**STORED)), f"{INSIDE}{EXTRANEOUS}", NOVA),
    (
        "stored files",
        said(HELLO, {"video": {"format": "mp4", "source": STORED}}),
        told({"video": {"format": "mp4", "source": STORED}}),
        f"{INSIDE}{EXTRANEOUS}",
        NOVA,
    ),
    (
        "stored files",
        said(HELLO, document(), IMAGE),
        said(HELLO, document(), {"image": {"format": "png", "source": STORED}}),
        "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
        CLAUDE,
    ),
    (
        "cache points",
        points(4),
        points(5),
        f"{INSIDE}A maximum of 4 blocks with cache_control may be provided. Found 5.",
        CLAUDE,
    ),
    (
        "cache points",
        points(5),
        points(5),
        f"{INSIDE}A maximum of 4 blocks with cache_control may be provided. Found 5.",
        (NOVA, CLAUDE),
    ),
    (
        "tool choice",
        tools("look", toolChoice={"tool": {"name": "look"}}),
        tools("look", toolChoice={"tool": {"name": "see"}}),
        f"{INSIDE}Tool 'see' not found in provided tools",
        CLAUDE,
    ),
    ("unique tools", tools("a", "b"), tools("a", "a"), f"{INSIDE}tools: Tool names must be unique.", CLAUDE),
    ("temperature or topP", config(temperature=1, topP=1), config(temperature=1, topP=1), f"{INSIDE}{BOTH}", (OLD, HAIKU)),
    (
        "longest answers",
        config(maxTokens=4096),
        config(maxTokens=4097),
        (
            "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens "
            "value that is lower than 4096."
        ),
        OLD,
    ),
    (
        "prefills",
        said({"text": "It is"}, role="assistant"),
        said({"text": "It is "}, role="assistant"),
        f"{INSIDE}messages: final assistant content cannot end with trailing whitespace",
        HAIKU,
    ),
    (
        "prefills",
        said({"text": "It is"}, role="assistant"),
        said({"text": "It is"}, role="assistant"),
        f"{INSIDE}{PREFILL}",
        (HAIKU, NEW),
    ),
]


@pytest.mark.parametrize(("clause", "passes", "fails", "words", "model"), FIELDS)
def test_what_a_field_must_not_be_is_refused(
    clause: str, passes: dict[str, Any], fails: dict[str, Any], words: str, model: str | tuple[str, str]
) -> None:
    takes, refuses = (model, model) if isinstance(model, str) else model
    with intercept("Hi") as llm:
        said = boto().converse(modelId=takes, **{"messages": MESSAGES, **passes})
        assert said["output"]["message"]["content"] == [{"text": "Hi"}]
        with pytest.raises(ClientError) as refused:
            boto().converse(modelId=refuses, **{"messages": MESSAGES, **fails})
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": words}
    assert llm.calls.last.findings[0].clause == clause


@pytest.mark.parametrize(("key", "given", "least"), [("temperature", -1, 0), ("maxTokens", 0, 1)])
def test_what_the_sdk_refuses_itself_the_service_would(key: str, given: float, least: int) -> None:
    refused = post("Hi", messages=MESSAGES, inferenceConfig={key: given, "topP": True})
    shown = given if key == "maxTokens" else float(given)
    words = f"Value '{shown}' at 'inferenceConfig.{key}' {FAILED} have value greater than or equal to {least}"
    assert (refused.status_code, refused.json()["message"]) == (400, f"1 validation error detected: {words}")


def test_what_the_service_runs_is_not_counted() -> None:
    asked = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    search = {**asked, "tools": [{"type": "web_search_20250305", "name": "web_search"}]}
    own = {**asked, "tools": [{"name": "look", "input_schema": {"type": "object"}}]}
    with intercept() as llm:
        counted = boto().count_tokens(modelId=OLD, input={"invokeModel": {"body": json.dumps(own)}})
        assert counted["inputTokens"] > 0
        with pytest.raises(ClientError) as refused:
            boto().count_tokens(modelId=OLD, input={"invokeModel": {"body": json.dumps(search)}})
    assert refused.value.response["Error"]["Message"] == (
        "tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of the expected tags: "
        "'bash_20250124', 'custom', "
        "'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728'"
    )
    assert llm.calls.last.findings[0].clause == "counted tools"
