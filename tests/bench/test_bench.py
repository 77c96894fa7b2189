"""The bench runs, and says what it measured; how fast anything is, is not a test's business."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from llm_intercept import intercept
from tests.bench.figures import CHUNKS, LIMITS, TEXT, Figure, figures
from tests.bench.measure import Measured, measure
from tests.bench.report import as_json, as_text


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    with closing(asyncio.new_event_loop()) as loop, intercept(TEXT) as llm:
        return measure(figures(llm, loop), llm, seconds=0)


def test_every_figure_takes_time_on_both_sides(measured: list[Measured]) -> None:
    assert len(measured) == 8
    for one in measured:
        assert len(one.floor) == len(one.ours) == len(one.unit) == one.figure.rounds
        assert min(*one.floor, *one.ours, *one.unit) > 0
        assert one.error >= 0
        assert one.figure.per == (CHUNKS if one.figure.name.endswith("chunk") else 1)


def test_the_report_has_a_row_for_each_figure_with_its_limit_and_verdict(measured: list[Measured]) -> None:
    results = as_json(measured)
    rows = as_text(results).splitlines()[-8:]
    for row, one in zip(rows, measured, strict=True):
        assert row.startswith(one.figure.name)
        *_, limit, verdict = row.split()
        assert float(limit) in LIMITS.values()
        assert verdict == ("over" if one.over else "ok")
    assert results["unit_us"] > 0


@pytest.mark.parametrize(("ours", "over"), [(3.4e-4, False), (3.6e-4, True)])
def test_a_figure_is_over_when_the_median_of_its_rounds_is(ours: float, over: bool) -> None:
    figure = Figure("toy", floor=float, ours=float, limit=0.5, times=1, rounds=1, per=1)
    disturbed = Measured(figure, floor=[3e-4, 3e-4, 9e-4], ours=[9e-4, ours, ours], unit=[1e-4, 1e-4, 1e-4])
    assert disturbed.over is over
