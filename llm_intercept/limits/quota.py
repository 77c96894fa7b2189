"""What a call found of its limits."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from llm_intercept.limits.bucket import Level

__all__ = ["Quota", "Refusal", "Unit"]

Unit = Literal["requests", "tokens", "concurrent"]


class Quota(NamedTuple):
    """What is left after a call; None where there is no such limit. `meter` is what it was taken from, `taken` its tokens."""

    meter: Any
    requests: Level | None
    tokens: Level | None
    taken: int


class Refusal(NamedTuple):
    """Why a call is refused: the limit, how much of it was used, how much the call wanted, and the seconds until that is there.

    `wait` is None where nobody knows, or where it never is.
    """

    unit: Unit
    limit: int
    used: int
    wanted: int
    wait: float | None
