"""Mistral's conversations, judged by its SDK: what is said, in which events, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mistralai.client import Mistral
from mistralai.client.errors import HTTPValidationError, SDKError

from llm_intercept import CannotSay, Interceptor, audio, citation, error, image, intercept, native, reply, thinking, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.sdks.ways import WAYS, each, run, settled

JUDGES = judges_of("mistralai")

URL = "https://api.mistral.ai/v1/conversations"

TOOL = {"type": "tool.execution", "name": "web_search", "arguments": "{}"}
AGENTS = {"previous_agent_id": "a1", "previous_agent_name": "one", "next_agent_id": "a2", "next_agent_name": "two"}
HANDOFF = {"type": "agent.handoff", **AGENTS}

REPLIES: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "nothing": reply(),
    "tool call": tool_call("weather", city="Paris"),
    "parallel": reply(tool_call("weather", city="Paris"), tool_call("now")),
    "malformed arguments": tool_call("weather", '{"city'),
    "thinking": reply(thinking("A city."), "Paris."),
    "signed thinking": reply(thinking("A city.", signature="abc"), "Paris."),
    "interleaved": reply("One. ", tool_call("now"), "Two."),
    "image": reply("Here: ", image(b"png")),
    "server tool": reply(native(TOOL), "Found."),
    "handoff": reply(native(HANDOFF), "Found."),
    "chunk": reply("See ", native({"type": "tool_reference", "tool": "web_search", "title": "Paris"})),
}

UNSAID: Mapping[str, Any] = {
    "redacted thinking": thinking("secret", redacted=True),
    "citation": reply("Paris.", citation(url="https://a.test")),
    "sound": reply(audio(b"wav")),
    "cut": reply("Par", finish="length"),
}


def post(llm: Interceptor, path: str = "", **body: Any) -> httpx2.Response:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        return client.post(URL + path, json=body)


def events(response: httpx2.Response) -> list[Any]:
    return [json.loads(line[6:]) for line in response.text.split("\n") if line.startswith("data: ")]


def accumulated(found: list[Any]) -> list[Any]:
    """The outputs that a stream adds up to: text and arguments by output and content index."""
    outputs: dict[int, Any] = {}
    for event in found:
        if event["type"] == "message.output.delta":
            chunks = outputs.setdefault(event["output_index"], {})
            content = event["content"]
            if isinstance(content, str):
                chunks[event["content_index"]] = chunks.get(event["content_index"], "") + content
            elif content["type"] == "thinking":
                before = chunks.get(event["content_index"], {"thinking": [{"text": ""}]})["thinking"][0]["text"]
                text = before + content["thinking"][0]["text"]
                chunks[event["content_index"]] = {**content, "thinking": [{"type": "text", "text": text}]}
            else:
                chunks[event["content_index"]] = content
        elif event["type"] == "function.call.delta":
            call = outputs.setdefault(event["output_index"], {"call": event["name"], "arguments": ""})
            call["arguments"] += event["arguments"]
        elif event["type"].endswith(".done") and "output_index" in event:
            outputs[event["output_index"]] = {"tool": event.get("name", event.get("next_agent_name"))}
    return [outputs[index] for index in sorted(outputs)]


def plain(outputs: list[Any]) -> list[Any]:
    """A body's outputs in the same form."""

    def one(entry: Any) -> Any:
        if entry["type"] == "function.call":
            return {"call": entry["name"], "arguments": entry["arguments"]}
        if entry["type"] in ("tool.execution", "agent.handoff"):
            return {"tool": entry.get("name", entry.get("next_agent_name"))}
        content = entry["content"]
        chunks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        return {index: chunk["text"] if chunk["type"] == "text" else chunk for index, chunk in enumerate(chunks)}

    return [one(entry) for entry in outputs]


