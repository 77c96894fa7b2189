"""From a request's JSON to a `Call`: a table for each dialect, and one conversation that reads the same in both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import httpx2
import pytest

from llm_intercept import Call, Interceptor
from llm_intercept.call import Tool, ToolChoice
from tests.dialects.wire import REQUESTS, URLS, send


def read(dialect: str, **keys: Any) -> Call:
    """The call that a valid request, with these keys changed, makes."""
    llm = Interceptor("ok", contract="off")  # one key alone is often half of what a provider wants
    assert send(llm, dialect, {**REQUESTS[dialect], **keys}).status == 200
    call: Call = llm.calls.one.call
    return call


def seen(call: Call) -> list[tuple[Any, ...]]:
    """The messages: role, text, then the tools used, or the id of what is answered."""
    return [
        (
            message.role,
            message.text,
            *[(use.id, use.name, use.arguments) for use in message.tool_uses],
            *([message.tool_use_id] if message.tool_use_id else []),
        )
        for message in call.messages
    ]


PARIS, ROME = {"city": "Paris"}, {"city": "Rome"}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
NEW = {"type": "smell", "smell": "rose"}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}


def text(said: str) -> dict[str, Any]:
    """A text part, which is the same in both dialects."""
    return {"type": "text", "text": said}


def function(id: str, name: str, arguments: Any) -> dict[str, Any]:  # noqa: A002
    """openai's tool call."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def use(id: str, name: str, arguments: Any) -> dict[str, Any]:  # noqa: A002
    """anthropic's tool call."""
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


def result(id: str, content: Any = None) -> dict[str, Any]:  # noqa: A002
    """anthropic's tool result."""
    return {"type": "tool_result", "tool_use_id": id} | ({} if content is None else {"content": content})


