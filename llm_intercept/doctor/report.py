"""What the doctor found, as values, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_intercept.doctor.asked import Asked
from llm_intercept.doctor.installed import version_of
from llm_intercept.doctor.probes import State
from llm_intercept.doctor.unseen import Unseen

__all__ = ["Examined", "Report", "Wire"]


@dataclass(frozen=True)
class Wire:
    """What the SDK's models said of the documents of one wire: of its bodies, its events, or its errors (`part`).

    `wrong` is what makes it fail, in words; `unknown` are paths that the models do not know because they are older.
    """

    name: str
    part: str
    documents: int = 0
    wrong: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examined:
    """One SDK that is installed; `vendored` are the libraries that it brings along, `broken` is why it could not be imported."""

    distribution: str
    version: str
    state: State
    asked: tuple[Asked, ...] = ()
    wires: tuple[Wire, ...] = ()
    vendored: tuple[str, ...] = ()
    broken: str | None = None

    @property
    def failures(self) -> list[str]:
        """What is wrong with it, each in a sentence."""
        return [
            *([] if self.broken is None else [f"cannot be imported: {self.broken}"]),
            *(f"{one.client}, {one.way}: {one.wrong}" for one in self.asked if one.wrong is not None),
            *(f"{wire.name}, {wire.part}: {wrong}" for wire in self.wires for wrong in wire.wrong),
        ]

    @property
    def notes(self) -> list[str]:
        """What its models do not know, since they are older than what we send."""
        return [f"{wire.name}, {wire.part}: {', '.join(wire.unknown)}" for wire in self.wires if wire.unknown]

    @property
    def told(self) -> str:
        """Its state, or that something is wrong."""
        return "failed" if self.failures else self.state

    @property
    def libraries(self) -> Mapping[str, str]:
        """The HTTP libraries in which its calls were caught, and their versions."""
        found = dict.fromkeys(one.library for one in self.asked if one.library is not None)
        return {name: "of its own" if name in self.vendored else version_of(name) or "of Python" for name in found}

    @property
    def documents(self) -> int:
        """How many documents its models judged."""
        return sum(wire.documents for wire in self.wires)


@dataclass(frozen=True)
class Report:
    """Everything that was found."""

    examined: tuple[Examined, ...]
    unseen: tuple[Unseen, ...] = ()
    absent: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(one.failures for one in self.examined)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "ok": self.ok,
            **self.versions,
            "sdks": [*map(_examined, self.examined)],
            "unseen": [
                {"name": one.distribution, "state": "cannot be seen", "what": one.what, "why": one.why} for one in self.unseen
            ],
            "absent": [*self.absent],
        }


def _examined(one: Examined) -> dict[str, Any]:
    return {
        "name": one.distribution,
        "version": one.version,
        "state": one.told,
        "http": dict(one.libraries),
        "calls": [{"client": call.client, "way": call.way, "library": call.library, "wrong": call.wrong} for call in one.asked],
        "wires": [*_wires(one.wires)],
        "failures": one.failures,
    }


def _wires(wires: tuple[Wire, ...]) -> Iterator[dict[str, Any]]:
    for wire in wires:
        yield {
            "name": wire.name,
            "part": wire.part,
            "documents": wire.documents,
            "wrong": [*wire.wrong],
            "unknown": [*wire.unknown],
        }
