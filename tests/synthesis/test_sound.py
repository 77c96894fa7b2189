"""Made-up sounds: every container is what it says, judged by FFmpeg's decoders and by the standard library's `wave`."""

from __future__ import annotations

import wave
from fractions import Fraction
from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.synthesis.sound import CONTAINERS, RATES, seconds, sound, tone
from llm_intercept.synthesis.sound.crc import crc
from llm_intercept.synthesis.sound.pcm import LEVEL, wav_seconds

TEXT = "This is a mock request, said aloud."

#: What FFmpeg calls each container and its codec, and how many samples a frame may add at the end.
DECODED = {
    "wav": ("wav", "pcm_s16le", 0),
    "mp3": ("mp3", "mp3float", 1152),
    "opus": ("ogg", "opus", 0),
    "aac": ("aac", "aac", 1024),
    "flac": ("flac", "flac", 0),
    "pcm": ("s16le", "pcm_s16le", 0),
    "f32": ("f32le", "pcm_f32le", 0),
    "mulaw": ("mulaw", "pcm_mulaw", 0),
    "alaw": ("alaw", "pcm_alaw", 0),
}

#: Those that have no header: their reader has to be told what they are.
HEADERLESS = ("pcm", "f32", "mulaw", "alaw")

EACH = pytest.mark.parametrize("container", sorted(CONTAINERS))


def decoded(data: bytes, container: str, rate: int) -> tuple[str, str, int, bytes, int]:
    """The format, the codec, the rate, the samples as signed 16 bits, and how many; the decoder forgives nothing."""
    told = {"format": DECODED[container][0], "options": {"sample_rate": str(rate)}} if container in HEADERLESS else {}
    with av.open(BytesIO(data), **told) as file:
        (stream,) = file.streams.audio
        context = stream.codec_context
        context.options = {"err_detect": "crccheck+bitstream+buffer+explode"}
        resampler = av.AudioResampler(format="s16", layout="mono")
        frames = [one for frame in file.decode(stream) for one in resampler.resample(frame)]
        samples = b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in frames)
        return file.format.name, context.name, context.sample_rate, samples, len(samples) // 2


@EACH
@pytest.mark.parametrize("rate", RATES)
def test_a_sound_decodes_without_an_error_as_what_it_is(container: str, rate: int) -> None:
    name, codec, more = DECODED[container]
    found_name, found_codec, found_rate, _, length = decoded(sound(TEXT, container, rate), container, rate)
    assert (found_name, found_codec) == (name, codec)
    assert found_rate == (48_000 if container == "opus" else rate)
    expected = tone(TEXT, rate).samples * Fraction(found_rate, rate)
    assert int(expected) <= length < expected + max(more, 1)


def test_the_standard_library_reads_the_wav() -> None:
    with wave.open(BytesIO(sound(TEXT, "wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.getnframes() == tone(TEXT).samples
        assert file.readframes(file.getnframes()) == sound(TEXT, "pcm")


@pytest.mark.parametrize("container", ["wav", "flac", "pcm", "f32"])
def test_what_is_exact_holds_the_same_wave(container: str) -> None:
    assert decoded(sound(TEXT, container), container, 24_000)[3] == sound(TEXT, "pcm")


@pytest.mark.parametrize("container", ["mulaw", "alaw"])
def test_telephones_hear_the_same_wave_nearly(container: str) -> None:
    heard = memoryview(decoded(sound(TEXT, container), container, 24_000)[3]).cast("h")
    said = memoryview(sound(TEXT, "pcm")).cast("h")
    assert all(abs(one - other) <= LEVEL // 16 for one, other in zip(heard, said, strict=True))


@EACH
def test_the_same_text_gives_the_same_bytes(container: str) -> None:
    assert sound(TEXT, container) == sound(TEXT, container)


@pytest.mark.parametrize("container", ["wav", "flac", "pcm", "f32", "mulaw", "alaw"])
def test_texts_of_one_length_have_their_own_pitch(container: str) -> None:
    assert len({sound(text, container) for text in ("Yes.", "No.", "Sun.", "Fog.", "Sea.")}) >= 4


@given(st.text(max_size=80), st.sampled_from(RATES))
def test_any_text_makes_a_flac_that_a_strict_decoder_takes(text: str, rate: int) -> None:
    assert decoded(sound(text, "flac", rate), "flac", rate)[4] == tone(text, rate).samples


@pytest.mark.parametrize(
    ("text", "speed", "expected"),
    [
        ("", 1.0, 0.4),
        ("x" * 15, 1.0, 1.0),
        ("x" * 30, 2.0, 1.0),
        ("x" * 15, 0.5, 2.0),
        ("x" * 4096, 1.0, 4.0),
        ("x" * 4096, 4.0, 4.0),
    ],
)
def test_a_sound_is_as_long_as_its_text_takes_within_bounds(text: str, speed: float, expected: float) -> None:
    assert seconds(text, speed) == expected
    assert wav_seconds(sound(text, "wav", 16_000, speed)) == expected


WAV = sound(TEXT, "wav", 16_000)


#: What is uploaded, and how long it sounds.
UPLOADS: dict[str, tuple[bytes | memoryview, float | None]] = {
    "whole": (WAV, seconds(TEXT)),
    "not copied": (memoryview(WAV), seconds(TEXT)),
    "with another chunk": (WAV[:36] + b"LIST\x03\x00\x00\x00abc\x00" + WAV[36:], seconds(TEXT)),
    "cut": (WAV[: 44 + 16_000], 0.5),
    "streamed, its length unknown": (WAV[:40] + b"\xff\xff\xff\xff" + WAV[44:], seconds(TEXT)),
    "without a sample": (WAV[:44], 0.0),
    "cut before its samples": (WAV[:40], None),
    "cut in its form": (WAV[:30], None),
    "empty": (b"RIFF\x04\x00\x00\x00WAVE", None),
    "without a form": (b"RIFF\x10\x00\x00\x00WAVEdata\x04\x00\x00\x00abcd", None),
    "of another kind": (sound(TEXT, "flac"), None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("upload", UPLOADS)
def test_how_long_an_upload_sounds_is_read_from_a_riff_file(upload: str) -> None:
    data, expected = UPLOADS[upload]
    assert wav_seconds(data) == (expected if expected is None else pytest.approx(expected, abs=1e-4))


@pytest.mark.parametrize(("bits", "polynomial", "check"), [(8, 0x07, 0xF4), (16, 0x8005, 0xFEE8), (32, 0x04C11DB7, 0x89A1897F)])
def test_the_checks_are_those_of_the_catalogue(bits: int, polynomial: int, check: int) -> None:
    """Of `123456789`, as https://reveng.sourceforge.io/crc-catalogue/all.htm lists them."""
    assert crc(bits, polynomial)(b"123456789") == check
