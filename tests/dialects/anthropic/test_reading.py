"""How Anthropic's requests are read, and in which words they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import Interceptor, citation, reply
from llm_intercept.call import Call, ToolChoice
from tests.dialects.anthropic.asked import COMPLETE, REQUEST, URLS, send


def read(to: str, **more: Any) -> Call:
    """The call that a request makes."""
    llm = Interceptor("Hi")
    answer = send(llm, to, {**(COMPLETE if to == "complete" else REQUEST), **more})
    assert answer.status_code == 200, answer.text
    return llm.calls.one.call


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("messages", ("anthropic", "chat", "anthropic messages", "claude-test", False)),
        ("beta", ("anthropic", "chat", "anthropic messages", "claude-test", False)),
        ("count", ("anthropic", "count_tokens", "anthropic count_tokens", "claude-test", False)),
        ("complete", ("anthropic", "completion", "anthropic complete", "claude-2", False)),
        ("vertex", ("vertex", "chat", "anthropic messages on vertex", "claude-test@20250929", False)),
        ("vertex stream", ("vertex", "chat", "anthropic messages on vertex", "claude-test@20250929", True)),
        ("vertex count", ("vertex", "count_tokens", "anthropic count_tokens on vertex", "claude-test", False)),
    ],
)
def test_what_is_called(to: str, wanted: tuple[Any, ...]) -> None:
    call = read(to)
    assert (call.provider, call.operation, call.dialect, call.model, call.stream) == wanted
    assert call.prompt == "What is the weather in Paris?"


def test_the_path_of_vertex_says_whether_a_stream_is_wanted() -> None:
    assert not read("vertex", stream=True).stream
    assert read("vertex stream", stream=False).stream


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ({"name": "now", "input_schema": {"type": "object"}}, "function"),
        ({"type": "custom", "name": "now", "input_schema": {"type": "object"}}, "function"),
        ({"type": "web_search_20250305", "name": "web_search"}, "web_search_20250305"),
        ({"type": "mcp_toolset", "mcp_server_name": "x"}, "mcp_toolset"),
    ],
)
def test_a_tool_of_ones_own_is_a_function(tool: dict[str, Any], kind: str) -> None:
    assert read("messages", tools=[tool]).tools[0].kind == kind


@pytest.mark.parametrize("where", ["output_config", "output_format"])
def test_a_schema_stands_in_either_place(where: str) -> None:
    schema = {"type": "object", "additionalProperties": False}
    wanted = {"type": "json_schema", "schema": schema}
    assert read("messages", **{where: {"format": wanted} if where == "output_config" else wanted}).schema == schema
    assert read("messages", **{where: None}).schema is None


def test_what_is_null_was_not_asked_for() -> None:
    call = read("messages", tools=None, tool_choice=None, system=None, stream=None)
    assert (call.tools, call.tool_choice, call.system) == ((), ToolChoice(), "")


TURNS = [
    ("\n\nHuman: Hi\n\nAssistant:", [("user", "Hi")]),
    ("Human: Hi\n\nAssistant: Well,", [("user", "Hi"), ("assistant", "Well,")]),
    ("Be brief.\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:",
     [("system", "Be brief."), ("user", "a"), ("assistant", "b"), ("user", "c")]),
    ("no turns at all", [("user", "no turns at all")]),
    ("\n\nHuman: \n\nAssistant: ", [("user", "")]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "turns"), TURNS)
def test_the_prompt_of_a_completion_is_a_conversation(prompt: str, turns: list[tuple[str, str]]) -> None:
    assert [(message.role, message.text) for message in read("complete", prompt=prompt).messages] == turns


MALFORMED = [
    (b"{", "The request body is not valid JSON"),
    (b"[]", "Input should be a valid dictionary"),
    ({"model": 5}, "model: Input should be a valid string"),
    ({"stream": 1}, "stream: Input should be a valid boolean"),
]


@pytest.mark.parametrize("to", URLS)
@pytest.mark.parametrize(("change", "message"), MALFORMED, ids=[message for _, message in MALFORMED])
def test_what_is_malformed_is_refused_in_the_providers_words(to: str, change: Any, message: str) -> None:
    request = COMPLETE if to == "complete" else REQUEST
    answer = send(Interceptor("Hi"), to, change if isinstance(change, bytes) else {**request, **change})
    of_path = not isinstance(change, bytes) and to in ("vertex", "vertex stream")
    assert answer.status_code == (200 if of_path else 400)
    if not of_path:
        assert answer.json()["error"] == {"type": "invalid_request_error", "message": message}


@pytest.mark.parametrize(
    ("to", "key", "message"),
    [
        *((to, "messages", "messages: Field required") for to in URLS if to != "complete"),
        *((to, "model", "model: Field required") for to in ("messages", "count", "vertex count", "complete")),
        ("complete", "prompt", "prompt: Field required"),
    ],
)
def test_what_is_missing_is_named(to: str, key: str, message: str) -> None:
    request = {name: value for name, value in (COMPLETE if to == "complete" else REQUEST).items() if name != key}
    answer = send(Interceptor("Hi"), to, request)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


ODD: list[Any] = [{"container": 5}, {"container": {"skills": [5, {}]}}, {"stop_sequences": "x"}, {"stop_sequences": [["x"]]},
                  {"inference_geo": 5}, {"speed": []}, {"context_management": 1},
                  {"messages": [{"role": "user", "content": [{"type": "document"}, {"type": "document", "source": 5}]}]},
                  {"messages": [{"role": "user", "content": [{"type": "search_result", "source": "s", "content": [5]}]}]},
                  {"messages": [{"role": "user", "content": [{"type": "search_result", "source": "s"}]}]}]  # fmt: skip


@pytest.mark.parametrize("more", ODD, ids=repr)
def test_what_is_odd_is_answered_all_the_same(more: dict[str, Any]) -> None:
    said = reply("Hi", citation(document=0), citation(document=1), citation(url="s"), finish="stop_sequence")
    assert send(Interceptor(said, contract="off"), "messages", {**REQUEST, **more}).status_code == 200
