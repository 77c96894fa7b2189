"""Stored chat completions: found, listed, changed and deleted, by openai's SDK."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from llm_intercept import Interceptor, disconnect, error, intercept, reply
from tests.dialects.openai.asked import ask

URL = "https://api.openai.com/v1/chat/completions"
USER = {"role": "user", "content": "Capital of France?"}


def client() -> Any:
    return openai.OpenAI(api_key="k", _strict_response_validation=True, max_retries=0)


def create(chats: Any, **more: Any) -> Any:
    return chats.create(model="gpt-4o", messages=[USER], store=True, **more)


def test_what_was_stored_is_found_with_its_metadata_and_messages() -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        made = create(chats, metadata={"user": "7"}, temperature=0.5)
        found = chats.retrieve(made.id)
        assert found.choices == made.choices
        assert (found.id, found.metadata, found.temperature) == (made.id, {"user": "7"}, 0.5)
        # The SDK's model knows an assistant's messages alone; the reference's example is a user's.
        asked = openai.OpenAI(api_key="k").chat.completions.messages.list(made.id)
        assert [(message.role, message.content) for message in asked] == [("user", "Capital of France?")]


def test_what_was_streamed_is_stored_too() -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        *_, last = create(chats, stream=True)
        assert chats.retrieve(last.id).choices[0].message.content == "Paris."


def test_metadata_can_be_changed() -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        made = create(chats)
        assert chats.update(made.id, metadata={"a": "b"}).metadata == {"a": "b"}
        assert chats.retrieve(made.id).metadata == {"a": "b"}
        assert chats.retrieve(made.id).choices == made.choices


def test_what_was_deleted_is_gone_and_nothing_else_is() -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        made, other = create(chats), create(chats)
        assert chats.delete(made.id).deleted is True
        for again in (chats.retrieve, chats.delete, chats.messages.list):
            with pytest.raises(openai.NotFoundError, match="not found"):
                again(made.id)
        assert [one.id for one in chats.list()] == [other.id]


def test_an_id_that_was_never_issued_gets_a_plausible_answer_however_often() -> None:
    with intercept():
        chats = client().chat.completions
        for _ in range(2):
            assert chats.retrieve("chatcmpl-unknown").id == "chatcmpl-unknown"
            assert chats.update("chatcmpl-unknown", metadata={"a": "b"}).metadata == {"a": "b"}
            assert chats.delete("chatcmpl-unknown").id == "chatcmpl-unknown"
            assert list(chats.messages.list("chatcmpl-unknown")) == []
            assert list(chats.list()) == []


def test_a_list_is_filtered_ordered_and_paged() -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        made = [create(chats, metadata={"odd": str(number % 2)}).id for number in range(5)]
        assert [one.id for one in chats.list(limit=2)] == made
        assert chats.list(limit=2).has_more
        assert [one.id for one in chats.list(order="desc")] == made[::-1]
        assert [one.id for one in chats.list(metadata={"odd": "1"})] == made[1::2]
        assert list(chats.list(model="another")) == []
        assert [one.id for one in chats.list(after=made[3])] == made[4:]


@pytest.mark.parametrize("more", [{"store": False}, {}, {"store": None}])
def test_only_what_asks_to_be_stored_is(more: dict[str, Any]) -> None:
    with intercept("Paris."):
        chats = client().chat.completions
        chats.create(model="gpt-4o", messages=[USER], **more)
        assert list(chats.list()) == []


def test_what_was_never_said_is_not_stored() -> None:
    with intercept(error(500), reply(disconnect(), "Paris.")):
        chats = client().chat.completions
        for _ in range(2):
            with pytest.raises(openai.OpenAIError):
                create(chats)
        assert list(chats.list()) == []


def test_messages_of_several_parts_show_them() -> None:
    llm = Interceptor("Hi")
    parts = [{"type": "text", "text": "?"}]
    made = ask(llm, URL, {"model": "m", "messages": [{"role": "user", "content": parts}], "store": True}).json["id"]
    (message,) = ask(llm, f"{URL}/{made}/messages", method="GET").json["data"]
    assert (message["content"], message["content_parts"]) == (None, parts)


def test_a_rule_may_name_the_operation() -> None:
    with intercept("Paris.") as llm:
        llm.on(operation="retrieve").reply(error(500))
        llm.on(operation="update").reply(error(429))
        llm.on(operation="delete").reply(error(429))
        chats = client().chat.completions
        made = create(chats).id
        for call, raised in (
            (lambda: chats.retrieve(made), openai.InternalServerError),
            (lambda: chats.update(made, metadata={}), openai.RateLimitError),
            (lambda: chats.delete(made), openai.RateLimitError),
        ):
            with pytest.raises(raised):
                call()
        assert [one.id for one in chats.list()] == [made]


@pytest.mark.parametrize("body", [b"{", b"\xff"])
def test_a_malformed_update_is_refused(body: bytes) -> None:
    answer = ask(Interceptor(), f"{URL}/chatcmpl-1", body)
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error")


def test_an_update_of_nothing_leaves_no_metadata() -> None:
    assert ask(Interceptor(), f"{URL}/chatcmpl-1", [1]).json["metadata"] == {}


def test_the_answers_are_the_providers() -> None:
    answer = ask(Interceptor(), "https://r.openai.azure.com/openai/v1/chat/completions/chatcmpl-1", method="GET")
    assert "apim-request-id" in answer.headers
