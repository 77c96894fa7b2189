"""Every body and every event validates strictly against cohere's own models, and a stream adds up to its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from cohere.types import GenerateStreamedResponse, Generation
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import CannotSay, Interceptor, audio, citation, image, native, pause, refusal, reply, thinking, tool_call
from llm_intercept.doctor.judges import Pydantic, judges_of
from tests.dialects.cohere.asked import REQUESTS, events, post, send
from tests.shapes import compare, kind

JUDGES = judges_of("cohere")

PARIS = {"city": "Paris", "days": [1, 2.5, None, True], "nested": {"text": "naïve 👩‍👩‍👧 \u2028"}}

TEXTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "an object": {"city": "Paris"},
    "chunks": reply("Paris", chunks=["Pa", pause(0.0), "", "ris"]),
    "hard text": "\u2028 \x85 \x00 \n 👩‍👩‍👧",
    "given": reply("Hi", id="id-7", usage={"input": 10, "output": 7, "reasoning": 2, "cached": 3}),
    "cut": reply('{"city": "Par', finish="length"),
    "stopped": reply("Hi", finish="stop_sequence"),
}

CALLS: Mapping[str, Any] = {
    "tool call": tool_call("weather", PARIS),
    "without arguments": tool_call("now"),
    "parallel": reply(tool_call("weather", PARIS), tool_call("weather", city="Rome"), tool_call("now")),
    "plan": reply("Let me look.", tool_call("weather", PARIS)),
    "interleaved": reply("One. ", tool_call("now"), "Two. ", tool_call("weather", PARIS), "Three."),
    "pause": reply("One", pause(0.0), tool_call("now")),
}

CITED: Mapping[str, Any] = {
    "document": reply("Blue.", citation(document=0), " Or not."),
    "documents": reply("Sky: ", "blue", citation(document=1), citation(document="mine"), ", green", citation(document=2), "!"),
    "page": reply("Blue.", citation(url="https://a.test", title="A", quote="blue"), citation(url="https://b.test")),
    "nobody's": reply("Blue.", citation(document=7, quote="blue"), citation(document="x")),
    "plan": reply("First. ", tool_call("now"), "I know.", citation(document=0), tool_call("now"), "So.", citation(document=1)),
}

#: What only v2 can say.
MORE: Mapping[str, Any] = {
    "thinking": reply(thinking("Hm."), "Paris."),
    "thoughts": reply(thinking("Hm."), "Paris", thinking("Or?"), "London", citation(document=0)),
    "thinking and calling": reply(thinking("Hm."), tool_call("now").with_id("t-7")),
    "malformed": tool_call("weather", '{"city'),
    "nothing of arguments": tool_call("weather", ""),
    "native": reply("See ", native({"type": "text", "text": "this"}), "!"),
}

DOCUMENTS = ["The sky is blue.", {"data": {"text": "It is green."}, "id": "mine"}, {"data": "Red."}]
V1_DOCUMENTS = [{"text": "The sky is blue."}, {"id": "mine", "text": "It is green."}, {"title": "Red", "text": "Red."}]

#: What each API is asked for, and what it can say.
CASES = [
    pytest.param(path, more, said, id=f"{path} {name}")
    for path, more, replies in (
        ("/v2/chat", {}, {**TEXTS, **CALLS, **MORE}),
        ("/v2/chat", {"documents": DOCUMENTS, "logprobs": True}, {**TEXTS, **CALLS, **MORE, **CITED}),
        ("/v1/chat", {}, {**TEXTS, **CALLS}),
        ("/v1/chat", {"documents": V1_DOCUMENTS}, CITED),
        ("/v1/generate", {}, TEXTS),
        ("/v1/generate", {"num_generations": 3}, TEXTS),
    )
    for name, said in replies.items()
]

JUDGED = {
    "/v2/chat": (JUDGES["v2 chat body"], JUDGES["v2 chat event"]),
    "/v1/chat": (JUDGES["v1 chat body"], JUDGES["v1 chat event"]),
    "/v1/generate": (Pydantic(Generation), Pydantic(GenerateStreamedResponse)),
}

#: What our events hold and the models do not know: recorded calls have it (langchain-cohere's, v2 and v1).
RECORDED = {
    "delta.message.content",
    "delta.message.tool_plan",
    "delta.message.tool_calls",
    "delta.message.citations",
    "is_finished",
}

#: A document of v1 is an object of any texts, whose keys its model cannot know.
HELD = {"text", "title", "snippet", "url"}


def foreign(found: list[str]) -> set[str]:
    """The unknown paths, but for documents' own keys."""
    return {path for path in found if not (".documents[]." in f".{path}" and path.rpartition(".")[2] in HELD)}


