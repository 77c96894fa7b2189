"""One activation of an interceptor: its own fresh rules, scripts and ids, and the journal it shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llm_intercept.clock import Clock
from llm_intercept.gate import Gate
from llm_intercept.journal import Calls
from llm_intercept.memory import Memory
from llm_intercept.options import Options
from llm_intercept.rules.rulebook import Rulebook
from llm_intercept.synthesis.stamp import Stamps

if TYPE_CHECKING:
    from llm_intercept.contract import Credited, Finding
    from llm_intercept.wire import Request

__all__ = ["Run"]


@dataclass(slots=True, eq=False, repr=False)
class Run:
    """What an active interceptor answers with; its repr tells nothing, since pytest shows the arguments of functions.

    `failures` is the interceptor's list; `pending` are those of this run that nobody has seen at its end or expected. `told` is the
    interceptor's, too: what it has warned of, by host and clause.
    """

    book: Rulebook
    options: Options
    journal: Calls
    failures: list[BaseException]
    stamps: Stamps
    pending: list[BaseException] = field(default_factory=list)
    live: bool = True
    memory: Memory = field(default_factory=Memory)
    clock: Clock = field(default_factory=Clock)
    #: What stands before the rules; None where nothing does, as mostly.
    gate: Gate | None = None
    told: set[tuple[str, str]] = field(default_factory=set)
    credited: Credited = field(default_factory=dict)

    def tells(self, request: Request, found: Finding) -> bool:
        """Whether a credential is to be warned of: once for each host and clause, and not to who only looks something up."""
        what = (request.host, found.clause)
        if request.method == "GET" or what in self.told:
            return False
        self.told.add(what)
        return True

    def fail(self, failure: BaseException) -> None:
        """Keep a failure for the end of the run."""
        self.failures.append(failure)
        self.pending.append(failure)

    def raise_pending(self, came_out: BaseException | None) -> None:
        """Raise the first pending failure, unless it is what came out of the block already."""
        pending, self.pending = self.pending, []
        if isinstance(came_out, KeyboardInterrupt | SystemExit | GeneratorExit):
            return
        if pending and pending[0] is not came_out:
            raise pending[0] from came_out
