"""How relevant texts are to a query, made up: by the words that they share with it."""

from __future__ import annotations

from llm_intercept.synthesis.embedding import stems

__all__ = ["relevance"]

#: How much of the score is for each: the share of the query's words that the text has, and the share of its words that are theirs.
_FOUND, _DENSE = 0.8, 0.15

#: The score of a text that has none of them.
_LEAST = 0.01


def relevance(query: str, text: str) -> float:
    """From 0 to 1, without either: the more of the query's words a text has, and the fewer others, the higher."""
    asked, had = set(stems(query)), set(stems(text))
    shared = len(asked & had)
    if not shared:
        return _LEAST
    return round(_LEAST + _FOUND * shared / len(asked) + _DENSE * shared / len(had), 7)
