"""What the provider keeps: a response that the next one builds on, is retrieved, cancelled or deleted; and conversations."""

from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest

from llm_intercept import Interceptor, disconnect, error, intercept, native, reply, thinking, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.dialects.responses.asked import UNTOLD, client, create, events_in, send, stream

JUDGES = judges_of("openai")


def told(llm: Interceptor) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in llm.calls[-1].messages]


def test_the_response_before_counts_as_history() -> None:
    sdk = client()
    with intercept() as llm:
        llm.on("weather").reply(thinking("Hm."), "Let me look.", tool_call("f").with_id("c1"))
        llm.on(turn=1, step=1).reply("It is sunny.")
        llm.on(turn=2).reply("Bye.")
        first = sdk.responses.create(model="gpt-4o", input="weather", instructions="Be brief.")
        output: Any = [{"type": "function_call_output", "call_id": "c1", "output": "Sunny."}]
        second = sdk.responses.create(model="gpt-4o", input=output, previous_response_id=first.id)
        assert second.output_text == "It is sunny."
        assert second.previous_response_id == first.id
        third = sdk.responses.create(model="gpt-4o", input="Thanks.", previous_response_id=second.id, instructions="Be kind.")
    assert third.output_text == "Bye."
    assert told(llm) == [
        ("system", "Be kind."),
        ("user", "weather"),
        ("assistant", "Let me look."),
        ("tool", "Sunny."),
        ("assistant", "It is sunny."),
        ("user", "Thanks."),
    ]
    assert llm.calls[-1].call.turn == 2


def test_a_rule_s_turn_follows_the_history_that_the_provider_keeps() -> None:
    sdk = client()
    with intercept(default=None) as llm:
        for turn, text in enumerate(("One.", "Two.", "Three.")):
            llm.on(turn=turn).reply(text)
        said, before = [], None
        for _ in range(3):
            response = sdk.responses.create(model="gpt-4o", input="Go on.", previous_response_id=before)
            said.append(response.output_text)
            before = response.id
    assert said == ["One.", "Two.", "Three."]


def test_what_was_not_kept_is_no_history() -> None:
    llm = Interceptor(reply("Hi", id="resp_1"), error(500), reply(disconnect(), id="resp_2"), "Then.", "Then.")
    create(llm, store=False)
    assert send(llm, "POST", "/responses", {"model": "m", "input": "Hi"}).status_code == 500
    with pytest.raises(httpx2.RemoteProtocolError):
        create(llm)
    for before in ("resp_1", "resp_2"):
        create(llm, input="More.", previous_response_id=before)
        assert told(llm) == [("user", "More.")]


def test_deepseek_keeps_nothing() -> None:
    llm = Interceptor("Hi")
    first = create(llm, "https://api.deepseek.com")
    create(llm, "https://api.deepseek.com", input="More.", previous_response_id=first["id"])
    assert told(llm) == [("user", "More.")]


def test_an_item_is_named_by_its_id_alone() -> None:
    llm = Interceptor("Paris.", "Then.", "Then.")
    item = create(llm)["output"][0]
    create(llm, input=[{"type": "item_reference", "id": item["id"]}, {"role": "user", "content": "And?"}])
    assert told(llm) == [("assistant", "Paris."), ("user", "And?")]
    create(llm, input=[{"id": item["id"][:-1] + "_"}, {"type": "item_reference", "id": item["id"][:-24] + "f" * 24}])
    assert told(llm) == []


def test_a_response_is_retrieved_as_it_was_and_streamed_from_any_of_its_events() -> None:
    llm = Interceptor(reply("Once upon a time.", usage={"input": 5, "output": 6}))
    events = stream(llm)
    whole = events[-1]["response"]
    path = f"/responses/{whole['id']}"
    again = send(llm, "GET", path).json()
    assert {*JUDGES["responses body"].check(again)} <= UNTOLD
    assert {**whole, "billing": {"payer": "developer"}} == again
    assert events_in(send(llm, "GET", path + "?stream=true")) == events
    assert events_in(send(llm, "GET", path + "?stream=true&starting_after=4")) == events[5:]
    assert llm.calls[-1].operation == "retrieve"
    assert [message.text for message in llm.calls[-1].messages] == ["Hi"]


