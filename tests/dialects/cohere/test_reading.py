"""How Cohere's calls are read, and in which words the malformed ones are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import Interceptor
from llm_intercept.call import Call, Message, Tool, ToolChoice, ToolUse
from tests.dialects.cohere.asked import REQUESTS, USER, send

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "description": "Tells it.", "parameters": {"type": "object", "properties": {}}},
}
USE = {"id": "weather_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
V1_USE = {"name": "weather", "parameters": {"city": "Paris"}}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def read(path: str, **more: Any) -> Call:
    """The call that a request is read as."""
    llm = Interceptor("Hi")
    body = {**REQUESTS[path], **more}
    send(llm, path, {key: value for key, value in body.items() if value is not None})
    return llm.calls[-1].call


def seen(messages: tuple[Message, ...]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def test_v2_is_read() -> None:
    call = read(
        "/v2/chat",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What "}, {"type": "image_url", "image_url": {}},
                                         {"type": "text", "text": "now?"}]},
            {"role": "assistant", "tool_plan": "I will look. ", "tool_calls": [USE]},
            {"role": "tool", "tool_call_id": "weather_1", "content": [
                {"type": "document", "document": {"data": {"sky": "blue", "sea": "green"}}},
                {"type": "document", "document": {"data": {"degrees": 5}}},
                {"type": "document", "document": {"data": "warm"}},
            ]},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Warm."}]},
            {"role": "user"},
        ],
        tools=[TOOL, {"type": "function", "function": {"name": "now"}}], tool_choice="REQUIRED",
        response_format={"type": "json_object", "json_schema": SCHEMA},
        stream=True,
    )  # fmt: skip
    assert seen(call.messages) == [
        ("system", "Be brief."), ("user", "What now?"), ("assistant", "I will look. "),
        ("tool", 'blue\ngreen{"degrees":5}warm'), ("assistant", "Warm."), ("user", ""),
    ]  # fmt: skip
    assert call.messages[2].tool_uses == (ToolUse("weather_1", "weather", '{"city": "Paris"}'),)
    assert call.messages[3].tool_use_id == "weather_1"
    assert call.tools == (Tool("weather", "Tells it.", TOOL["function"]["parameters"]), Tool("now"))
    assert (call.operation, call.model, call.provider, call.dialect) == ("chat", "command-a-03-2025", "cohere", "cohere chat")
    assert (call.tool_choice, call.schema, call.stream) == (ToolChoice("required"), SCHEMA, True)


def test_v2_is_read_with_as_little_as_there_need_be() -> None:
    call = read("/v2/chat", tools=None, tool_choice="NONE", response_format={"type": "json_object", "schema": SCHEMA})
    assert (call.tools, call.tool_choice, call.schema, call.stream) == ((), ToolChoice("none"), SCHEMA, False)
    assert read("/v2/chat", response_format={"type": "text"}).schema is None
    assert seen(call.messages) == [("user", "What is the weather in Paris?")]


def test_v1_is_read() -> None:
    call = read(
        "/v1/chat",
        model="command-r",
        preamble="Be brief.",
        chat_history=[
            {"role": "USER", "message": "Hi"},
            {"role": "Chatbot", "message": "I will look.", "tool_calls": [V1_USE]},
            {"role": "TOOL", "tool_results": [{"call": V1_USE, "outputs": [{"sky": "blue"}, {"sea": "green"}]}]},
            {"role": "CHATBOT", "message": "Blue."},
        ],
        tools=[
            {"name": "weather", "description": "Tells it.", "parameter_definitions": {
                "city": {"type": "str", "description": "Which.", "required": True},
                "days": {"type": "List[int]"}, "unit": {"type": "Enum"}, "else": None,
            }},
            {"name": "now"},
        ],
        tool_choice="REQUIRED", response_format={"type": "json_object", "schema": SCHEMA}, stream=True,
    )  # fmt: skip
    assert seen(call.messages) == [
        ("system", "Be brief."), ("user", "Hi"), ("assistant", "I will look."), ("tool", "blue\ngreen"), ("assistant", "Blue."),
        ("user", "What is the weather in Paris?"),
    ]  # fmt: skip
    assert call.messages[2].tool_uses == (ToolUse("weather", "weather", {"city": "Paris"}),)
    assert call.messages[3].tool_use_id == "weather"
    properties = {
        "city": {"type": "string", "description": "Which."},
        "days": {"type": "array", "description": ""},
        "unit": {"type": "Enum", "description": ""},
        "else": {"type": "string", "description": ""},
    }
    schema = {"type": "object", "properties": properties, "required": ["city"]}
    nothing = {"type": "object", "properties": {}, "required": []}
    assert call.tools == (Tool("weather", "Tells it.", schema), Tool("now", "", nothing))
    assert (call.tool_choice, call.schema, call.stream) == (ToolChoice("required"), SCHEMA, True)
    assert (call.operation, call.model, call.dialect) == ("chat", "command-r", "cohere v1 chat")


def test_what_tools_found_is_a_turn_of_its_own_in_v1() -> None:
    results = [{"call": V1_USE, "outputs": [{"sky": "blue"}]}]
    single = read("/v1/chat", tool_results=results)
    assert seen(single.messages) == [("user", "What is the weather in Paris?"), ("assistant", ""), ("tool", "blue")]
    assert (single.turn, single.step, single.said_last) == (1, 1, None)
    history = [{"role": "USER", "message": "Weather?"}, {"role": "CHATBOT", "tool_calls": [V1_USE]}]
    several = read("/v1/chat", message=None, chat_history=history, tool_results=results)
    assert seen(several.messages) == [("user", "Weather?"), ("assistant", ""), ("tool", "blue")]
    assert several.schema is None


def test_generate_is_read() -> None:
    call = read("/v1/generate", model="command", num_generations=3, stream=True)
    assert seen(call.messages) == [("user", "What is the weather in Paris?")]
    assert (call.operation, call.model, call.n, call.stream, call.dialect) == ("completion", "command", 3, True, "cohere generate")


def test_a_rule_sees_a_conversation_through_to_its_end() -> None:
    llm = Interceptor()
    llm.on("weather").reply("Let me look.")
    llm.on(step=1).reply("It is blue.")
    first = send(llm, "/v2/chat", REQUESTS["/v2/chat"]).json()
    assert first["message"]["content"] == [{"type": "text", "text": "Let me look."}]
    found = {"role": "tool", "tool_call_id": "weather_1", "content": "blue"}
    body = {"model": "command-r", "messages": [USER, {"role": "assistant", "tool_calls": [USE]}, found]}
    assert send(llm, "/v2/chat", body).json()["message"]["content"] == [{"type": "text", "text": "It is blue."}]


MALFORMED: list[tuple[str, Any, str]] = [
    ("/v2/chat", b"", "invalid json syntax: "),
    ("/v2/chat", b'{"model": ', "invalid json syntax: "),
    ("/v2/chat", b'{"model": "\xff"}', "invalid json syntax: "),
    ("/v2/chat", [], "invalid type: parameter body is of type array but should be of type object."),
    ("/v2/chat", None, "invalid type: parameter body is of type null but should be of type object."),
    ("/v2/chat", {"messages": [USER]}, "a model parameter is required for this endpoint."),
    ("/v2/chat", {"model": 5, "messages": [USER]}, "invalid type: parameter model is of type number but should be of type string."),
    ("/v2/chat", {"model": "m"}, "invalid request: required 'messages' param is missing or empty."),
    ("/v2/chat", {"model": "m", "messages": []}, "invalid request: list of messages must not be empty"),
    ("/v2/chat", {"model": "m", "messages": "Hi"}, "parameter messages is of type string but should be of type array."),
    ("/v2/chat", {"model": "m", "messages": ["Hi"]}, "parameter messages[0] is of type string but should be of type object."),
    ("/v2/chat", {"model": "m", "messages": [{"content": "Hi"}]}, "required 'messages[0].role' param is missing or empty."),
    ("/v2/chat", {"model": "m", "messages": [{"role": "robot"}]},
     "messages[0].role must be one of the following: system, user, assistant, tool"),
    ("/v2/chat", {"model": "m", "messages": [{"role": "user", "content": 5}]}, "parameter messages[0].content is of type number"),
    ("/v2/chat", {"model": "m", "messages": [{"role": "user", "content": [{}]}]}, "required 'messages[0].content[0].type' param"),
    ("/v2/chat", {"model": "m", "messages": [{"role": "user", "content": [{"type": "text"}]}]}, "'messages[0].content[0].text'"),
    ("/v2/chat", {"model": "m", "messages": [{"role": "tool", "content": "5"}]}, "required 'messages[0].tool_call_id' param"),
    ("/v2/chat", {"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"id": "1"}]}]},
     "required 'messages[0].tool_calls[0].function' param"),
    ("/v2/chat", {"model": "m", "messages": [USER], "tools": {}}, "parameter tools is of type object but should be of type array."),
    ("/v2/chat", {"model": "m", "messages": [USER], "tools": [{"name": "f"}]}, "required 'tools[0].function' param"),
    ("/v2/chat", {"model": "m", "messages": [USER], "tool_choice": {}}, "parameter tool_choice is of type object"),
    ("/v2/chat", {"model": "m", "messages": [USER], "stream": "yes"}, "parameter stream is of type string"),
    ("/v2/chat", {"model": "m", "messages": [USER], "documents": [5]}, "parameter documents[0] is of type number"),
    ("/v1/chat", {}, "invalid request: message must be at least 1 token long or tool results must be specified."),
    ("/v1/chat", {"message": ""}, "invalid request: message must be at least 1 token long or tool results must be specified."),
    ("/v1/chat", {"message": []}, "parameter message is of type array"),
    ("/v1/chat", {"message": "Hi", "chat_history": [{"role": "Robot", "message": "Hi"}]},
     "invalid request: Invalid role in chat_history at index 0. Role must be one of the following: User, Chatbot, System, Tool"),
    ("/v1/chat", {"message": "Hi", "tool_results": [{}]}, "required 'tool_results[0].call' param is missing or empty."),
    ("/v1/chat", {"message": "Hi", "tools": [{}]}, "required 'tools[0].name' param is missing or empty."),
    ("/v1/generate", {}, "required 'prompt' param is missing or empty."),
    ("/v1/generate", {"prompt": ""}, "invalid request: prompt must be at least 1 token long."),
    ("/v1/generate", {"prompt": "Hi", "num_generations": 9}, "num_generations must be between 1 and 5 inclusive."),
    ("/v1/generate", {"prompt": "Hi", "num_generations": "2"}, "num_generations must be between 1 and 5 inclusive."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "message"), MALFORMED)
def test_a_malformed_request_is_refused_as_the_provider_does(path: str, body: Any, message: str) -> None:
    llm = Interceptor("Hi")
    response = send(llm, path, body)
    assert response.status_code == 400
    assert set(response.json()) == {"id", "message"}
    assert message in response.json()["message"]
    assert llm.failures == []


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
KEYS = {
    "/v2/chat": ("model", "messages", "tools", "documents", "tool_choice", "response_format", "stream", "logprobs"),
    "/v1/chat": ("message", "chat_history", "tool_results", "tools", "preamble", "documents", "model", "stream"),
    "/v1/generate": ("prompt", "num_generations", "model", "stream"),
}
#: Where a value may stand inside of what a request holds.
INNER = ("role", "content", "message", "tool_calls", "tool_results", "call", "outputs", "function", "parameter_definitions", "data")


@pytest.mark.parametrize("path", KEYS)
@given(data=st.data())
def test_nothing_that_is_sent_ends_in_a_traceback(path: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS[path]))
    inner = st.lists(st.fixed_dictionaries({}, optional={"role": st.just("user"), **dict.fromkeys(INNER, values)}), max_size=2)
    body = {**REQUESTS[path], key: data.draw(values | inner)}
    llm = Interceptor("Hi")
    response = send(llm, path, body)
    assert response.status_code in (200, 400)
    assert llm.failures == []
    if response.status_code == 400:
        assert json.loads(response.content)["message"]