@pytest.mark.parametrize(("path", "more", "said"), CASES)
def test_a_body_is_what_the_model_says(path: str, more: Mapping[str, Any], said: Any) -> None:
    answer = post(path, said, **more)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert foreign(JUDGED[path][0].check(answer.content)) == set()


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/event-stream"])
@pytest.mark.parametrize(("path", "more", "said"), [case for case in CASES if case.values[0] == "/v2/chat"])
def test_every_event_of_v2_is_what_the_model_says(path: str, more: Mapping[str, Any], said: Any, accept: str) -> None:
    found = events(post(path, said, accept, stream=True, **more))
    assert {unknown for event in found for unknown in JUDGED[path][1].check(event)} <= RECORDED


@pytest.mark.parametrize(("path", "more", "said"), [case for case in CASES if case.values[0] != "/v2/chat"])
def test_every_line_of_v1_is_what_the_model_says(path: str, more: Mapping[str, Any], said: Any) -> None:
    found = events(post(path, said, stream=True, **more))
    assert {unknown for event in found for unknown in foreign(JUDGED[path][1].check(event))} <= RECORDED


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize(("path", "more", "said"), CASES)
def test_a_stream_adds_up_to_its_body(path: str, more: Mapping[str, Any], said: Any, accept: str) -> None:
    same(path, more, said, accept)


def same(path: str, more: Mapping[str, Any], said: Any, accept: str = "*/*") -> None:
    request = {**REQUESTS[path], **more}
    body = send(Interceptor(said), path, {**request, "stream": False}).json()
    found = events(send(Interceptor(said), path, {**request, "stream": True}, accept))
    assert without_ids(ADDED[path](found, body)) == without_ids(body)


def without_ids(value: Any) -> Any:
    """The same without what is another in every answer."""
    if isinstance(value, dict):
        named = ("id", "generation_id", "response_id")
        return {key: without_ids(inner) for key, inner in value.items() if key not in named or isinstance(inner, int)}
    return [without_ids(inner) for inner in value] if isinstance(value, list) else value


def add_v2(found: list[Any], body: Any) -> Any:
    """The body that the events of v2 chat add up to."""
    content: list[Any] = []
    calls: list[Any] = []
    citations: list[Any] = []
    logprobs: list[Any] = []
    plan = None
    assert (found[0]["type"], found[-1]["type"]) == ("message-start", "message-end")
    for event in found[1:-1]:
        message = event.get("delta", {}).get("message")
        match event["type"]:
            case "content-start":
                assert event["index"] == len(content)
                content.append(dict(message["content"]))
            case "content-delta":
                for key, text in message["content"].items():
                    content[event["index"]][key] += text
                logprobs += [event["logprobs"]] if "logprobs" in event else []
            case "tool-plan-delta":
                plan = (plan or "") + message["tool_plan"]
            case "tool-call-start":
                assert event["index"] == len(calls)
                calls.append(message["tool_calls"])
            case "tool-call-delta":
                calls[event["index"]]["function"]["arguments"] += message["tool_calls"]["function"]["arguments"]
            case "citation-start":
                assert event["index"] == len(citations)
                citations.append(message["citations"])
            case kind:
                assert kind in ("content-end", "tool-call-end", "citation-end")
    said = {"role": "assistant", "tool_plan": plan, "tool_calls": calls, "citations": citations}
    message = {key: value for key, value in said.items() if value}
    if content or "content" in body["message"]:
        message["content"] = content
    return {"message": message, **found[-1]["delta"], **({"logprobs": logprobs} if "logprobs" in body else {})}


