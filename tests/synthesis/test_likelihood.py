"""Made-up tokens: the same number and likelihood wherever they stand, and the likeliest of all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.synthesis.likelihood import likeliest, logprob, token_id

tokens = st.text(st.characters(), max_size=8)


@given(token=tokens)
def test_a_token_has_one_number_and_one_likelihood(token: str) -> None:
    assert token_id(token) == token_id(token)
    assert 0 <= token_id(token) < 128_000
    assert -0.69 <= logprob(token) <= 0


def test_tokens_differ() -> None:
    words = [f"word {number}" for number in range(50)]
    assert len({token_id(word) for word in words}) > 40
    assert len({logprob(word) for word in words}) > 40


@given(token=tokens | st.sampled_from([" the", "."]), count=st.integers(0, 20))
def test_what_was_said_is_the_likeliest_and_stands_there_once(token: str, count: int) -> None:
    found = likeliest(token, count)
    assert len(found) == min(count, len(likeliest(token, 20)))
    assert found[:1] == [(token, logprob(token))][:count]
    assert len({other for other, _ in found}) == len(found)
    assert found == sorted(found, key=lambda one: -one[1])
