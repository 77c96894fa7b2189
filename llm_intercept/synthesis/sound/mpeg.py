"""MPEG audio: silent frames of layer III (mp3), and of AAC-LC in ADTS.

References: http://www.mp3-tech.org/programmer/frame_header.html, https://wiki.multimedia.cx/index.php/ADTS
"""

from __future__ import annotations

from llm_intercept.synthesis.sound.tone import Tone

__all__ = ["aac", "mp3"]

#: The sampling rates of layer III, in the order of their numbers, by the version's two bits.
_VERSIONS = {0b11: (44_100, 48_000, 32_000), 0b10: (22_050, 24_000, 16_000), 0b00: (11_025, 12_000, 8_000)}

#: The number of 64 kbit/s, and the bytes of side information for one channel, by the version.
_BIT_RATE = {0b11: 0b0101, 0b10: 0b1000, 0b00: 0b1000}
_KBITS = 64

#: The sampling rates of AAC, in the order of their numbers.
_AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)

#: A single channel without a scale factor band, and the end of the block.
_SILENT_BLOCK = b"\x00\x00\x00\x07"


def mp3(tone: Tone) -> bytes:
    """Silence as long as the tone: frames of 64 kbit/s in one channel, whose side information and main data are all zeros."""
    version, number = next((version, rates.index(tone.rate)) for version, rates in _VERSIONS.items() if tone.rate in rates)
    size = 1152 if version == 0b11 else 576
    header = 0xFFE << 20 | version << 19 | 0b01 << 17 | 1 << 16 | _BIT_RATE[version] << 12 | number << 10 | 0b11 << 6
    frame = header.to_bytes(4, "big").ljust(size // 8 * _KBITS * 1000 // tone.rate, b"\x00")
    return frame * tone.frames(size)


def aac(tone: Tone) -> bytes:
    """Silence as long as the tone: AAC-LC frames in one channel, each with its ADTS header."""
    length = 7 + len(_SILENT_BLOCK)
    rate = _AAC_RATES.index(tone.rate)
    header = 0xFFF1 << 40 | 1 << 38 | rate << 34 | 1 << 30 | length << 13 | 0x7FF << 2
    return (header.to_bytes(7, "big") + _SILENT_BLOCK) * tone.frames(1024)