def add_v1(found: list[Any], body: Any) -> Any:
    """The body that the lines of v1 chat add up to, which its last line has as well."""
    text = "".join(event.get("text", "") for event in found[1:-1] if event["event_type"] != "tool-calls-generation")
    calls: list[Any] = []
    for event in found[1:-1]:
        delta = event.get("tool_call_delta") or {}
        if "name" in delta:
            calls.append({"name": delta["name"], "parameters": ""})
        elif delta:
            calls[delta["index"]]["parameters"] += delta["parameters"]
    generated = [event["tool_calls"] for event in found if event["event_type"] == "tool-calls-generation"]
    citations = [one for event in found for one in event.get("citations", ())]
    assert generated == ([body["tool_calls"]] if "tool_calls" in body else [])
    assert [call["name"] for call in calls] == [call["name"] for call in body.get("tool_calls", ())]
    assert citations == body.get("citations", [])
    last = found[-1]
    assert (last["event_type"], last["finish_reason"]) == ("stream-end", body["finish_reason"])
    assert found[0]["generation_id"] == last["response"]["generation_id"]
    return {**last["response"], "text": text}


def add_generated(found: list[Any], body: Any) -> Any:
    """The body that the lines of generate add up to."""
    texts: dict[int, str] = {}
    for event in found[:-1]:
        texts[event.get("index", 0)] = texts.get(event.get("index", 0), "") + event["text"]
    finish = found[-1]["finish_reason"]
    generations = [dict(one) for one in found[-1]["response"]["generations"]]
    assert [one.pop("finish_reason") for one in generations] == [finish] * len(generations)
    assert [one["text"] for one in generations] == [texts.get(index, "") for index in range(len(generations))]
    return {**found[-1]["response"], "generations": generations, "meta": body["meta"]}


ADDED = {"/v2/chat": add_v2, "/v1/chat": add_v1, "/v1/generate": add_generated}


@pytest.mark.parametrize("path", REQUESTS)
@given(text=st.text(max_size=30), size=st.integers(1, 5))
def test_a_stream_adds_up_to_its_body_whatever_is_said(path: str, text: str, size: int) -> None:
    same(path, {}, reply(text, chunk_size=size))


@pytest.mark.parametrize(
    "said",
    [reply(thinking("Hm. " * 9), "Paris."), "Paris.", reply()],
    ids=repr,
)
def test_a_body_has_the_shape_of_recorded_ones(said: Any) -> None:
    found = compare(kind("cohere", "v2-chat", "body"), [post("/v2/chat", said).json()], JUDGES["v2 chat body"].check)
    assert (found.missing, found.surplus, found.refused) == ((), (), ())


UNSAID = {
    "/v2/chat": {
        "refusal": reply(refusal("No.")),
        "image": reply(image(b"png")),
        "sound": reply(audio(b"wav")),
        "signed": reply(thinking("Hm.", signature="s")),
        "redacted": reply(thinking(redacted=True)),
        "filtered": reply("No.", finish="content_filter"),
    },
    "/v1/chat": {
        "refusal": reply(refusal("No.")),
        "thinking": reply(thinking("Hm."), "Hi"),
        "native": reply(native({"a": 1})),
        "malformed": reply(tool_call("f", "{")),
        "a list": reply(tool_call("f", "[]")),
        "infinite": reply(tool_call("f", '{"a": 1e999}')),
        "paused": reply("Hi", finish="pause"),
    },
    "/v1/generate": {
        "tool": reply(tool_call("f")),
        "thinking": reply(thinking("Hm.")),
        "citation": reply("Hi", citation(document=0)),
        "refused": reply("Hi", finish="refusal"),
    },
}


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize(
    ("path", "said"),
    [pytest.param(path, said, id=f"{path} {name}") for path, replies in UNSAID.items() for name, said in replies.items()],
)
def test_what_cannot_be_said_is_refused_and_never_dropped(path: str, said: Any, stream: bool) -> None:
    with pytest.raises(CannotSay, match=r"^cohere .*cannot say") as refused:
        post(path, said, stream=stream)
    assert "test_models.py" in str(refused.value)


def test_a_text_before_a_tool_call_is_the_plan_for_it_and_one_after_it_is_content() -> None:
    message = post("/v2/chat", CALLS["interleaved"]).json()["message"]
    assert message["tool_plan"] == "One. Two. "
    assert message["content"] == [{"type": "text", "text": "Three."}]
    assert [call["function"]["name"] for call in message["tool_calls"]] == ["now", "weather"]


def test_citations_tell_their_stretch_of_the_text_and_what_was_brought_along() -> None:
    message = post("/v2/chat", CITED["documents"], documents=DOCUMENTS).json()["message"]
    text = message["content"][0]["text"]
    assert text == "Sky: blue, green!"
    assert [text[one["start"] : one["end"]] for one in message["citations"]] == ["Sky: blue", ", green"]
    mine = {"type": "document", "id": "mine", "document": {"id": "mine", "text": "It is green."}}
    assert [one["sources"] for one in message["citations"]] == [
        [mine, mine],
        [{"type": "document", "id": "doc:2", "document": {"id": "doc:2", "text": "Red."}}],
    ]


