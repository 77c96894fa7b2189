"""The real SDKs: how each is made, asked to say a text, and asked to write down a sound."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from llm_intercept.synthesis.sound import sound

__all__ = ["LISTENERS", "SPEAKERS", "TEXT", "WAV", "Client"]

TEXT = "The sun is out, and so are we. Come along!"

#: What is uploaded: exactly two seconds.
WAV = sound("x" * 30, "wav", 16_000)

_FILE = ("voice.wav", WAV, "audio/wav")


class Client(NamedTuple):
    """One client: `make` is given its package and whether it blocks, `ask` the client and whether it blocks.

    `told` takes out of the answer what was asked for, bytes or a text; `kind` is the container of the bytes. `ways` are sync, and
    the loops that it knows, `refused` is what it raises.
    """

    package: str
    make: Callable[[Any, bool], Any]
    ask: Callable[[Any, bool], Any]
    told: Callable[[Any], Any]
    kind: str = "mp3"
    ways: tuple[str, ...] = ("sync", "asyncio", "trio")
    refused: str = "BadRequestError"


def _made(sync: str, asynchronous: str, **options: Any) -> Callable[[Any, bool], Any]:
    return lambda module, blocking: getattr(module, sync if blocking else asynchronous)(**{"api_key": "k", **options})


_AZURE = {"azure_endpoint": "https://r.openai.azure.com", "api_version": "2025-03-01-preview"}
_HF = "https://router.huggingface.co/hf-inference/models/"


def _saying(
    package: str, sync: str, model: str, kind: str = "mp3", options: Mapping[str, Any] | None = None, **asked: Any
) -> Client:
    more = {"response_format": kind} if kind != "mp3" else {}
    return Client(
        package,
        _made(sync, f"Async{sync}", **(options or {})),
        lambda client, _: client.audio.speech.create(model=model, voice="alloy", input=TEXT, **more, **asked),
        lambda answer: answer.read(),
        kind,
    )


def _mistral(resource: str, kind: str, **asked: Any) -> Callable[[Any, bool], Any]:
    def ask(client: Any, blocking: bool) -> Any:
        return getattr(getattr(client.audio, resource), kind if blocking else f"{kind}_async")(**asked)

    return ask


def _litellm(name: str, **asked: Any) -> Callable[[Any, bool], Any]:
    return lambda module, blocking: getattr(module, name if blocking else f"a{name}")(api_key="k", **asked)


def _spoken(answer: Any) -> bytes:
    data: bytes = answer.candidates[0].content.parts[0].inline_data.data
    return data


def _genai(client: Any, blocking: bool) -> Any:
    models = client.models if blocking else client.aio.models
    return models.generate_content(
        model="gemini-2.5-flash-preview-tts",
        contents=TEXT,
        config={
            "response_modalities": ["AUDIO"],
            "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
        },
    )


#: A Mistral client has both halves, and async ones know asyncio alone as do LiteLLM, google-genai and Hugging Face's.
_ONE_LOOP = ("sync", "asyncio")

SPEAKERS: Mapping[str, Client] = {
    **{
        f"openai {kind}": _saying("openai", "OpenAI", "gpt-4o-mini-tts", kind, instructions="Warmly.")
        for kind in ("mp3", "opus", "aac", "flac", "wav", "pcm")
    },
    "azure": _saying("openai", "AzureOpenAI", "my-voice", "flac", _AZURE),
    "groq": _saying("groq", "Groq", "playai-tts", "wav", sample_rate=24_000),
    "together": _saying("together", "Together", "cartesia/sonic", "wav"),
    "deepinfra": _saying("openai", "OpenAI", "hexgrad/Kokoro-82M", "wav", {"base_url": "https://api.deepinfra.com/v1/openai"}),
    "mistralai": Client(
        "mistralai.client",
        lambda module, _: module.Mistral(api_key="k"),
        _mistral("speech", "complete", input=TEXT, response_format="flac"),
        lambda answer: b64decode(answer.audio_data),
        "flac",
        _ONE_LOOP,
        "SDKError",
    ),
    "litellm": Client(
        "litellm",
        lambda module, _: module,
        _litellm("speech", model="openai/tts-1", voice="alloy", input=TEXT),
        lambda answer: answer.read(),
        "mp3",
        _ONE_LOOP,
    ),
    "huggingface": Client(
        "huggingface_hub",
        lambda module, blocking: (module.InferenceClient if blocking else module.AsyncInferenceClient)(token="k"),
        lambda client, _: client.text_to_speech(TEXT, model=f"{_HF}hexgrad/Kokoro-82M"),
        lambda answer: answer,
        "flac",
        _ONE_LOOP,
    ),
    "google-genai": Client(
        "google.genai",
        lambda module, _: module.Client(api_key="k"),
        _genai,
        _spoken,
        "pcm",
        _ONE_LOOP,
        "ClientError",
    ),
}


def _hearing(package: str, sync: str, model: str, options: Mapping[str, Any] | None = None, to: str = "transcriptions") -> Client:
    return Client(
        package,
        _made(sync, f"Async{sync}", **(options or {})),
        lambda client, _: getattr(client.audio, to).create(model=model, file=_FILE),
        lambda answer: answer.text,
    )


def _text(answer: Any) -> Any:
    return answer.text


LISTENERS: Mapping[str, Client] = {
    "openai": _hearing("openai", "OpenAI", "gpt-4o-transcribe"),
    "openai whisper": _hearing("openai", "OpenAI", "whisper-1"),
    "azure": _hearing("openai", "AzureOpenAI", "my-whisper", _AZURE),
    "groq": _hearing("groq", "Groq", "whisper-large-v3"),
    "groq translation": _hearing("groq", "Groq", "whisper-large-v3", to="translations"),
    "together": _hearing("together", "Together", "openai/whisper-large-v3"),
    "mistralai": Client(
        "mistralai.client",
        lambda module, _: module.Mistral(api_key="k"),
        _mistral("transcriptions", "complete", model="voxtral-mini-latest", file={"file_name": "voice.wav", "content": WAV}),
        _text,
        ways=_ONE_LOOP,
        refused="SDKError",
    ),
    "cohere": Client(
        "cohere",
        _made("ClientV2", "AsyncClientV2"),
        lambda client, _: client.audio.transcriptions.create(model="cohere-transcribe-03-2026", language="en", file=_FILE),
        _text,
    ),
    "litellm": Client(
        "litellm",
        lambda module, _: module,
        _litellm("transcription", model="whisper-1", file=_FILE),
        _text,
        ways=_ONE_LOOP,
    ),
    "litellm groq": Client(
        "litellm",
        lambda module, _: module,
        _litellm("transcription", model="groq/whisper-large-v3", file=_FILE),
        _text,
        ways=_ONE_LOOP,
    ),
    "huggingface": Client(
        "huggingface_hub",
        lambda module, blocking: (module.InferenceClient if blocking else module.AsyncInferenceClient)(token="k"),
        lambda client, _: client.automatic_speech_recognition(WAV, model=f"{_HF}openai/whisper-large-v3"),
        _text,
        ways=_ONE_LOOP,
    ),
}
