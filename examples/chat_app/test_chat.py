"""The app, asked as a browser would. The client of the test is answered by the app, the app's client by us."""

import json

import chat
import pytest
from fastapi.testclient import TestClient

from llm_intercept import disconnect, overloaded, pause, read_timeout, reply


@pytest.fixture
def browser():
    chat.conversations.clear()
    return TestClient(chat.app)


def say(browser, text, to="a"):
    """The events of an answer, as (name, text)."""
    answer = browser.post(f"/chats/{to}", json={"text": text})
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [block.split("\n") for block in answer.text.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def test_an_answer_is_sent_on_piece_by_piece(llm_mock, browser):
    llm_mock.on("story").reply(reply(chunks=["Once upon", pause(0.01), " a time."]))
    assert say(browser, "Tell me a story.") == [("piece", "Once upon"), ("piece", " a time."), ("done", "")]
    assert llm_mock.calls.one.stream


def test_a_conversation_goes_on_and_another_does_not_know_of_it(llm_mock, browser):
    llm_mock.on("Ada").converse("Hello, Ada.", "Your name is Ada.")
    llm_mock.on("who am I", turn=0).reply("I do not know.")
    say(browser, "I am Ada.")
    say(browser, "Who am I?")
    say(browser, "Who am I?", to="b")
    assert browser.get("/chats/a").json()[-1] == {"role": "assistant", "content": "Your name is Ada."}
    assert browser.get("/chats/b").json()[-1] == {"role": "assistant", "content": "I do not know."}


def test_a_busy_model_is_asked_again(llm_mock, browser):
    llm_mock.on("Hi").replies(overloaded(), overloaded(), "Hello.")
    assert say(browser, "Hi")[-1] == ("done", "")
    assert len(llm_mock.calls) == 3


def test_a_model_that_stays_busy_is_told(llm_mock, browser):
    llm_mock.on("Hi").reply(overloaded())
    assert say(browser, "Hi") == [("error", "Too busy, try again.")]
    assert browser.get("/chats/a").json() == []


@pytest.mark.parametrize("fault", [disconnect(), read_timeout()], ids=["disconnect", "time-out"])
def test_an_answer_that_breaks_off_is_told_and_is_no_part_of_the_conversation(llm_mock, browser, fault):
    llm_mock.on("story").replies(reply("Once upon a ", fault), "Once upon a time.")
    *pieces, last = say(browser, "Tell me a story.")
    assert "".join(text for _, text in pieces) == "Once upon a "
    assert last == ("error", "The answer broke off after 12 characters.")
    assert say(browser, "Tell me a story.")[-1] == ("done", "")
    assert [message.role for message in llm_mock.calls.last.messages] == ["user"]


@pytest.mark.llm("Hi.", provider="anthropic")
def test_the_fixture_is_not_needed(browser):
    assert say(browser, "Hello") == [("piece", "Hi."), ("done", "")]
