"""What Mistral, Cohere and Ollama refuse is refused in their words, and what they nearly refuse is answered: their SDKs tell."""

from __future__ import annotations

from typing import Any

import cohere
import httpx2
import ollama
import pytest
from mistralai.client import Mistral
from mistralai.client.errors import HTTPValidationError, SDKError

from llm_intercept import Interceptor, intercept
from tests.contract.test_turns import USER, called, result

ANY: Any = USER


def tools(*names: str) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


#: The clause, what just passes, what just fails, and the message, type and code.
MISTRAL: tuple[tuple[str, dict[str, Any], dict[str, Any], str, str, str], ...] = (
    (
        "conversation",
        {"messages": [USER]},
        {"messages": []},
        "Conversation must have at least one message",
        "invalid_request_message_order",
        "3230",
    ),
    (
        "greedy sampling",
        {"temperature": 0, "top_p": 1},
        {"temperature": 0, "top_p": 0.9},
        "top_p must be 1 when using greedy sampling.",
        "invalid_request_invalid_args",
        "3054",
    ),
    (
        "tool call ids",
        {"messages": [USER, called("call_1"), result("call_1")]},
        {"model": "mistral-large-2411", "messages": [USER, called("call_1"), result("call_1")]},
        "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
        "invalid_function_call",
        "3280",
    ),
    (
        "tool call ids",
        {"model": "mistral-large-2411", "messages": [USER, called("D681PevKs"), result("D681PevKs")]},
        {"model": "mistral-large-2411", "messages": [USER, called("D681PevKs-"), result("D681PevKs-")]},
        "Tool call id was D681PevKs- but must be a-z, A-Z, 0-9, with a length of 9.",
        "invalid_function_call",
        "3280",
    ),
    (
        "function names",
        {"tools": tools("look-up_2")},
        {"tools": tools("a", "look up")},
        "Function name was look up but must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64.",
        "invalid_function_call",
        "3280",
    ),
)


@pytest.mark.parametrize(("clause", "passes", "fails", "message", "kind", "code"), MISTRAL)
def test_mistral_refuses_in_its_words(
    clause: str, passes: dict[str, Any], fails: dict[str, Any], message: str, kind: str, code: str
) -> None:
    client = Mistral(api_key="k")
    with intercept("Hi.") as llm:
        client.chat.complete(**{"model": "mistral-large-latest", "messages": [ANY], **passes})
        with pytest.raises(SDKError) as caught:
            client.chat.complete(**{"model": "mistral-large-latest", "messages": [ANY], **fails})
    refusal = {"object": "error", "message": message, "type": kind, "param": None, "code": code}
    assert (caught.value.status_code, caught.value.raw_response.json()) == (400, refusal)
    assert llm.calls.last.findings[0].clause == clause


@pytest.mark.parametrize(
    ("passes", "fails", "message"),
    [
        ({"temperature": 1.5}, {"temperature": 1.51}, "Input should be less than or equal to 1.5"),
        ({"top_p": 0}, {"top_p": -0.1}, "Input should be greater than or equal to 0"),
        ({"presence_penalty": -2}, {"presence_penalty": -2.1}, "Input should be greater than or equal to -2"),
        ({"max_tokens": 10**6}, {"max_tokens": -1}, "Input should be greater than or equal to 0"),
    ],
)
def test_mistral_says_where_a_number_is_out_of_range(passes: dict[str, Any], fails: dict[str, Any], message: str) -> None:
    client = Mistral(api_key="k")
    with intercept("Hi.") as llm:
        client.chat.complete(model="mistral-large-latest", messages=[ANY], **passes)
        with pytest.raises(HTTPValidationError) as caught:
            client.chat.complete(model="mistral-large-latest", messages=[ANY], **fails)
    detail = caught.value.raw_response.json()["detail"]
    assert [(one["loc"], one["msg"]) for one in detail] == [(["body", next(iter(fails))], message)]
    assert (caught.value.status_code, llm.calls.last.findings[0].clause) == (422, "ranges")


