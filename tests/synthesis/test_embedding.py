"""Made-up embeddings: exact, of length one, the same everywhere, and near where texts share words."""

from __future__ import annotations

import struct
import subprocess
import sys
from hashlib import blake2b
from math import sqrt
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.synthesis.embedding import embed

#: Any text, lone surrogates among it, any bytes, and tokens.
contents = st.lists(st.text(st.characters(), max_size=40) | st.binary(max_size=8) | st.integers(0, 200_000), max_size=4)
sizes = st.integers(1, 300) | st.sampled_from([384, 768, 1024, 1536, 3072])

#: A passage of each of ten subjects.
PASSAGES = (
    "Paris is the capital city of France",
    "Berlin is the capital of Germany, and its largest city",
    "The Eiffel tower is a monument of wrought iron",
    "Bananas are rich in potassium and easy to peel",
    "The stock market fell sharply on Monday after the news",
    "To cook rice, use two cups of water for each cup of rice",
    "Python is a programming language that is easy to read",
    "A refund is paid within fourteen days of your cancellation",
    "Football is the most popular sport in Brazil",
    "The library opens at nine and closes at six",
)

#: Questions, and the passage that answers each; no question has all words of it.
QUESTIONS = {
    "capital of France": 0,
    "What is the capital of France?": 0,
    "Which city is Germany's capital?": 1,
    "What is the Eiffel Tower made of? Iron?": 2,
    "Is there potassium in a banana?": 3,
    "why did stocks fall on monday": 4,
    "How do I cook rice?": 5,
    "programming languages that are readable": 6,
    "When do I get refunded if I cancel?": 7,
    "popular sports, such as football": 8,
    "When does the library close?": 9,
}


def cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def near(one: str, other: str, dimensions: int = 1536) -> float:
    return cosine(embed([one], dimensions), embed([other], dimensions))


@given(content=contents, dimensions=sizes)
def test_every_vector_has_its_size_length_one_and_no_zero(content: list[str | bytes | int], dimensions: int) -> None:
    vector = embed(content, dimensions)
    assert len(vector) == dimensions
    assert abs(sqrt(cosine(vector, vector)) - 1) < 1e-6
    assert all(vector)


@given(content=contents, dimensions=sizes)
def test_every_number_is_exactly_one_of_float32(content: list[str | bytes | int], dimensions: int) -> None:
    vector = embed(content, dimensions)
    assert struct.unpack(f"<{dimensions}f", struct.pack(f"<{dimensions}f", *vector)) == vector


@given(content=contents, short=st.integers(1, 200), more=st.integers(0, 2000))
def test_a_shorter_vector_is_the_beginning_of_a_longer_one(content: list[str | bytes | int], short: int, more: int) -> None:
    beginning = embed(content, short + more)[:short]
    length = sqrt(cosine(beginning, beginning))
    for value, told in zip(beginning, embed(content, short), strict=True):
        assert abs(value / length - told) < 1e-6


#: A vector's bytes, digested: the same on every machine and with every Python.
PINNED = {
    ("capital of France", 1536): "513b8bfca8b2b66d",
    ("", 8): "00366ca5c976fa5a",
    ("naïve Straße 東京 👍🏽 ﬁn 12 x_y", 300): "10b2aed44bd89088",
    ("\ud800", 64): "9a2e136aebf68b90",
}


def digest(vector: tuple[float, ...]) -> str:
    return blake2b(struct.pack(f"<{len(vector)}f", *vector), digest_size=8).hexdigest()


def test_the_same_text_has_the_same_vector_on_every_machine() -> None:
    assert {(text, size): digest(embed([text], size)) for text, size in PINNED} == PINNED


def test_the_hash_seed_of_a_process_does_not_matter() -> None:
    code = "from llm_intercept.synthesis.embedding import embed; print(embed(['Hello, world'], 100))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{embed(['Hello, world'], 100)}\n"}


