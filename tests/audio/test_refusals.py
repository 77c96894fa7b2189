"""What is malformed gets the provider's own refusal; nothing is refused where the contract is off."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from llm_intercept import Interceptor
from tests.audio.clients import TEXT, WAV
from tests.audio.posting import HEARD, SPOKEN, hear, say

#: The wire, what is asked, and a piece of what is said.
SAID: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "no text": ("openai", {"input": None}, 400, "'missing', 'loc': ('body', 'input')"),
    "an empty text": ("openai", {"input": ""}, 400, "String should have at least 1 character"),
    "a text that is none": ("openai", {"input": 7}, 400, "Input should be a valid string"),
    "a long text": ("openai", {"input": "x" * 4097}, 400, "String should have at most 4096 characters"),
    "no voice": ("openai", {"voice": None}, 400, "'missing', 'loc': ('body', 'voice')"),
    "no model": ("openai", {"model": None}, 400, "you must provide a model parameter"),
    "an unknown format": ("openai", {"response_format": "midi"}, 400, "'mp3', 'opus', 'aac', 'flac', 'wav' or 'pcm'"),
    "a format that is none": ("openai", {"response_format": ["mp3"]}, 400, "'mp3', 'opus', 'aac', 'flac', 'wav' or 'pcm'"),
    "an unknown stream": ("openai", {"stream_format": "x"}, 400, "Input should be 'sse' or 'audio'"),
    "too slow": ("openai", {"speed": 0.1}, 400, "greater than or equal to 0.25"),
    "too fast": ("openai", {"speed": 4.5}, 400, "less than or equal to 4"),
    "no speed": ("openai", {"speed": "fast"}, 400, "valid number"),
    "a flag for a speed": ("openai", {"speed": True}, 400, "valid number"),
    "groq has no opus": ("groq", {"response_format": "opus"}, 400, "'ogg' or 'mulaw'"),
    "mistral: no text": ("mistral", {"input": None}, 422, "Field required"),
    "mistral: a text that is none": ("mistral", {"input": 7}, 422, "valid string"),
    "mistral: a model that is none": ("mistral", {"model": 7}, 422, "valid string"),
    "mistral: an unknown format": ("mistral", {"response_format": "midi"}, 422, "'flac' or 'opus'"),
    "huggingface: no text": ("huggingface", {"inputs": None}, 422, "missing field `inputs`"),
}

DIARIZED = {"model": "gpt-4o-transcribe-diarize"}

HEARING: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "no file": ("openai", {"sound": None}, 400, "'missing', 'loc': ('body', 'file')"),
    "no model": ("openai", {"model": None}, 400, "you must provide a model parameter"),
    "an empty file": ("openai", {"sound": b""}, 400, "Audio file is too short"),
    "an unknown form": ("whisper", {"response_format": "html"}, 400, "'vtt' or 'diarized_json'"),
    "a form that the model has not": (
        "openai",
        {"response_format": "srt"},
        400,
        "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.",
    ),
    "no speakers apart": ("whisper", {"response_format": "diarized_json"}, 400, "'verbose_json' or 'vtt' instead."),
    "speakers, and no subtitles": ("openai", {**DIARIZED, "response_format": "vtt"}, 400, "'text' or 'diarized_json' instead."),
    "no speakers in a translation": ("translation", {"response_format": "diarized_json"}, 400, "'verbose_json' or 'vtt'"),
    "too hot": ("openai", {"temperature": "1.5"}, 400, "less than or equal to 1"),
    "no number": ("openai", {"temperature": "nan"}, 400, "valid number"),
    "groq has no subtitles": ("groq", {"response_format": "srt"}, 400, "'text' or 'verbose_json'"),
    "mistral: no file": ("mistral", {"sound": None}, 422, "one of file, file_url or file_id"),
    "mistral: no model": ("mistral", {"model": None}, 422, "Field required"),
    "cohere: no file": ("cohere", {"sound": None}, 400, "required 'file' param is missing"),
    "cohere: no model": ("cohere", {"model": None}, 400, "required 'model' param is missing"),
    "cohere: no language": ("cohere", {"language": None}, 400, "required 'language' param is missing"),
}


@pytest.mark.parametrize("case", SAID)
def test_speech_that_cannot_be(case: str) -> None:
    name, asked, status, message = SAID[case]
    answer = say(Interceptor(), name, **asked)
    assert answer.status == status
    assert message in answer.body.decode().replace("\\", "")


@pytest.mark.parametrize("case", HEARING)
def test_a_transcription_that_cannot_be(case: str) -> None:
    name, asked, status, message = HEARING[case]
    answer = hear(Interceptor(), name, **asked)
    assert answer.status == status
    assert message in answer.body.decode().replace("\\", "")


def test_an_upload_too_large_is_refused() -> None:
    answer = hear(Interceptor(), "whisper", bytes(26_214_401))
    assert answer.status == 413
    assert "Maximum content size limit (26214400) exceeded (26214401 bytes read)" in answer.json["error"]["message"]


OFF: dict[str, dict[str, Any]] = {
    "format": {"response_format": "midi"},
    "format that is none": {"response_format": ["mp3"]},
    "speed": {"speed": 99},
    "speed that is none": {"speed": "nan"},
    "length": {"input": TEXT * 200},
    "voice": {"voice": None},
    "rate": {"sample_rate": 7},
    "rate that is none": {"sample_rate": []},
}


@pytest.mark.parametrize("name", [name for name in SPOKEN if name not in ("huggingface",)])
@pytest.mark.parametrize("case", OFF)
def test_with_no_contract_speech_is_made_all_the_same(name: str, case: str) -> None:
    assert say(Interceptor(contract="off"), name, **OFF[case]).status == 200


@pytest.mark.parametrize("name", HEARD)
@pytest.mark.parametrize("asked", [{"response_format": "html"}, {"temperature": "x"}, {"sound": b""}])
def test_with_no_contract_a_sound_is_heard_all_the_same(name: str, asked: dict[str, Any]) -> None:
    assert hear(Interceptor(contract="off"), name, **asked).status == 200


#: What is no form, or no JSON.
BROKEN = {
    "cut": (b"--x\r\nContent-Dis", "multipart/form-data; boundary=x"),
    "no boundary": (b"", "multipart/form-data"),
    "no form": (b"abc", "text/plain"),
    "no JSON": (b"{", "application/json"),
    "no object": (b"[]", "application/json"),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("name", HEARD)
def test_what_is_no_form_is_refused(name: str, broken: str) -> None:
    body, kind = BROKEN[broken]
    with httpx2.Client(transport=Interceptor().httpx2_transport) as client:
        answer = client.post(HEARD[name][0], content=body, headers={"content-type": kind} if kind else {})
    assert answer.status_code in (400, 422)
    assert answer.json()


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"inputs": 7}', b'{"inputs": "?"}', b'{"inputs": "", "parameters": []}', b""])
@pytest.mark.parametrize("model", ["openai/whisper-tiny", "suno/bark"])
def test_hugging_face_refuses_what_it_cannot_read(model: str, body: bytes) -> None:
    with httpx2.Client(transport=Interceptor().httpx2_transport) as client:
        url = f"https://router.huggingface.co/hf-inference/models/{model}"
        answer = client.post(url, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == (200 if b"?" in body and "bark" in model else answer.status_code)
    assert answer.status_code in (200, 400, 422)
    assert answer.content


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("groq", {"url": "https://a.test/a.wav"}),
        ("together", {"file": "https://a.test/a.wav"}),
        ("mistral", {"file_url": "https://a.test/a.wav"}),
        ("mistral", {"file_id": "f-1"}),
    ],
)
def test_a_sound_may_be_elsewhere(name: str, asked: dict[str, str]) -> None:
    answer = hear(Interceptor(), name, None, **asked)
    assert (answer.status, answer.json["text"]) == (200, "This is a mock request")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
def test_a_form_without_a_file_may_be_of_another_kind(kind: str) -> None:
    asked = {"model": "whisper-large-v3", "url": "https://a.test/a.wav"}
    sent: dict[str, Any] = {"json": asked} if kind == "application/json" else {"data": asked}
    llm = Interceptor()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        assert client.post(HEARD["groq"][0], **sent).json()["text"] == "This is a mock request"
    assert llm.calls.one.call.parameters == asked


def test_an_upload_is_told_by_its_name_type_size_and_length() -> None:
    llm = Interceptor()
    hear(llm, "openai", prompt="A greeting.")
    told = {"filename": "voice.wav", "content_type": "audio/wav", "size": len(WAV), "seconds": 2.0}
    assert llm.calls.one.call.parameters["file"] == told
    assert llm.calls.one.prompt == "A greeting."
