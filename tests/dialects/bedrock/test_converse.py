"""Converse and its stream: every part is said or refused, the stream is the body, and the service's model is the judge."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import EventStreamError
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    audio,
    citation,
    image,
    intercept,
    native,
    pause,
    refusal,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from llm_intercept.doctor.judges import judges_of
from tests.dialects.bedrock.asking import CLAUDE, MESSAGES, boto, events, post
from tests.sdks.askings.boto3 import accumulated
from tests.shapes import compare, kind

JUDGES = judges_of("bedrock")

TRACE = {"guardrail": {"modelOutput": ["Paris."]}}
SOURCE = {
    "title": "Paris",
    "sourceContent": [{"text": "Paris is"}],
    "location": {"web": {"url": "https://a.test/b", "domain": "a.test"}},
}

REPLIES: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "two texts": reply("a", citation(url="https://a.test"), "b"),
    "tool": tool_call("weather", city="Paris"),
    "tools": reply("Let me look.", tool_call("weather", city="Paris"), tool_call("now")),
    "an array of arguments": tool_call("odd", "[1]"),
    "thinking": reply(thinking("A city."), "Paris."),
    "signed thinking": reply(thinking("A city.", signature="c2ln"), "Paris."),
    "redacted thinking": reply(thinking(redacted=True), thinking(redacted=True, signature="secret"), "Paris."),
    "citations": reply(
        "Paris is the capital.",
        citation(url="https://a.test/b", title="Paris", quote="Paris is"),
        citation(document=1, quote="capital"),
        citation(document="doc-7"),
        citation(document="doc-7", url="https://b.test"),
        citation(document=0, url="https://b.test"),
        citation(url="no-host"),
    ),
    "image": reply("Here: ", image(b"png"), image(b"jpg", "image/jpeg")),
    "refusal": refusal("I can't help with that."),
    "trace": reply("Paris.", native({"trace": TRACE, "stopReason": "guardrail_intervened"})),
    "native text": native({"text": "Paris."}),
    "native tool": native({"toolUse": {"toolUseId": "t", "name": "web", "input": {"q": "Paris"}, "type": "server_tool_use"}}),
    "native result": native({"toolResult": {"toolUseId": "t", "content": [{"text": "Paris"}], "status": "success"}}),
    "native thinking": native({"reasoningContent": {"reasoningText": {"text": "A city.", "signature": "c2ln"}}}),
    "native redacted": native({"reasoningContent": {"redactedContent": "c2VjcmV0"}}),
    "native citations": native({"citationsContent": {"content": [{"text": "Paris is"}], "citations": [SOURCE]}}),
    "native image": native({"image": {"format": "png", "source": {"s3Location": {"uri": "s3://a/b"}}}}),
    "nothing": reply(),
}

#: What stands in a body, and has no form in a stream.
BODIES: Mapping[str, Any] = {
    "sound": audio(b"wav"),
    "native document": native({"document": {"name": "a", "source": {"text": "Paris"}}}),
    "native guard": native({"guardContent": {"text": {"text": "Paris"}}}),
}

#: What cannot be said, and what of it is told.
UNSAID: Mapping[str, tuple[Any, str]] = {
    "drawing": (reply(image(b"svg", "image/svg+xml")), "image/svg"),
    "strange sound": (reply(audio(b"mid", "audio/midi")), "audio/midi"),
    "words of a sound": (reply(audio(b"wav", transcript="Hello.")), "Hello"),
    "a refusal's category": (reply(refusal("No.", category="cyber")), "cyber"),
    "pause": (reply("x", finish="pause"), "finish reason 'pause'"),
}


@pytest.mark.parametrize("said", [*REPLIES, *BODIES])
def test_a_body_is_what_the_service_says(said: str) -> None:
    body = post({**REPLIES, **BODIES}[said]).json()
    extra = {"usage.cacheReadInputTokenCount", "usage.cacheWriteInputTokenCount", "usage.serverToolUsage"}
    assert {*JUDGES["converse body"].check(body)} == extra


@pytest.mark.parametrize("said", REPLIES)
def test_every_event_is_what_the_service_says(said: str) -> None:
    found = events(post(REPLIES[said], "converse-stream"))
    assert [path for name, data in found for path in JUDGES["converse event"].check({name: data})] == []
    names = [name for name, _ in found]
    assert (names[0], names[-2:]) == ("messageStart", ["messageStop", "metadata"])


@pytest.mark.parametrize("said", REPLIES)
def test_a_stream_adds_up_to_the_body(said: str) -> None:
    # A made-up id or signature is each call's own.
    ask = {"modelId": CLAUDE, "messages": MESSAGES}
    with intercept(REPLIES[said], REPLIES[said]):
        body = boto().converse(**ask)
        streamed = asyncio.run(accumulated(boto().converse_stream(**ask)["stream"]))
    body.pop("ResponseMetadata")
    assert _anonymous(streamed) == _anonymous(body)


def _anonymous(value: Any) -> Any:
    made_up = ("toolUseId", "signature", "redactedContent")
    if isinstance(value, dict):
        return {key: "..." if key in made_up else _anonymous(inner) for key, inner in value.items()}
    return [*map(_anonymous, value)] if isinstance(value, list) else value


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4), st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_streamed_text_is_the_bodys(texts: list[str], size: int) -> None:
    said = reply(*[part for text in texts for part in (text, tool_call("t", text=text), thinking(text))], chunk_size=size)
    content = post(said).json()["output"]["message"]["content"]
    parts: dict[int, list[tuple[str, str]]] = {}
    for name, data in events(post(said, "converse-stream")):
        if name == "contentBlockDelta":
            delta = data["delta"]
            kind_, inner = next(iter(delta.items()))
            pieces = [inner] if kind_ == "text" else [inner.get("text", inner.get("input", ""))]
            parts.setdefault(data["contentBlockIndex"], []).extend((kind_, piece) for piece in pieces)
    heard = [(pieces[0][0], "".join(piece for _, piece in pieces)) for _, pieces in sorted(parts.items())]
    wanted = []
    for block in content:
        match block:
            case {"text": text}:
                wanted.append(("text", text))
            case {"toolUse": {"input": given_}}:
                wanted.append(("toolUse", json.dumps(given_, ensure_ascii=False, separators=(",", ":"))))
            case {"reasoningContent": {"reasoningText": {"text": text}}}:
                wanted.append(("reasoningContent", text))
    assert heard == wanted


@pytest.mark.parametrize("said", UNSAID)
@pytest.mark.parametrize("path", ["converse", "converse-stream"])
def test_what_cannot_be_said_is_refused(said: str, path: str) -> None:
    part, told = UNSAID[said]
    with pytest.raises(CannotSay, match=told) as caught:
        post(part, path)
    assert "test_converse.py" in str(caught.value)


@pytest.mark.parametrize("said", BODIES)
def test_what_has_no_form_in_a_stream_is_refused_there(said: str) -> None:
    with pytest.raises(CannotSay, match="in a stream"):
        post(BODIES[said], "converse-stream")


@pytest.mark.parametrize("arguments", ['{"city', "", "NaN", "1e999"])
def test_malformed_arguments_are_sayable_in_a_stream_alone(arguments: str) -> None:
    found = events(post(tool_call("weather", arguments), "converse-stream"))
    pieces = [data["delta"]["toolUse"]["input"] for name, data in found if name == "contentBlockDelta"]
    assert "".join(pieces) == arguments
    with pytest.raises(CannotSay, match="arguments that are no JSON, but in a stream"):
        post(tool_call("weather", arguments))


def test_blocks_are_announced_where_they_are_no_text() -> None:
    found = events(post(reply(thinking("Hm."), "a", tool_call("t").with_id("t-1"), image(b"png")), "converse-stream"))
    starts = [data for name, data in found if name == "contentBlockStart"]
    assert starts == [
        {"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "t-1", "name": "t"}}},
        {"contentBlockIndex": 3, "start": {"image": {"format": "png"}}},
    ]
    assert [data["contentBlockIndex"] for name, data in found if name == "contentBlockStop"] == [0, 1, 2, 3]


def test_pauses_and_events_stand_where_they_stand() -> None:
    odd = stream_event({"odd": 1}, name="fromTheFuture")
    said = reply("a", odd, "b", odd, image(b"png"), odd, native({"trace": TRACE}), pause(0), finish="length")
    found = events(post(said, "converse-stream"))
    names = [name for name, _ in found]
    assert names == [
        "messageStart", "contentBlockDelta", "fromTheFuture", "contentBlockDelta", "fromTheFuture", "contentBlockStop",
        "contentBlockStart", "contentBlockDelta", "contentBlockStop", "fromTheFuture", "messageStop", "metadata",
    ]  # fmt: skip
    assert found[-2][1] == {"stopReason": "max_tokens"}
    assert found[-1][1]["trace"] == TRACE


def test_an_exception_in_a_stream_is_boto3s() -> None:
    said = reply("Once upon ", stream_event({"message": "Slow down."}, name="throttlingException"))
    heard = []
    with intercept(said), pytest.raises(EventStreamError, match="Slow down"):
        heard.extend(name for event in boto().converse_stream(modelId=CLAUDE, messages=MESSAGES)["stream"] for name in event)
    assert heard == ["messageStart", *["contentBlockDelta"] * 4]


def test_usage_adds_up() -> None:
    said = reply("x", usage={"input": 100, "output": 20, "cached": 60, "cache_write": 10})
    usage = post(said).json()["usage"]
    assert usage == {
        "inputTokens": 30, "outputTokens": 20, "totalTokens": 120, "cacheReadInputTokens": 60, "cacheWriteInputTokens": 10,
        "cacheReadInputTokenCount": 60, "cacheWriteInputTokenCount": 10, "serverToolUsage": {},
    }  # fmt: skip
    (streamed,) = [data["usage"] for name, data in events(post(said, "converse-stream")) if name == "metadata"]
    assert streamed == {key: usage[key] for key in streamed}
    assert {*streamed} == {"inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens"}


def test_what_was_asked_for_comes_back() -> None:
    asked = {"serviceTier": {"type": "flex"}, "performanceConfig": {"latency": "optimized"}}
    assert asked.items() <= post("x", **asked).json().items()
    found = dict(events(post("x", "converse-stream", **asked)))
    assert asked.items() <= found["metadata"].items()


STOPS = {"inferenceConfig": {"stopSequences": ["END", "."]}}


@pytest.mark.parametrize(
    ("finish", "asked", "told"),
    [
        ("stop_sequence", {**STOPS, "additionalModelResponseFieldPaths": ["/stop_sequence"]}, {"stop_sequence": "END"}),
        ("stop", {**STOPS, "additionalModelResponseFieldPaths": ["/stop_sequence"]}, None),
        ("stop_sequence", {**STOPS, "additionalModelResponseFieldPaths": ["/other"]}, None),
        ("stop_sequence", {"additionalModelResponseFieldPaths": ["/stop_sequence"]}, None),
        ("stop_sequence", STOPS, None),
    ],
)
def test_the_stop_sequence_is_told_to_who_asks(finish: str, asked: dict[str, Any], told: Any) -> None:
    said = reply("x", finish=finish)
    assert post(said, **asked).json().get("additionalModelResponseFields") == told
    assert dict(events(post(said, "converse-stream", **asked)))["messageStop"].get("additionalModelResponseFields") == told


def test_only_anthropics_models_sign_their_thoughts_unless_told() -> None:
    def signed(model: str, said: Any) -> bool:
        (block,) = post(said, model=model).json()["output"]["message"]["content"]
        return "signature" in block["reasoningContent"]["reasoningText"]

    assert signed(CLAUDE, thinking("Hm."))
    assert not signed("openai.gpt-oss-120b-1:0", thinking("Hm."))
    assert signed("openai.gpt-oss-120b-1:0", thinking("Hm.", signature="c2ln"))


def test_every_answer_has_its_request_id() -> None:
    with intercept("a", "b"):
        ids = [boto().converse(modelId=CLAUDE, messages=MESSAGES)["ResponseMetadata"]["RequestId"] for _ in range(2)]
    assert len({*ids}) == 2


def test_the_same_call_has_the_same_bytes() -> None:
    said = reply(thinking("Hm."), "Paris.", tool_call("now"))
    for path in ("converse", "converse-stream"):
        assert post(said, path).content == post(said, path).content


#: What every recording of a kind has and ours has not, and why.
LACKING = {"output.message.content[].toolUse.type": "newer than others, and no member of the service's own enumeration"}


def test_a_body_has_the_recorded_shape() -> None:
    bodies = [post(REPLIES[said]).json() for said in ("text", "tool", "signed thinking")]
    found = compare(kind("bedrock", "converse", "body"), bodies, JUDGES["converse body"].check)
    assert ({*found.missing}, [*found.surplus]) == ({*LACKING}, [])


def test_events_have_the_recorded_shapes() -> None:
    streamed = events(post(REPLIES["redacted thinking"], "converse-stream"))
    for name in ("messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"):
        ours = [{name: data} for event, data in streamed if event == name]
        found = compare(kind("bedrock", "converse-stream", f"event {name}"), ours, JUDGES["converse event"].check)
        assert ([*found.missing], [*found.surplus]) == ([], [])
