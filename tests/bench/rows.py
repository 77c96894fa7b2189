"""One line of the results, whatever was measured: all tables and plots are made of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, and the most that it may be; without a `limit` it is shown, and not judged.

    `beside` is what else was measured, by its name with its unit.
    """

    figure: str
    value: float
    unit: str
    limit: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether it is more than it may be."""
        return self.limit is not None and self.value > self.limit