@pytest.mark.parametrize("said", REPLIES.values(), ids=REPLIES)
def test_body_and_stream_are_what_the_models_say_and_say_the_same(said: Any) -> None:
    body = post(Interceptor(said), model="m", inputs="hi")
    assert JUDGES["conversations body"].check(body.content) == []
    streamed = post(Interceptor(said), model="m", inputs="hi", stream=True)
    assert [path for event in events(streamed) for path in JUDGES["conversations event"].check(event)] == []
    assert accumulated(events(streamed)) == plain(body.json()["outputs"])
    names = [line[7:] for line in streamed.text.split("\n") if line.startswith("event: ")]
    assert names == [event["type"] for event in events(streamed)]
    assert events(streamed)[-1]["usage"]["total_tokens"] > 0


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("said", UNSAID.values(), ids=UNSAID)
def test_what_a_conversation_has_no_words_for_is_refused(said: Any, stream: bool) -> None:
    with pytest.raises(CannotSay, match="mistral conversations cannot say"):
        post(Interceptor(said), model="m", inputs="hi", stream=stream)


@given(st.text(), st.integers(1, 5))
def test_a_stream_is_its_body_whatever_is_said(text: str, size: int) -> None:
    said = reply(text, chunk_size=size)
    found = accumulated(events(post(Interceptor(said), model="m", inputs="hi", stream=True)))
    whole = post(Interceptor(said), model="m", inputs="hi").json()["outputs"]
    assert "".join(chunk for output in found for chunk in output.values()) == "".join(entry["content"] for entry in whole)


def client() -> Any:
    return Mistral(api_key="k").beta.conversations


@pytest.mark.parametrize("way", [way for way in WAYS if way != "trio"])
def test_a_conversation_goes_on_with_its_history(way: str) -> None:
    suffix = "" if way == "sync" else "_async"

    async def ask() -> None:
        talk = client()
        with intercept() as llm:
            llm.on("hello").reply("Hi there.", tool_call("weather", city="Paris").with_id("abc"))
            llm.on(where=lambda call: call.messages[-1].role == "tool").reply("Sunny.")
            llm.on("bye", turn=2).reply("Bye.")
            start = getattr(talk, "start" + suffix)
            first = await settled(start(model="m", inputs="hello", instructions="Be nice.", store=True))
            result = [{"type": "function.result", "tool_call_id": "abc", "result": "22"}]
            append = getattr(talk, "append" + suffix)
            second = await settled(append(conversation_id=first.conversation_id, inputs=result))
            assert (second.conversation_id, second.outputs[0].content) == (first.conversation_id, "Sunny.")
            stream = await settled(getattr(talk, "append_stream" + suffix)(conversation_id=first.conversation_id, inputs="bye"))
            found = [event.data.content async for event in each(stream) if event.event == "message.output.delta"]
            assert "".join(found) == "Bye."
        assert [message.role for message in llm.calls[-1].messages] == ["system", "user", "assistant", "tool", "assistant", "user"]
        assert (llm.calls[-1].model, llm.calls[-1].system) == ("m", "Be nice.")

    run(way, ask)


def test_what_was_said_is_kept_until_it_is_deleted() -> None:
    talk = client()
    with intercept("Hi.", tool_call("now"), "Again."):
        begun = talk.start(model="m", inputs="hello", name="greeting")
        id_ = begun.conversation_id
        talk.append(conversation_id=id_, inputs="more")
        entries = talk.get_history(conversation_id=id_).entries
        assert [entry.type for entry in entries] == ["message.input", "message.output", "message.input", "function.call"]
        kinds = [entry.type for entry in talk.get_messages(conversation_id=id_).messages]
        assert kinds == ["message.input", "message.output", "message.input"]
        assert (talk.get(conversation_id=id_).name, talk.list()) == ("greeting", [])
        again = talk.restart(conversation_id=id_, inputs="else", from_entry_id=entries[1].id)
        assert again.conversation_id != id_
        history = talk.get_history(conversation_id=again.conversation_id).entries
        assert [getattr(entry, "content", None) for entry in history] == ["hello", "Hi.", "else", "Again."]
        talk.delete(conversation_id=id_)
        with pytest.raises(SDKError, match="not found"):
            talk.get(conversation_id=id_)
        with pytest.raises(SDKError, match="not found"):
            talk.append(conversation_id=id_, inputs="x")


def test_what_was_never_started_here_is_plausible() -> None:
    talk = client()
    with intercept("Hi.") as llm:
        assert talk.get(conversation_id="conv_x").id == "conv_x"
        assert talk.get_history(conversation_id="conv_x").entries == []
        assert talk.append(conversation_id="conv_x", inputs="x").conversation_id == "conv_x"
        assert talk.restart(conversation_id="conv_y", inputs="x", from_entry_id="e").outputs[0].content == "Hi."
    assert [call.operation for call in llm.calls] == ["retrieve", "list", "chat", "chat"]


