"""What crosses the network, owned by no HTTP library: `Request`, `Response` and the frames of a body.

The values that every call makes are named tuples rather than frozen dataclasses, which take three times as long to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar, Literal, NamedTuple

from llm_intercept.redaction import redact_url

__all__ = ["Fail", "FaultKind", "Frame", "HeaderPairs", "Pause", "RawHeaders", "Request", "Response", "SentHeaders"]

#: Header pairs as they stand on the wire, in order.
RawHeaders = tuple[tuple[bytes, bytes], ...]

#: The same of a request, whose library keeps them in its own way.
SentHeaders = Iterable[tuple[bytes, bytes]]

#: How many different headers are known again.
_MOST = 4096


class HeaderPairs:
    """Raw header pairs, taken out of what an HTTP library keeps them in when somebody reads them, which a call seldom needs.

    `kept` has a tuple for each, as the library has it: its first is the name, its last the value. Equal ones are kept once for all
    requests, which are mostly alike. The repr, as a traceback shows it, tells no secret.
    """

    __slots__ = ("kept",)

    #: Each that was met, and itself.
    _shared: ClassVar[dict[tuple[bytes, ...], tuple[bytes, ...]]] = {}

    def __init__(self, kept: Sequence[tuple[bytes, ...]]) -> None:
        if len(self._shared) > _MOST:
            self._shared.clear()
        self.kept = tuple(map(self._shared.setdefault, kept, kept))

    @classmethod
    def forget(cls) -> None:
        """Share no more what was met so far."""
        cls._shared.clear()

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return iter([(one[0], one[-1]) for one in self.kept])

    def __repr__(self) -> str:
        return f"<{sum(1 for _ in self)} headers>"


#: How a connection breaks, or is not made. Beyond the first eight are faults of what it carries, which no transport meets: by then
#: they are the frames that they come to.
FaultKind = Literal[
    "connect_error", "connect_timeout", "pool_timeout", "dns_error", "tls_error", "read_timeout", "disconnect", "reset",
    "truncate", "stall", "corrupt", "stream_error", "duplicate", "reorder", "unknown_event", "drip",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pause:
    """A frame in which nothing arrives for `seconds`."""

    seconds: float

    def __repr__(self) -> str:
        return f"pause({self.seconds!r})"


@dataclass(frozen=True, slots=True)
class Fail:
    """The frame at which the connection breaks, in the way that `kind` names."""

    kind: FaultKind

    @property
    def breaks(self) -> bool:
        """Whether what comes of it is no whole answer."""
        return True

    def __repr__(self) -> str:
        return f"{self.kind}()"


#: Plain `bytes` are a data frame: no wrapper, since a stream is made of thousands of them.
Frame = bytes | Pause | Fail


class Request(NamedTuple):
    """One HTTP request as it was about to leave.

    `host` is lower case, `port` is None where the scheme's default is meant, `target` is path and query as sent,
    `headers` are the raw pairs, `body` is the whole body, and `library` names the HTTP library that made it.
    """

    method: str
    scheme: str
    host: str
    port: int | None
    target: str
    headers: SentHeaders
    body: bytes
    library: str

    @property
    def url(self) -> str:
        """The absolute URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    @property
    def path(self) -> str:
        """The target without query and fragment."""
        return self.target.partition("?")[0].partition("#")[0]

    def __repr__(self) -> str:
        return f"<{self.method} {redact_url(self.url)}, {len(self.body)} bytes>"

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        wanted = name.lower().encode("latin-1")
        for key, value in self.headers:
            if key.lower() == wanted:
                return value.decode("latin-1")
        return None


class Response(NamedTuple):
    """One HTTP response, as a value: nothing of it is played before a transport plays it.

    `prelude` comes before the status line (a delay, a refused connection), `frames` is the body, lazily made and new at each
    iteration.
    """

    status: int
    headers: RawHeaders
    frames: Iterable[Frame]
    prelude: tuple[Pause | Fail, ...] = ()

    @property
    def body(self) -> bytes:
        """All data frames up to where it breaks, joined."""
        whole = takewhile(lambda frame: not isinstance(frame, Fail), self.frames)
        return b"".join(frame for frame in whole if isinstance(frame, bytes))