LOOKED: Any = {
    "role": "assistant",
    "tool_calls": [{"id": "look_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}],
}


def told(id_: str) -> Any:
    return {"role": "tool", "tool_call_id": id_, "content": "Sunny"}


#: The clause, what just passes, what just fails, and the words.
COHERE: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("ranges", {"temperature": 1}, {"temperature": 1.1}, "temperature must be between 0 and 1.0 inclusive."),
    ("ranges", {"k": 500, "p": 0}, {"k": 501}, "k must be between 0 and 500 inclusive."),
    (
        "penalties",
        {"frequency_penalty": 0, "presence_penalty": 1},
        {"frequency_penalty": 0.5, "presence_penalty": 1},
        "cannot specify both frequency_penalty and presence_penalty.",
    ),
    (
        "stop sequences",
        {"stop_sequences": [*"abcde"]},
        {"stop_sequences": [*"abcdef"]},
        "stop_sequences must have at most 5 elements - received 6",
    ),
)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(("clause", "passes", "fails", "words"), COHERE)
def test_cohere_refuses_in_its_words(clause: str, passes: dict[str, Any], fails: dict[str, Any], words: str, version: int) -> None:
    with intercept("Hi.") as llm:
        cohered(version, **passes)
        with pytest.raises(cohere.BadRequestError) as caught:
            cohered(version, **fails)
    assert (caught.value.status_code, caught.value.body["message"]) == (400, f"invalid request: {words}")
    assert llm.calls.last.findings[0].clause == clause


def cohered(version: int, **more: Any) -> Any:
    if version == 1:
        return cohere.Client(api_key="k").chat(model="command-r", message="?", **more)
    return cohere.ClientV2(api_key="k").chat(**{"model": "command-a-03-2025", "messages": [ANY], **more})


def test_cohere_wants_the_call_that_a_result_answers() -> None:
    with intercept("Hi.") as llm:
        cohered(2, messages=[ANY, LOOKED, told("look_1")])
        cohered(2, messages=[ANY, LOOKED])
        with pytest.raises(cohere.BadRequestError) as caught:
            cohered(2, messages=[ANY, LOOKED, told("look_2")])
    assert (
        caught.value.body["message"] == "invalid request: messages[2].tool_call_id 'look_2' is not the id of a tool call before it"
    )
    assert llm.calls.last.findings[0].clause == "tool results"


#: The clause, what just passes, what just fails, and the words; all else is the server's default.
OLLAMA: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    (
        "options",
        {"options": {"temperature": 0, "new": "x"}},
        {"options": {"temperature": "hot"}},
        'option "temperature" must be of type float32',
    ),
    (
        "options",
        {"options": {"num_ctx": 4096, "seed": None}},
        {"options": {"num_ctx": True}},
        'option "num_ctx" must be of type integer',
    ),
    ("options", {"options": {"use_mmap": True}}, {"options": {"use_mmap": 1}}, 'option "use_mmap" must be of type boolean'),
    ("options", {"options": {"stop": ["a"]}}, {"options": {"stop": "a"}}, 'option "stop" must be of type array'),
    ("options", {"options": {"stop": []}}, {"options": {"stop": [1]}}, 'option "stop" must be of an array of strings'),
    ("format", {"format": "json"}, {"format": "xml"}, 'invalid format: "\\"xml\\""; expected "json" or a valid JSON Schema object'),
    ("think", {"think": "low"}, {"think": "hard"}, 'invalid think value: "hard" (must be "high", "medium", "low", true, or false)'),
    ("think", {"think": True}, {"think": 5}, 'think must be a boolean or string ("high", "medium", "low", true, or false)'),
    ("keep_alive", {"keep_alive": "1h30m"}, {"keep_alive": "long"}, 'time: invalid duration "long"'),
    ("keep_alive", {"keep_alive": -1, "think": None}, {"keep_alive": "5"}, 'time: invalid duration "5"'),
)


@pytest.mark.parametrize("path", ["chat", "generate"])
@pytest.mark.parametrize(("clause", "passes", "fails", "words"), OLLAMA)
def test_ollama_refuses_in_its_words(clause: str, passes: dict[str, Any], fails: dict[str, Any], words: str, path: str) -> None:
    llm = Interceptor()
    asked = {"model": "llama3.2", "stream": False, **({"messages": [USER]} if path == "chat" else {"prompt": "?"})}
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        url = f"http://localhost:11434/api/{path}"  # the SDK checks most of these types itself
        assert client.post(url, json={**asked, **passes}).status_code == 200
        refused = client.post(url, json={**asked, **fails})
    assert (refused.status_code, refused.json()) == (400, {"error": words})
    assert llm.calls.last.findings[0].clause == clause


def test_ollamas_sdk_tells_what_it_does_not_check_itself() -> None:
    with intercept("Hi."), pytest.raises(ollama.ResponseError) as caught:
        ollama.Client().chat(model="llama3.2", messages=[USER], keep_alive="long")
    assert (caught.value.status_code, caught.value.error) == (400, 'time: invalid duration "long"')