#: openai: messages, and what is seen of them.
OPENAI: Mapping[str, tuple[list[Any], list[tuple[Any, ...]]]] = {
    "text": ([{"role": "user", "content": "Hi"}], [("user", "Hi")]),
    "parts": ([{"role": "user", "content": [text("Once "), text("upon")]}], [("user", "Once upon")]),
    "no parts": ([{"role": "user", "content": []}], [("user", "")]),
    "text around an image": ([{"role": "user", "content": [text("See "), IMAGE, text("here")]}], [("user", "See here")]),
    "an image alone": ([{"role": "user", "content": [IMAGE]}], [("user", "")]),
    "a part of a type yet unknown": ([{"role": "user", "content": [text("A "), NEW, text("rose")]}], [("user", "A rose")]),
    "nothing": ([], []),
    "system": ([{"role": "system", "content": "Be brief."}], [("system", "Be brief.")]),
    "developer is system": ([{"role": "developer", "content": [text("Be "), text("brief.")]}], [("system", "Be brief.")]),
    "assistant": ([{"role": "assistant", "content": "Hello"}], [("assistant", "Hello")]),
    "a refusal has no text": ([{"role": "assistant", "content": None, "refusal": "No."}], [("assistant", "")]),
    "tool calls": (
        [{"role": "assistant", "content": None, "tool_calls": [function("a", "weather", PARIS), function("b", "weather", ROME)]}],
        [("assistant", "", ("a", "weather", '{"city": "Paris"}'), ("b", "weather", '{"city": "Rome"}'))],
    ),
    "a tool call of a type yet unknown": (
        [{"role": "assistant", "tool_calls": [NEW, {"id": "a", "type": "run", "run": {"name": "sh", "input": "ls"}}]}],
        [("assistant", "", ("", "smell", ""), ("a", "sh", "ls"))],
    ),
    "no tool calls": ([{"role": "assistant", "content": "Hi", "tool_calls": None}], [("assistant", "Hi")]),
    "a custom tool call": (
        [{"role": "assistant", "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "code", "input": "1+1"}}]}],
        [("assistant", "", ("a", "code", "1+1"))],
    ),
    "a tool's answer": ([{"role": "tool", "tool_call_id": "a", "content": "Sunny"}], [("tool", "Sunny", "a")]),
    "a tool's answer in parts": (
        [{"role": "tool", "tool_call_id": "a", "content": [text("Sun"), text("ny")]}],
        [("tool", "Sunny", "a")],
    ),
    "a function's answer": ([{"role": "function", "name": "now", "content": "12:00"}], [("tool", "12:00")]),
}

#: anthropic: the system, messages, and what is seen of them.
ANTHROPIC: Mapping[str, tuple[Any, list[Any], list[tuple[Any, ...]]]] = {
    "text": (None, [{"role": "user", "content": "Hi"}], [("user", "Hi")]),
    "blocks": (None, [{"role": "user", "content": [text("Once "), text("upon")]}], [("user", "Once upon")]),
    "no blocks": (None, [{"role": "user", "content": []}], [("user", "")]),
    "text around an image": (None, [{"role": "user", "content": [text("See "), PICTURE, text("here")]}], [("user", "See here")]),
    "an image alone": (None, [{"role": "user", "content": [PICTURE]}], [("user", "")]),
    "a block of a type yet unknown": (None, [{"role": "user", "content": [text("A "), NEW, text("rose")]}], [("user", "A rose")]),
    "a block of a type yet unknown in a result": (
        None,
        [{"role": "user", "content": [result("a", [text("A "), NEW, text("rose")])]}],
        [("tool", "A rose", "a")],
    ),
    "a block of a type yet unknown in the system": ([text("Be "), NEW, text("brief.")], [], [("system", "Be brief.")]),
    "nothing": (None, [], []),
    "system text": ("Be brief.", [{"role": "user", "content": "Hi"}], [("system", "Be brief."), ("user", "Hi")]),
    "system blocks": (
        [text("Be "), {**text("brief."), "cache_control": {"type": "ephemeral"}}],
        [{"role": "user", "content": "Hi"}],
        [("system", "Be brief."), ("user", "Hi")],
    ),
    "a system message": (None, [{"role": "system", "content": "Be brief."}], [("system", "Be brief.")]),
    "thinking has no text": (
        None,
        [{"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm", "signature": "x"}, text("Hello")]}],
        [("assistant", "Hello")],
    ),
    "tool uses": (
        None,
        [{"role": "assistant", "content": [text("Hm. "), use("a", "weather", PARIS), text("And."), use("b", "weather", ROME)]}],
        [("assistant", "Hm. And.", ("a", "weather", PARIS), ("b", "weather", ROME))],
    ),
    "a tool's result": (None, [{"role": "user", "content": [result("a", "Sunny")]}], [("tool", "Sunny", "a")]),
    "a result in blocks": (
        None,
        [{"role": "user", "content": [result("a", [text("Sun"), PICTURE, text("ny")])]}],
        [("tool", "Sunny", "a")],
    ),
    "a result of nothing": (None, [{"role": "user", "content": [result("a")]}], [("tool", "", "a")]),
    "results and text": (
        None,
        [{"role": "user", "content": [result("a", "Sunny"), result("b", "Rainy"), text("And "), text("now?")]}],
        [("tool", "Sunny", "a"), ("tool", "Rainy", "b"), ("user", "And now?")],
    ),
    "a result and an image": (
        None,
        [{"role": "user", "content": [result("a", "Sunny"), PICTURE]}],
        [("tool", "Sunny", "a"), ("user", "")],
    ),
}


@pytest.mark.parametrize(("messages", "wanted"), OPENAI.values(), ids=OPENAI)
def test_openai_messages(messages: list[Any], wanted: list[tuple[Any, ...]]) -> None:
    call = read("openai", messages=messages)
    assert seen(call) == wanted
    assert [message.raw for message in call.messages] == messages


@pytest.mark.parametrize(("system", "messages", "wanted"), ANTHROPIC.values(), ids=ANTHROPIC)
def test_anthropic_messages(system: Any, messages: list[Any], wanted: list[tuple[Any, ...]]) -> None:
    call = read("anthropic", messages=messages, **({} if system is None else {"system": system}))
    assert seen(call) == wanted
    for message in call.messages:
        block = message.role == "tool"
        sent = messages[0]["content"] if block else [system] if message.role == "system" and system else messages
        assert message.raw in sent


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}