def test_the_plan_s_citations_say_so() -> None:
    message = post("/v2/chat", CITED["plan"], documents=DOCUMENTS).json()["message"]
    plan, content = message["citations"]
    assert (plan["type"], message["tool_plan"][plan["start"] : plan["end"]]) == ("PLAN", "I know.")
    assert (content["type"], content["content_index"], content["start"]) == ("TEXT_CONTENT", 0, 0)


@pytest.mark.parametrize(
    ("content", "output"),
    [
        ("5", {"output": "5"}),
        ('{"degrees": 5}', {"degrees": 5}),
        ("[1]", {"output": "[1]"}),
        ([{"type": "document", "document": {"data": {"degrees": [5]}}}, {"type": "image_url"}], {"degrees": [5]}),
        ([{"type": "text", "text": "5"}], {"output": "5"}),
        ([{"type": "document", "document": {"data": {"degrees": 5}}}], {"degrees": 5}),
        ([{"type": "document", "document": {"data": '{"degrees": 5}'}}], {"degrees": 5}),
    ],
)
def test_what_a_tool_found_can_be_cited(content: Any, output: Any) -> None:
    call = {"id": "now_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    found = {"role": "tool", "tool_call_id": "now_1", "content": content}
    messages = [REQUESTS["/v2/chat"]["messages"][0], {"role": "assistant", "tool_calls": [call]}, found]
    body = post("/v2/chat", reply("Five.", citation(document="now_1:0")), messages=messages).json()
    assert body["message"]["citations"][0]["sources"] == [{"type": "tool", "id": "now_1:0", "tool_output": output}]


def test_the_history_of_v1_goes_on() -> None:
    before = [{"role": "User", "message": "Hi"}, {"role": "CHATBOT", "message": "Ho"}]
    results = [{"call": {"name": "now", "parameters": {}}, "outputs": [{"time": "5"}]}]
    body = post("/v1/chat", reply("So: ", tool_call("now")), chat_history=before, tool_results=results).json()
    assert [(turn["role"], turn.get("message")) for turn in body["chat_history"]] == [
        ("USER", "Hi"),
        ("CHATBOT", "Ho"),
        ("USER", "What is the weather in Paris?"),
        ("TOOL", None),
        ("CHATBOT", "So: "),
    ]
    assert body["chat_history"][-1]["tool_calls"] == body["tool_calls"] == [{"name": "now", "parameters": {}}]


def test_usage_is_consistent_on_every_surface() -> None:
    said = reply("Hi", usage={"input": 10, "output": 7, "reasoning": 2, "cached": 3})
    counts = {"input_tokens": 10, "output_tokens": 7}
    usage = {"billed_units": counts, "tokens": counts, "cached_tokens": 3}
    assert post("/v2/chat", said).json()["usage"] == usage
    assert events(post("/v2/chat", said, stream=True))[-1]["delta"]["usage"] == usage
    assert post("/v1/chat", said).json()["meta"] == {"api_version": {"version": "1"}, **usage}
    counted = post("/v2/chat", reply(thinking("Hm. " * 9), "Hi")).json()["usage"]["tokens"]
    assert counted["input_tokens"] > 0
    assert counted["output_tokens"] > 9


def answered(accept: str, path: str = "/v2/chat") -> str:
    response: httpx2.Response = post(path, "Hi", accept, stream=True)
    return response.headers["content-type"].partition(";")[0]


def test_the_stream_comes_as_the_caller_accepts_it() -> None:
    lines, found = "application/stream+json", "text/event-stream"
    assert answered("*/*") == answered("text/event-stream, application/json") == answered("application/json, */*") == found
    assert answered("application/json") == lines
    assert (answered("*/*", "/v1/chat"), answered("*/*", "/v1/generate")) == (lines, lines)


def test_every_answer_has_the_provider_s_headers() -> None:
    for response in (post("/v2/chat", "Hi"), post("/v1/chat", "Hi", stream=True)):
        assert len(response.headers["x-debug-trace-id"]) == 32
        assert response.headers["x-endpoint-monthly-call-limit"] == "1000"
