"""Ids and timestamps from the seed, the request and how often it was seen: same test, same bytes, in any order of arrival."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from hashlib import blake2b, sha256
from itertools import count
from typing import NamedTuple

from llm_intercept.wire import Request

__all__ = ["PLACES", "Stamp", "Stamps", "date_of"]

#: The earliest second that a made-up timestamp names (2025-10-09) and how many there are: a year's.
_EPOCH, _SPAN = 1_760_000_000, 31_536_000

#: Of how many different requests it is known how often they were seen, at least, and of twice as many at most: a process that asks
#: a million has no need of all.
_MOST = 8_192

#: How long a body, in bytes, is worth a shorter way to its digest.
_LONG = 65_536


#: Ids that every answer has take their digits from the digest itself, from here on; others are hashed from it.
PLACES = {"completion": 0, "request": 40, "fingerprint": 80}


class Stamp(NamedTuple):
    """The material of one answer's ids: 128 hexadecimal digits.

    `seed` is the interceptor's own, for what does not change from call to call.
    """

    digits: str
    seed: int = 0

    def id(self, label: str, length: int = 24) -> str:
        """`length` hexadecimal digits (at most 32) that are this answer's own under `label`."""
        place = PLACES.get(label)
        digits = blake2b(f"{label} {self.digits}".encode()).hexdigest() if place is None else self.digits[place:]
        return digits[:length]

    def uuid(self, label: str) -> str:
        """A version 4 UUID that is this answer's own under `label`."""
        digits = self.id(label, 32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    @property
    def created(self) -> int:
        """Unix time in seconds."""
        return _EPOCH + int(self.digits[-8:], 16) % _SPAN

    @property
    def timestamp(self) -> str:
        """The same as a date and time of RFC 3339, in UTC."""
        return date_of(self.created)


def date_of(second: int) -> str:
    """A Unix time as a date and time of RFC 3339, in UTC."""
    return datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Stamps:
    """Hands out stamps; counts how often each request was seen, of the last ones."""

    def __init__(self, seed: int) -> None:
        self._seed, self._salt = seed, b"%d " % seed
        self._seen: dict[int, Iterator[int]] = {}
        self._earlier: dict[int, Iterator[int]] = {}

    def next(self, request: Request) -> Stamp:
        """The stamp of one more arrival of `request`."""
        body = request.body
        if body[:2] == b"--":
            body = _said(body)
        if len(body) > _LONG:
            body = sha256(body).digest()  # which processors have an instruction for
        key = hash((request.host, request.port, request.target, body))
        known = self._seen
        number = known.get(key)
        if number is None:
            if len(known) >= _MOST:  # two threads that come here together forget no more than one of them
                self._earlier, self._seen = known, {}
            number = self._seen.setdefault(key, self._earlier.get(key) or count())
        seen = next(number)  # this and `setdefault` are atomic: threads share it
        named = f"{seen} {request.host} {request.port} {request.target} ".encode()
        return Stamp(blake2b(b"%b%b%b" % (self._salt, named, body)).hexdigest(), self._seed)


def _said(body: bytes) -> bytes:
    """What a form says: all but its boundary, which clients draw by lot."""
    return body.replace(body.partition(b"\r\n")[0], b"")
