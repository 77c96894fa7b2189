"""Text is cut between graphemes alone, as the `regex` package's `\\X` finds them."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import regex
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from llm_intercept.synthesis.graphemes import pieces

#: A vowel jamo after a complete Hangul syllable: the one documented difference.
DIFFERS = regex.compile(r"\p{GCB=LVT}\p{GCB=V}")

#: At least one character of everything that the cluster rules speak of.
TELLING = list(
    "\u000d\u000a\u0009\u0000\u00ad\u0061\u00e9\u0301\u0308\u00a9\u0964\u0915\u0924\u0937\u094d\u09bf"
    "\u09be\u09bc\ufdfd\u0600\u06dd\u070f\u1100\u1161\u11a8\uac00\uac01\ud7a3\ua960\ud7b0\u200b\u200c"
    "\u200d\u2028\u20e3\ufe0f\ufe0e\u2764\u2620\u2642\U0001f1eb\U0001f1f7\U0001f1e9\U0001f469\U0001f468\U0001f467\U0001f3fd\U0001f3ff"
    "\U0001f3f3\U0001f308\U0001f3f4\U000e0067\U000e007f\U0001d165\U000110bd\u0e33\u1038\U0001f9d1\U000e0001\u6f22\u306e\u3099\u05ea\u05b4"
    "\u0645\u0651"
)

assigned = st.characters(exclude_categories=["Cn", "Cs"])
texts = st.text(st.one_of(assigned, st.sampled_from(TELLING)), max_size=12)


def graphemes(text: str) -> list[str]:
    return regex.findall(r"\X", text)


@given(texts)
@example("👩🏽‍❤️‍👨🏿")
@example("🇫🇷🇩🇫🇷")
@example("क्षि त्")
@example("\u0600\u0600\r\n")
@settings(max_examples=500)
def test_pieces_of_one_are_the_graphemes_of_the_text(text: str) -> None:
    assume(not DIFFERS.search(text))
    assert list(pieces(text, 1)) == graphemes(text)


@given(texts, st.integers(1, 7))
def test_every_piece_but_the_last_holds_exactly_so_many_graphemes(text: str, size: int) -> None:
    assume(not DIFFERS.search(text))
    whole = graphemes(text)
    assert list(pieces(text, size)) == ["".join(whole[start : start + size]) for start in range(0, len(whole), size)]


@given(st.text(st.characters(), max_size=40), st.integers(1, 5))
def test_pieces_joined_are_the_text_whatever_stands_in_it(text: str, size: int) -> None:
    assert "".join(pieces(text, size)) == text


@given(st.text(st.sampled_from(TELLING), min_size=1, max_size=10), st.integers(1, 5))
def test_no_piece_is_empty_or_ends_inside_a_grapheme(text: str, size: int) -> None:
    found = list(pieces(text, size))
    assert all(found)
    single = list(pieces(text, 1))
    assert len(found) == -(-len(single) // size)


@pytest.mark.parametrize(("left", "right"), [("a", "a"), ("a", "\u0301")])
def test_every_assigned_character_is_cut_from_its_neighbours_as_the_standard_says(left: str, right: str) -> None:
    wrong = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if 0x4E02 <= code < 0x9F00 or 0x20000 <= code < 0xE0000 or code >= 0xF0000:  # ideographs and private use, of one kind each
            continue
        if unicodedata.category(char) in ("Cn", "Cs"):
            continue
        text = left + char + right
        if list(pieces(text, 1)) != graphemes(text):
            wrong.append(f"U+{code:04X}")
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("ab", ["ab"]),
        ("abc", ["abc"]),
        ("abcd", ["abc", "d"]),
        ("é" * 4, ["é" * 3, "é"]),
        ("a\r\nb\r\n", ["a\r\nb", "\r\n"]),
        ("👨‍👩‍👧‍👦🇫🇷é!", ["👨‍👩‍👧‍👦🇫🇷é", "!"]),
        ("שלום", ["שלו", "ם"]),
        ("각ᅡa", ["각ᅡa"]),
    ],
)
def test_a_text_is_cut_by_threes(text: str, cut: list[str]) -> None:
    assert list(pieces(text, 3)) == cut


@pytest.mark.parametrize(
    "long", ["\u0915\u094d" * 20_000 + "\u0915", "👩\u200d" * 20_000 + "👩", "a" + "\u0301" * 40_000, "ᄀ" * 40_000]
)
def test_one_endless_grapheme_is_one_piece(long: str) -> None:
    assert list(pieces(long, 3)) == [long]


def test_pieces_are_made_as_they_are_read() -> None:
    assert next(iter(pieces("abc" * 1_000_000, 3))) == "abc"
    assert next(iter(pieces("e\u0301bc" * 1_000_000, 3))) == "e\u0301bc"
