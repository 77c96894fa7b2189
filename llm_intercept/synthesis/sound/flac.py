"""FLAC: half a wave is a frame of one constant. Reference: https://www.rfc-editor.org/rfc/rfc9639"""

from __future__ import annotations

from hashlib import md5
from struct import pack

from llm_intercept.synthesis.sound.crc import crc
from llm_intercept.synthesis.sound.pcm import LEVEL, signed16
from llm_intercept.synthesis.sound.tone import Tone

__all__ = ["flac"]

_HEADER_CHECK, _FRAME_CHECK = crc(8, 0x07), crc(16, 0x8005)

#: Sync code and fixed block size; sixteen bits of block size follow the number, the rate is the file's; one channel, 16 bits.
_FRAME = b"\xff\xf8\x70\x08"


def flac(tone: Tone) -> bytes:
    """A FLAC file of sixteen-bit samples in one channel."""
    frames = [_frame(number, high, size) for number, (high, size) in enumerate(tone.halves)]
    sizes = pack(">HH", tone.half, tone.half) + bytes(6)  # the frames' sizes are not told
    rate_and_length = (tone.rate << 44 | 15 << 36 | tone.samples).to_bytes(8, "big")
    info = sizes + rate_and_length + md5(signed16(tone), usedforsecurity=False).digest()
    return b"fLaC" + b"\x80" + len(info).to_bytes(3, "big") + info + b"".join(frames)


def _frame(number: int, high: bool, size: int) -> bytes:
    header = _FRAME + chr(number).encode("utf-8") + pack(">H", size - 1)
    header += bytes((_HEADER_CHECK(header),))
    frame = header + b"\x00" + pack(">h", LEVEL if high else -LEVEL)
    return frame + pack(">H", _FRAME_CHECK(frame))
