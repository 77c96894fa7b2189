"""What Bedrock refuses of a conversation is refused in its words, and what it nearly refuses is answered."""

from __future__ import annotations

from typing import Any

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
    with intercept("Hi"):
        said = boto().converse(modelId=CLAUDE, messages=passes, toolConfig=OFFERED)
        assert said["output"]["message"]["content"] == [{"text": "Hi"}]
        with pytest.raises(ClientError) as refused:
            boto().converse(modelId=CLAUDE, messages=fails, toolConfig=OFFERED)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": words}
    with intercept("Hi", contract="off"):
        boto().converse(modelId=CLAUDE, messages=fails, toolConfig=OFFERED)


def test_tools_that_were_used_must_be_offered() -> None:
    messages = [ASKED, use("t_1"), result("t_1")]
    refused = post("Hi", "converse-stream", messages=messages)
    words = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    assert (refused.status_code, refused.json()["message"]) == (400, words)
    assert post("Hi", "converse-stream", messages=messages, toolConfig=OFFERED).status_code == 200


def test_a_system_message_between_a_use_and_its_result_is_nobodys_turn() -> None:
    messages = [ASKED, use("t_1"), {"role": "system", "content": [{"text": "Be brief."}]}, result("t_1")]
    assert post(Interceptor("Hi"), messages=messages, toolConfig=OFFERED).status_code == 200


def test_a_conversation_may_start_with_the_assistant() -> None:
    assert post(Interceptor("Hi"), messages=[{"role": "assistant", "content": [{"text": "Hello."}]}, ASKED]).status_code == 200