def test_a_rule_may_refuse_a_retrieval() -> None:
    llm = Interceptor("Hi")
    llm.on(operation={"retrieve", "delete", "cancel", "create"}).reply(error(503))
    for method, path in (
        ("GET", "/responses/resp_1?stream=true"), ("DELETE", "/responses/resp_1"), ("POST", "/responses/resp_1/cancel"),
        ("DELETE", "/conversations/c"), ("POST", "/conversations"), ("DELETE", "/conversations/c/items/i"),
    ):  # fmt: skip
        assert send(llm, method, path).status_code == 503


def test_a_response_that_was_deleted_is_gone() -> None:
    sdk = client()
    with intercept("Hi"):
        made = sdk.responses.create(model="gpt-4o", input="Hi")
        sdk.responses.delete(made.id)
        for again in (sdk.responses.retrieve, sdk.responses.delete, sdk.responses.input_items.list):
            with pytest.raises(openai.NotFoundError, match=f"Response with id '{made.id}' not found"):
                again(made.id)
        with pytest.raises(openai.BadRequestError, match="Previous response with id") as refused:
            sdk.responses.create(model="gpt-4o", input="Hi", previous_response_id=made.id)
    assert refused.value.code == "previous_response_not_found"


def test_a_response_that_was_never_made_is_plausible() -> None:
    sdk = client()
    with intercept() as llm:
        found = sdk.responses.retrieve("resp_abc")
        assert (found.id, found.output_text) == ("resp_abc", "This is a mock request")
        assert [event.type for event in sdk.responses.retrieve("resp_abc", stream=True)][-1] == "response.completed"
        assert sdk.responses.cancel("resp_abc").status == "cancelled"
        items = [*sdk.responses.input_items.list("resp_abc")]
        sdk.responses.delete("resp_abc")
        assert sdk.responses.retrieve("resp_abc").id == "resp_abc"
    assert [item.type for item in items] == ["message"]
    assert {call.rule for call in llm.calls} == {None}


def test_a_response_in_the_background_is_queued_then_complete() -> None:
    llm = Interceptor("Done.")
    queued = create(llm, background=True)
    assert (queued["status"], queued["output"], queued["usage"]) == ("queued", [], None)
    found = send(llm, "GET", f"/responses/{queued['id']}").json()
    assert (found["status"], found["output"][0]["content"][0]["text"]) == ("completed", "Done.")
    kinds = [event["type"] for event in stream(llm, background=True)]
    assert kinds[:3] == ["response.created", "response.queued", "response.in_progress"]
    assert kinds[-1] == "response.completed"


def test_a_response_in_the_background_is_cancelled_and_no_other() -> None:
    llm = Interceptor("Done.")
    queued, done = create(llm, background=True), create(llm)
    stopped = send(llm, "POST", f"/responses/{queued['id']}/cancel").json()
    assert {*JUDGES["responses body"].check(stopped)} <= UNTOLD
    assert (stopped["status"], stopped["output"]) == ("cancelled", [])
    assert send(llm, "GET", f"/responses/{queued['id']}").json() == stopped
    create(llm, previous_response_id=queued["id"])
    assert told(llm) == [("user", "Hi"), ("user", "Hi")]
    refused = send(llm, "POST", f"/responses/{done['id']}/cancel")
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, "Cannot cancel a synchronous response.")


INPUT = [
    {"role": "user", "content": "One"},
    {"role": "assistant", "content": "Two"},
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "x"},
    {"type": "reasoning", "id": "rs_1", "summary": []},
]


def test_what_was_put_in_is_listed_page_by_page() -> None:
    llm = Interceptor("Hi")
    made = create(llm, input=INPUT)
    path = f"/responses/{made['id']}/input_items"
    page = send(llm, "GET", path).json()
    assert JUDGES["responses input_items body"].check(page) == []
    assert [item["type"] for item in page["data"]] == ["reasoning", "function_call_output", "function_call", "message", "message"]
    assert (page["first_id"], page["last_id"]) == ("rs_1", page["data"][-1]["id"])
    with intercept("Hi"):
        sdk = client()
        kept = sdk.responses.create(model="gpt-4o", input=INPUT)  # type: ignore[arg-type]
        items = [*sdk.responses.input_items.list(kept.id, order="asc", limit=2)]
    assert [item.type for item in items] == ["message", "message", "function_call", "function_call_output", "reasoning"]


def test_tokens_of_an_input_are_counted() -> None:
    with intercept() as llm:
        sdk = client()
        few = sdk.responses.input_tokens.count(model="gpt-4o", input="Hi").input_tokens
        many = sdk.responses.input_tokens.count(model="gpt-4o", input="Hi, and much more than that.").input_tokens
    assert 0 < few < many
    assert {call.operation for call in llm.calls} == {"count_tokens"}


