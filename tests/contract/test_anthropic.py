"""What Anthropic refuses is refused in its words, and what it nearly refuses is answered: the SDK's own exception tells."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import Anthropic, AnthropicBedrock, BadRequestError

from llm_intercept import Interceptor, intercept
from tests.contract.anthropic_fields import FIELDS, image
from tests.dialects.anthropic.asked import REQUEST, send
from tests.dialects.bedrock.asking import CLAUDE

ASKED = {"role": "user", "content": "What is the weather?"}
DUE = " Each `tool_use` block must have a corresponding `tool_result` block in the next message."
UNDUE = " Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
BUDGET = (
    "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
    "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
)
WARM = (
    "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation at "
    "https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
)
TOP_K = (
    "`top_k` must be unset when thinking is enabled. Please consult our documentation at "
    "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking"
)
WORDS = {"type": "text", "text": "Here it is."}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "c2lnbmVk"}
THOUGHTLESS = (
    "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message "
    "must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you "
    "include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation "
    "at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
)
NAME = "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"
IMAGE = "media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'"
FORCED = "Thinking may not be enabled when tool_choice forces tool use."


def use(*ids: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": given, "name": "look", "input": {}} for given in ids]}


def result(*ids: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": given, "content": "Sunny"} for given in ids]}


def tools(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "input_schema": {"type": "object"}} for name in names]


def warm(degree: float | None) -> dict[str, Any]:
    return {"extra_body": {"temperature": degree}}  # newer SDKs have no parameter for it


def rounds(*thoughts: list[Any]) -> dict[str, Any]:
    """Rounds of tool use, each begun with what was thought, and thinking with a budget."""
    said: list[Any] = [ASKED]
    for number, thought in enumerate(thoughts):
        said += [{"role": "assistant", "content": [*thought, *use(f"t_{number}")["content"]]}, result(f"t_{number}")]
    return {**thinking(2000, 3000), "messages": said}


def thought(**signature: str) -> dict[str, Any]:
    """A conversation in which the assistant thought."""
    said = {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", **signature}]}
    return {"messages": [ASKED, said, ASKED]}


def thinking(budget: int, most: int, choice: str = "auto") -> dict[str, Any]:
    chosen = {"type": choice, "name": "look"} if choice == "tool" else {"type": choice}
    return {
        "thinking": {"type": "enabled", "budget_tokens": budget}, "max_tokens": most, "tools": tools("look"), "tool_choice": chosen
    }  # fmt: skip


def cached(count: int) -> dict[str, Any]:
    """A prompt that is cached up to so many blocks, the first of them a tool and the second the system's."""
    mark = {"cache_control": {"type": "ephemeral"}}
    words = [{"type": "text", "text": "Hi", **mark} for _ in range(count - 2)]
    unmarked = {"type": "text", "text": "Hi", "cache_control": None}
    return {
        "tools": [{**tools("look")[0], **mark}],
        "system": [{"type": "text", "text": "Be brief.", **mark}],
        "messages": [ASKED, {"role": "user", "content": [unmarked, *words]}],
    }


