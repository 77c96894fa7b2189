"""How likely a made-up token is: its number and its log probability, the same wherever the token stands."""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["likeliest", "logprob", "token_id"]

#: About how many tokens a vocabulary has.
_VOCABULARY = 128_000

#: What might have been said instead, at most.
_OTHERS = (" the", " a", " of", " to", " and", " in", " is", " it", " that", " for", ",", ".", "\n", " I", " you", " on", " with")


def _digest(token: str) -> int:
    return int.from_bytes(blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def token_id(token: str) -> int:
    """A token's number in the vocabulary."""
    return _digest(token) % _VOCABULARY


def logprob(token: str) -> float:
    """The log probability of a token that was said: above a half, so that no other was likelier."""
    return -(_digest(token) % 690_000) / 1_000_000


def likeliest(token: str, count: int) -> list[tuple[str, float]]:
    """The `count` likeliest tokens where this one was said: itself, then ever less likely ones."""
    others = [other for other in _OTHERS if other != token]
    return [(token, logprob(token)), *((other, -1.5 - rank / 2) for rank, other in enumerate(others))][:count]
