"""How a vector is told: quantised, its numbers keep their order; in bits, their signs; in base64, all of it."""

from __future__ import annotations

import struct
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.synthesis.embedding import embed
from llm_intercept.synthesis.vectors import BY_NAME, base64, binary, int8, packed, ubinary, uint8

vectors = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=40)


@given(vector=vectors)
def test_base64_is_exact_float32_little_endian(vector: list[float]) -> None:
    assert list(struct.unpack(f"<{len(vector)}f", b64decode(base64(vector)))) == vector


@given(vector=vectors)
def test_bytes_keep_the_order_of_the_numbers(vector: list[float]) -> None:
    told = int8(vector)
    assert all(-127 <= value <= 127 for value in told)
    assert uint8(vector) == [value + 128 for value in told]
    order = sorted(range(len(vector)), key=vector.__getitem__)
    assert [told[place] for place in order] == sorted(told)
    assert not any(vector) or max(map(abs, told)) == 127


@given(vector=vectors)
def test_bits_are_the_signs_eight_to_a_byte(vector: list[float]) -> None:
    bits = "".join(f"{value:08b}" for value in ubinary(vector))
    assert len(bits) == (len(vector) + 7) // 8 * 8
    assert [bit == "1" for bit in bits[: len(vector)]] == [value > 0 for value in vector]
    assert binary(vector) == [value - 128 for value in ubinary(vector)]


@given(numbers=st.lists(st.integers(-128, 127)))
def test_packed_numbers_are_their_bytes(numbers: list[int]) -> None:
    assert list(struct.unpack(f"{len(numbers)}b", b64decode(packed(numbers)))) == numbers


@pytest.mark.parametrize("name", ["int8", "uint8"])
def test_what_is_quantised_is_as_near_as_before(name: str) -> None:
    def cosine(one: list[float], other: list[float]) -> float:
        def dot(a: list[float], b: list[float]) -> float:
            return sum(x * y for x, y in zip(a, b, strict=True))

        return dot(one, other) / (dot(one, one) * dot(other, other)) ** 0.5

    one, other = (embed([text], 1024) for text in ("the capital of France", "Paris, France's capital"))
    middle = 128 if name == "uint8" else 0
    told = [[value - middle for value in BY_NAME[name](vector)] for vector in (one, other)]
    assert cosine(*told) == pytest.approx(cosine(list(one), list(other)), abs=0.02)
