"""How Ollama's calls are read, and in which words the malformed ones are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import Interceptor
from llm_intercept.call import Call, Message, Tool, ToolUse
from tests.dialects.ollama.asked import REQUESTS, USER, send

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def read(path: str, **more: Any) -> Call:
    """The call that a request is read as."""
    llm = Interceptor("Hi")
    send(llm, path, {**REQUESTS[path], **more})
    return llm.calls[-1].call


def seen(messages: tuple[Message, ...]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def test_chat_is_read() -> None:
    call = read(
        "/api/chat",
        messages=[
            {"role": "System", "content": "Be brief."},
            {"role": "user", "content": "Look.", "images": ["aGk="]},
            {"role": "assistant", "thinking": "Hm.", "tool_calls": [
                {"id": "call_1", "function": {"index": 0, "name": "weather", "arguments": {"city": "Paris"}}},
                {"function": {"name": "now"}},
            ]},
            {"role": "tool", "content": "blue", "tool_call_id": "call_1"},
            {"role": "tool", "content": "5", "tool_name": "now"},
            {"role": "control", "content": "thinking"},
        ],
        tools=[{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA}}, {}],
        format=SCHEMA,
    )  # fmt: skip
    assert seen(call.messages) == [
        ("system", "Be brief."), ("user", "Look."), ("assistant", ""), ("tool", "blue"), ("tool", "5"), ("system", "thinking"),
    ]  # fmt: skip
    assert call.messages[2].tool_uses == (ToolUse("call_1", "weather", {"city": "Paris"}), ToolUse("now", "now", {}))
    assert [message.tool_use_id for message in call.messages[3:]] == ["call_1", "now", None]
    assert call.messages[1].raw["images"] == ["aGk="]
    assert call.tools == (Tool("weather", "Tells it.", SCHEMA), Tool(""))
    assert (call.operation, call.model, call.provider, call.dialect) == ("chat", "llama3.2", "ollama", "ollama chat")
    assert call.schema == SCHEMA


def test_generate_is_read() -> None:
    call = read("/api/generate", system="Be brief.", format="json")
    assert seen(call.messages) == [("system", "Be brief."), ("user", "What is the weather in Paris?")]
    assert (call.operation, call.model, call.dialect) == ("completion", "llama3.2", "ollama generate")
    assert call.schema == {"type": "object"}


@pytest.mark.parametrize("path", REQUESTS)
def test_a_stream_is_wanted_unless_it_is_not(path: str) -> None:
    assert read(path).stream
    assert read(path, stream=None).stream
    assert not read(path, stream=False).stream


ARGUMENTS = "messages.tool_calls.function.arguments"

MALFORMED: list[tuple[str, Any, int, str]] = [
    ("/api/chat", b"", 400, "missing request body"),
    ("/api/chat", b" \n", 400, "missing request body"),
    ("/api/chat", b'{"model": ', 400, "unexpected EOF"),
    ("/api/chat", b"hello", 400, "invalid character 'h' looking for beginning of value"),
    ("/api/chat", [], 400, "json: cannot unmarshal array into Go value of type api.ChatRequest"),
    ("/api/generate", "x", 400, "json: cannot unmarshal string into Go value of type api.GenerateRequest"),
    ("/api/chat", None, 400, "json: cannot unmarshal null into Go value of type api.ChatRequest"),
    ("/api/chat", {"messages": [USER]}, 400, "model is required"),
    ("/api/generate", {"prompt": "Hi"}, 404, "model '' not found"),
    ("/api/chat", {"model": 5}, 400, "json: cannot unmarshal number into Go struct field ChatRequest.model of type string"),
    ("/api/chat", {"model": "m", "messages": "Hi"}, 400,
     "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message"),
    ("/api/chat", {"model": "m", "messages": ["Hi"]}, 400,
     "json: cannot unmarshal string into Go struct field ChatRequest.messages of type api.Message"),
    ("/api/chat", {"model": "m", "messages": [{"role": "user", "content": []}]}, 400,
     "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string"),
    ("/api/chat", {"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": "{}"}}]}]}, 400,
     f"json: cannot unmarshal string into Go struct field ChatRequest.{ARGUMENTS} of type map[string]interface {{}}"),
    ("/api/chat", {"model": "m", "messages": [{"role": "assistant", "tool_calls": [5]}]}, 400,
     "json: cannot unmarshal number into Go struct field ChatRequest.messages.tool_calls of type api.ToolCall"),
    ("/api/chat", {"model": "m", "messages": [USER], "stream": "no"}, 400,
     "json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool"),
    ("/api/chat", {"model": "m", "messages": [USER], "top_logprobs": 21}, 400, "top_logprobs must be between 0 and 20"),
    ("/api/generate", {"model": "m", "prompt": "Hi", "top_logprobs": -1}, 400, "top_logprobs must be between 0 and 20"),
    ("/api/generate", {"model": "m", "prompt": 5}, 400,
     "json: cannot unmarshal number into Go struct field GenerateRequest.prompt of type string"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "message"), MALFORMED)
def test_a_malformed_request_is_refused_as_the_server_does(path: str, body: Any, status: int, message: str) -> None:
    llm = Interceptor("Hi")
    response = send(llm, path, body)
    assert (response.status_code, response.json()) == (status, {"error": message})
    assert llm.failures == []


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
KEYS = {
    "/api/chat": ("model", "messages", "tools", "format", "stream", "logprobs", "top_logprobs", "keep_alive", "think", "options"),
    "/api/generate": ("model", "prompt", "system", "format", "stream", "raw", "context", "keep_alive", "logprobs", "top_logprobs"),
}
#: Where a value may stand inside of what a request holds.
INNER = ("role", "content", "tool_calls", "tool_name", "function", "images")


@pytest.mark.parametrize("path", KEYS)
@given(data=st.data())
def test_nothing_that_is_sent_ends_in_a_traceback(path: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS[path]))
    inner = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(INNER, values)), max_size=2)
    llm = Interceptor("Hi")
    response = send(llm, path, {**REQUESTS[path], "logprobs": True, key: data.draw(values | inner)})
    assert response.status_code in (200, 400, 404)
    assert llm.failures == []
