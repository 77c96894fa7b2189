"""What differs from provider to provider in how a text is said aloud on OpenAI's wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llm_intercept.dialects.speaking import Spoken
from llm_intercept.framing.sse import DONE

__all__ = ["STYLES", "Style", "style_of"]


@dataclass(frozen=True, slots=True)
class Style:
    """One provider's way of saying a text aloud.

    `formats` are the names of its containers and, of each, the one that it is and its media type; the first is taken where none is
    asked for. `longest` is how many characters it says, `speeds` how slow and how fast. `needs` are the parameters that it demands,
    besides the model and the text. `events` is whether a call wants a stream of events, `delta` makes one of a piece in base64, and
    `end` the last ones.
    """

    formats: Mapping[str, tuple[str, str]]
    longest: int
    speeds: tuple[float, float]
    needs: tuple[str, ...]
    events: Callable[[Mapping[str, Any]], bool]
    delta: Callable[[str, Spoken], dict[str, Any]]
    end: Callable[[Spoken], Iterator[dict[str, Any] | bytes]]


def _delta(piece: str, _: Spoken) -> dict[str, Any]:
    return {"type": "speech.audio.delta", "audio": piece}


def _done(spoken: Spoken) -> Iterator[dict[str, Any] | bytes]:
    usage = spoken.usage
    counts = {"input_tokens": usage.input, "output_tokens": usage.output, "total_tokens": usage.total}
    yield {"type": "speech.audio.done", "usage": counts}


#: Reference: https://platform.openai.com/docs/api-reference/audio/createSpeech
_OPENAI = Style(
    formats={
        "mp3": ("mp3", "audio/mpeg"),
        "opus": ("opus", "audio/opus"),
        "aac": ("aac", "audio/aac"),
        "flac": ("flac", "audio/flac"),
        "wav": ("wav", "audio/wav"),
        "pcm": ("pcm", "audio/pcm"),
    },
    longest=4096,
    speeds=(0.25, 4.0),
    needs=("voice",),
    events=lambda asked: asked.get("stream_format") == "sse",
    delta=_delta,
    end=_done,
)

#: Reference: https://console.groq.com/docs/api-reference#audio-speech
_GROQ = Style(
    formats={
        "mp3": ("mp3", "audio/mpeg"),
        "wav": ("wav", "audio/wav"),
        "flac": ("flac", "audio/flac"),
        "ogg": ("opus", "audio/ogg"),
        "mulaw": ("mulaw", "audio/basic"),
    },
    longest=10_000,
    speeds=(0.5, 5.0),
    needs=("voice",),
    events=lambda _: False,
    delta=_delta,
    end=_done,
)


def _chunk(piece: str, spoken: Spoken) -> dict[str, Any]:
    return {"object": "audio.tts.chunk", "model": spoken.model, "b64": piece}


def _last(_: Spoken) -> Iterator[dict[str, Any] | bytes]:
    yield DONE


#: Reference: https://docs.together.ai/reference/audio-speech
_TOGETHER = Style(
    formats={"wav": ("wav", "audio/wav"), "mp3": ("mp3", "audio/mpeg"), "raw": ("pcm", "audio/pcm")},
    longest=100_000,
    speeds=(0.1, 10.0),
    needs=(),
    events=lambda asked: asked.get("stream") is True,
    delta=_chunk,
    end=_last,
)

STYLES: Mapping[str, Style] = {"openai": _OPENAI, "azure": _OPENAI, "groq": _GROQ, "together": _TOGETHER}

#: Other servers do what OpenAI does, and most of them have a voice that speaks where none is named.
_COMPATIBLE = Style(
    formats={**_OPENAI.formats, "ogg": ("opus", "audio/ogg"), "ogg_opus": ("opus", "audio/ogg")},
    longest=1_000_000,
    speeds=(0.1, 10.0),
    needs=(),
    events=_OPENAI.events,
    delta=_delta,
    end=_done,
)


def style_of(flavour: str) -> Style:
    """The style in which those of a flavour speak."""
    return STYLES.get(flavour, _COMPATIBLE)
