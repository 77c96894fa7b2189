"""Each size is measured, and each curve's end is fitted; how fast anything is, is not a test's business."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.growth import GROWING, Curve, curves, exponent
from tests.bench.report import rows_as_json, rows_as_text
from tests.bench.rows import Row
from tests.bench.sizes import SIZES, Scale

TINY = Scale(rounds=3, rules=20, entries=20, calls=200, streams=20, text=3_000, threads=2, imports=1)

#: The figures of each function, and their limits.
LIMITS = [
    {"10 to 20 rules": 1.0},
    {"activation and deactivation, warm": 2.0},
    {"import llm_intercept": 25.0},
    {"memory of a journal entry, httpx2": 1536.0, "memory of a journal entry, openai": 1536.0},
    {"memory that 200 calls add, the journal bounded": 1.0},
    {"20 streams at once": 3.5, "memory of an open stream": 12.0},
    {"3000 characters streamed by three": 1.1, "the same against half of them": 2.2},
    {"2 threads against one, over the SDK's own": 1.15},
    {f"{name} call, against a server on loopback": 0.6 for name in ("requests", "boto3", "aiohttp")},
]

#: What may be nothing, or less by chance, where it is so small.
_MAY_BE_NOTHING = ("10 to", "memory that", "memory of an open")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the process's memory is read as Linux tells it")
@pytest.mark.parametrize(("number", "limits"), list(enumerate(LIMITS)))
def test_each_size_is_measured_and_has_its_limit(number: int, limits: dict[str, float]) -> None:
    assert len(SIZES) == len(LIMITS)
    rows = list(SIZES[number](TINY))
    assert {row.figure: row.limit for row in rows} == limits
    assert all(row.value > 0 or row.figure.startswith(_MAY_BE_NOTHING) for row in rows)


def test_every_curve_has_its_points() -> None:
    found = list(curves(sizes=(1, 2, 4)))
    assert [curve.name for curve in found] == list(GROWING)
    assert all(list(curve.points) == [1, 2, 4] and min(curve.points.values()) > 0 for curve in found)


@pytest.mark.parametrize(("power", "over"), [(1.0, False), (2.0, True)])
def test_what_grows_faster_than_linear_is_over(power: float, over: bool) -> None:
    points = {size: 3e-6 * size**power for size in (10, 100, 1000)}
    assert exponent(list(points.items())) == pytest.approx(power)
    row = Curve("toys", {1: 1.0, **points}).row  # the beginning is not judged
    assert (row.figure, row.over, row.value) == ("growth in toys", over, pytest.approx(power))


def test_a_row_is_told_with_its_limit() -> None:
    rows = [Row("toys", 2.5, "units", 2.0, {"floor us": 12.4}), Row("cars", 1.0, "x")]
    told = rows_as_text(rows_as_json(rows)).splitlines()
    assert [line.split() for line in told[1:]] == [
        ["toys", "2.5", "units", "2", "floor", "us", "12.4", "over"],
        ["cars", "1", "x", "-", "ok"],
    ]


def test_plots_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="nox -s bench has it")
    from tests.bench.plots import plot

    written = plot([Row("toys", 2.5, "units", 2.0)], [Curve("toys", {1: 1e-6, 10: 1e-5})], tmp_path)
    assert [path.name for path in written] == ["limits.svg", "growth.svg"]
    assert all("toys" in path.read_text(encoding="utf-8") for path in written)