def test_a_history_is_compacted_to_what_the_users_said() -> None:
    llm = Interceptor("Hello.")
    made = create(llm)
    asked = {"model": "gpt-4o", "input": [{"role": "user", "content": "And?"}], "previous_response_id": made["id"]}
    answer = send(llm, "POST", "/responses/compact", asked).json()
    assert [item["type"] for item in answer["output"]] == ["message", "message", "compaction"]
    # the SDK's model has no user's message among what comes out; the recorded answer has
    assert JUDGES["responses compact body"].check({**answer, "output": answer["output"][-1:]}) == []
    assert answer["usage"]["total_tokens"] == answer["usage"]["input_tokens"] + answer["usage"]["output_tokens"]
    create(llm, input=[*answer["output"], {"role": "user", "content": "Now?"}])
    assert told(llm) == [("user", "Hi"), ("user", "And?"), ("user", "Now?")]


def test_a_plain_text_is_sealed_with_the_rest() -> None:
    answer = send(Interceptor("Hello."), "POST", "/responses/compact", {"model": "gpt-4o", "input": "And?"}).json()
    assert [item["type"] for item in answer["output"]] == ["compaction"]


def test_a_conversation_holds_what_was_put_in_and_what_came_out() -> None:
    sdk = client()
    with intercept("Hello.", "Fine.") as llm:
        talk = sdk.conversations.create(metadata={"a": "b"}, items=[{"type": "message", "role": "user", "content": "Begin."}])
        assert talk.metadata == {"a": "b"}
        first = sdk.responses.create(model="gpt-4o", input="Hi", conversation=talk.id)
        assert first.conversation is not None
        sdk.responses.create(model="gpt-4o", input="How are you?", conversation={"id": talk.id})
        assert told(llm) == [("user", "Begin."), ("user", "Hi"), ("assistant", "Hello."), ("user", "How are you?")]
        added = sdk.conversations.items.create(talk.id, items=[{"type": "message", "role": "user", "content": "More."}]).data[0]
        items = [*sdk.conversations.items.list(talk.id, order="asc")]
        assert len(items) == 6
        assert sdk.conversations.items.retrieve(items[0].id, conversation_id=talk.id) == items[0]
        assert items[-1] == added
        sdk.conversations.items.delete(added.id, conversation_id=talk.id)
        assert len([*sdk.conversations.items.list(talk.id)]) == 5
        with pytest.raises(openai.NotFoundError, match="Item with id"):
            sdk.conversations.items.retrieve(added.id, conversation_id=talk.id)
        assert sdk.conversations.update(talk.id, metadata={"c": "d"}).metadata == {"c": "d"}
        assert sdk.conversations.retrieve(talk.id).metadata == {"c": "d"}
        assert sdk.conversations.delete(talk.id).deleted is True
        with pytest.raises(openai.NotFoundError, match="Conversation with id"):
            sdk.conversations.retrieve(talk.id)
        with pytest.raises(openai.NotFoundError, match="Conversation with id"):
            sdk.responses.create(model="gpt-4o", input="Hi", conversation=talk.id)


def test_a_conversation_that_was_never_made_is_plausible() -> None:
    sdk = client()
    with intercept("Hello."):
        assert sdk.conversations.retrieve("conv_1").id == "conv_1"
        assert [item.type for item in sdk.conversations.items.list("conv_1")] == ["message"]
        assert sdk.conversations.items.retrieve("msg_1", conversation_id="conv_1").id == "msg_1"
        sdk.conversations.items.delete("msg_1", conversation_id="conv_1")
        sdk.conversations.delete("conv_1")
        assert sdk.conversations.create().metadata == {}
        made = sdk.responses.create(model="gpt-4o", input="Hi", conversation="conv_1")
        assert made.conversation is not None
        assert len([*sdk.conversations.items.list("conv_1")]) == 2


def test_items_of_a_conversation_are_asked_for() -> None:
    refused = send(Interceptor(), "POST", "/conversations/conv_1/items", {})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "items")


def test_an_item_given_as_it_stands_may_have_no_id() -> None:
    llm = Interceptor(reply(native({"type": "odd"}), "Hi"))
    create_path = send(llm, "POST", "/responses", {"model": "m", "input": "Hi", "conversation": "conv_1"})
    assert create_path.status_code == 200
    assert [item.get("id") is None for item in send(llm, "GET", "/conversations/conv_1/items?order=asc").json()["data"]] == [
        False, True, False,
    ]  # fmt: skip
