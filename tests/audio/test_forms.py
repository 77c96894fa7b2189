"""The forms in which what was heard is told, provider by provider, and what a stream says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import Interceptor, reply, transcript
from llm_intercept.replies.reply import DEFAULT_TEXT
from llm_intercept.synthesis.languages import LANGUAGES, name_of
from llm_intercept.synthesis.timing import sentences, spread, words
from tests.audio.posting import HEARD, events, hear

SAID = transcript("Guten Tag. Wie geht es?", language="de", duration=2.5)


def heard(name: str, said: object = SAID, **more: Any) -> Any:
    llm = Interceptor()
    llm.on(operation={"transcription", "translation"}).reply(said)
    return hear(llm, name, **more)


SEGMENT = {"seek": 0, "temperature": 0.0, "no_speech_prob": 0.01}


def test_the_whole_of_what_was_heard_in_json() -> None:
    told = heard("whisper", response_format="verbose_json", **{"timestamp_granularities[]": ["segment", "word"]}).json
    segments, spoken = told.pop("segments"), told.pop("words")
    assert told == {
        "task": "transcribe",
        "language": "german",
        "duration": 2.5,
        "text": "Guten Tag. Wie geht es?",
        "usage": {"type": "duration", "seconds": 3},
    }
    assert [(one["id"], one["start"], one["end"], one["text"]) for one in segments] == [
        (0, 0.0, 1.2, " Guten Tag."),
        (1, 1.2, 2.5, " Wie geht es?"),
    ]
    assert all(SEGMENT.items() <= one.items() and len(one["tokens"]) == len(one["text"].split()) for one in segments)
    assert [one["word"] for one in spoken] == ["Guten", "Tag.", "Wie", "geht", "es?"]
    assert [one["start"] for one in spoken][1:] == [one["end"] for one in spoken][:-1]
    assert spoken[-1]["end"] == 2.5


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [([], {"segments"}), (["segment"], {"segments"}), (["word"], {"words"}), (["word", "segment"], {"words", "segments"})],
)
def test_times_are_told_of_what_is_asked_for(wanted: list[str], keys: set[str]) -> None:
    told = heard("whisper", response_format="verbose_json", **{"timestamp_granularities[]": wanted}).json
    assert told.keys() & {"segments", "words"} == keys


TEXTS = {
    "text": "Guten Tag. Wie geht es?\n",
    "srt": "1\n00:00:00,000 --> 00:00:01,200\nGuten Tag.\n\n2\n00:00:01,200 --> 00:00:02,500\nWie geht es?\n\n\n",
    "vtt": "WEBVTT\n\n00:00:00.000 --> 00:00:01.200\nGuten Tag.\n\n00:00:01.200 --> 00:00:02.500\nWie geht es?\n\n",
}


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("name", ["whisper", "translation", "azure", "compatible"])
def test_text_and_subtitles(name: str, form: str) -> None:
    answer = heard(name, response_format=form)
    assert answer.body.decode() == TEXTS[form]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_an_hour_and_more_is_told_in_subtitles() -> None:
    answer = heard("whisper", transcript("Long.", duration=3725.25), response_format="srt")
    assert "00:00:00,000 --> 01:02:05,250" in answer.body.decode()


BODIES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "tokens": (
        "openai",
        {"prompt": "Greetings."},
        {
            "text": "Guten Tag. Wie geht es?",
            "usage": {
                "type": "tokens",
                "input_tokens": 28,
                "input_token_details": {"text_tokens": 3, "audio_tokens": 25},
                "output_tokens": 6,
                "total_tokens": 34,
            },
        },
    ),
    "seconds": ("whisper", {}, {"text": "Guten Tag. Wie geht es?", "usage": {"type": "duration", "seconds": 3}}),
    "languages": (
        "openai",
        {"model": "gpt-transcribe"},
        {"languages": [{"code": "de"}]},
    ),
    "speakers": (
        "openai",
        {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json"},
        {
            "task": "transcribe",
            "duration": 2.5,
            "text": "Guten Tag. Wie geht es?",
            "segments": [
                {
                    "type": "transcript.text.segment",
                    "id": "seg_000",
                    "speaker": "A",
                    "start": 0.0,
                    "end": 1.2,
                    "text": "Guten Tag.",
                },
                {
                    "type": "transcript.text.segment",
                    "id": "seg_001",
                    "speaker": "A",
                    "start": 1.2,
                    "end": 2.5,
                    "text": "Wie geht es?",
                },
            ],
            "usage": {"type": "duration", "seconds": 3},
        },
    ),
    "translated": ("translation", {}, {"text": "Guten Tag. Wie geht es?"}),
    "cohere": ("cohere", {}, {"text": "Guten Tag. Wie geht es?"}),
    "together": ("together", {}, {"text": "Guten Tag. Wie geht es?"}),
    "mistral": (
        "mistral",
        {},
        {
            "model": "voxtral-mini-latest",
            "text": "Guten Tag. Wie geht es?",
            "language": "de",
            "segments": [],
            "usage": {"prompt_audio_seconds": 3, "prompt_tokens": 25, "completion_tokens": 6, "total_tokens": 31},
        },
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body(case: str) -> None:
    name, asked, told = BODIES[case]
    answer = heard(name, **asked).json
    assert {key: answer[key] for key in told} == told
    assert answer.keys() == told.keys() | ({"text", "usage"} if case == "languages" else set())


def test_groqs_body_names_its_request() -> None:
    answer = heard("groq")
    assert answer.json == {"text": SAID.text, "x_groq": {"id": answer.headers["x-request-id"]}}
    assert heard("groq", response_format="verbose_json").json["language"] == "German"


def test_togethers_whole_tells_sentences_always_and_codes() -> None:
    told = heard("together", response_format="verbose_json", timestamp_granularities="word").json
    assert (told["language"], len(told["segments"]), len(told["words"])) == ("de", 2, 5)
    assert told["segments"][0] == {"id": 0, "start": 0.0, "end": 1.2, "text": "Guten Tag."}


@pytest.mark.parametrize(("asked", "spoken"), [({"diarize": "true"}, 2), ({"timestamp_granularities": "word"}, 5)])
def test_mistral_tells_sentences_or_words(asked: dict[str, str], spoken: int) -> None:
    segments = heard("mistral", **asked).json["segments"]
    assert len(segments) == spoken
    assert {one.get("speaker_id") for one in segments} == {"speaker_1" if "diarize" in asked else None}


def test_a_speaker_may_be_known() -> None:
    asked = {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json", "known_speaker_names[]": ["agent", "guest"]}
    assert {segment["speaker"] for segment in heard("openai", **asked).json["segments"]} == {"agent"}


@pytest.mark.parametrize("stream", [False, True])
def test_log_probabilities_are_told_piece_by_piece(stream: bool) -> None:
    asked = {"include[]": "logprobs", **({"stream": "true"} if stream else {})}
    answer = heard("openai", reply("Guten Tag.", chunk_size=5), **asked)
    told = events(answer) if stream else [answer.json]
    assert [one["token"] for one in told[-1]["logprobs"]] == ["Guten", " Tag."]
    assert all(one["logprob"] < 0 and bytes(one["bytes"]).decode() == one["token"] for one in told[-1]["logprobs"])
    assert [one["logprobs"][0]["token"] for one in told[:-1]] == (["Guten", " Tag."] if stream else [])


def test_a_stream_of_speakers_tells_each_sentence_when_it_is_over() -> None:
    asked = {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json", "stream": "true"}
    told = events(heard("openai", reply(transcript("Ah. Oh.", duration=2.0)), **asked))
    assert [(one["type"], one.get("delta", one.get("text")), one.get("segment_id", one.get("id"))) for one in told] == [
        ("transcript.text.delta", "Ah.", "seg_000"),
        ("transcript.text.delta", " Oh", "seg_000"),
        ("transcript.text.segment", "Ah.", "seg_000"),
        ("transcript.text.delta", ".", "seg_001"),
        ("transcript.text.segment", "Oh.", "seg_001"),
        ("transcript.text.done", "Ah. Oh.", None),
    ]


@pytest.mark.parametrize("name", ["whisper", "translation"])
def test_what_never_streams_is_whole(name: str) -> None:
    assert heard(name, stream="true").json["text"] == SAID.text


@pytest.mark.parametrize("name", HEARD)
def test_the_same_is_heard_every_time(name: str) -> None:
    assert hear(Interceptor(), name).body == hear(Interceptor(), name).body
    assert json.loads(hear(Interceptor(), name).body)["text"] == DEFAULT_TEXT


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"language": "fr"}, "french"), ({}, "english"), ({"language": "auto"}, "english"), ({"language": "tlh"}, "tlh")],
)
def test_the_language_is_what_was_asked_for(asked: dict[str, str], told: str) -> None:
    assert hear(Interceptor(), "whisper", response_format="verbose_json", **asked).json["language"] == told


def test_what_is_translated_is_english() -> None:
    llm = Interceptor()
    assert hear(llm, "translation", response_format="verbose_json", language="fr").json["language"] == "english"


def test_the_duration_is_the_uploads_or_that_of_the_text() -> None:
    asked = {"response_format": "verbose_json"}
    assert hear(Interceptor(), "whisper", **asked).json["duration"] == 2.0
    assert hear(Interceptor(), "whisper", b"no wav", **asked).json["duration"] == round(len(DEFAULT_TEXT) / 15, 2)


def test_every_language_has_a_name() -> None:
    assert len(LANGUAGES) > 99
    assert (name_of("ht"), name_of("DE"), name_of("xx")) == ("haitian creole", "german", "xx")


@pytest.mark.parametrize(
    "text", ["", "One.", "One. Two? Three", "No end", "A.B. c.\nd", "\u4f60\u597d\u3002\u518d\u89c1\uff01", "  "]
)
def test_sentences_are_the_whole_text_and_fill_the_whole_time(text: str) -> None:
    found = sentences(text, 3.0)
    assert "".join(span.text for span in found) == text
    assert [span.start for span in found][1:] == [span.end for span in found][:-1]
    assert not found or (found[0].start, found[-1].end) == (0.0, 3.0)
    assert [span.text for span in words(text, 3.0)] == text.split()
    assert spread([], 3.0) == ()
