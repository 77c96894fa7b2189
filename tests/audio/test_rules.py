"""What rules say of speech and of transcription: which calls they concern, what each wire plays, and where it breaks."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from llm_intercept import (
    CannotSay,
    Interceptor,
    InterceptWarning,
    audio,
    disconnect,
    error,
    image,
    intercept,
    pause,
    reply,
    transcript,
)
from llm_intercept.replies.reply import DEFAULT_TEXT
from llm_intercept.synthesis.sound import CONTAINERS, RATES, seconds, sound
from llm_intercept.wire import Fail, Pause
from tests.audio.clients import TEXT, WAV
from tests.audio.decoding import decoded
from tests.audio.posting import HEARD, SPOKEN, events, hear, say


@pytest.mark.parametrize("name", SPOKEN)
def test_a_sound_answers_speech_without_naming_it_and_a_text_does_not(name: str) -> None:
    llm = Interceptor()
    llm.on("the sun is out").reply("Prose.")  # and that does not shadow the next
    llm.on("the sun is out").reply(audio(WAV))
    answer = say(llm, name)
    assert WAV in (answer.body, b64decode(answer.json["audio_data"]) if name == "mistral" else answer.body)
    assert llm.calls.one.operation == "speech"


@pytest.mark.parametrize("said", [image(b"png"), reply("Here it is.", audio(b"never")), reply(audio(b"never"), transcript("x"))])
def test_what_is_more_than_a_sound_is_not_for_speech_unless_it_is_named(said: Any) -> None:
    llm = Interceptor()
    llm.on().reply(said)
    assert say(llm, "openai").body == sound(TEXT, "mp3")


@pytest.mark.parametrize(
    ("named", "said"), [({}, audio(WAV)), ({"operation": "speech"}, audio(WAV)), ({"operation": "speech"}, error(429))]
)
def test_a_sound_is_shadowed_by_a_sound_and_by_what_names_the_operation(named: dict[str, Any], said: Any) -> None:
    llm = Interceptor()
    llm.on("sun", **named).reply(said)
    with pytest.warns(InterceptWarning, match="can never answer"):
        llm.on("sun", **named).reply(audio(b"never"))


def test_a_sound_is_not_for_images() -> None:
    llm = Interceptor()
    llm.on().reply(audio(b"never"))
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        asked = {"model": "gpt-image-1", "prompt": "A cat.", "size": "1024x1024"}
        answer = client.post("https://api.openai.com/v1/images/generations", json=asked)
    assert answer.json()["data"]


@pytest.mark.parametrize("name", HEARD)
def test_a_transcript_answers_without_naming_the_operation_and_a_text_does_not(name: str) -> None:
    llm = Interceptor()
    llm.on().reply("Prose.")
    assert hear(llm, name).json["text"] == DEFAULT_TEXT
    llm.on().reply(transcript("Heard."))
    assert hear(llm, name).json["text"] == "Heard."


@pytest.mark.parametrize("name", HEARD)
def test_texts_answer_where_the_operation_is_named(name: str) -> None:
    llm = Interceptor()
    llm.on(operation={"transcription", "translation"}).reply("Hello ", transcript("there."), pause(0), " All.")
    assert hear(llm, name).json["text"] == "Hello there. All."


def test_a_rule_may_ask_for_the_file() -> None:
    llm = Interceptor()
    llm.on(operation="transcription", where=lambda call: call.parameters["file"]["size"] < 10).reply("Short.")
    assert [hear(llm, "whisper", sent).json["text"] for sent in (b"RIFF", WAV)] == ["Short.", DEFAULT_TEXT]


def test_a_rule_may_ask_for_the_prompt() -> None:
    llm = Interceptor()
    llm.on("names of ships", operation="transcription").reply("The Beagle.")
    assert hear(llm, "whisper", prompt="Names of ships.").json["text"] == "The Beagle."


@pytest.mark.parametrize("name", sorted({*SPOKEN, *HEARD}))
def test_an_object_is_the_whole_body(name: str) -> None:
    llm = Interceptor()
    llm.on(operation={"speech", "transcription", "translation"}).reply({"from": "the future"})
    asked = [ask for ask, known in ((say, SPOKEN), (hear, HEARD)) if name in known]
    assert [ask(llm, name).json for ask in asked] == [{"from": "the future"}] * len(asked)


@pytest.mark.parametrize("name", SPOKEN)
@pytest.mark.parametrize("said", [image(b"png"), reply(audio(WAV), image(b"png")), transcript("x"), "Prose."])
def test_what_is_no_sound_cannot_be_said_aloud(name: str, said: Any) -> None:
    llm = Interceptor()
    llm.on(operation="speech").reply(said)
    with pytest.raises(CannotSay, match=r"cannot say (an image|that; its answer is)"):
        say(llm, name)


@pytest.mark.parametrize("name", HEARD)
@pytest.mark.parametrize("said", [audio(WAV), reply("Hello.", image(b"png"))])
def test_what_is_no_transcript_cannot_be_heard(name: str, said: Any) -> None:
    llm = Interceptor()
    llm.on(operation={"transcription", "translation"}).reply(said)
    with pytest.raises(CannotSay, match=re.escape("that; its answer is transcript, one object, or an error")):
        hear(llm, name)


@pytest.mark.parametrize("stream", [None, "true"])
def test_a_stream_cannot_say_it_either(stream: str | None) -> None:
    llm = Interceptor()
    llm.on(operation="transcription").reply(audio(WAV))
    with pytest.raises(CannotSay):
        hear(llm, "openai", stream=stream)


@pytest.mark.parametrize("name", SPOKEN)
def test_an_error_is_the_providers(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="speech").reply(error(429, "Slowly."))
    answer = say(llm, name)
    assert answer.status == 429
    assert b"Slowly." in answer.body


def test_a_sound_that_is_given_is_sent_as_what_it_is() -> None:
    llm = Interceptor()
    llm.on(operation="speech").reply(audio(b"OggS", "audio/ogg"), headers={"x-a": "b"})
    answer = say(llm, "openai", response_format="mp3")
    assert (answer.body, answer.headers["content-type"], answer.headers["x-a"]) == (b"OggS", "audio/ogg", "b")


#: What is asked of whom, the container that comes, its type and its rate.
CASES: dict[str, tuple[str, dict[str, Any], str, str, int]] = {
    **{
        f"openai {name}": (
            "openai",
            {"response_format": name},
            name,
            CONTAINERS[name].mime_type,
            48_000 if name == "opus" else 24_000,
        )
        for name in ("mp3", "opus", "aac", "flac", "wav", "pcm")
    },
    "openai's usual": ("openai", {}, "mp3", "audio/mpeg", 24_000),
    "groq's usual": ("groq", {}, "mp3", "audio/mpeg", 24_000),
    "groq ogg": ("groq", {"response_format": "ogg"}, "opus", "audio/ogg", 48_000),
    "groq mulaw": ("groq", {"response_format": "mulaw", "sample_rate": 8000}, "mulaw", "audio/basic", 8000),
    **{f"groq at {rate}": ("groq", {"response_format": "wav", "sample_rate": rate}, "wav", "audio/wav", rate) for rate in RATES},
    "together's usual": ("together", {}, "wav", "audio/wav", 24_000),
    "together floats": ("together", {"response_format": "raw", "response_encoding": "pcm_f32le"}, "f32", "audio/pcm", 24_000),
    "together alaw": ("together", {"response_format": "raw", "response_encoding": "pcm_alaw"}, "alaw", "audio/pcm", 24_000),
    "together wav": ("together", {"response_format": "wav", "response_encoding": "pcm_alaw"}, "wav", "audio/wav", 24_000),
    "huggingface": ("huggingface", {}, "flac", "audio/flac", 24_000),
}


@pytest.mark.parametrize("case", CASES)
def test_a_sound_is_in_the_container_that_was_asked_for(case: str) -> None:
    name, asked, container, mime_type, rate = CASES[case]
    answer = say(Interceptor(), name, **asked)
    assert answer.headers["content-type"] == mime_type
    found = decoded(answer.body, container, rate)
    assert (found.rate, found.seconds) == (rate, pytest.approx(seconds(TEXT), abs=0.15))


def test_who_speaks_faster_is_done_sooner() -> None:
    found = [decoded(say(Interceptor(), "openai", speed=speed).body, "mp3").seconds for speed in (2.0, 1.0)]
    assert found[0] == pytest.approx(found[1] / 2, abs=0.05)


#: How each wire is asked for events, and where a piece of the sound is.
EVENTS: dict[str, tuple[dict[str, Any], Callable[[Any], str | None]]] = {
    "openai": ({"stream_format": "sse"}, lambda event: event.get("audio")),
    "compatible": ({"stream_format": "sse"}, lambda event: event.get("audio")),
    "together": ({"stream": True}, lambda event: event.get("b64")),
    "mistral": ({"stream": True}, lambda event: event.get("audio_data")),
}


@pytest.mark.parametrize("name", EVENTS)
def test_events_carry_the_same_sound_in_pieces(name: str) -> None:
    asked, piece_of = EVENTS[name]
    answer = say(Interceptor(audio(WAV)), name, **asked)
    assert answer.headers["content-type"].startswith("text/event-stream")
    llm = Interceptor()
    llm.on(operation="speech").reply(audio(WAV))
    pieces = [piece for event in events(say(llm, name, **asked)) if (piece := piece_of(event))]
    assert len(pieces) == -(-len(WAV) // 4800)
    assert b"".join(map(b64decode, pieces)) == b64decode("".join(pieces)) == WAV


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("openai", {"type": "speech.audio.done", "usage": {"input_tokens": 11, "output_tokens": 56, "total_tokens": 67}}),
        ("mistral", {"type": "speech.audio.done", "usage": {"prompt_tokens": 11, "completion_tokens": 56, "total_tokens": 67}}),
    ],
)
def test_the_last_event_tells_what_it_costs(name: str, last: dict[str, Any]) -> None:
    assert events(say(Interceptor(), name, **EVENTS[name][0]))[-1] == last
    llm = Interceptor()
    llm.on().reply(audio(WAV), usage={"input": 1, "output": 2})
    assert list(events(say(llm, name, **EVENTS[name][0]))[-1]["usage"].values()) == [1, 2, 3]


def test_togethers_stream_ends_with_a_mark() -> None:
    answer = say(Interceptor(), "together", stream=True)
    assert answer.body.endswith(b"data: [DONE]\n\n")
    assert {(event["object"], event["model"]) for event in events(answer)} == {("audio.tts.chunk", "cartesia/sonic")}


def test_what_happens_to_a_sound_happens_where_it_stands() -> None:
    llm = Interceptor()
    llm.on(operation="speech").reply(audio(b"first"), pause(0.01), audio(b"second"), disconnect(), audio(b"never"), delay=0.02)
    with pytest.raises(httpx2.TransportError):
        say(llm, "openai")
    response = llm.calls.one.response
    assert list(response.frames)[:4] == [b"first", Pause(0.01), b"second", Fail("disconnect")]
    assert response.prelude == (Pause(0.02),)


def test_what_happens_to_a_transcript_happens_where_it_stands() -> None:
    llm = Interceptor()
    llm.on(operation="transcription").reply("Once ", pause(0.01), transcript("more"), disconnect(), chunks=None, chunk_size=9)
    with pytest.raises(httpx2.TransportError):
        hear(llm, "openai", stream="true")
    one, wait, other, fault, *_ = llm.calls.one.response.frames
    assert (b'"delta":"Once "' in one, wait, b'"delta":"more"' in other, fault) == (True, Pause(0.01), True, Fail("disconnect"))


def test_a_transcript_arrives_in_the_chunks_that_are_given() -> None:
    llm = Interceptor()
    llm.on(operation="transcription").reply(chunks=["Once up", "on a time."])
    told = events(hear(llm, "openai", stream="true"))
    assert [event.get("delta") for event in told] == ["Once up", "on a time.", None]
    assert told[-1]["text"] == "Once upon a time."


@pytest.mark.parametrize("name", ["mistral", "cohere", "whisper"])
def test_a_whole_answer_breaks_in_its_middle(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="transcription").reply("Once.", disconnect())
    with pytest.raises(httpx2.TransportError):
        hear(llm, name)
    assert llm.calls.one.response.frames[-1] == Fail("disconnect")


@pytest.mark.parametrize("ask", [lambda llm: say(llm, "openai"), lambda llm: hear(llm, "openai", stream="true")])
def test_a_fault_before_everything_else_is_all_there_is(ask: Callable[[Interceptor], Any]) -> None:
    llm = Interceptor()
    llm.on(operation={"speech", "transcription"}).reply(disconnect())
    with pytest.raises(httpx2.TransportError):
        ask(llm)


@pytest.mark.parametrize("said", [reply(), reply(pause(0.01))])
def test_a_reply_that_says_nothing_is_answered_as_usual(said: Any) -> None:
    llm = Interceptor()
    llm.on(operation={"speech", "transcription"}).reply(said)
    assert decoded(say(llm, "openai").body, "mp3").rate == 24_000
    assert hear(llm, "openai").json["text"] == events(hear(llm, "openai", stream="true"))[-1]["text"] == DEFAULT_TEXT


def test_the_seed_and_the_time_change_no_sound() -> None:
    assert say(Interceptor(seed=1), "openai").body == say(Interceptor(seed=2), "openai").body == sound(TEXT, "mp3")


def test_replies_given_to_the_block_are_for_completions() -> None:
    with intercept("Prose.") as llm:
        assert hear(llm, "openai").json["text"] == DEFAULT_TEXT
