"""Embeddings, made up: unit vectors in which texts that share words are near each other.

A text is a bag of features: the stems of its words, the words, their trigrams, and pairs of neighbours. Each feature adds to a few
places of the vector, which a hash tells; to that comes a little noise of the text's own, so that no two texts are the same.

The same text has the same vector on every machine, whatever the seed. All sums are of integers, which are exact in any order; what
follows, one square root and divisions, and the rounding to float32, IEEE 754 rounds correctly everywhere, which nobody promises
of `sin`, `exp` or a sum of floats. The values are exactly those of float32, so that JSON and base64 say the same numbers.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b, shake_128
from itertools import chain, pairwise
from math import isqrt, sqrt
from operator import mul
from unicodedata import normalize

__all__ = ["embed", "stems"]

#: How much each kind of feature counts.
_STEM, _WORD, _TRIGRAM, _PAIR, _STOP, _NUMBER, _THING = 10, 5, 2, 4, 1, 11, 24

#: How much a token counts that is one of the commonest.
_COMMON = ((600, 1), (3000, 6))

#: In how many places of each block a feature stands. The first block has so many dimensions, each further one as many as all before
#: it: so every beginning of a vector holds its share of each feature, and is an embedding, too.
_PLACES, _FIRST = 4, 64

#: The square of a feature's unit in a block of one dimension, and the factor of a feature that is there once. The noise, bytes, is
#: then about a hundredth of one word.
_UNIT, _ONCE = 16, 8

#: Words that say little of what a text is about, in a few languages, and what an apostrophe leaves of others.
_STOPS = frozenset(
    """
    a about after all also am an and any are as at be been being but by can could did do does doing for from had has have having he
    her here hers him his how i if in into is it its just me might more most must my no nor not now of off on once only or other our
    out over own please same shall she should so some such tell than that the their them then there these they this those to too
    under until up us very was we were what when where which while who whom whose why will with would you your c d j l ll m n re s
    t ve
    au aux avec ce ces dans de des du elle en est et il je la le les leur lui mais ne nous ou par pas pour qu que qui sa se ses son
    sont sur un une vous
    aber auch auf aus bei das dem den der die ein eine einen einer eines er es ich ist mit nach nicht oder sich sie sind und von
    war wie wir zu zum zur
    al como con del el ella esta este las lo los mas para pero por si sin su sus una y
    """.split()  # noqa: SIM905  (as a list it fills a page)
)

#: What stands between words: white space, ASCII's and general punctuation, what only varies the sign before it.
_GAPS = r"\s\x00-/:-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u2000-\u206f\u3000-\u303f\ufe00-\ufe0f\uff00-\uff0f"

#: Signs that are words of their own: those of scripts that put no spaces between words, symbols and pictures.
_SIGNS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_WORDS = f"[{_SIGNS}]|[^{_GAPS}{_SIGNS}]+"  # a text: it takes long to compile, and few processes embed

#: What marks a letter of Latin, Greek or Cyrillic.
_ACCENTS = re.compile("[\u0300-\u036f]")

#: How words of one stem end, in English and much like it elsewhere.
_ENDINGS = re.compile(r"(?<=...)(?:ations?|ments?|ness|ings?|ied|ier|iest|ies|ed|ers?|est|es|ly|s|e|y)\Z")

#: Places of a vector, and how much a feature adds to each.
_Places = tuple[Sequence[int], Sequence[int]]


def embed(content: Sequence[str | bytes | int], dimensions: int) -> tuple[float, ...]:
    """The vector of some texts, things (an image's bytes) and tokens (by number) together: of length 1, and with no zero in it.

    One of fewer `dimensions` is the beginning of a longer one, stretched to the same length.
    """
    text = normalize("NFKC", " ".join(" ".join(piece for piece in content if isinstance(piece, str)).split()))
    things = [blake2b(piece, digest_size=16).hexdigest() for piece in content if isinstance(piece, bytes)]
    tokens = [piece for piece in content if isinstance(piece, int)]
    blocks = ((dimensions - 1) // _FIRST).bit_length() + 1
    own = shake_128("\0".join([text, *things, *map(str, tokens)]).encode("utf-8", "surrogatepass")).digest(dimensions)
    # Odd; what is added is even: no value is zero.
    vector = [2 * byte - 255 for byte in own] + [0] * (_edge(blocks) - dimensions)
    for (places, amounts), times in chain(_features(_plain(text), things, blocks), _tokens(tokens, blocks)):
        factor = isqrt(_ONCE * _ONCE * times)  # that a word is there says more than how often it is
        for place, amount in zip(places, amounts, strict=True):
            vector[place] += amount * factor
    del vector[dimensions:]
    length = sqrt(sum(map(mul, vector, vector)))
    return tuple(array("f", [value / length for value in vector]))


def stems(text: str) -> list[str]:
    """The stems of a text's words in order, without the words that say little of what it is about."""
    return _telling(re.findall(_WORDS, _plain(text)))


def _telling(words: Sequence[str]) -> list[str]:
    return [_stem(word) for word in words if word not in _STOPS]


def _plain(text: str) -> str:
    """A text without case and accents, which words of one kind may have and lack."""
    return normalize("NFKC", _ACCENTS.sub("", normalize("NFKD", text.casefold())))


def _features(text: str, things: Sequence[str], blocks: int) -> Iterator[tuple[_Places, int]]:
    """Where each feature stands, and how often it is there."""
    words = re.findall(_WORDS, text)
    for word, times in Counter(words).items():
        yield _word(word, blocks), times
    for pair, times in Counter(pairwise(_telling(words))).items():
        yield _places({" ".join(pair): _PAIR}, blocks), times
    for thing, times in Counter(things).items():
        yield _places({f"thing {thing}": _THING}, blocks), times


def _tokens(tokens: Sequence[int], blocks: int) -> Iterator[tuple[_Places, int]]:
    """The same for tokens: in vocabularies of byte pairs the smaller a number, the commoner its word."""
    for token, times in Counter(tokens).items():
        weight = next((weight for bound, weight in _COMMON if token < bound), _NUMBER)
        yield _places({f"token {token}": weight}, blocks), times


@lru_cache(maxsize=4096)
def _word(word: str, blocks: int) -> _Places:
    if word in _STOPS:
        return _places({f"word {word}": _STOP}, blocks)
    if word.isdecimal():
        return _places({f"word {word}": _NUMBER}, blocks)
    framed = f"<{word}>"
    trigrams = {f"trigram {framed[start : start + 3]}": _TRIGRAM for start in range(len(word))}
    return _places({f"stem {_stem(word)}": _STEM, f"word {word}": _WORD, **trigrams}, blocks)


def _stem(word: str) -> str:
    """A word without its ending: of `running`, `run`."""
    stem = _ENDINGS.sub("", word)
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem


def _places(features: dict[str, int], blocks: int) -> _Places:
    """All the places of some features, each given with how much it counts."""
    places, amounts = array("L"), array("l")
    for feature, weight in features.items():
        digest = shake_128(feature.encode("utf-8", "surrogatepass")).digest(4 * _PLACES * blocks)
        for number, drawn in enumerate(struct.unpack(f"<{_PLACES * blocks}I", digest)):
            start, size, unit = _block(number // _PLACES)
            places.append(start + (drawn >> 1) % size)
            amounts.append(weight * unit if drawn & 1 else -weight * unit)
    return places, amounts


def _edge(blocks: int) -> int:
    """How many dimensions so many blocks have."""
    return _FIRST << (blocks - 1)


@lru_cache
def _block(number: int) -> tuple[int, int, int]:
    """A block's first place, its size, and an even unit that makes each of its dimensions count as much as any other's."""
    start = _edge(number) if number else 0
    size = _edge(number) if number else _FIRST
    return start, size, 2 * isqrt(_UNIT * size)
