"""A clause: one thing that a provider demands of a request that can be read, and what it says where it is not met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from llm_intercept.call import Call
from llm_intercept.replies.reply import ErrorReply

__all__ = ["Clause", "Finding"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a provider demands.

    `name` is short and unique in its contract, `says` is the demand in a sentence, and `source` where the provider tells of it.
    `broken` gives the refusal of a call that does not meet it, whole, or its message alone where all else is a plain 400's; None
    for a call that does. `providers` are whom it concerns, at their own hosts, where not all who speak the dialect demand it.
    `about` are keys of the body, and kinds of content after a dot, with spaces between: a body that has none of them meets it, and
    is not looked at.
    """

    name: str
    says: str
    source: str
    broken: Callable[[Call], ErrorReply | str | None]
    providers: frozenset[str] = frozenset()
    about: str = ""

    def concerns(self, provider: str, keys: frozenset[str]) -> bool:
        """Whether it may be broken by a body with these keys."""
        return (not self.providers or provider in self.providers) and (not self.about or not keys.isdisjoint(self.about.split()))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a provider would refuse a request for: the name of the clause that is not met, and the provider's error.

    `optional` is whether an option switches the check off; what cannot be read is refused whatever they say.
    """

    clause: str
    error: ErrorReply
    optional: bool = True

    @property
    def refusal(self) -> ErrorReply:
        """The error as it is sent: the provider's words, and in a header of ours how to be answered all the same."""
        hint = f'contract="off" answers this call; clause {self.clause!r}'
        return replace(self.error, headers=(*self.error.headers, (b"x-llm-intercept", hint.encode("ascii"))))

    def __str__(self) -> str:
        way = 'contract="off" switches the check off' if self.optional else "no option has it read"
        told = f"the provider would refuse this request with a {self.error.status}: {self.error.message}"
        return f"{told} (clause {self.clause!r}; {way})"
