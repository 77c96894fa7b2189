"""One script, through every dialect and its own SDK, streamed and not."""

from __future__ import annotations

from typing import Any

import pytest
from google import genai

from llm_intercept import UnansweredCall, contains, intercept, reply, tool_call
from llm_intercept.interceptor import Interceptor
from tests.rules.speakers import SPEAKERS, Called, Heard

STREAM = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def script(llm: Interceptor) -> None:
    llm.on(contains("trip")).converse(
        tool_call("look", at="a"),
        reply(tool_call("look", at="b"), tool_call("count")),
        lambda call: " and ".join([one.text for one in call.tool_results]),
        lambda call: f"Bye after {call.prompt}",
    )


def called(heard: Heard) -> list[tuple[str, Any]]:
    assert heard[0] == ""
    return [(one.name, one.arguments) for one in heard[1]]


def answered(heard: Heard, of: str) -> list[tuple[Called, str]]:
    return [(one, f"{one.name} {of}") for one in heard[1]]


@STREAM
@pytest.mark.parametrize("name", SPEAKERS)
def test_two_conversations_at_once_go_through_the_script_to_its_end_and_not_past_it(name: str, stream: bool) -> None:
    with intercept() as llm:
        script(llm)
        both = {number: SPEAKERS[name](stream) for number in "12"}
        heard = {number: speak(f"Plan trip {number}.") for number, speak in both.items()}
        assert [called(one) for one in heard.values()] == [[("look", {"at": "a"})]] * 2
        heard = {number: both[number](answered(heard[number], number)) for number in "21"}
        assert [called(one) for one in heard.values()] == [[("look", {"at": "b"}), ("count", {})]] * 2
        heard = {number: both[number](answered(heard[number], number)) for number in "12"}
        assert heard == {number: (f"look {number} and count {number}", []) for number in "12"}
        heard = {number: both[number](f"Thanks {number}.") for number in "21"}
        assert heard == {number: (f"Bye after Thanks {number}.", []) for number in "12"}
        llm.assert_all_used()
        with llm.expect_failure() as missed:
            both["1"]("And now?")
    assert isinstance(missed.value, UnansweredCall)
    assert "this conversation is past its script of 4 turns" in str(missed.value)


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_result_of_a_call_that_was_never_made_is_a_miss_that_says_so(name: str) -> None:
    with intercept() as llm:
        script(llm)
        speak = SPEAKERS[name](False)
        speak("Plan trip 1.")
        with llm.expect_failure() as missed:
            speak([(Called("call00009", "dream", {}), "none")])
    assert "answers a tool call that was never made in this conversation" in str(missed.value)


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_result_that_is_not_given_is_awaited(name: str) -> None:
    with intercept() as llm:
        script(llm)
        speak = SPEAKERS[name](False)
        heard = speak(answered(speak("Plan trip 1."), "1"))
        with llm.expect_failure() as missed:
            speak(answered(heard, "1")[:1])
    assert "the script awaits the result of count (" in str(missed.value)


def test_functions_that_google_s_sdk_calls_itself_go_through_the_script() -> None:
    def look(at: str) -> str:
        """Looks."""
        return f"seen {at}"

    def count() -> int:
        """Counts."""
        return 3

    with intercept() as llm:
        script(llm)
        client = genai.Client(api_key="k")
        said = client.models.generate_content(model="gemini-3", contents="Plan trip 1.", config={"tools": [look, count]})
    assert said.text == "seen b and 3"
    assert len(llm.calls) == 3
