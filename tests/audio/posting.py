"""What is posted to each wire of speech and of transcription, and the bytes of its answer; no SDK between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from llm_intercept import Interceptor
from tests.audio.clients import TEXT, WAV
from tests.dialects.wire import Answered

__all__ = ["HEARD", "SPOKEN", "events", "hear", "say"]

_AZURE = "https://r.openai.azure.com/openai/deployments/voice"
_HF = "https://router.huggingface.co/hf-inference/models"

#: Where a text is said aloud, and the least that is asked.
SPOKEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "openai": ("https://api.openai.com/v1/audio/speech", {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": TEXT}),
    "azure": (f"{_AZURE}/audio/speech?api-version=2025-03-01-preview", {"voice": "alloy", "input": TEXT}),
    "groq": ("https://api.groq.com/openai/v1/audio/speech", {"model": "playai-tts", "voice": "a", "input": TEXT}),
    "together": ("https://api.together.ai/v1/audio/speech", {"model": "cartesia/sonic", "voice": "a", "input": TEXT}),
    "compatible": ("https://api.deepinfra.com/v1/openai/audio/speech", {"model": "hexgrad/Kokoro-82M", "input": TEXT}),
    "mistral": ("https://api.mistral.ai/v1/audio/speech", {"input": TEXT}),
    "huggingface": (f"{_HF}/suno/bark", {"inputs": TEXT}),
}

#: Where a sound is written down, and the least that is asked besides the file.
HEARD: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "openai": ("https://api.openai.com/v1/audio/transcriptions", {"model": "gpt-4o-transcribe"}),
    "whisper": ("https://api.openai.com/v1/audio/transcriptions", {"model": "whisper-1"}),
    "translation": ("https://api.openai.com/v1/audio/translations", {"model": "whisper-1"}),
    "azure": (f"{_AZURE}/audio/transcriptions?api-version=2025-03-01-preview", {}),
    "groq": ("https://api.groq.com/openai/v1/audio/transcriptions", {"model": "whisper-large-v3"}),
    "groq translation": ("https://api.groq.com/openai/v1/audio/translations", {"model": "whisper-large-v3"}),
    "together": ("https://api.together.ai/v1/audio/transcriptions", {"model": "openai/whisper-large-v3"}),
    "compatible": ("https://api.deepinfra.com/v1/openai/audio/transcriptions", {"model": "openai/whisper-large-v3"}),
    "mistral": ("https://api.mistral.ai/v1/audio/transcriptions", {"model": "voxtral-mini-latest"}),
    "cohere": ("https://api.cohere.com/v2/audio/transcriptions", {"model": "cohere-transcribe-03-2026", "language": "en"}),
}


def _post(llm: Interceptor, url: str, **sent: Any) -> Answered:
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.post(url, **sent)
        return Answered(response.status_code, response.headers, response.content)


def _asked(least: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """All that is asked; what is None is left out."""
    return {name: value for name, value in {**least, **more}.items() if value is not None}


def say(llm: Interceptor, name: str, **more: Any) -> Answered:
    """Have a text said aloud on a wire."""
    url, least = SPOKEN[name]
    return _post(llm, url, json=_asked(least, more))


def hear(llm: Interceptor, name: str, sound: bytes | None = WAV, **more: Any) -> Answered:
    """Have a sound written down on a wire."""
    url, least = HEARD[name]
    files = {} if sound is None else {"file": ("voice.wav", sound, "audio/wav")}
    if not files:
        fields = [("files", (None, "")), *((key, (None, str(value))) for key, value in _asked(least, more).items())]
        return _post(llm, url, files=fields)
    return _post(llm, url, files=files, data=_asked(least, more))


def events(answer: Answered) -> list[Any]:
    """The data of a stream's events, but for the mark of its end."""
    return [json.loads(data) for _, data in answer.events if data != b"[DONE]"]
