"""Interactions: what is asked, what is kept, body and events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    audio,
    citation,
    disconnect,
    error,
    image,
    native,
    pause,
    refusal,
    reply,
    thinking,
    tool_call,
)
from llm_intercept.call import Message, Tool, ToolChoice, ToolUse
from tests.dialects.gemini.asked import INTERACTIONS, judged, post

ASKED = {"model": "gemini-3-flash-preview", "input": "Hello"}


def created(given: Any, **more: Any) -> Any:
    answer = post(Interceptor(given), INTERACTIONS, {**ASKED, **more})
    assert answer.status == 200, answer.content
    return judged("interactions body", answer.json)


def streamed(given: Any, **more: Any) -> list[Any]:
    answer = post(Interceptor(given), INTERACTIONS, {**ASKED, "stream": True, **more})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.content.endswith(b"event: done\ndata: [DONE]\n\n")
    return [judged("interactions event", event) for event in answer.events]


def accumulated(events: list[Any]) -> list[Any]:
    """The steps, put together as readers do."""
    steps: list[Any] = []
    for event in events:
        if event["event_type"] == "step.start":
            assert event["index"] == len(steps)
            steps.append(json.loads(json.dumps(event["step"])))
            open_arguments = ""
        elif event["event_type"] == "step.delta":
            step, delta = steps[event["index"]], event["delta"]
            match delta["type"]:
                case "arguments_delta":
                    open_arguments += delta["arguments"]
                    step["arguments"] = (
                        json.loads(open_arguments) if open_arguments.endswith("}") and _whole(open_arguments) else {}
                    )
                case "thought_summary":
                    known = step.setdefault("summary", [{"type": "text", "text": ""}])
                    known[0]["text"] += delta["content"]["text"]
                case "thought_signature":
                    step["signature"] = "made"
                case "text":
                    contents = step.setdefault("content", [])
                    if not contents or contents[-1]["type"] != "text":
                        contents.append({"type": "text", "text": ""})
                    contents[-1]["text"] += delta["text"]
                case "text_annotation_delta":
                    step["content"][-1].setdefault("annotations", []).extend(delta["annotations"])
                case _:
                    step.setdefault("content", []).append(delta)
    return steps


def _whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def plain(steps: list[Any]) -> list[Any]:
    """Steps without what is made for one request, and without texts that are empty, which no delta tells."""
    found = json.loads(json.dumps(steps))
    for step in found:
        if step.get("type") == "function_call":
            step["id"] = "made"
        if "signature" in step:
            step["signature"] = "made"
        if "content" in step:
            step["content"] = [one for one in step["content"] if one.get("text") != ""]
            if not step["content"]:
                del step["content"]
    return found


STEPS: dict[str, tuple[Any, Any]] = {
    "text": ("Hi", [{"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}]),
    "nothing": (reply(), []),
    "a call": (
        tool_call("now", a=1).with_id("7"),
        [{"type": "function_call", "id": "7", "name": "now", "arguments": {"a": 1}}],
    ),
    "a thought": (
        reply(thinking("hm", signature="c2ln"), "Hi"),
        [
            {"type": "thought", "signature": "c2ln", "summary": [{"type": "text", "text": "hm"}]},
            {"type": "model_output", "content": [{"type": "text", "text": "Hi"}]},
        ],
    ),
    "a hidden thought": (thinking("hm", signature="c2ln", redacted=True), [{"type": "thought", "signature": "c2ln"}]),
    "media": (
        reply("Look: ", image(b"png"), "and ", "listen: ", audio(b"wav")),
        [
            {
                "type": "model_output",
                "content": [
                    {"type": "text", "text": "Look: "},
                    {"type": "image", "data": "cG5n", "mime_type": "image/png"},
                    {"type": "text", "text": "and listen: "},
                    {"type": "audio", "data": "d2F2", "mime_type": "audio/wav"},
                ],
            }
        ],
    ),
    "a refusal": (refusal("No."), [{"type": "model_output", "error": {"code": 7, "message": "No."}}]),
    "a native step": (
        reply(native({"type": "google_search_call", "id": "1", "arguments": {"queries": ["x"]}}), "Hi"),
        [
            {"type": "google_search_call", "id": "1", "arguments": {"queries": ["x"]}},
            {"type": "model_output", "content": [{"type": "text", "text": "Hi"}]},
        ],
    ),
    "cited text": (
        reply("é", citation(url="https://a.test", title="A"), "b", citation(document=1, url="gs://d", quote="q"), "c"),
        [
            {
                "type": "model_output",
                "content": [
                    {
                        "type": "text",
                        "text": "ébc",
                        "annotations": [
                            {"type": "url_citation", "url": "https://a.test", "title": "A", "start_index": 0, "end_index": 2},
                            {
                                "type": "file_citation",
                                "document_uri": "gs://d",
                                "file_name": "1",
                                "source": "q",
                                "start_index": 2,
                                "end_index": 3,
                            },
                        ],
                    }
                ],
            }
        ],
    ),
}


@pytest.mark.parametrize("case", STEPS.values(), ids=STEPS)
def test_a_reply_is_its_steps(case: tuple[Any, Any]) -> None:
    said, expected = case
    assert created(said)["steps"] == expected
    assert plain(accumulated(streamed(said))) == plain(expected)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
anything = st.lists(
    st.one_of(
        texts,
        st.builds(tool_call, st.just("now"), st.dictionaries(texts, st.integers() | texts, max_size=2)),
        st.builds(thinking, texts),
        st.builds(refusal, texts),
        st.just(image(b"png")),
        st.just(native({"type": "code_execution_result", "call_id": "1", "result": "2"})),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=50)
@given(anything, st.integers(1, 5))
def test_the_stream_of_anything_is_its_body(parts: list[Any], size: int) -> None:
    said = reply(*parts, chunk_size=size)
    events = streamed(said)
    body = created(said)
    assert plain(accumulated(events)) == plain(body["steps"])
    last = events[-1]["interaction"]
    assert (last["status"], last["usage"]) == (body["status"], body["usage"])
    used = body["usage"]
    assert used["total_tokens"] == used["total_input_tokens"] + used["total_output_tokens"] + used["total_thought_tokens"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Hi", "completed"),
        (tool_call("now"), "requires_action"),
        (reply("Hi", finish="length"), "incomplete"),
        (refusal("No."), "failed"),
    ],
)
def test_the_status_tells_how_it_ended(said: Any, status: str) -> None:
    assert created(said)["status"] == status
    kinds = [event["event_type"] for event in streamed(said)]
    assert kinds[:2] == ["interaction.created", "interaction.status_update"]
    assert kinds[-1] == "interaction.completed"


@pytest.mark.parametrize("said", [audio(b"wav", transcript="Hi"), tool_call("now", "{"), reply("Hi", finish="pause")])
def test_what_interactions_cannot_say_names_its_line(said: Any) -> None:
    with pytest.raises(CannotSay, match="gemini interactions cannot say"):
        created(said)


def test_what_happens_in_a_stream_happens_where_it_stands() -> None:
    llm = Interceptor(reply("ab", pause(0), image(b"png"), disconnect()))
    with pytest.raises(Exception, match=r"disconnect|peer|closed"):
        post(llm, INTERACTIONS, {**ASKED, "stream": True})
    assert llm.calls.one.delivered.decode().count("step.delta") == 4
    assert b"step.stop" not in llm.calls.one.delivered


def test_a_reply_that_answered_before_says_what_a_new_one_says() -> None:
    asked: list[dict[str, Any]] = [
        ASKED,
        {"agent": "deep-research-preview-04-2026", "input": "Hello"},
        {**ASKED, "background": True},
        {**ASKED, "previous_interaction_id": "v1_7"},
    ]
    again = Interceptor("Hi")
    for turn in range(3):
        for body in asked:
            fresh = Interceptor("Hi")
            answers = [post(fresh, INTERACTIONS, body) for _ in range(turn + 1)]
            assert post(again, INTERACTIONS, body).content == answers[-1].content


# what is asked


def read(body: Any) -> Any:
    llm = Interceptor("Hi", contract="off")
    assert post(llm, INTERACTIONS, {"model": "models/gemini-3-flash-preview", **body}).status == 200
    return llm.calls.one.call


USE = {"type": "function_call", "id": "7", "name": "now", "arguments": {"a": 1}}
TEXT = {"type": "text", "text": "Hi"}


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        ("Hi", [("user", "Hi")]),
        (TEXT, [("user", "Hi")]),
        ([TEXT, {"type": "image", "data": "aa"}, TEXT], [("user", "HiHi")]),
        (
            [{"type": "user_input", "content": [TEXT]}, {"type": "model_output", "content": "Ho"}],
            [("user", "Hi"), ("assistant", "Ho")],
        ),
        ([{"role": "user", "content": "a"}, {"role": "model", "content": [TEXT]}], [("user", "a"), ("assistant", "Hi")]),
        ([{"type": "thought", "signature": "aa"}, {"type": "model_output", "content": TEXT}], [("assistant", "Hi")]),
        ([{"type": "function_result", "call_id": "7", "result": "noon"}], [("tool", "noon")]),
        ([{"type": "function_result", "name": "now", "result": [TEXT]}], [("tool", "Hi")]),
        ([{"type": "function_result", "call_id": "7", "result": {"hour": 12}}], [("tool", '{"hour":12}')]),
        ([{"type": "function_result", "call_id": "7"}], [("tool", "")]),
        ([{"type": "google_search_result"}, {"type": "user_input"}], [("assistant", ""), ("user", "")]),
        (None, []),
    ],
)
def test_every_form_of_input_is_read(given: Any, messages: Any) -> None:
    assert [(message.role, message.text) for message in read({"input": given}).messages] == messages


def test_what_the_model_did_in_a_row_is_one_message() -> None:
    steps = [{"type": "model_output", "content": [TEXT]}, USE, {**USE, "id": None}]
    (message,) = read({"input": steps}).messages
    assert message == Message("assistant", "Hi", (ToolUse("7", "now", {"a": 1}), ToolUse("now", "now", {"a": 1})), raw=steps[0])


def test_the_rest_of_a_request_is_read() -> None:
    schema = {"type": "object", "properties": {}}
    call = read(
        {
            "input": "Hi",
            "system_instruction": "Be brief.",
            "tools": [{"type": "function", "name": "now", "description": "d", "parameters": schema}, {"type": "google_search"}],
            "response_format": [{"type": "image"}, {"type": "text", "schema": schema}],
        }
    )
    assert (call.model, call.system, call.prompt) == ("gemini-3-flash-preview", "Be brief.", "Hi")
    assert call.tools == (Tool("now", "d", schema), Tool("google_search", kind="google_search"))
    assert call.schema == schema
    assert read({"input": "Hi", "response_format": schema}).schema == schema
    assert read({"input": "Hi", "response_format": {"type": "audio"}}).schema is None


@pytest.mark.parametrize(
    ("choice", "read_as"),
    [
        ("any", ToolChoice("required")),
        ("none", ToolChoice("none")),
        ("auto", ToolChoice()),
        (None, ToolChoice()),
        ({"allowed_tools": {"mode": "any", "tools": ["now"]}}, ToolChoice("named", "now")),
        ({"allowed_tools": {"mode": "any", "tools": ["now", "then"]}}, ToolChoice("required", None, ("now", "then"))),
        ({"allowed_tools": {"mode": "none"}}, ToolChoice("none")),
    ],
)
def test_the_tool_choice_is_read(choice: Any, read_as: ToolChoice) -> None:
    assert read({"input": "Hi", "generation_config": {"tool_choice": choice}}).tool_choice == read_as


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        {"input": "Hi"},
        {"model": 5, "input": "Hi"},
        {"model": "m"},
        {"model": "m", "input": ""},
        {"model": "m", "input": 5},
        {"model": "m", "input": "Hi", "stream": "yes"},
        {"model": "m", "input": "Hi", "tools": [{"type": "function"}]},
        {"model": "m", "input": [{"type": "function_call", "arguments": "{}"}]},
    ],
)
def test_what_is_malformed_is_the_providers_own_400(body: Any) -> None:
    answer = post(Interceptor("Hi"), INTERACTIONS, body)
    assert (answer.status, answer.json["error"]["status"]) == (400, "INVALID_ARGUMENT")


# what is kept


def get(llm: Interceptor, id: str, query: str = "", method: str = "GET", more: str = "") -> Any:  # noqa: A002
    return post(llm, f"{INTERACTIONS}/{id}{more}{query}", b"", method)


def test_an_interaction_goes_on_from_another() -> None:
    llm = Interceptor(reply("Look.", tool_call("now").with_id("7")), "Noon.")
    first = post(llm, INTERACTIONS, {**ASKED, "system_instruction": "Be brief."}).json
    result = {"type": "function_result", "call_id": "7", "name": "now", "result": "12"}
    post(llm, INTERACTIONS, {**ASKED, "input": [result], "previous_interaction_id": first["id"]})
    assert [(message.role, message.text) for message in llm.calls.last.messages] == [
        ("user", "Hello"),
        ("assistant", "Look."),
        ("tool", "12"),
    ]
    assert llm.calls.last.call.step == 1


def test_an_interaction_is_given_out_again() -> None:
    llm = Interceptor(reply(thinking("hm"), "Hi", citation(url="https://a.test"), image(b"png"), tool_call("now", a=1)))
    first = post(llm, INTERACTIONS, ASKED).json
    assert get(llm, first["id"]).json == first
    (asked, *steps) = get(llm, first["id"], "?include_input=true").json["steps"]
    assert (asked, steps) == ({"type": "user_input", "content": [{"type": "text", "text": "Hello"}]}, first["steps"])
    told = [judged("interactions event", event) for event in get(llm, first["id"], "?stream=true").events]
    assert plain(accumulated(told)) == plain(first["steps"])
    assert told[-1]["interaction"]["usage"] == first["usage"]


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        (TEXT, [{"type": "user_input", "content": [TEXT]}]),
        ([TEXT, TEXT], [{"type": "user_input", "content": [TEXT, TEXT]}]),
        ([{"type": "user_input", "content": [TEXT]}], [{"type": "user_input", "content": [TEXT]}]),
    ],
)
def test_what_was_asked_is_kept_as_steps(given: Any, steps: Any) -> None:
    llm = Interceptor("Hi")
    first = post(llm, INTERACTIONS, {**ASKED, "input": given}).json
    assert get(llm, first["id"], "?include_input=true").json["steps"] == [*steps, *first["steps"]]


def test_one_in_the_background_is_complete_when_it_is_asked_for() -> None:
    llm = Interceptor("Hi")
    body = {"agent": "deep-research-preview-04-2026", "input": "?", "background": True}
    first = judged("interactions body", post(llm, INTERACTIONS, body).json)
    assert (first["status"], "steps" in first, first["agent"]) == ("in_progress", False, body["agent"])
    assert get(llm, first["id"]).json["status"] == "completed"
    assert llm.calls.last.model == body["agent"]


def test_one_that_was_never_made_here_is_plausible() -> None:
    llm = Interceptor()
    body = judged("interactions body", get(llm, "v1_strange").json)
    assert (body["id"], body["status"]) == ("v1_strange", "completed")
    assert [judged("interactions event", event)["event_type"] for event in get(llm, "v1_strange", "?stream=true").events]
    assert judged("interactions body", get(llm, "v1_strange", method="POST", more="/cancel").json)["status"] == "cancelled"
    post(llm, INTERACTIONS, {**ASKED, "previous_interaction_id": "v1_other"})
    assert [message.text for message in llm.calls.last.messages] == ["Hello"]


def test_only_what_was_deleted_here_is_gone() -> None:
    llm = Interceptor("Hi")
    first = post(llm, INTERACTIONS, ASKED).json
    assert get(llm, first["id"], method="POST", more="/cancel").json["status"] == "cancelled"
    assert get(llm, first["id"]).json["status"] == "cancelled"
    assert get(llm, first["id"], method="DELETE").json == {}
    for answer in (
        get(llm, first["id"]),
        get(llm, first["id"], method="DELETE"),
        post(llm, INTERACTIONS, {**ASKED, "previous_interaction_id": first["id"]}),
    ):
        assert (answer.status, answer.json["error"]["status"]) == (404, "NOT_FOUND")


def test_what_is_not_to_be_stored_is_not_kept() -> None:
    llm = Interceptor("Mine", error(500), "Other")
    first = post(llm, INTERACTIONS, {**ASKED, "store": False}).json
    assert get(llm, first["id"]).json["steps"] != first["steps"]
    assert post(llm, INTERACTIONS, ASKED).status == 500
    llm = Interceptor(disconnect())
    with pytest.raises(Exception, match=r"disconnect|closed"):
        post(llm, INTERACTIONS, ASKED)


def test_rules_may_say_what_else_is_asked() -> None:
    llm = Interceptor()
    llm.on(operation="retrieve").reply({"id": "v1_7", "status": "failed"})
    llm.on(operation={"cancel", "delete"}).reply(error(403))
    assert get(llm, "v1_7", "?stream=true").json == {"id": "v1_7", "status": "failed"}
    assert get(llm, "v1_7", method="DELETE").status == 403
    assert get(llm, "v1_7", method="POST", more="/cancel").status == 403
    assert get(llm, "v1_7").status == 200
