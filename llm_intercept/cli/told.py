"""What is told of a command when it has ended: how many calls its interpreters made, and what went wrong unseen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_intercept.cli.child import CALLS, SWALLOWED
from llm_intercept.ledger import load

__all__ = ["Told"]

#: How many processes are told one by one.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What happened.

    `status` is the command's own, `calls` are those of each process by its number, `swallowed` counts the failures that nobody saw.
    """

    status: int
    calls: dict[int, list[dict[str, Any]]]
    swallowed: int

    @classmethod
    def of(cls, status: int, ledger: Path) -> Told:
        """What the interpreters left."""
        calls: dict[int, list[dict[str, Any]]] = {}
        for path in sorted(ledger.glob(f"*{CALLS}")):
            calls.setdefault(int(path.name.partition("-")[0]), []).extend(load(path))
        return cls(status, calls, len([*ledger.glob(f"*{SWALLOWED}")]))

    @property
    def listed(self) -> list[dict[str, Any]]:
        """All calls, by time."""
        return sorted((call for each in self.calls.values() for call in each), key=lambda call: float(call["at"]))

    @property
    def missed(self) -> int:
        """How many calls were not answered."""
        return sum(call["outcome"] == "missed" for call in self.listed)

    @property
    def wrong(self) -> bool:
        """Whether anything went wrong that the command's own status may not tell."""
        return bool(self.missed or self.swallowed)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        processes = [{"pid": number, "calls": len(each)} for number, each in self.calls.items()]
        count = len(self.listed)
        return {"status": self.status, "calls": count, "missed": self.missed, "swallowed": self.swallowed, "processes": processes}

    def __str__(self) -> str:
        count, several = len(self.listed), len(self.calls) > 1
        said = f"{count} LLM call{'s' * (count != 1)}" + (f" in {len(self.calls)} processes" if several else "")
        said += f", {self.missed} of them not answered" if self.missed else ""
        said += f", {self.swallowed} failure{'s' * (self.swallowed != 1)} swallowed" if self.swallowed else ""
        each = [f"{len(calls)} in {number}" for number, calls in self.calls.items()]
        left = f", {len(each) - _MOST} more" if len(each) > _MOST else ""
        return f"{said} ({', '.join(each[:_MOST])}{left})" if several else said