def test_an_agents_conversation_is_the_agents() -> None:
    talk = client()
    with intercept("Hi."):
        begun = talk.start(
            agent_id="ag_1", inputs=[{"role": "assistant", "content": "Well?"}, {"role": "user", "content": "hello"}]
        )
        assert begun.outputs[0].agent_id == "ag_1"
        assert talk.get(conversation_id=begun.conversation_id).agent_id == "ag_1"


def test_without_store_nothing_is_kept() -> None:
    talk = client()
    with intercept("Hi.", error(500), default=None):
        begun = talk.start(model="m", inputs="hello", store=False)
        assert talk.get_history(conversation_id=begun.conversation_id).entries == []
        with pytest.raises(SDKError):
            talk.start(model="m", inputs="hello")


def test_what_a_call_wants_is_read() -> None:
    tools = [{"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}, {"type": "web_search"}]
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    for choice, mode in (("any", "required"), ("none", "none"), ("auto", "auto"), ({"function": {"name": "now"}}, "named")):
        llm = Interceptor("Hi.")
        args = {"tool_choice": choice, "response_format": wanted}
        post(llm, model="m", inputs="hi", tools=tools, completion_args=args)
        call = llm.calls.one.call
        assert ([tool.kind for tool in call.tools], call.tool_choice.mode) == (["function", "web_search"], mode)
        assert call.schema == schema


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        (b"{", ["body", "0"]),
        (b"[]", ["body"]),
        (b'{"model":"m"}', ["body", "inputs"]),
        (b'{"model":"m","inputs":5}', ["body", "inputs"]),
        (b'{"model":"m","inputs":["x"]}', ["body", "inputs"]),
        (b'{"model":"m","inputs":"x","stream":"yes"}', ["body", "stream"]),
        (b'{"model":"m","inputs":"x","tools":[5]}', ["body", "tools"]),
    ],
)
def test_malformed_requests_are_refused_as_mistral_does(body: bytes, loc: list[str]) -> None:
    with httpx2.Client(transport=Interceptor("Hi.").httpx2_transport) as http:
        refused = http.post(URL, content=body)
    assert refused.status_code == 422
    assert JUDGES["validation error"].check(refused.content) == []
    assert refused.json()["detail"][0]["loc"] == loc


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500, 502, 503])
def test_an_error_is_the_sdks_own(status: int) -> None:
    with intercept(error(status)), pytest.raises(SDKError) as failed:
        client().start(model="m", inputs="hello")
    assert failed.value.status_code == status
    said = json.loads(failed.value.body)
    assert said == {"detail": "Unauthorized"} if status == 401 else said["object"] == "error"


def test_a_422_is_a_validation_error() -> None:
    with intercept(error(422, "no", param="body.inputs")), pytest.raises(HTTPValidationError) as failed:
        client().start(model="m", inputs="hello")
    assert failed.value.data.detail[0].msg == "no"


def test_an_entry_of_tomorrow_stands_in_an_event_of_its_own() -> None:
    said = reply(native({"type": "dream.sequence", "about": "sheep"}))
    dream = events(post(Interceptor(said), model="m", inputs="hi", stream=True))[1]
    assert (dream["type"], dream["about"], dream["output_index"]) == ("dream.sequence.done", "sheep", 0)
    assert post(Interceptor(said), model="m", inputs="hi").json()["outputs"][0]["about"] == "sheep"


def test_a_rule_may_say_that_a_conversation_cannot_be_deleted() -> None:
    with intercept("Hi.") as llm:
        llm.on(operation="delete").reply(error(500, "Not now."))
        with pytest.raises(SDKError, match="Not now"):
            client().delete(conversation_id="conv_x")
        assert client().get(conversation_id="conv_x").id == "conv_x"


def test_openais_conversations_stay_openais() -> None:
    llm = Interceptor("Hi.")
    post(llm, model="m", inputs="hi")
    assert llm.calls.one.call.dialect == "mistral conversations"
