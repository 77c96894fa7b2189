"""Ids and timestamps from the seed, the request and how often it was seen: same test, same bytes, in any order of arrival."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from llm_intercept.wire import Request

__all__ = ["Stamp", "Stamps"]

#: The earliest second that a made-up timestamp names (2025-10-09) and how many there are: a year's.
_EPOCH, _SPAN = 1_760_000_000, 31_536_000


#: Ids that every answer has take their digits from the digest itself; others are hashed from it.
_PLACES = {"completion": 0, "request": 40, "fingerprint": 80}


@dataclass(frozen=True, slots=True)
class Stamp:
    """The material of one answer's ids: 128 hexadecimal digits."""

    digits: str

    def id(self, label: str, length: int = 24) -> str:
        """`length` hexadecimal digits (at most 32) that are this answer's own under `label`."""
        place = _PLACES.get(label)
        digits = blake2b(f"{label} {self.digits}".encode()).hexdigest() if place is None else self.digits[place:]
        return digits[:length]

    @property
    def created(self) -> int:
        """Unix time in seconds."""
        return _EPOCH + int(self.digits[-8:], 16) % _SPAN


class Stamps:
    """Hands out stamps; counts how often each request was seen."""

    def __init__(self, seed: int) -> None:
        self._key = str(seed).encode()[:64]
        self._seen: dict[bytes, int] = {}
        self._lock = Lock()

    def next(self, request: Request) -> Stamp:
        """The stamp of one more arrival of `request`."""
        hashed = blake2b(request.target.encode(), key=self._key)
        hashed.update(request.body)
        key = hashed.digest()
        with self._lock:
            seen = self._seen.get(key, 0)
            self._seen[key] = seen + 1
        if seen:
            hashed.update(b"\0%d" % seen)
        return Stamp(hashed.hexdigest())
