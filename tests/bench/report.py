"""The report: one row a figure, as aligned text or as JSON."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from tests.bench.measure import Measured
from tests.bench.peers import Pair
from tests.bench.rows import Row
from tests.bench.suites import Paired
from tests.bench.tables import table

__all__ = [
    "as_json",
    "as_text",
    "peers_as_json",
    "peers_as_text",
    "rows_as_json",
    "rows_as_text",
    "suites_as_json",
    "suites_as_text",
]

_LIBRARIES = ("llm-intercept", "openai", "anthropic", "httpx2", "pydantic")

_HEADINGS = ("figure", "rounds", "floor us", "ours us", "added units", "error", "by minima", "of it headers", "limit", "gate", "")


def _row(one: Measured) -> dict[str, Any]:
    return {
        "figure": one.figure.name,
        "rounds": len(one.unit),
        "floor_us": min(one.floor) * 1e6,
        "ours_us": min(one.ours) * 1e6,
        "added": one.added,
        "error": one.error,
        "minima": one.minima,
        "headers": one.headers,
        "limit": one.figure.limit,
        "gate": one.figure.gate,
        "verdict": one.verdict,
    }


def as_json(measured: Sequence[Measured]) -> dict[str, Any]:
    """The whole run: where, with what, the unit, and the figures."""
    return {
        "python": platform.python_version(),
        "machine": platform.platform(),
        "versions": {library: version(library) for library in _LIBRARIES},
        "unit_us": min(min(one.unit) for one in measured) * 1e6,
        "figures": [_row(one) for one in measured],
    }


def as_text(results: dict[str, Any]) -> str:
    """The results of `as_json` as a table."""
    libraries = ", ".join(f"{library} {number}" for library, number in results["versions"].items())
    return "\n".join(
        (
            f"Python {results['python']}, {libraries}",
            f"unit = one bare httpx2 post on a MockTransport = {results['unit_us']:.1f} us;",
            "us are the least, for one call or chunk; added units are the median over the rounds, +- error; of it headers is",
            "what the library and the SDK make of a provider's headers, which the floor does not send; over is more than we",
            "want, worse more than there was",
            "",
            table(_HEADINGS, map(_cells, results["figures"])),
        )
    )


_PEER_HEADINGS = ("work, peer", "rounds", "ours us", "theirs us", "ratio", "lazily streamed", "")


def peers_as_json(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Each pair: both least times, and the median ratio."""
    return [
        {
            "work": pair.name,
            "rounds": len(pair.ours),
            "ours_us": min(pair.ours) * 1e6,
            "theirs_us": min(pair.theirs) * 1e6,
            "ratio": pair.ratio,
            "lazily_streamed": pair.lazy,
            "over": pair.over,
        }
        for pair in pairs
    ]


def peers_as_text(results: Sequence[dict[str, Any]]) -> str:
    """The results of `peers_as_json` as a table."""
    laziness = {True: "yes", False: "no", None: "-"}
    return table(
        _PEER_HEADINGS,
        (
            (
                row["work"],
                str(row["rounds"]),
                f"{row['ours_us']:.1f}",
                f"{row['theirs_us']:.1f}",
                f"{row['ratio']:.3f}",
                laziness[row["lazily_streamed"]],
                "-" if not row["lazily_streamed"] else "over" if row["over"] else "ok",
            )
            for row in results
        ),
    )


_SUITE_HEADINGS = ("a suite with", "pairs", "without s", "added us a test", "error", "limit us", "")


def suites_as_json(listed: Sequence[Paired]) -> list[dict[str, Any]]:
    """Each comparison: the least time of a whole run without us, and what we add to one of its tests."""
    return [
        {
            "suite": row.name,
            "pairs": len(row.within),
            "without_s": min(row.without),
            "added_us": row.added * 1e6,
            "error_us": row.error * 1e6,
            "limit_us": None if row.limit is None else row.limit * 1e6,
            "over": row.over,
        }
        for row in listed
    ]


def suites_as_text(results: Sequence[dict[str, Any]]) -> str:
    """The results of `suites_as_json` as a table."""
    return table(
        _SUITE_HEADINGS,
        (
            (
                row["suite"],
                str(row["pairs"]),
                f"{row['without_s']:.2f}",
                f"{row['added_us']:.1f}",
                f"{row['error_us']:.1f}",
                "chance" if row["limit_us"] is None else f"{row['limit_us']:.0f}",
                "over" if row["over"] else "ok",
            )
            for row in results
        ),
    )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["figure"],
        str(row["rounds"]),
        f"{row['floor_us']:.1f}",
        f"{row['ours_us']:.1f}",
        f"{row['added']:.3f}",
        f"{row['error']:.3f}",
        f"{row['minima']:.3f}",
        f"{row['headers']:.3f}",
        f"{row['limit']:.2f}",
        f"{row['gate']:.2f}",
        row["verdict"],
    )


_ROW_HEADINGS = ("figure", "value", "unit", "limit", "beside", "")


def rows_as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each row, with its verdict."""
    return [{**asdict(one), "over": one.over} for one in rows]


def rows_as_text(results: Sequence[dict[str, Any]]) -> str:
    """The results of `rows_as_json` as a table."""
    return table(
        _ROW_HEADINGS,
        (
            (
                row["figure"],
                f"{row['value']:.4g}",
                row["unit"],
                "-" if row["limit"] is None else f"{row['limit']:g}",
                ", ".join(f"{name} {value:.4g}" for name, value in row["beside"].items()),
                "over" if row["over"] else "ok",
            )
            for row in results
        ),
    )
