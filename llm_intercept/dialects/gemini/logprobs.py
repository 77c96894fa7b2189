"""How likely what was said is: a piece of streamed text counts as a token.

Reference: https://ai.google.dev/api/generate-content#LogprobsResult
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_intercept.synthesis.likelihood import likeliest, logprob, token_id

__all__ = ["average", "result"]


def average(tokens: Sequence[str]) -> float:
    """The mean log probability."""
    return round(sum(map(logprob, tokens)) / len(tokens), 12) if tokens else 0.0


def result(tokens: Sequence[str], others: int) -> dict[str, Any]:
    """The tokens that were chosen, and, where asked for, so many of the likeliest at each."""
    chosen = {"chosenCandidates": [_candidate(token, logprob(token)) for token in tokens]}
    if not others:
        return chosen
    top = [{"candidates": [_candidate(*one) for one in likeliest(token, others)]} for token in tokens]
    return {"topCandidates": top, **chosen}


def _candidate(token: str, likely: float) -> dict[str, Any]:
    return {"token": token, "tokenId": token_id(token), "logProbability": likely}
