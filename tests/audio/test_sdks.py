"""The real SDKs, sync and async, have texts said and sounds written down."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import audio, error, intercept, reply, transcript
from llm_intercept.replies.reply import DEFAULT_TEXT
from llm_intercept.synthesis.sound import seconds
from tests.audio.clients import LISTENERS, SPEAKERS, TEXT, WAV, Client
from tests.audio.decoding import decoded
from tests.sdks.ways import entered, run, settled

#: Hugging Face's own async client uploads in a way that httpx warns of.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


#: One client for each that asks alike.
CONTAINERS = ("openai opus", "openai aac", "openai flac", "openai wav", "openai pcm")
FEWER = {name: client for name, client in SPEAKERS.items() if name not in CONTAINERS}


def every(clients: Mapping[str, Client]) -> pytest.MarkDecorator:
    cases = [pytest.param(name, way, id=f"{name} {way}") for name, client in clients.items() for way in client.ways]
    return pytest.mark.parametrize(("name", "way"), cases)


async def told(client: Client, way: str) -> Any:
    blocking = way == "sync"
    answer = await settled(client.ask(client.make(pytest.importorskip(client.package), blocking), blocking))
    return await settled(client.told(answer))


@every(SPEAKERS)
def test_the_sdk_has_a_sound_that_plays_as_long_as_the_text_takes(name: str, way: str) -> None:
    client = SPEAKERS[name]
    with intercept() as llm:
        sound = run(way, told, client, way)
    assert decoded(sound, client.kind).seconds == pytest.approx(seconds(TEXT), abs=0.05)
    assert llm.calls.one.prompt == TEXT


@every(FEWER)
def test_the_sdk_has_the_sound_of_a_rule(name: str, way: str) -> None:
    with intercept() as llm:
        llm.on("the sun is out").reply(audio(WAV))
        assert run(way, told, SPEAKERS[name], way) == WAV


@every(LISTENERS)
def test_the_sdk_has_the_default_transcript(name: str, way: str) -> None:
    with intercept() as llm:
        assert run(way, told, LISTENERS[name], way) == DEFAULT_TEXT
    assert llm.calls.one.operation == ("translation" if "translation" in name else "transcription")
    assert {"size": len(WAV), "seconds": 2.0}.items() <= llm.calls.one.call.parameters["file"].items()


@every(LISTENERS)
def test_the_sdk_has_the_transcript_of_a_rule(name: str, way: str) -> None:
    with intercept() as llm:
        llm.on(model="*").reply(transcript("Hello there.", language="fr", duration=2.5))
        assert run(way, told, LISTENERS[name], way) == "Hello there."


@every({f"speech {name}": one for name, one in FEWER.items()} | {f"transcription {name}": one for name, one in LISTENERS.items()})
def test_the_sdk_raises_its_own_error(name: str, way: str) -> None:
    kind, _, client = name.partition(" ")
    one = (SPEAKERS if kind == "speech" else LISTENERS)[client]
    with intercept() as llm:
        llm.on(operation={"speech", "transcription", "translation", "chat"}).reply(error(400, "Not today."))
        with pytest.raises(Exception, match=r"Not today|400") as raised:
            run(way, told, one, way)
    assert type(raised.value).__name__ == one.refused


WAYS = pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])


def openai(way: str) -> Any:
    module = pytest.importorskip("openai")
    return (module.OpenAI if way == "sync" else module.AsyncOpenAI)(api_key="k")


async def streamed(client: Any) -> list[bytes]:
    manager = client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input=TEXT, response_format="wav")
    async with entered(manager) as response:
        pieces = response.iter_bytes()
        return [piece async for piece in pieces] if hasattr(pieces, "__aiter__") else list(pieces)


@WAYS
def test_a_sound_arrives_in_pieces(way: str) -> None:
    with intercept() as llm:
        pieces = run(way, streamed, openai(way))
        assert len(pieces) > 10
        assert b"".join(pieces) == llm.calls.one.response.body


async def saved(client: Any, path: str) -> None:
    manager = client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input=TEXT)
    async with entered(manager) as response:
        await settled(response.stream_to_file(path))


@WAYS
def test_a_sound_is_saved_to_a_file(way: str, tmp_path: Any) -> None:
    with intercept():
        run(way, saved, openai(way), str(tmp_path / "speech.mp3"))
    assert decoded((tmp_path / "speech.mp3").read_bytes(), "mp3").codec.startswith("mp3")


async def events(client: Any, **asked: Any) -> list[Any]:
    stream = await settled(client.audio.transcriptions.create(file=("a.wav", WAV), stream=True, **asked))
    return [event async for event in stream] if hasattr(stream, "__aiter__") else list(stream)


@WAYS
def test_a_transcript_is_streamed(way: str) -> None:
    with intercept() as llm:
        llm.on(operation="transcription").reply("Hello there.")
        *deltas, done = run(way, lambda: events(openai(way), model="gpt-4o-transcribe"))
    assert [delta.delta for delta in deltas] == ["Hel", "lo ", "the", "re."]
    assert (done.type, done.text) == ("transcript.text.done", "Hello there.")
    assert (done.usage.input_token_details.audio_tokens, done.usage.output_tokens) == (20, 3)


async def mistral_events(client: Any, way: str) -> list[Any]:
    transcriptions = client.audio.transcriptions
    ask = transcriptions.stream if way == "sync" else transcriptions.stream_async
    stream = await settled(ask(model="voxtral", file={"file_name": "a.wav", "content": WAV}, timestamp_granularities=["segment"]))
    async with entered(stream) as opened:
        return [event async for event in opened] if hasattr(opened, "__aiter__") else list(opened)


@pytest.mark.parametrize("way", ["sync", "asyncio"])
def test_mistrals_transcript_is_streamed(way: str) -> None:
    client = pytest.importorskip("mistralai.client").Mistral(api_key="k")
    with intercept() as llm:
        llm.on(operation="transcription").reply(transcript("Ah. Oh.", language="fr"))
        found = [event.data for event in run(way, mistral_events, client, way)]
    assert [(one.type, getattr(one, "text", None)) for one in found] == [
        ("transcription.language", None),
        ("transcription.text.delta", "Ah."),
        ("transcription.text.delta", " Oh"),
        ("transcription.text.delta", "."),
        ("transcription.segment", "Ah."),
        ("transcription.segment", "Oh."),
        ("transcription.done", "Ah. Oh."),
    ]
    assert found[0].audio_language == found[-1].language == "fr"


async def mistral_speech(client: Any, way: str) -> list[Any]:
    speech = client.audio.speech
    stream = await settled((speech.complete if way == "sync" else speech.complete_async)(input=TEXT, stream=True))
    async with entered(stream) as opened:
        return [event async for event in opened] if hasattr(opened, "__aiter__") else list(opened)


@pytest.mark.parametrize("way", ["sync", "asyncio"])
def test_mistrals_speech_is_streamed(way: str) -> None:
    client = pytest.importorskip("mistralai.client").Mistral(api_key="k")
    with intercept():
        *deltas, done = [event.data for event in run(way, mistral_speech, client, way)]
    assert decoded(b"".join(b64decode(delta.audio_data) for delta in deltas), "mp3").rate == 24_000
    assert done.usage.total_tokens > 0


def test_togethers_speech_is_streamed() -> None:
    client = pytest.importorskip("together").Together(api_key="k")
    with intercept():
        stream = client.audio.speech.create(model="cartesia/sonic", voice="v", input=TEXT, response_format="raw", stream=True)
        pieces = b"".join(b64decode(chunk.b64) for chunk in stream)
    assert decoded(pieces, "pcm").seconds == pytest.approx(seconds(TEXT), abs=0.01)


async def gemini_chunks(client: Any, way: str) -> list[Any]:
    models = client.models if way == "sync" else client.aio.models
    stream = await settled(
        models.generate_content_stream(
            model="gemini-2.5-flash-preview-tts", contents=TEXT, config={"response_modalities": ["AUDIO"]}
        )
    )
    return [chunk async for chunk in stream] if hasattr(stream, "__aiter__") else list(stream)


@pytest.mark.parametrize("way", ["sync", "asyncio"])
def test_geminis_speech_is_samples_without_a_header(way: str) -> None:
    client = pytest.importorskip("google.genai").Client(api_key="k")
    with intercept():
        chunks = run(way, gemini_chunks, client, way)
    sounds = [part.inline_data for chunk in chunks for part in chunk.candidates[0].content.parts if part.inline_data]
    assert {sound.mime_type for sound in sounds} == {"audio/L16;codec=pcm;rate=24000"}
    assert decoded(b"".join(sound.data for sound in sounds), "pcm").seconds == pytest.approx(seconds(TEXT), abs=0.01)


@pytest.mark.parametrize("wanted", ["audio", "image"])
def test_an_interaction_that_wants_a_sound_or_an_image_has_one(wanted: str) -> None:
    client = pytest.importorskip("google.genai").Client(api_key="k")
    with intercept():
        said = client.interactions.create(model="gemini-3-flash", input=TEXT, response_modalities=[wanted])
    (content,) = [one for step in said.steps if step.type == "model_output" for one in step.content]
    data = content.data if isinstance(content.data, bytes) else b64decode(content.data)
    if wanted == "image":
        assert (content.mime_type, data[:4]) == ("image/png", b"\x89PNG")
    else:
        assert content.mime_type == "audio/l16"
        assert decoded(data, "pcm").seconds == pytest.approx(seconds(TEXT), abs=0.01)


def test_a_model_that_writes_and_draws_says_nothing_aloud() -> None:
    client = pytest.importorskip("google.genai").Client(api_key="k")
    with intercept("Hello."):
        answer = client.models.generate_content(model="g", contents=TEXT, config={"response_modalities": ["TEXT"]})
    assert answer.text == "Hello."


@pytest.mark.parametrize(
    ("wanted", "container"),
    [("wav", "wav"), ("mp3", "mp3"), ("flac", "flac"), ("opus", "opus"), ("aac", "aac"), ("pcm16", "pcm"), ("new", "wav")],
)
def test_a_chat_that_wants_a_sound_is_answered_aloud(wanted: str, container: str) -> None:
    client: Any = openai("sync")
    with intercept():
        asked = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": wanted}}
        answer = client.chat.completions.create(model="gpt-audio", messages=[{"role": "user", "content": "Hi"}], **asked)
    message = answer.choices[0].message
    assert (message.content, message.audio.transcript) == (None, DEFAULT_TEXT)
    assert decoded(b64decode(message.audio.data), container).seconds == pytest.approx(seconds(DEFAULT_TEXT), abs=0.05)


def test_a_chat_that_wants_a_sound_is_told_what_a_rule_says() -> None:
    client: Any = openai("sync")
    asked = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}
    with intercept() as llm:
        llm.on("Hi").replies("Hello.", reply(audio(WAV, transcript="Hello.")))
        said = [client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], **asked) for _ in range(2)]
    assert [one.choices[0].message.content for one in said] == ["Hello.", None]
    assert said[1].choices[0].message.audio.transcript == "Hello."


@pytest.mark.parametrize(
    ("wanted", "times"),
    [
        (True, [("One.", [0.0, 1.11]), ("Two.", [1.11, 2.0])]),
        ("word", [("One.", [0.0, 1.0]), ("Two.", [1.0, 2.0])]),
        (False, None),
    ],
)
def test_hugging_face_tells_times_where_they_are_asked_for(wanted: object, times: object) -> None:
    hub = pytest.importorskip("huggingface_hub")
    client = hub.InferenceClient(token="k", model="https://router.huggingface.co/hf-inference/models/openai/whisper-tiny")
    with intercept() as llm:
        llm.on(operation="transcription").reply("One. Two.")
        said = client.automatic_speech_recognition(WAV, extra_body={"return_timestamps": wanted})
    assert (said.chunks and [(chunk.text, chunk.timestamp) for chunk in said.chunks]) == times


def test_hugging_face_finds_who_speaks_and_who_listens() -> None:
    client = pytest.importorskip("huggingface_hub").InferenceClient(token="k")
    with intercept() as llm:
        speech = client.text_to_speech(TEXT, model="hexgrad/Kokoro-82M", extra_body={"response_format": "mp3"})
        heard = client.automatic_speech_recognition(WAV, model="openai/whisper-large-v3")
    assert decoded(speech, "mp3").seconds == pytest.approx(seconds(TEXT), abs=0.05)
    assert heard.text == DEFAULT_TEXT
    assert [entry.operation for entry in llm.calls] == ["speech", "transcription"]
