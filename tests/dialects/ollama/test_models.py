"""Every body and every line validates strictly against ollama's own models, and a stream adds up to its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept import CannotSay, Interceptor, audio, citation, error, image, native, pause, refusal, reply, thinking, tool_call
from llm_intercept.doctor.judges import judges_of
from tests.dialects.ollama.asked import REQUESTS, lines, post, send

JUDGES = judges_of("ollama")

PARIS = {"city": "Paris", "days": [1, 2.5, None, True], "nested": {"text": "naïve 👩‍👩‍👧 \u2028"}}

TEXTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "an object": {"city": "Paris"},
    "thinking": reply(thinking("Hm."), "Paris."),
    "thoughts": reply(thinking("Hm."), "Paris", thinking("Or?"), "London"),
    "thinking alone": thinking("Hm."),
    "chunks": reply("Paris", chunks=["Pa", pause(0.0), "", "ris"]),
    "hard text": "\u2028 \x85 \x00 \n 👩‍👩‍👧",
    "given": reply("Hi", model="m-7", usage={"input": 10, "output": 7, "reasoning": 2, "cached": 3}),
    "cut": reply('{"city": "Par', finish="length"),
    "stopped": reply("Hi", finish="stop_sequence"),
}

CALLS: Mapping[str, Any] = {
    "tool call": tool_call("weather", PARIS),
    "without arguments": tool_call("now"),
    "given id": tool_call("now").with_id("t-7"),
    "parallel": reply(tool_call("weather", PARIS), tool_call("weather", city="Rome"), tool_call("now")),
    "interleaved": reply("One. ", tool_call("now"), "Two. ", tool_call("weather", PARIS), "Three."),
    "paused": reply(pause(0.0), tool_call("weather", PARIS), pause(0.0)),
    "all": reply(thinking("Hm."), "Let me look.", tool_call("weather", PARIS)),
}

CASES = [
    pytest.param(path, more, said, id=f"{path} {name} {' '.join(more)}")
    for path, replies in (("/api/chat", {**TEXTS, **CALLS}), ("/api/generate", TEXTS))
    for name, said in replies.items()
    for more in ({}, {"logprobs": True}, {"logprobs": True, "top_logprobs": 3})
]

#: What our answers hold and the SDK's models do not know. The server's own types have it (api/types.go), and so do its answers.
SERVED = {
    "message.tool_calls[].id",
    "message.tool_calls[].function.index",
    "logprobs[].bytes",
    "logprobs[].top_logprobs[].bytes",
}


def judged(path: str, part: str, document: Any) -> set[str]:
    return {*JUDGES[f"{path.removeprefix('/api/')} {part}"].check(document)}


@pytest.mark.parametrize(("path", "more", "said"), CASES)
def test_a_body_is_what_the_model_says(path: str, more: Mapping[str, Any], said: Any) -> None:
    answer = post(path, said, stream=False, **more)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert judged(path, "body", answer.content) <= SERVED


@pytest.mark.parametrize(("path", "more", "said"), CASES)
def test_every_line_is_what_the_model_says(path: str, more: Mapping[str, Any], said: Any) -> None:
    found = lines(post(path, said, **more))
    assert {unknown for line in found for unknown in judged(path, "event", line)} <= SERVED
    assert [line["done"] for line in found] == [False] * (len(found) - 1) + [True]


@pytest.mark.parametrize(("path", "more", "said"), CASES)
def test_a_stream_adds_up_to_its_body(path: str, more: Mapping[str, Any], said: Any) -> None:
    same(path, more, said)


@pytest.mark.parametrize("path", REQUESTS)
@given(text=st.text(max_size=30), size=st.integers(1, 5))
def test_a_stream_adds_up_to_its_body_whatever_is_said(path: str, text: str, size: int) -> None:
    same(path, {}, reply(text, chunk_size=size))


def same(path: str, more: Mapping[str, Any], said: Any) -> None:
    request = {**REQUESTS[path], **more}
    body = send(Interceptor(said), path, {**request, "stream": False}).json()
    found = lines(send(Interceptor(said), path, request))
    assert without_times(added(found)) == without_times(body)


def without_times(value: Any) -> Any:
    """The same without what is another in every answer."""
    if isinstance(value, dict):
        ours = ("created_at", "context") if value.get("id") == "t-7" or "function" not in value else ("id",)
        return {key: without_times(inner) for key, inner in value.items() if key not in ours}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def added(found: list[Any]) -> Any:
    """The body that the lines add up to."""
    body: dict[str, Any] = {}
    logprobs: list[Any] = []
    for line in found:
        said, so_far = (line["message"], body.setdefault("message", {})) if "message" in line else (line, body)
        for key in ("content", "response", "thinking", "tool_calls"):
            if key in said:
                so_far[key] = so_far[key] + said[key] if key in so_far else said[key]
        logprobs += line.get("logprobs", ())
    last = found[-1]
    if "message" in last:
        body["message"] = {**last["message"], **body["message"]}
    return {**last, **body, **({"logprobs": logprobs} if logprobs else {})}


UNSAID = {
    "/api/chat": {
        "malformed": reply(tool_call("f", "{")),
        "a list": reply(tool_call("f", "[]")),
        "infinite": reply(tool_call("f", '{"a": 1e999}')),
        "refusal": reply(refusal("No.")),
        "image": reply(image(b"png")),
        "sound": reply(audio(b"wav")),
        "native": reply(native({"a": 1})),
        "citation": reply("Hi", citation(document=0)),
        "signed": reply(thinking("Hm.", signature="s")),
        "redacted": reply(thinking(redacted=True)),
        "filtered": reply("No.", finish="content_filter"),
    },
    "/api/generate": {
        "tool": reply(tool_call("f")),
        "citation": reply("Hi", citation(document=0)),
        "image": reply(image(b"png")),
        "paused": reply("Hi", finish="pause"),
    },
}


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize(
    ("path", "said"),
    [pytest.param(path, said, id=f"{path} {name}") for path, replies in UNSAID.items() for name, said in replies.items()],
)
def test_what_cannot_be_said_is_refused_and_never_dropped(path: str, said: Any, stream: bool) -> None:
    with pytest.raises(CannotSay, match=r"^ollama .*cannot say") as refused:
        post(path, said, stream=stream)
    assert "test_models.py" in str(refused.value)


def test_a_tool_call_is_whole_and_its_arguments_are_an_object() -> None:
    found = lines(post("/api/chat", CALLS["parallel"]))
    calls = [call for line in found for call in line["message"].get("tool_calls", ())]
    assert [call["function"] for call in calls] == [
        {"index": 0, "name": "weather", "arguments": PARIS},
        {"index": 1, "name": "weather", "arguments": {"city": "Rome"}},
        {"index": 2, "name": "now", "arguments": {}},
    ]
    assert len({call["id"] for call in calls}) == 3
    assert all(re.fullmatch(r"call_[a-z0-9]{8}", call["id"]) for call in calls)
    assert (len(found), found[-1]["done_reason"]) == (4, "stop")


@pytest.mark.parametrize("path", REQUESTS)
def test_counters_and_times_are_consistent(path: str) -> None:
    body = post(path, reply("Hi", usage={"input": 10, "output": 7}), stream=False).json()
    assert (body["prompt_eval_count"], body["eval_count"]) == (10, 7)
    parts = ("load_duration", "prompt_eval_duration", "eval_duration")
    assert all(type(body[part]) is int and body[part] > 0 for part in parts)
    assert body["total_duration"] == sum(body[part] for part in parts)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z", body["created_at"])
    assert post(path, "Hi", stream=False).json()["prompt_eval_count"] > 0


def test_a_context_goes_along_unless_the_prompt_is_raw() -> None:
    answer = post("/api/generate", reply("Hi", usage={"input": 3, "output": 2}), stream=False).json()
    assert len(answer["context"]) == 5
    assert "context" not in post("/api/generate", "Hi", stream=False, raw=True).json()
    huge = post("/api/generate", reply("Hi", usage={"input": 10**9, "output": 2}), stream=False).json()
    assert len(huge["context"]) == 512


def test_as_many_alternatives_stand_beside_a_token_as_were_asked_for() -> None:
    for count in (0, 1, 20):
        for one in post("/api/chat", "Paris, the.", stream=False, logprobs=True, top_logprobs=count).json()["logprobs"]:
            others = one.get("top_logprobs", [])
            assert len(others) == min(count, 17 + (one["token"] not in (" the",)))
            assert others == sorted(others, key=lambda other: -other["logprob"])
            assert others[:1] in ([], [{key: one[key] for key in ("token", "logprob", "bytes")}])
            assert bytes(one["bytes"]).decode() == one["token"]


@pytest.mark.parametrize("stream", [None, False, True])
@pytest.mark.parametrize(("alive", "reason"), [(None, "load"), ("5m", "load"), (-1, "load"), (0, "unload"), ("0", "unload")])
@pytest.mark.parametrize(
    ("path", "nothing"),
    [("/api/chat", {"messages": []}), ("/api/chat", {"messages": None}), ("/api/generate", {"prompt": ""})],
)
def test_asked_nothing_it_loads_the_model_and_takes_no_reply(
    path: str, nothing: Mapping[str, Any], alive: Any, reason: str, stream: bool | None
) -> None:
    llm = Interceptor("once", "twice")
    more = {"keep_alive": alive} | ({} if stream is None else {"stream": stream})
    answer = send(llm, path, {**REQUESTS[path], **nothing, **more})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert (answer.json()["done"], answer.json()["done_reason"]) == (True, reason)
    assert judged(path, "body", answer.content) == set()
    body = send(llm, path, {**REQUESTS[path], "stream": False}).json()
    assert (body["message"]["content"] if "message" in body else body["response"]) == "once"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 429, 499, 500, 502, 503, 504])
@pytest.mark.parametrize("path", REQUESTS)
def test_an_error_is_what_the_sdk_reads(path: str, status: int) -> None:
    answer = post(path, error(status))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert judged(path, "error", answer.content) == set()
    assert post(path, error(status, "No.")).json() == {"error": "No."}


def test_an_unknown_model_is_named() -> None:
    assert post("/api/chat", error(404)).json() == {"error": "model 'llama3.2' not found"}