#: dialect, the key, what it holds, the call's attribute, what that is.
KEYS = [
    ("openai", "tools", None, "tools", []),
    ("openai", "tools", [], "tools", []),
    (
        "openai",
        "tools",
        [{"type": "function", "function": {"name": "weather", "description": "Of a city", "parameters": SCHEMA, "strict": True}}],
        "tools",
        [("weather", "Of a city", SCHEMA)],
    ),
    ("openai", "tools", [{"type": "function", "function": {"name": "now"}}], "tools", [("now", "", {})]),
    ("openai", "tools", [{"type": "custom", "custom": {"name": "code"}}], "tools", [("code", "", {})]),
    ("openai", "tools", [{"type": "web_search"}], "tools", [("web_search", "", {})]),
    ("openai", "tools", [{"type": "web_search", "web_search": {"enable": True}}], "tools", [("web_search", "", {})]),
    ("openai", "tools", [NEW], "tools", [("smell", "", {})]),
    ("openai", "tool_choice", None, "tool_choice", ToolChoice()),
    ("openai", "tool_choice", "auto", "tool_choice", ToolChoice("auto")),
    ("openai", "tool_choice", "none", "tool_choice", ToolChoice("none")),
    ("openai", "tool_choice", "required", "tool_choice", ToolChoice("required")),
    ("openai", "tool_choice", {"type": "function", "function": {"name": "now"}}, "tool_choice", ToolChoice("named", "now")),
    ("openai", "tool_choice", {"type": "custom", "custom": {"name": "code"}}, "tool_choice", ToolChoice("named", "code")),
    (
        "openai",
        "tool_choice",
        {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}},
        "tool_choice",
        ToolChoice("required"),
    ),
    (
        "openai",
        "tool_choice",
        {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}},
        "tool_choice",
        ToolChoice("auto"),
    ),
    ("openai", "response_format", None, "schema", None),
    ("openai", "response_format", {"type": "text"}, "schema", None),
    ("openai", "response_format", {"type": "json_object"}, "schema", {"type": "object"}),
    (
        "openai",
        "response_format",
        {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}},
        "schema",
        SCHEMA,
    ),
    ("openai", "response_format", {"type": "json_schema", "json_schema": {"name": "x"}}, "schema", {"type": "object"}),
    ("openai", "n", None, "n", 1),
    ("openai", "n", 1, "n", 1),
    ("openai", "n", 3, "n", 3),
    ("openai", "n", 128, "n", 128),
    ("openai", "stream", False, "stream", False),
    ("openai", "stream", None, "stream", False),
    ("openai", "stream", True, "stream", True),
    ("openai", "model", "ft:gpt-4o:x::y", "model", "ft:gpt-4o:x::y"),
    ("anthropic", "tools", None, "tools", []),
    (
        "anthropic",
        "tools",
        [{"name": "weather", "description": "Of a city", "input_schema": SCHEMA}],
        "tools",
        [("weather", "Of a city", SCHEMA)],
    ),
    ("anthropic", "tools", [{"type": "web_search_20250305", "name": "web_search"}], "tools", [("web_search", "", {})]),
    ("anthropic", "tools", [{"type": "custom", "name": "now"}], "tools", [("now", "", {})]),
    ("anthropic", "tools", [{"type": "mcp_toolset", "mcp_server_name": "x"}], "tools", [("mcp_toolset", "", {})]),
    ("anthropic", "tool_choice", None, "tool_choice", ToolChoice()),
    ("anthropic", "tool_choice", {"type": "auto", "disable_parallel_tool_use": True}, "tool_choice", ToolChoice("auto")),
    ("anthropic", "tool_choice", {"type": "any"}, "tool_choice", ToolChoice("required")),
    ("anthropic", "tool_choice", {"type": "none"}, "tool_choice", ToolChoice("none")),
    ("anthropic", "tool_choice", {"type": "tool", "name": "now"}, "tool_choice", ToolChoice("named", "now")),
    ("anthropic", "output_config", None, "schema", None),
    ("anthropic", "output_config", {"effort": "high"}, "schema", None),
    ("anthropic", "output_config", {"format": {"type": "json_schema", "schema": SCHEMA}}, "schema", SCHEMA),
    ("anthropic", "stream", True, "stream", True),
    ("anthropic", "stream", False, "stream", False),
    ("anthropic", "stream", None, "stream", False),
    ("anthropic", "model", "claude-test@2", "model", "claude-test@2"),
]


