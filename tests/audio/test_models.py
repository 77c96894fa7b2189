"""Every body and event of speech and of transcription, held strictly against the SDKs' own models."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from llm_intercept import Interceptor, transcript
from llm_intercept.doctor.judges import Pydantic
from tests.audio.posting import events, hear, say
from tests.dialects.wire import Answered

#: Where the models are, what is asked of whom, and keys that the models do not know, but providers send.
BODIES: dict[str, tuple[str, str, dict[str, Any], list[str]]] = {
    "openai json": ("openai.types.audio:Transcription", "openai", {"include[]": "logprobs"}, []),
    "openai languages": ("openai.types.audio:Transcription", "openai", {"model": "gpt-transcribe"}, []),
    "openai seconds": ("openai.types.audio:Transcription", "whisper", {}, []),
    "openai verbose": (
        "openai.types.audio:TranscriptionVerbose",
        "whisper",
        {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
        ["task"],
    ),
    "openai diarized": (
        "openai.types.audio:TranscriptionDiarized",
        "openai",
        {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json"},
        [],
    ),
    "openai translation": ("openai.types.audio:Translation", "translation", {}, []),
    "openai verbose translation": (
        "openai.types.audio:TranslationVerbose",
        "translation",
        {"response_format": "verbose_json"},
        ["task"],
    ),
    "groq": ("groq.types.audio:Transcription", "groq", {}, ["x_groq"]),
    "groq translation": ("groq.types.audio:Translation", "groq translation", {}, ["x_groq"]),
    "together": ("together.types.audio.transcription_create_response:AudioTranscriptionJsonResponse", "together", {}, []),
    "together verbose": (
        "together.types.audio.transcription_create_response:AudioTranscriptionVerboseJsonResponse",
        "together",
        {"response_format": "verbose_json", "timestamp_granularities": "word"},
        ["task"],
    ),
    "mistral": (
        "mistralai.client.models:TranscriptionResponse",
        "mistral",
        {"diarize": "true", "timestamp_granularities": "segment"},
        [],
    ),
    "cohere": ("cohere.audio.transcriptions.types:AudioTranscriptionsCreateResponse", "cohere", {}, []),
}

EVENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "openai": ("openai.types.audio:TranscriptionStreamEvent", "openai", {"include[]": "logprobs"}),
    "openai languages": ("openai.types.audio:TranscriptionStreamEvent", "openai", {"model": "gpt-transcribe"}),
    "openai diarized": (
        "openai.types.audio:TranscriptionStreamEvent",
        "openai",
        {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json"},
    ),
    "compatible": ("openai.types.audio:TranscriptionStreamEvent", "compatible", {}),
    "mistral": ("mistralai.client.models:TranscriptionStreamEventsData", "mistral", {"timestamp_granularities": "word"}),
}

SPEECH = {
    "mistral": ("mistralai.client.models:SpeechV1AudioSpeechPostData", {"stream": True}),
    "together": ("together.types:AudioSpeechStreamChunk", {"stream": True}),
}


def judge(named: str) -> Pydantic:
    module, _, name = named.partition(":")
    pytest.importorskip(module.partition(".")[0])
    return Pydantic(getattr(import_module(module), name))


def heard(name: str, asked: dict[str, Any]) -> Answered:
    llm = Interceptor()
    llm.on().reply(transcript("Guten Tag. Wie geht es?", language="de", duration=2.5))
    answer = hear(llm, name, **asked)
    assert answer.status == 200
    return answer


@pytest.mark.parametrize("case", BODIES)
def test_a_body_is_what_the_model_says(case: str) -> None:
    model, name, asked, unknown = BODIES[case]
    assert judge(model).check(heard(name, asked).body) == unknown


@pytest.mark.parametrize("case", EVENTS)
def test_an_event_is_what_the_model_says(case: str) -> None:
    model, name, asked = EVENTS[case]
    told = events(heard(name, {**asked, "stream": "true"}))
    assert len(told) > 3
    assert {path for event in told for path in judge(model).check(event)} == set()


@pytest.mark.parametrize("name", SPEECH)
def test_an_event_of_speech_is_what_the_model_says(name: str) -> None:
    model, asked = SPEECH[name]
    told = events(say(Interceptor(), name, **asked))
    assert len(told) > 1
    assert {path for event in told for path in judge(model).check(event)} == set()


def test_mistrals_speech_is_what_the_model_says() -> None:
    assert judge("mistralai.client.models:SpeechResponse").check(say(Interceptor(), "mistral").body) == []
