"""The table of SDKs: those that the doctor asks, by the HTTP libraries in which their calls are caught, as they were asked."""

from __future__ import annotations

import re

from llm_intercept.doctor.asked import asked
from llm_intercept.doctor.installed import version_of
from llm_intercept.doctor.probes import PROBES, Probe
from llm_intercept.doctor.surroundings import plain_surroundings

__all__ = ["into", "measured", "rows"]

PLACE = re.compile(r"(<!-- asked: sdks -->\n).*?(<!-- end -->)", re.DOTALL)


def measured(probe: Probe) -> tuple[str, ...] | None:
    """An SDK's row, by asking its first client; None where it is not installed."""
    if version_of(probe.distribution) is None:
        return None
    client, ways = next(iter(probe.clients.items()))
    cells = []
    for way in ("sync", "async"):
        with plain_surroundings(probe.environment):
            outcome = asked(probe, client, way) if way in ways else None
        assert outcome is None or outcome.wrong is None, outcome
        cells.append("" if outcome is None else outcome.library or probe.state)
    streams = ", ".join(way for way in ways if "stream" in way).replace("async stream", "async").replace("stream", "sync")
    return (probe.distribution, *cells, streams)


def rows(page: str) -> dict[str, tuple[str, ...]]:
    """The rows that a page has, by the SDK."""
    place = PLACE.search(page)
    assert place is not None
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in place[0].splitlines() if line.startswith("|")]
    return {row[0]: row for row in cells[2:]}


def into(page: str) -> str:
    """A page with the rows of what is installed here in the place of those that it had."""
    had = rows(page)
    now = [measured(probe) or had.get(probe.distribution, (probe.distribution, "?", "?", "?")) for probe in PROBES]
    lines = ["| SDK | sync | async | streams |", "| --- | --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in now)]
    return PLACE.sub(lambda place: place[1] + "\n" + "\n".join(lines) + "\n\n" + place[2], page)