@pytest.mark.parametrize(("dialect", "key", "given", "attribute", "wanted"), KEYS)
def test_a_key_of_the_request_is_an_attribute_of_the_call(dialect: str, key: str, given: Any, attribute: str, wanted: Any) -> None:
    call = read(dialect, **{key: given})
    found = getattr(call, attribute)
    assert ([(tool.name, tool.description, tool.parameters) for tool in found] if attribute == "tools" else found) == wanted
    assert call.json[key] == given


@pytest.mark.parametrize("none", [{}, {"type": None, "id": None}], ids=["missing", "null"])
def test_other_providers_than_openai_do_without_types_and_ids(none: Mapping[str, Any]) -> None:
    used = {**none, "function": {"name": "now", "arguments": PARIS}}
    body = {
        "model": "mistral-small-latest",
        "messages": [USER, {"role": "assistant", "content": "", "tool_calls": [used]}],
        "tools": [{**none, "function": {"name": "now", "parameters": SCHEMA}}],
    }
    llm = Interceptor("ok", contract="off")  # which wants the call answered
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        assert client.post("https://api.mistral.ai/v1/chat/completions", json=body).status_code == 200
    assert seen(llm.calls.one.call)[1:] == [("assistant", "", ("", "now", PARIS))]
    assert llm.calls.one.call.tools == (Tool("now", "", SCHEMA),)


def test_a_tool_needs_a_name_alone() -> None:
    assert Tool("now") == Tool("now", description="", parameters={})


@pytest.mark.parametrize("dialect", URLS)
def test_nothing_of_the_request_is_lost(dialect: str) -> None:
    call = read(dialect, metadata={"user_id": "7"}, temperature=0.5, mine=[1, {"a": None}])
    assert call.json == {**REQUESTS[dialect], "metadata": {"user_id": "7"}, "temperature": 0.5, "mine": [1, {"a": None}]}
    assert call.parameters["temperature"] == 0.5
    assert json.loads(call.request.body) == call.json
    assert (call.provider, call.operation, call.request.url) == (dialect, "chat", URLS[dialect])


USER, MORE = {"role": "user", "content": "Weather?"}, {"role": "user", "content": "And tomorrow?"}
HELLO = {"role": "assistant", "content": "Hello"}
ASKED = {
    "openai": {
        "role": "assistant",
        "content": None,
        "tool_calls": [function("a", "weather", PARIS), function("b", "weather", ROME)],
    },
    "anthropic": {"role": "assistant", "content": [use("a", "weather", PARIS), use("b", "weather", ROME)]},
}
ANSWERS: Mapping[str, list[Any]] = {
    "openai": [
        {"role": "tool", "tool_call_id": "a", "content": "Sunny"},
        {"role": "tool", "tool_call_id": "b", "content": "Rainy"},
    ],
    "anthropic": [{"role": "user", "content": [result("a", "Sunny"), result("b", [text("Rainy")])]}],
}

#: What is said so far, in the words of `conversation`; turn, step, prompt, and the last user text while it is the last thing said.
CONVERSATIONS: Mapping[str, tuple[int, int, str, str | None]] = {
    "user": (0, 0, "Weather?", "Weather?"),
    "user hello more": (1, 0, "And tomorrow?", "And tomorrow?"),
    "user asked answers": (1, 1, "Weather?", None),
    "user asked answers asked answers": (2, 2, "Weather?", None),
    "user asked answers hello more": (2, 0, "And tomorrow?", "And tomorrow?"),
    "user asked answers hello more asked answers": (3, 1, "And tomorrow?", None),
    "user asked answers more": (1, 0, "And tomorrow?", "And tomorrow?"),
    "user hello": (1, 1, "Weather?", None),
    "hello": (1, 1, "", None),
}