#: The clause, a request that just passes, one that just fails, and the words.
ROWS: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("messages", {"messages": [ASKED]}, {"messages": []}, "messages: at least one message is required"),
    ("temperature", warm(1), warm(1.01), "temperature: range: 0..1"),
    ("temperature", warm(0.0), warm(-0.01), "temperature: range: 0..1"),
    ("tool names", {"tools": tools("a", "b")}, {"tools": tools("a", "a")}, "tools: Tool names must be unique."),
    (
        "tool names",
        {"tools": [{"type": "mcp_toolset", "mcp_server_name": name} for name in "ab"]},
        {"tools": [{"type": "web_search_20250305", "name": "a"}, *tools("a")]},
        "tools: Tool names must be unique.",
    ),
    (
        "least thinking budget",
        thinking(1024, 1025),
        thinking(1023, 1025),
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
    ),
    ("thinking budget", thinking(2000, 2001), thinking(2000, 2000), BUDGET),
    ("thinking and forced tools", {**thinking(2000, 3000), **warm(None)}, thinking(2000, 3000, "any"), FORCED),
    ("thinking and forced tools", thinking(2000, 3000, "none"), thinking(2000, 3000, "tool"), FORCED),
    ("cache breakpoints", cached(4), cached(5), "A maximum of 4 blocks with cache_control may be provided. Found 5."),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), result("t_1")]},
        {"messages": [ASKED, use("t_1"), ASKED]},
        f"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t_1.{DUE}",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), use("t_2"), result("t_2"), result("t_1"), ASKED]},  # turns of one role are one
        {"messages": [ASKED, use("t_1", "t_2", "t_3"), result("t_2")]},
        f"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t_1, t_3.{DUE}",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), result("t_2")], "extra_body": {"model": "claude-3-opus-20240229"}},
        {"messages": [ASKED, use("t_1"), result("t_2")], "extra_body": {"model": "claude-3-haiku-20240307"}},
        f"messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t_2.{UNDUE}",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), {"role": "system", "content": "Be brief."}, result("t_1")]},
        {"messages": [ASKED, result("t_1")]},
        f"messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t_1.{UNDUE}",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), result("t_1"), use("t_2"), result("t_2")]},
        {"messages": [ASKED, use("t_1"), result("t_1", "t_2")]},
        f"messages.2.content.1: unexpected `tool_use_id` found in `tool_result` blocks: t_2.{UNDUE}",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1")]},  # the model goes on with what it has begun
        {"messages": [ASKED, use("t_1"), result("t_1"), {"role": "assistant", "content": "So"}, result("t_1")]},
        f"messages.4.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t_1.{UNDUE}",
    ),
    ("tool names' letters", {"tools": tools("a-B_9" * 25)}, {"tools": tools("a", "a" * 129)}, f"tools.1.custom.name: {NAME}"),
    (
        "tool names' letters",
        {"tools": [{"type": "web_search_20250305", "name": "web search"}]},
        {"tools": [{"type": "custom", **tools("look up")[0]}]},
        f"tools.0.custom.name: {NAME}",
    ),
    (
        "tool ids",
        {"messages": [ASKED, use("toolu_01-A"), result("toolu_01-A")]},
        {"messages": [ASKED, use("call:1"), result("call:1")]},
        "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ),
    ("signatures", thought(signature="c2lnbmVk"), thought(), "messages.1.content.0.thinking.signature: Field required"),
    (
        "image types",
        {"messages": [{"role": "user", "content": [image("image/webp")]}]},
        {"messages": [ASKED, {"role": "user", "content": [image("image/bmp")]}]},
        f"messages.1.content.0.image.source.base64.{IMAGE}",
    ),
    (
        "image types",
        {
            "messages": [
                ASKED,
                use("t_1"),
                {"role": "user", "content": [{**result("t_1")["content"][0], "content": [image("image/gif")]}]},
            ]
        },
        {
            "messages": [
                ASKED,
                use("t_1"),
                {"role": "user", "content": [{**result("t_1")["content"][0], "content": [image("text/html")]}]},
            ]
        },
        f"messages.2.content.0.tool_result.content.0.image.source.base64.{IMAGE}",
    ),
    (
        "empty messages",
        {"messages": [ASKED, {"role": "assistant", "content": ""}]},
        {"messages": [ASKED, {"role": "assistant", "content": ""}, ASKED]},
        "messages.1: all messages must have non-empty content except for the optional final assistant message",
    ),
    (
        "empty messages",
        {"messages": [{"role": "user", "content": " "}]},
        {"messages": [{"role": "user", "content": []}]},
        "messages.0: user messages must have non-empty content",
    ),
    (
        "empty texts",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}, {"type": "text", "text": ""}]}]},
        "messages: text content blocks must be non-empty",
    ),
    (
        "prefills",
        {"messages": [ASKED, {"role": "assistant", "content": "It is "}, ASKED]},
        {"messages": [ASKED, {"role": "assistant", "content": "It is "}]},
        "messages: final assistant content cannot end with trailing whitespace",
    ),
    (
        "prefills",
        {"messages": [ASKED, {"role": "assistant", "content": [{"type": "text", "text": "It\nis"}]}]},
        {"messages": [ASKED, {"role": "assistant", "content": [{"type": "text", "text": "It is\n"}]}]},
        "messages: final assistant content cannot end with trailing whitespace",
    ),
    (
        "stop sequences",
        {"stop_sequences": ["\n\nHuman:"]},
        {"stop_sequences": ["END", "\n\n"]},
        "stop_sequences: each stop sequence must contain non-whitespace",
    ),
    (
        "tool pairs",
        {"messages": [ASKED, use("t_1"), {"role": "user", "content": [*result("t_1")["content"], WORDS]}]},
        {"messages": [ASKED, use("t_1"), {"role": "user", "content": [WORDS, *result("t_1")["content"]]}]},
        f"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t_1.{DUE}",
    ),
    ("thinking before tools", rounds([THOUGHT], []), rounds([], []), f"messages.3.content.0.type: {THOUGHTLESS}"),
    (
        "thinking before tools",
        rounds([{"type": "redacted_thinking", "data": "c2Vh"}]),
        rounds([]),
        f"messages.1.content.0.type: {THOUGHTLESS}",
    ),
    (
        "thinking before tools",
        {**rounds([]), "thinking": {"type": "disabled"}},
        {**rounds([]), "messages": [{"role": "assistant", "content": "Hi"}, *rounds([])["messages"][1:]]},
        f"messages.1.content.0.type: {THOUGHTLESS}",
    ),
    ("thinking and temperature", {**thinking(2000, 3000), **warm(1)}, {**thinking(2000, 3000), **warm(0.5)}, WARM),
    ("thinking and temperature", warm(0.5), {"thinking": {"type": "adaptive"}, **warm(0)}, WARM),
    ("thinking and top_k", thinking(2000, 3000), {**thinking(2000, 3000), "extra_body": {"top_k": 40}}, TOP_K),
)


