"""A sound taken apart by FFmpeg's decoders."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import av

__all__ = ["Decoded", "decoded"]


class Decoded(NamedTuple):
    """What a sound turned out to be: its codec, samples a second, and length in seconds."""

    codec: str
    rate: int
    seconds: float


#: What FFmpeg calls the encodings that have no header.
_BARE = {"pcm": "s16le", "f32": "f32le", "mulaw": "mulaw", "alaw": "alaw"}


def decoded(data: bytes, container: str, rate: int = 24_000) -> Decoded:
    """A sound in a container; `rate` is told where the container does not. The decoder forgives nothing."""
    told = {"format": _BARE[container], "options": {"sample_rate": str(rate)}} if container in _BARE else {}
    with av.open(BytesIO(data), **told) as file:
        (stream,) = file.streams.audio
        context = stream.codec_context
        context.options = {"err_detect": "crccheck+bitstream+buffer+explode"}
        samples = sum(frame.samples for frame in file.decode(stream))
        return Decoded(context.name, context.sample_rate, samples / context.sample_rate)
