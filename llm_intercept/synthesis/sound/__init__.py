"""A short sound for a text, in the container that was asked for.

To add a container: one function, and one entry in `CONTAINERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from llm_intercept.synthesis.sound import pcm
from llm_intercept.synthesis.sound.flac import flac
from llm_intercept.synthesis.sound.mpeg import aac, mp3
from llm_intercept.synthesis.sound.ogg import opus
from llm_intercept.synthesis.sound.pcm import wav_seconds
from llm_intercept.synthesis.sound.tone import RATE, Tone, pace, seconds, tone

__all__ = ["CONTAINERS", "RATE", "RATES", "Container", "Tone", "pace", "seconds", "sound", "tone", "wav_seconds"]


class Container(NamedTuple):
    """How a sound is packed: its media type, and who packs it."""

    mime_type: str
    pack: Callable[[Tone], bytes]


CONTAINERS: Mapping[str, Container] = {
    "wav": Container("audio/wav", pcm.wav),
    "mp3": Container("audio/mpeg", mp3),
    "opus": Container("audio/opus", opus),
    "aac": Container("audio/aac", aac),
    "flac": Container("audio/flac", flac),
    "pcm": Container("audio/pcm", pcm.signed16),
    "f32": Container("audio/pcm", pcm.float32),
    "mulaw": Container("audio/basic", pcm.mulaw),
    "alaw": Container("audio/x-alaw-basic", pcm.alaw),
}

#: The samples a second that all of them can have.
RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def sound(text: str, container: str, rate: int = RATE, speed: float = 1.0) -> bytes:
    """The sound for a text: a tone where that is cheap, silence of the same length elsewhere (mp3, opus, aac)."""
    return CONTAINERS[container].pack(tone(text, rate, speed))
