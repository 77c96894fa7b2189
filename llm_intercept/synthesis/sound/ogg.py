"""Opus in Ogg. References: https://www.rfc-editor.org/rfc/rfc3533, https://www.rfc-editor.org/rfc/rfc7845"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from llm_intercept.synthesis.sound.crc import crc
from llm_intercept.synthesis.sound.tone import Tone

__all__ = ["opus"]

_CHECK = crc(32, 0x04C11DB7)

#: Opus counts time in samples of 48 kHz, whatever it was made from; a frame of 20 ms has 960.
_CLOCK, _FRAME = 48_000, 960

#: A frame of silence in one channel.
_SILENCE = b"\xf8\xff\xfe"

#: Frames a page.
_PAGE = 50

#: What a page is: the first of its stream, the last, or one between.
_FIRST, _LAST, _BETWEEN = 2, 4, 0


def opus(tone: Tone) -> bytes:
    """Silence exactly as long as the tone: an Ogg file of Opus frames in one channel."""
    length = tone.samples * _CLOCK // tone.rate
    frames = -(-length // _FRAME)
    head = b"OpusHead" + pack("<BBHIhB", 1, 1, 0, tone.rate, 0, 0)
    tags = b"OpusTags" + pack("<I", 13) + b"llm_intercept" + pack("<I", 0)
    pages = [_page(0, _FIRST, 0, [head]), _page(1, _BETWEEN, 0, [tags])]
    for start in range(0, frames, _PAGE):
        end = min(start + _PAGE, frames)
        kind = _LAST if end == frames else _BETWEEN
        pages.append(_page(len(pages), kind, min(end * _FRAME, length), [_SILENCE] * (end - start)))
    return b"".join(pages)


def _page(number: int, kind: int, time: int, packets: Sequence[bytes]) -> bytes:
    """A page of packets, none of which has 255 bytes or more."""
    sizes = bytes(map(len, packets))
    start, end = b"OggS" + pack("<BBQII", 0, kind, time, 1, number), pack("<B", len(sizes)) + sizes + b"".join(packets)
    return start + pack("<I", _CHECK(start + bytes(4) + end)) + end