@pytest.mark.parametrize(("clause", "passes", "fails", "words"), ROWS + FIELDS)
def test_what_the_provider_refuses_is_refused_in_its_words(
    clause: str, passes: dict[str, Any], fails: dict[str, Any], words: str
) -> None:
    client = Anthropic(api_key="x", max_retries=0)
    with intercept("Hi") as llm:
        assert client.messages.create(**{**REQUEST, **passes}).content[0].text == "Hi"
        with pytest.raises(BadRequestError) as refused:
            client.messages.create(**{**REQUEST, **fails})
    assert refused.value.body["error"] == {"type": "invalid_request_error", "message": words}
    assert llm.calls.last.findings[0].clause == clause
    with intercept("Hi", contract="off"):
        assert client.messages.create(**{**REQUEST, **fails}).content[0].text == "Hi"


@pytest.mark.parametrize("to", ["messages", "beta", "count", "vertex", "vertex stream", "vertex count"])
def test_it_is_refused_wherever_messages_go(to: str) -> None:
    refused = send(Interceptor("Hi"), to, {**REQUEST, "messages": []})
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, "messages: at least one message is required")


def test_between_tools_more_may_be_thought_than_said() -> None:
    asked = {**REQUEST, **thinking(2000, 100)}
    with intercept("Hi"):
        said = Anthropic(api_key="x").messages.create(**asked, extra_headers={"anthropic-beta": "interleaved-thinking-2025-05-14"})
    assert said.content[0].text == "Hi"
    in_body = send(Interceptor("Hi"), "vertex", {**asked, "anthropic_beta": ["interleaved-thinking-2025-05-14"]})
    assert in_body.status_code == 200


@pytest.mark.parametrize(("to", "refused"), [("messages", True), ("vertex", True), ("count", False), ("vertex count", False)])
def test_who_asks_for_tokens_says_how_many(to: str, refused: bool) -> None:
    asked = {key: value for key, value in REQUEST.items() if key != "max_tokens"}
    llm = Interceptor("Hi")
    answered = send(llm, to, asked)
    assert answered.status_code == (400 if refused else 200)
    assert [found.clause for found in llm.calls.one.findings if found.clause != "credential"] == ["max tokens"] * refused
    assert not refused or answered.json()["error"]["message"] == "max_tokens: Field required"


def test_bedrock_takes_no_link_to_an_image() -> None:
    linked = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    client = AnthropicBedrock(aws_region="us-east-1", aws_access_key="a", aws_secret_key="b", max_retries=0)
    with intercept("Hi") as llm:
        said = client.messages.create(**{**REQUEST, "model": CLAUDE, "messages": [{"role": "user", "content": [image()]}]})
        assert said.content[0].text == "Hi"
        with pytest.raises(BadRequestError) as refused:
            client.messages.create(**{**REQUEST, "model": CLAUDE, "messages": [{"role": "user", "content": [image(), linked]}]})
    assert refused.value.body == {"message": "messages.0.content.1.image.source.base64.data: URL sources are not supported"}
    assert llm.calls.last.findings[0].clause == "linked images"