def conversation(dialect: str, said: str) -> dict[str, Any]:
    """The same conversation in a dialect's words, with a system text, a tool and a tool choice."""
    messages: list[Any] = []
    for word in said.split():
        known = {"user": [USER], "more": [MORE], "hello": [HELLO], "asked": [ASKED[dialect]], "answers": ANSWERS[dialect]}
        messages += known[word]
    if dialect == "openai":
        return {
            "model": "some-model",
            "messages": [{"role": "system", "content": "Be brief."}, *messages],
            "tools": [{"type": "function", "function": {"name": "weather", "description": "Of a city", "parameters": SCHEMA}}],
            "tool_choice": {"type": "function", "function": {"name": "weather"}},
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
            "stream": True,
        }
    if "answers more" in said:  # the text goes with the results, since no two messages of the user follow each other
        messages = [
            {**one, "content": [*one["content"], text("And tomorrow?")]} if one in ANSWERS[dialect] else one for one in messages
        ]
        messages.remove(MORE)
    return {
        "model": "some-model",
        "system": "Be brief.",
        "messages": messages,
        "tools": [{"name": "weather", "description": "Of a city", "input_schema": SCHEMA}],
        "tool_choice": {"type": "tool", "name": "weather"},
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
        "stream": True,
    }


def view(call: Call) -> dict[str, Any]:
    """All that a call tells in no provider's words; a tool's arguments as values, since they are kept as they were sent."""
    messages = [
        (
            role,
            said,
            [(one[0], one[1], json.loads(one[2]) if isinstance(one[2], str) else one[2]) for one in rest if isinstance(one, tuple)],
        )
        for role, said, *rest in seen(call)
    ]
    return {
        "messages": messages,
        "answered": [message.tool_use_id for message in call.messages],
        "tools": [asdict(tool) for tool in call.tools],
        **{
            name: getattr(call, name) for name in ("operation", "model", "stream", "tool_choice", "schema", "n", "system", "prompt")
        },
        **{name: getattr(call, name) for name in ("said_last", "turn", "step")},
    }


@pytest.mark.parametrize("said", CONVERSATIONS)
def test_one_conversation_reads_the_same_in_both_dialects(said: str) -> None:
    calls = {dialect: read(dialect, **conversation(dialect, said)) for dialect in URLS}
    assert view(calls["openai"]) == view(calls["anthropic"])
    for call in calls.values():
        assert (call.turn, call.step, call.prompt, call.said_last) == CONVERSATIONS[said]
        assert call.system == "Be brief."


@pytest.mark.parametrize(
    ("target", "model"),
    [
        ("/openai/deployments/my-gpt/chat/completions?api-version=1", "my-gpt"),
        ("/openai/deployments/my%20gpt/chat/completions", "my gpt"),
        ("/openai/v1/chat/completions#stream", "gpt-4o"),
        ("/openai/v1/chat/completions/", "gpt-4o"),
    ],
)
def test_a_path_with_a_deployment_names_the_model_that_the_body_does_not(target: str, model: str) -> None:
    llm = Interceptor("ok")
    body = REQUESTS["openai"] if model == "gpt-4o" else {"messages": REQUESTS["openai"]["messages"]}
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        assert client.post("https://resource.openai.azure.com" + target, json=body).status_code == 200
    assert (llm.calls.one.model, llm.calls.one.provider) == (model, "azure")


@pytest.mark.parametrize("dialect", URLS)
def test_a_text_like_our_own_placeholders_is_said_as_it_is(dialect: str) -> None:
    texts = ["\0", "a\0b\0c", "\0model\0", "\0#total\0", "\0#created\0", "\0hole\0", "\0completion/9\0", '"\\u0000#input\\u0000"']
    for said in texts:
        llm = Interceptor(said)
        for model in ("m", *texts):
            for stream in (False, True):
                answer = send(llm, dialect, {**REQUESTS[dialect], "model": model, "stream": stream})
                events = [json.loads(data) for _, data in answer.events if data != b"[DONE]"] if stream else [answer.json]
                heard = [text_of(dialect, event) for event in events]
                assert "".join(heard) == said
                assert {event.get("model", model) for event in events} == {model}


def text_of(dialect: str, event: Any) -> str:
    """The text in a body or in an event of a stream."""
    if dialect == "openai":
        return "".join((choice.get("message") or choice["delta"]).get("content") or "" for choice in event["choices"])
    return "".join(block["text"] for block in event.get("content", ())) + event.get("delta", {}).get("text", "")
