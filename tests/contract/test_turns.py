"""The order of turns: what just passes is answered, what just fails gets the provider's refusal, as its own SDK reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from google import genai
from google.genai.errors import ClientError
from mistralai.client import Mistral
from mistralai.client.errors import SDKError

from llm_intercept import intercept

USER = {"role": "user", "content": "?"}
SYSTEM = {"role": "system", "content": "!"}
SAID = {"role": "assistant", "content": "."}


def called(*ids: str) -> dict[str, Any]:
    """Mistral's tool calls with these ids."""
    uses = [{"id": id_, "type": "function", "function": {"name": "now", "arguments": "{}"}} for id_ in ids]
    return {"role": "assistant", "content": "", "tool_calls": uses}


def result(id_: str) -> dict[str, Any]:
    """The result of one."""
    return {"role": "tool", "tool_call_id": id_, "content": "noon"}


ONE, TWO = "a1b2c3d4e", "f6g7h8i9j"
UNEVEN = "Not the same number of function calls and responses"

MISTRAL_PASSES: Mapping[str, list[dict[str, Any]]] = {
    "a question": [USER],
    "two questions": [SYSTEM, USER, USER],
    "a question after a result": [USER, called(ONE), result(ONE), USER],
    "a result at the end": [USER, called(ONE), result(ONE)],
    "two results": [USER, called(ONE, TWO), result(ONE), result(TWO)],
    "an answer between a result and a question": [USER, called(ONE), result(ONE), SAID, USER],
    "a call after a result": [USER, called(ONE), result(ONE), called(TWO), result(TWO)],
    "a prefix at the end": [USER, {**SAID, "prefix": True}],
}
MISTRAL_FAILS: Mapping[str, tuple[list[dict[str, Any]], str]] = {
    "a result after a question": ([USER, result(ONE)], "Unexpected role 'tool' after role 'user'"),
    "a result after the system prompt": ([SYSTEM, result(ONE)], "Unexpected role 'tool' after role 'system'"),
    "a result too few": ([USER, called(ONE, TWO), result(ONE)], UNEVEN),
    "a result too many": ([USER, called(ONE), result(ONE), result(TWO)], UNEVEN),
    "a result too few, and more": ([USER, called(ONE, TWO), result(ONE), SAID, USER], UNEVEN),
    "no result": ([USER, called(ONE), USER], UNEVEN),
    "an answer at the end": (
        [USER, SAID],
        "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
    ),
}


@pytest.mark.parametrize("case", MISTRAL_PASSES)
def test_mistral_answers_turns_in_order(case: str) -> None:
    with intercept("Hi.") as llm:
        Mistral(api_key="k").chat.complete(model="mistral-large-latest", messages=MISTRAL_PASSES[case])
        assert len(llm.calls) == 1


@pytest.mark.parametrize("case", MISTRAL_FAILS)
def test_mistral_refuses_turns_out_of_order(case: str) -> None:
    messages, message = MISTRAL_FAILS[case]
    with intercept("Hi.") as llm, pytest.raises(SDKError) as caught:
        Mistral(api_key="k").chat.complete(model="mistral-large-latest", messages=messages)
    clause = "last role" if "last role" in message else "tool results" if message == UNEVEN else "roles"
    assert llm.calls.last.findings[0].clause == clause
    refusal = {"object": "error", "message": message, "type": "invalid_request_message_order", "param": None, "code": "3230"}
    assert (caught.value.status_code, caught.value.raw_response.json()) == (400, refusal)


def test_mistral_answers_any_order_with_the_contract_off() -> None:
    with intercept("Hi.", contract="off"):
        Mistral(api_key="k").chat.complete(model="mistral-large-latest", messages=[USER, SAID])


def turn(role: str, **parts: int) -> dict[str, Any]:
    """A content of Google's with so many parts of each kind."""
    kinds: Mapping[str, dict[str, Any]] = {
        "text": {"text": "?"},
        "call": {"function_call": {"name": "now", "args": {}}},
        "response": {"function_response": {"name": "now", "response": {"now": "noon"}}},
    }
    return {"role": role, "parts": [kinds[kind] for kind, times in parts.items() for _ in range(times)]}


ASKS = turn("user", text=1)
COUNT = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call "
    "turn."
)
ORPHAN = "Please ensure that function response turn comes immediately after a function call turn."

GEMINI_PASSES: Mapping[str, list[dict[str, Any]]] = {
    "a question": [ASKS],
    "a response": [ASKS, turn("model", call=1), turn("user", response=1)],
    "a response, and a question beside it": [ASKS, turn("model", call=1), turn("user", response=1, text=1)],
    "two responses": [ASKS, turn("model", text=1, call=2), turn("user", response=2)],
    "two responses in two contents": [ASKS, turn("model", call=2), turn("user", response=1), turn("user", response=1)],
    "calls after responses": [ASKS, *[turn("model", call=1), turn("user", response=1)] * 3],
    "two responses to two contents": [ASKS, turn("model", call=1), turn("model", call=1), turn("user", response=2)],
    "a response to the last of two contents": [ASKS, turn("model", call=1), ASKS, turn("model", call=1), turn("user", response=1)],
    "a call that nothing answers": [ASKS, turn("model", call=1), ASKS],
}
GEMINI_FAILS: Mapping[str, tuple[list[dict[str, Any]], str]] = {
    "a response too few": ([ASKS, turn("model", call=2), turn("user", response=1)], COUNT),
    "a response too many": ([ASKS, turn("model", call=1), turn("user", response=2)], COUNT),
    "a response too few, and more": ([ASKS, turn("model", call=2), turn("user", response=1), turn("model", text=1), ASKS], COUNT),
    "a response to nothing": ([turn("user", response=1)], ORPHAN),
    "a response to a text": ([ASKS, turn("model", text=1), turn("user", response=1)], ORPHAN),
}


@pytest.mark.parametrize("vertex", [False, True], ids=["gemini", "vertex"])
@pytest.mark.parametrize("case", GEMINI_PASSES)
def test_gemini_answers_as_many_responses_as_calls(case: str, vertex: bool) -> None:
    with intercept("Hi.") as llm:
        client = google(vertex)  # held: one that is collected is closed
        client.models.generate_content(model="gemini-2.5-flash", contents=GEMINI_PASSES[case])
        assert len(llm.calls) == 1


@pytest.mark.parametrize("vertex", [False, True], ids=["gemini", "vertex"])
@pytest.mark.parametrize("case", GEMINI_FAILS)
def test_gemini_refuses_another_number(case: str, vertex: bool) -> None:
    contents, message = GEMINI_FAILS[case]
    client = google(vertex)
    with intercept("Hi.") as llm, pytest.raises(ClientError) as caught:
        client.models.generate_content(model="gemini-2.5-flash", contents=contents)
    assert llm.calls.last.findings[0].clause == "function responses"
    assert (caught.value.code, caught.value.status, caught.value.message) == (400, "INVALID_ARGUMENT", message)


def test_what_gemini_has_cached_may_hold_the_calls() -> None:
    with intercept("Hi.") as llm:
        client, config = google(vertex=False), {"cached_content": "cachedContents/a"}
        client.models.generate_content(model="gemini-2.5-flash", contents=[turn("user", response=1)], config=config)
        client.models.generate_content(model="gemini-2.5-flash", contents=[turn("model", call=1), ASKS], config=config)
    assert [entry.findings for entry in llm.calls] == [(), ()]


def google(vertex: bool) -> genai.Client:
    """A client of one of Google's two hosts."""
    return genai.Client(vertexai=True, api_key="k") if vertex else genai.Client(api_key="k")