@pytest.mark.parametrize("dimensions", [256, 1024, 1536, 3072])
@pytest.mark.parametrize(("question", "passage"), QUESTIONS.items())
def test_a_question_is_nearest_to_the_passage_that_answers_it(question: str, passage: int, dimensions: int) -> None:
    told = [near(question, one, dimensions) for one in PASSAGES]
    assert told.index(max(told)) == passage
    assert max(told) > 1.3 * sorted(told)[-2]


@pytest.mark.parametrize(
    ("one", "other", "third"),
    [
        ("running", "run", "rain"),
        ("cancellation", "cancelled", "candle"),
        ("the refund policies", "refund policy", "insurance policy"),
        ("café", "cafe", "coffee"),
        ("ﬁne", "fine", "fire"),
        ("HELLO world", "hello World", "hello"),
        ("日本の首都は東京です", "東京は首都", "大阪の天気"),
        ("good 👍", "👍", "👎"),
        ("release 12", "12", "13"),
        ("dog bites man", "a dog bites a man", "man bites dog"),
        ("machine learning", "learning of machines", "machine tools"),
        ("the weather in Paris", "Paris weather", "the the in in the"),
        ("tea tea tea coffee", "tea", "coffee"),
    ],
)
def test_one_text_is_nearer_than_another(one: str, other: str, third: str) -> None:
    assert near(one, other) > near(one, third) + 0.05


@pytest.mark.parametrize("text", [*PASSAGES, "a", "the", "東京", "👍", "12"])
def test_a_text_is_nearest_to_itself_and_not_far_with_other_marks(text: str) -> None:
    assert near(text, text) == pytest.approx(1, abs=1e-6)
    assert near(text, f"  {text}\n") == pytest.approx(1, abs=1e-6)
    assert 0.3 < near(text, f"{text}!") < 1 - 1e-6


def test_unrelated_texts_are_far_apart() -> None:
    found = [near(one, other) for index, one in enumerate(PASSAGES) for other in PASSAGES[:index]]
    assert max(found) < 0.5
    assert sum(map(abs, found)) / len(found) < 0.1


@pytest.mark.parametrize("text", ["", " ", "...", "\u200b", "\u0301", "\x00", "\ud83d", "a" * 100_000, "的" * 1000])
def test_odd_texts_have_vectors_too(text: str) -> None:
    assert len(embed([text], 64)) == 64


def test_nothing_is_the_same_as_white_space_and_nothing_else() -> None:
    assert embed([], 64) == embed([""], 64) == embed([" \n"], 64) != embed(["."], 64)


def test_an_image_is_known_by_its_bytes() -> None:
    cat, dog = b"cat" * 1000, b"dog" * 1000
    assert embed([cat], 512) == embed([cat], 512)
    assert cosine(embed([cat], 1024), embed([dog], 1024)) < 0.2
    assert cosine(embed(["A picture of", cat], 1024), embed([cat], 1024)) > 0.5
    assert embed([b"cat"], 512) != embed(["cat"], 512)


def test_tokens_are_near_where_they_share_rare_ones() -> None:
    # What cl100k_base makes of "the capital of France", "Paris is the capital of France", "Rome is the home of the Pope".
    asked, paris, rome = [1820, 6864, 315, 9822], [60704, 374, 279, 6864, 315, 9822], [49, 638, 374, 279, 2162, 315, 279, 38341]
    assert cosine(embed(asked, 1536), embed(paris, 1536)) > 0.5
    assert cosine(embed(asked, 1536), embed(rome, 1536)) < 0.1
    assert embed([12], 64) != embed(["12"], 64)


def test_a_batch_takes_no_time() -> None:
    texts = [f"Passage {number}: {PASSAGES[number % 10]}" for number in range(500)]
    started = perf_counter()
    for text in texts:
        embed([text], 1536)
    assert perf_counter() - started < 5  # a tenth of that, on a machine that has nothing else to do
