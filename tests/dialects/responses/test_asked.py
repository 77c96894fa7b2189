"""How a request for a response is read: its items as messages, its tools, and how it is refused when it is malformed."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import Call, Interceptor
from tests.dialects.responses.asked import create, send

USER = {"role": "user", "content": [{"type": "input_text", "text": "Look "}, {"type": "input_image", "image_url": "x"},
                                    {"type": "input_text", "text": "here"}]}  # fmt: skip
SAID = {"type": "message", "role": "assistant", "id": "msg_1", "content": [{"type": "output_text", "text": "Let me see."}]}
CALLED = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}


def read(base: str = "https://api.openai.com/v1", **body: Any) -> Call:
    llm = Interceptor("Hi", contract="off")
    create(llm, base, **body)
    return llm.calls.one.call


def shown(*items: dict[str, Any]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in read(input=[*items]).messages]


def test_a_text_is_a_user_s_message_and_instructions_are_the_system_s() -> None:
    call = read(input="Hello", instructions="Be kind.")
    assert [(message.role, message.text) for message in call.messages] == [("system", "Be kind."), ("user", "Hello")]
    assert (call.system, call.prompt, call.turn) == ("Be kind.", "Hello", 0)


def test_what_the_model_says_up_to_an_answer_is_one_turn() -> None:
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": []}
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "x"}}
    answer = {"type": "function_call_output", "call_id": "c1", "output": "Sunny."}
    call = read(input=[USER, reasoning, search, SAID, CALLED, answer, {"role": "assistant", "content": "It is sunny."}])
    assert [message.role for message in call.messages] == ["user", "assistant", "tool", "assistant"]
    first, turn, told, _ = call.messages
    assert first.text == "Look here"
    assert (turn.text, [(use.id, use.name, use.arguments) for use in turn.tool_uses]) == ("Let me see.", [("c1", "f", "{}")])
    assert turn.raw == (reasoning, search, SAID, CALLED)
    assert (told.text, told.tool_use_id) == ("Sunny.", "c1")
    assert (call.turn, call.step) == (2, 2)


@pytest.mark.parametrize(
    ("item", "role", "text", "answers"),
    [
        ({"role": "developer", "content": "x"}, "system", "x", None),
        ({"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}, "assistant", "No.", None),
        ({"type": "custom_tool_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "a"}, 5]}, "tool", "a", "c"),
        ({"type": "shell_call_output", "call_id": "c", "output": [{"stdout": "ls", "stderr": ""}]}, "tool", "ls", "c"),
        ({"type": "computer_call_output", "call_id": "c", "output": {"type": "computer_screenshot"}}, "tool", "", "c"),
        ({"type": "mcp_approval_response", "approval_request_id": "a", "approve": True}, "tool", "", "a"),
        ({"type": "local_shell_call_output", "id": "x", "output": "y"}, "tool", "y", None),
    ],
)
def test_every_kind_of_item_is_a_message_of_its_role(item: dict[str, Any], role: str, text: str, answers: str | None) -> None:
    message = read(input=[item]).messages[0]
    assert (message.role, message.text, message.tool_use_id) == (role, text, answers)


@pytest.mark.parametrize(
    "item",
    [{"type": "compaction", "encrypted_content": "x"}, {"type": "item_reference", "id": "msg_1"}, {"id": "msg_1"},
     {"type": "of_tomorrow"}, {"type": "item_reference", "id": "msg_" + "0" * 40}],
)  # fmt: skip
def test_an_item_that_says_nothing_here_is_no_message(item: dict[str, Any]) -> None:
    assert shown(USER, item) == [("user", "Look here")]


@pytest.mark.parametrize(
    ("item", "use"),
    [
        ({"type": "custom_tool_call", "call_id": "c", "name": "f", "input": "aa"}, ("c", "f", "aa")),
        ({"type": "computer_call", "id": "i", "action": {"type": "click"}}, ("i", "computer", {"type": "click"})),
        ({"type": "shell_call", "call_id": "c", "action": {"commands": ["ls"]}}, ("c", "shell", {"commands": ["ls"]})),
        ({"type": "apply_patch_call", "call_id": "c", "operation": {}}, ("c", "apply_patch", {})),
    ],
)
def test_a_call_of_any_kind_is_a_tool_use(item: dict[str, Any], use: Any) -> None:
    found = read(input=[USER, item]).messages[-1].tool_uses
    assert [(one.id, one.name, one.arguments) for one in found] == [use]


def test_servers_that_are_merely_compatible_are_lenient() -> None:
    call = read("https://api.groq.com/openai/v1", input=[{"type": "function_call", "name": "f", "arguments": {"a": 1}}])
    assert call.messages[0].tool_uses[0].arguments == {"a": 1}


def test_tools_are_named_wherever_they_stand() -> None:
    nested = {"type": "namespace", "name": "n", "description": "", "tools": [{"type": "function", "name": "in_namespace"}]}
    shout = {"type": "custom", "name": "shout", "description": "Loud."}
    function = {"type": "function", "name": "f", "parameters": {"type": "object"}}
    more = {"type": "additional_tools", "role": "developer", "tools": [{"type": "function", "name": "more"}]}
    found = {"type": "tool_search_output", "call_id": "c", "execution": "client", "status": "completed", "tools": [function]}
    call = read(input=[USER, more, found], tools=[nested, shout, {"type": "web_search"}])
    assert [(tool.name, tool.kind) for tool in call.tools] == [
        ("in_namespace", "function"), ("shout", "custom"), ("web_search", "web_search"), ("more", "function"), ("f", "function"),
    ]  # fmt: skip
    assert call.tools[-1].parameters == {"type": "object"}
    assert call.tools[1].description == "Loud."
    assert [tool.name for tool in read(input=[more]).tools] == ["more"]


@pytest.mark.parametrize(
    ("choice", "mode", "name"),
    [
        (None, "auto", None),
        ("auto", "auto", None),
        ("none", "none", None),
        ("required", "required", None),
        ({"type": "function", "name": "f"}, "named", "f"),
        ({"type": "custom", "name": "f"}, "named", "f"),
        ({"type": "web_search"}, "named", "web_search"),
        ({"type": "mcp", "server_label": "s", "name": "f"}, "named", "f"),
        ({"type": "mcp", "server_label": "s"}, "named", "mcp"),
        ({"type": "allowed_tools", "mode": "auto", "tools": []}, "auto", None),
        ({"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]}, "named", "f"),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": n} for n in "fg"]},
            "required",
            None,
        ),
    ],
)
def test_a_tool_choice_is_read(choice: Any, mode: str, name: str | None) -> None:
    llm = Interceptor("Hi")
    send(llm, "POST", "/responses", {"model": "m", "input": "Hi", "tool_choice": choice})
    found = llm.calls.one.call.tool_choice
    assert (found.mode, found.name) == (mode, name)


def test_a_schema_is_read() -> None:
    form = {"type": "json_schema", "name": "x", "schema": {"type": "object"}, "strict": True}
    assert read(text={"format": form}).schema == {"type": "object"}
    assert read(text={"format": {"type": "text"}}).schema is None


MALFORMED: dict[str, tuple[Any, str, str | None]] = {
    "no JSON": (b"{", "We could not parse the JSON body", None),
    "a list": ([], "expected a JSON object, but got an array", None),
    "no model": ({"input": "x"}, "Missing required parameter: 'model'.", "missing_required_parameter"),
    "no input": ({"model": "m"}, 'One of "input" or "previous_response_id"', "missing_required_parameter"),
    "two histories": (
        {"model": "m", "previous_response_id": "a", "conversation": "b"},
        "Mutually exclusive parameters",
        "mutually_exclusive_parameters",
    ),
    "a number as model": ({"model": 5, "input": "x"}, "'model': expected a string, but got an integer", "invalid_type"),
    "a word as stream": ({"model": "m", "input": "x", "stream": "y"}, "'stream': expected a boolean", "invalid_type"),
    "a word as include": ({"model": "m", "input": "x", "include": "y"}, "'include': expected an array", "invalid_type"),
    "a number as instructions": (
        {"model": "m", "input": "x", "instructions": 5},
        "'instructions': expected a string",
        "invalid_type",
    ),
    "a number as previous": (
        {"model": "m", "previous_response_id": 5},
        "'previous_response_id': expected a string",
        "invalid_type",
    ),
    "a number as input": ({"model": "m", "input": 5}, "expected one of a string or array of input items", "invalid_type"),
    "a word as item": ({"model": "m", "input": ["x"]}, "'input[0]': expected an object", "invalid_type"),
    "an empty item": ({"model": "m", "input": [{}]}, "'input[0].type'", "missing_required_parameter"),
    "a number as type": ({"model": "m", "input": [{"type": 5}]}, "'input[0].type': expected a string", "invalid_type"),
    "no role": ({"model": "m", "input": [{"type": "message", "content": "x"}]}, "'input[0].role'", "missing_required_parameter"),
    "an unknown role": ({"model": "m", "input": [{"role": "tool", "content": "x"}]}, "Invalid value: 'tool'.", "invalid_value"),
    "no content": ({"model": "m", "input": [{"role": "user"}]}, "'input[0].content'", "missing_required_parameter"),
    "a number as content": (
        {"model": "m", "input": [{"role": "user", "content": 5}]},
        "array of objects, but got an",
        "invalid_type",
    ),
    "a word as part": (
        {"model": "m", "input": [{"role": "user", "content": ["x"]}]},
        "content[0]': expected an object",
        "invalid_type",
    ),
    "a part of no type": (
        {"model": "m", "input": [{"role": "user", "content": [{}]}]},
        "content[0].type'",
        "missing_required_parameter",
    ),
    "a number as text": (
        {"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": 5}]}]},
        "content[0].text': expected a string",
        "invalid_type",
    ),
    "an object as arguments": (
        {"model": "m", "input": [{**CALLED, "arguments": {}}]},
        "'input[0].arguments': expected a string, but got an object",
        "invalid_type",
    ),
    "a call without id": (
        {"model": "m", "input": [{"type": "function_call", "name": "f", "arguments": ""}]},
        "'input[0].call_id'",
        "missing_required_parameter",
    ),
    "an object as tools": ({"model": "m", "input": "x", "tools": {}}, "'tools': expected an array", "invalid_type"),
    "a word as tool": ({"model": "m", "input": "x", "tools": ["f"]}, "'tools[0]': expected an object", "invalid_type"),
    "a tool of no type": ({"model": "m", "input": "x", "tools": [{}]}, "'tools[0].type'", "missing_required_parameter"),
    "a tool of no name": (
        {"model": "m", "input": "x", "tools": [{"type": "function"}]},
        "'tools[0].name'",
        "missing_required_parameter",
    ),
    "a word as namespace": (
        {"model": "m", "input": "x", "tools": [{"type": "namespace", "tools": "x"}]},
        "'tools[0].tools': expected an array of objects",
        "invalid_type",
    ),
}


@pytest.mark.parametrize(("body", "message", "code"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_refused_in_the_provider_s_words(body: Any, message: str, code: str | None) -> None:
    answer = send(Interceptor("Hi"), "POST", "/responses", body)
    told = answer.json()["error"]
    assert answer.status_code == 400
    assert message in told["message"]
    assert (told["type"], told["code"]) == ("invalid_request_error", code)


def test_with_the_contract_off_nothing_but_a_model_that_is_text_is_asked_for() -> None:
    assert send(Interceptor("Hi", contract="off"), "POST", "/responses", {}).json()["model"] == ""
