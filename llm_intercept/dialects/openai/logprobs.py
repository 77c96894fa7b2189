"""Log probabilities, made up: plausible, and the same for the same text. A token is a piece of what is streamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_intercept.call import Call

__all__ = ["asked", "contents", "fireworks", "legacy", "mistral", "openai", "refusals", "together", "together_chunk"]

#: What else could have been said, most probable first.
_OTHERS = (
    " the", " a", ",", ".", " and", " to", " of", " in", " is", " that", "\n", " it",
    " for", " as", " with", " on", " I", " be", " at", " by",
)  # fmt: skip

Logprobs = dict[str, Any]


def asked(call: Call) -> int | None:
    """How many alternatives to each token a call asks for; None where it asks for no log probabilities.

    Most take a flag, and a number beside it; some take the number alone.
    """
    given, top = call.parameters.get("logprobs"), call.parameters.get("top_logprobs")
    if not given or not isinstance(given, bool | int):
        return None
    if isinstance(top, int):
        return min(top, len(_OTHERS))
    return 0 if given is True else min(given, len(_OTHERS))


def _probability(token: str) -> float:
    return -(sum(_bytes(token)) % 89 + 1) / 128


def _bytes(token: str) -> list[int]:
    return list(token.encode("utf-8", "surrogatepass"))


def _id(token: str) -> int:
    return sum(_bytes(token)) * 31 % 128_000


def _ranked(token: str, top: int) -> list[tuple[str, float]]:
    """The most probable tokens at a place, the one said first."""
    first = _probability(token)
    others = [one for one in _OTHERS if one != token]
    return [(token, first), *((one, first - 1.5 - rank / 4) for rank, one in enumerate(others))][:top]


def _entry(token: str, top: int) -> dict[str, Any]:
    return {
        "token": token,
        "logprob": _probability(token),
        "bytes": _bytes(token),
        "top_logprobs": [{"token": one, "logprob": rank, "bytes": _bytes(one)} for one, rank in _ranked(token, top)],
    }


def openai(tokens: Sequence[str], top: int) -> Logprobs:
    """Reference: https://platform.openai.com/docs/api-reference/chat/object"""
    return {"content": [_entry(token, top) for token in tokens], "refusal": None}


def refusals(tokens: Sequence[str], top: int) -> Logprobs:
    """Those of a refusal."""
    return {"content": None, "refusal": [_entry(token, top) for token in tokens]}


def contents(tokens: Sequence[str], top: int) -> Logprobs:
    """The same where nobody refuses. Reference: https://console.groq.com/docs/api-reference#chat-create"""
    return {"content": [_entry(token, top) for token in tokens]}


def mistral(tokens: Sequence[str], top: int) -> Logprobs:
    """With the ids of the tokens. Reference: https://docs.mistral.ai/api/#tag/chat"""
    entries = [_entry(token, top) for token in tokens]
    for entry in entries:
        for one in (entry, *entry["top_logprobs"]):
            one["token_id"] = _id(one["token"])
    return {"content": entries}


def fireworks(tokens: Sequence[str], top: int) -> Logprobs:
    """With the ids of the tokens, and where each stands. Reference: https://docs.fireworks.ai/api-reference/post-chatcompletions"""
    named, at = mistral(tokens, top), 0
    for entry in named["content"]:
        entry["text_offset"] = at
        at += len(entry["token"])
    return named


def together(tokens: Sequence[str], _top: int) -> Logprobs:
    """Lists side by side. Reference: https://docs.together.ai/docs/logprobs"""
    return {
        "tokens": list(tokens),
        "token_logprobs": [_probability(token) for token in tokens],
        "token_ids": [_id(token) for token in tokens],
    }


def together_chunk(tokens: Sequence[str], _top: int) -> float:
    """A number: a chunk is a token. Reference: https://docs.together.ai/reference/chat-completions-1"""
    return sum(_probability(token) for token in tokens)


def legacy(tokens: Sequence[str], top: int, at: int = 0) -> Logprobs:
    """Those of a completion. Reference: https://platform.openai.com/docs/api-reference/completions/object"""
    offsets = []
    for token in tokens:
        offsets.append(at)
        at += len(token)
    return {
        "tokens": list(tokens),
        "token_logprobs": [_probability(token) for token in tokens],
        "top_logprobs": [dict(_ranked(token, max(top, 1))) for token in tokens],
        "text_offset": offsets,
    }
