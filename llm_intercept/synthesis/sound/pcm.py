"""Sound as bare samples, in the four encodings that providers offer, and in a RIFF file.

References: https://www.itu.int/rec/T-REC-G.711, http://soundfile.sapp.org/doc/WaveFormat/
"""

from __future__ import annotations

from struct import pack, unpack_from

from llm_intercept.synthesis.sound.tone import Tone

__all__ = ["LEVEL", "alaw", "float32", "mulaw", "signed16", "wav", "wav_seconds"]

#: How far the wave swings to either side, in steps of 16 bits.
LEVEL = 4032


def signed16(tone: Tone) -> bytes:
    """Sixteen bits, signed, little-endian."""
    return tone.coded(pack("<h", LEVEL), pack("<h", -LEVEL))


def float32(tone: Tone) -> bytes:
    """Thirty-two bits, floating point from -1 to 1, little-endian."""
    return tone.coded(pack("<f", LEVEL / 0x8000), pack("<f", -LEVEL / 0x8000))


def mulaw(tone: Tone) -> bytes:
    """Eight bits, logarithmic, as telephones in America have them."""
    return tone.coded(b"\xaf", b"\x2f")


def alaw(tone: Tone) -> bytes:
    """Eight bits, logarithmic, as telephones elsewhere have them."""
    return tone.coded(b"\x9a", b"\x1a")


def wav(tone: Tone) -> bytes:
    """A RIFF file of sixteen-bit samples in one channel."""
    samples = signed16(tone)
    form = pack("<HHIIHH", 1, 1, tone.rate, tone.rate * 2, 2, 16)
    return (
        b"RIFF" + pack("<I", 36 + len(samples)) + b"WAVE"
        b"fmt " + pack("<I", len(form)) + form + b"data" + pack("<I", len(samples)) + samples
    )


def wav_seconds(data: bytes | memoryview) -> float | None:
    """How long a RIFF file sounds, as far as it is there; None for what is none."""
    if bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"WAVE":
        return None
    at, rate = 12, 0
    size: int
    while at + 8 <= len(data):
        name, size = unpack_from("<4sI", data, at)
        if name == b"fmt " and at + 20 <= len(data):
            (rate,) = unpack_from("<I", data, at + 16)  # bytes a second
        elif name == b"data" and rate:
            return min(size, len(data) - at - 8) / rate
        at += 8 + size + size % 2
    return None
