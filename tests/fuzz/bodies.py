"""JSON bodies as hypothesis invents them, of the words that requests are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.seeds import SEEDS

__all__ = ["BODIES"]


def _words(value: Any) -> Iterator[str]:
    """The keys and the short texts of a request."""
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                yield from _words(inner)
        case list():
            for inner in value:
                yield from _words(inner)
        case str() if len(value) < 40:
            yield value
        case _:
            return


_WORDS = st.sampled_from(sorted({word for seed in SEEDS.values() for word in _words(seed.body)}))
_KEYS = st.sampled_from(sorted({key for seed in SEEDS.values() for key in seed.body}))
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=5),
    max_leaves=12,
)

#: Objects of the keys that requests have, mostly.
BODIES: st.SearchStrategy[Any] = st.dictionaries(_KEYS, _VALUES, max_size=8) | _VALUES
