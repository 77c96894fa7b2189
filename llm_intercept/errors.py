"""Every exception and warning that is ours.

BaseException
└── InterceptFailure        nothing may swallow it: SDKs retry and wrap every Exception
    ├── UnansweredCall      a miss: no rule answers this call
    ├── LoopingRule         a rule that would call the same tool for ever
    ├── UnknownEndpoint     a provider's host, and a path that no dialect knows
    ├── ContractViolation   a request that the provider would refuse, where that is asked to be fatal
    ├── OutOfScope          an LLM call from outside every active scope
    ├── BlockedNetwork      a connection that no transport caught, to a host that is closed
    └── CannotSay           the reply has a part that this wire cannot carry
Exception
├── IncompatibleLibrary     an HTTP library whose internals do not fit
└── PlaybookError           a playbook that cannot be played
Warning
└── InterceptWarning        a rule that can never answer
    └── ContractWarning     a request that the provider would refuse, where that is asked to be told
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "BlockedNetwork",
    "CannotSay",
    "ContractViolation",
    "ContractWarning",
    "IncompatibleLibrary",
    "InterceptFailure",
    "InterceptWarning",
    "LoopingRule",
    "OutOfScope",
    "PlaybookError",
    "UnansweredCall",
    "UnknownEndpoint",
    "near",
]


class InterceptFailure(BaseException):
    """A call that we could not answer, and did not let out.

    It derives from `BaseException`, since every SDK retries and wraps what derives from `Exception`. It is raised at the call,
    kept in `llm.failures`, and raised again when the block ends, unless it is what came out of it.
    """


class UnansweredCall(InterceptFailure):
    """A miss: no rule answers this call. The text shows the call, the nearest rules and a rule to paste."""


class LoopingRule(InterceptFailure):
    """A rule that answers the same history twice: it makes a tool call whose result it was just given."""


class UnknownEndpoint(InterceptFailure):
    """A call to a provider's host whose path no dialect knows."""


class ContractViolation(InterceptFailure):
    """A request that the provider would refuse, with `contract="fail"`."""


class OutOfScope(InterceptFailure):
    """An LLM call from a context in which no interceptor answers, while one is active with `scope="task"`."""


class BlockedNetwork(InterceptFailure):
    """A connection to a host that is closed while an interceptor is active, made past every transport that answers."""


class CannotSay(InterceptFailure):
    """A reply with a part, or a finish reason, that the wire of this call cannot carry."""


class IncompatibleLibrary(Exception):
    """An installed HTTP library whose internals are not what its transport expects, so that it cannot be caught."""


class PlaybookError(Exception):
    """A playbook that cannot be played: the text lists all that is wrong, `problems` has each, with `file`, `line`, `text`."""

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line)))
        count = len(self.problems)
        super().__init__(f"{count} thing{'s are' if count > 1 else ' is'} wrong:" + "".join(f"\n  {one}" for one in self.problems))

    @property
    def file(self) -> str:
        """The file of the first problem."""
        return str(self.problems[0].file)

    @property
    def line(self) -> int:
        """The line of the first problem, from 1."""
        return int(self.problems[0].line)


class InterceptWarning(UserWarning):
    """A rule that can never answer: shadowed by an earlier one, or without a reply."""


class ContractWarning(InterceptWarning):
    """A request that the provider would refuse, with `contract="warn"`; it is answered."""


def near(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest known one, or all of them."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"
