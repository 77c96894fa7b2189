"""Who may ask now: what each key of each model has used, and the refusal of what is too much."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from llm_intercept.limits.bucket import Bucket, Level
from llm_intercept.limits.limits import Limits
from llm_intercept.limits.quota import Quota, Refusal, Unit
from llm_intercept.limits.styles import refused
from llm_intercept.redaction import credential
from llm_intercept.replies.reply import Reply
from llm_intercept.synthesis.tokens import CountTokens, asked

if TYPE_CHECKING:
    from llm_intercept.call import Call
    from llm_intercept.journal import Entry
    from llm_intercept.replies.reply import ErrorReply

__all__ = ["Limiter"]


class Limiter:
    """Counts what was asked. A call that is refused takes nothing; one that names no model is not limited.

    It reads no clock: each call brings the time of its arrival. `count` counts its tokens, `alone` lets one caller in at a time.
    """

    def __init__(self, limits: Limits, count: CountTokens, alone: AbstractContextManager[Any]) -> None:
        self._limits = limits
        self._count = count
        self._alone = alone
        self._meters: dict[tuple[str, str, str], _Meter] = {}

    def admit(self, entry: Entry, call: Call) -> ErrorReply | None:
        """Let a call in, or say why not; either way its entry has the quota that it found."""
        if not call.model:
            return None
        key = (call.provider, call.model, credential(call.request))
        wanted = asked(call, self._count) if self._limits.tpm is not None else 0
        with self._alone:
            meter = self._meters.get(key)
            if meter is None:
                meter = self._meters[key] = _Meter(self._limits, entry.at)
            refusal = meter.refusal(wanted, entry.at)
            if refusal is None:
                meter.take(entry, wanted)
            entry.quota = Quota(meter, *meter.levels, taken=0 if refusal else wanted)
        return None if refusal is None else refused(refusal, call)

    def settle(self, entry: Entry) -> None:
        """Take the tokens of what was said, too, once it is known."""
        quota = entry.quota
        if quota is None or quota.tokens is None or not isinstance(entry.reply, Reply) or not entry.tokens.total:
            return
        total = entry.tokens.total
        with self._alone:
            quota.meter.tokens.take(total - quota.taken)
            entry.quota = quota._replace(tokens=quota.meter.tokens.level, taken=total)


class _Meter:
    """What one key has used of one model."""

    __slots__ = ("_flying", "_limits", "requests", "tokens")

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self.requests = None if limits.rpm is None else Bucket(limits.rpm, now)
        self.tokens = None if limits.tpm is None else Bucket(limits.tpm, now)
        #: The calls whose answers are not played to their ends, as far as we know: their entries tell.
        self._flying: list[Entry] = []

    def refusal(self, tokens: int, now: float) -> Refusal | None:
        """Why a call is not let in; None where it is."""
        needs: tuple[tuple[Unit, Bucket | None, int], ...] = ("requests", self.requests, 1), ("tokens", self.tokens, tokens)
        for unit, bucket, wanted in needs:
            wait = 0.0 if bucket is None else bucket.wait(wanted, now)
            if bucket is not None and wait != 0.0:
                level = bucket.level
                return Refusal(unit, level.limit, level.limit - level.left, wanted, wait)
        if self._limits.concurrent is not None:
            self._flying = [entry for entry in self._flying if entry.outcome == "pending"]
            if len(self._flying) >= self._limits.concurrent:
                return Refusal("concurrent", self._limits.concurrent, len(self._flying), 1, None)
        return None

    def take(self, entry: Entry, tokens: int) -> None:
        """Let a call in."""
        if self.requests is not None:
            self.requests.take(1)
        if self.tokens is not None:
            self.tokens.take(tokens)
        if self._limits.concurrent is not None:
            self._flying.append(entry)

    @property
    def levels(self) -> tuple[Level | None, Level | None]:
        """How much is left: of requests, and of tokens."""
        return (
            None if self.requests is None else self.requests.level,
            None if self.tokens is None else self.tokens.level,
        )
