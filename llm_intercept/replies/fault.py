"""`Fault`: what goes wrong with an answer, where it stands among the parts or after so much of the answer as it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from llm_intercept.replies.parts import StreamEvent
from llm_intercept.wire import Fail

if TYPE_CHECKING:
    from llm_intercept.replies.reply import ErrorReply

__all__ = ["BEFORE", "UNKNOWN", "Fault"]

#: What an unknown event is by default.
UNKNOWN = StreamEvent({"type": "unknown_event"}, "unknown_event")

#: The faults that come before anything is said: there is no connection yet.
BEFORE = frozenset({"connect_error", "connect_timeout", "pool_timeout", "dns_error", "tls_error"})

#: The faults after which a client has a whole answer all the same, if it is a patient one.
_HARMLESS = frozenset({"duplicate", "reorder", "unknown_event", "drip"})


def _unframed(_: int) -> bytes:
    raise TypeError("a fault has no bytes before it is framed")


@dataclass(frozen=True, slots=True, repr=False)
class Fault(Fail):
    """A fault that acts on what follows it, and is frames by the time that it is played: see `replies.breaking`.

    `seconds`, `size`, `event` and `error` are what each kind needs, None for its own: how long nothing comes, how large a piece is,
    what is sent. `after` counts the chunks of content before it, `after_events` the events, `after_bytes` the bytes of the body;
    without them it is where it stands. `frame` makes the bytes of what is sent, in its dialect's framing, of how many events went
    before.
    """

    seconds: float | None = None
    size: int | None = None
    event: StreamEvent | None = None
    error: ErrorReply | None = None
    after: int | None = None
    after_events: int | None = None
    after_bytes: int | None = None
    frame: Callable[[int], bytes] = field(default=_unframed, compare=False)

    @property
    def counted(self) -> bool:
        """Whether it is not where it stands."""
        return self.after is not None or self.after_events is not None or self.after_bytes is not None

    @property
    def breaks(self) -> bool:
        return self.kind not in _HARMLESS and (self.kind != "stall" or self.seconds is None)

    def __repr__(self) -> str:
        given = {one.name: getattr(self, one.name) for one in fields(self)[1:] if one.compare}
        error, event = given.pop("error"), given.pop("event")
        said = [] if error is None else [repr(error)]
        if event is not None:
            said = [repr(event.data), *([] if event.name is None else [f"name={event.name!r}"])]
        named = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        return f"{self.kind}({', '.join([*said, *named])})"
