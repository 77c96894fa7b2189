"""What differs from provider to provider in how a sound is written down on OpenAI's wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from llm_intercept.dialects.hearing import Heard
from llm_intercept.synthesis.languages import name_of
from llm_intercept.synthesis.likelihood import logprob, token_id
from llm_intercept.synthesis.stamp import Stamp
from llm_intercept.synthesis.timing import Span

__all__ = ["STYLES", "Style", "style_of"]


@dataclass(frozen=True, slots=True)
class Style:
    """One provider's way of writing down what it hears.

    `formats` are the forms that it answers in, the first where none is asked for; `models` those that some models have alone, by a
    part of their names, of which the first that fits counts. `file` are the fields of which a call needs one, `largest` is how many
    bytes it listens to. `language` tells a language by its code, `segment` a sentence by its number, and `always` is who tells the
    sentences also where only words are asked for. `top` are the keys of every body besides everybody's, and `costs` what it costs,
    where it tells that.
    """

    formats: tuple[str, ...]
    file: tuple[str, ...]
    largest: int
    language: Callable[[str], str]
    segment: Callable[[int, Span], dict[str, Any]]
    top: Callable[[Stamp], dict[str, Any]] = lambda _: {}
    costs: Callable[[Heard, str], dict[str, Any]] = lambda *_: {}
    always: bool = False
    models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _tokens(text: str) -> list[int]:
    return [token_id(f" {word}") for word in text.split()]


def _segment(index: int, span: Span) -> dict[str, Any]:
    likely = [logprob(f" {word}") for word in span.text.split()]
    return {
        "id": index,
        "seek": 0,
        "start": span.start,
        "end": span.end,
        "text": f" {span.text.strip()}",
        "tokens": _tokens(span.text),
        "temperature": 0.0,
        "avg_logprob": round(sum(likely) / max(len(likely), 1), 6),
        "compression_ratio": round(0.8 + len(span.text) % 64 / 100, 2),
        "no_speech_prob": 0.01,
    }


def _short(index: int, span: Span) -> dict[str, Any]:
    return {"id": index, "start": span.start, "end": span.end, "text": span.text.strip()}


def _costs(heard: Heard, kind: str) -> dict[str, Any]:
    """Whisper is paid by the second, the others by the token."""
    if kind == "duration":
        return {"usage": {"type": "duration", "seconds": ceil(heard.seconds)}}
    usage = heard.usage
    audio = heard.audio_tokens
    return {
        "usage": {
            "type": "tokens",
            "input_tokens": usage.input,
            "input_token_details": {"text_tokens": usage.input - audio, "audio_tokens": audio},
            "output_tokens": usage.output,
            "total_tokens": usage.total,
        }
    }


#: Reference: https://platform.openai.com/docs/api-reference/audio/createTranscription
_OPENAI = Style(
    formats=("json", "text", "srt", "verbose_json", "vtt", "diarized_json"),
    file=("file",),
    largest=26_214_400,
    language=name_of,
    segment=_segment,
    costs=_costs,
    models={
        "diarize": ("json", "text", "diarized_json"),
        "-transcribe": ("json", "text"),
        "whisper": ("json", "text", "srt", "verbose_json", "vtt"),
    },
)

_COMPATIBLE = replace(_OPENAI, largest=1 << 30, models={})


def _x_groq(stamp: Stamp) -> dict[str, Any]:
    return {"x_groq": {"id": "req_" + stamp.id("request", 26)}}


#: Reference: https://console.groq.com/docs/api-reference#audio-transcription
_GROQ = Style(
    formats=("json", "text", "verbose_json"),
    file=("file", "url"),
    largest=104_857_600,
    language=lambda code: name_of(code).title(),
    segment=_segment,
    top=_x_groq,
)

#: Reference: https://docs.together.ai/reference/audio-transcriptions
_TOGETHER = Style(
    formats=("json", "verbose_json"),
    file=("file",),
    largest=1 << 30,
    language=str,
    segment=_short,
    always=True,
)

STYLES: Mapping[str, Style] = {"openai": _OPENAI, "azure": _OPENAI, "groq": _GROQ, "together": _TOGETHER}


def style_of(flavour: str) -> Style:
    """The style in which those of a flavour listen."""
    return STYLES.get(flavour, _COMPATIBLE)
