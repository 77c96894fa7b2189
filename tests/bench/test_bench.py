"""The bench runs, and says what it measured; how fast anything is, is not a test's business."""

from __future__ import annotations

import asyncio
from contextlib import closing, nullcontext

import pytest

from llm_intercept import intercept
from tests.bench.figures import CHUNKS, LIMITS, TEXT, Figure, figures
from tests.bench.measure import Measured, measure
from tests.bench.peers import Pair, compare, pairs
from tests.bench.report import as_json, as_text, peers_as_json, peers_as_text


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    with closing(asyncio.new_event_loop()) as loop, intercept(TEXT) as llm:
        return measure(figures(llm, loop), llm, seconds=0)


def test_every_figure_takes_time_on_both_sides(measured: list[Measured]) -> None:
    assert len(measured) == 10
    for one in measured:
        assert len(one.floor) == len(one.ours) == len(one.unit) == one.figure.rounds
        assert min(*one.floor, *one.ours, *one.unit) > 0
        assert one.error >= 0
        assert one.figure.per == (CHUNKS if one.figure.name.endswith("chunk") else 1)


def test_the_report_has_a_row_for_each_figure_with_its_limit_and_verdict(measured: list[Measured]) -> None:
    results = as_json(measured)
    rows = as_text(results).splitlines()[-10:]
    for row, one in zip(rows, measured, strict=True):
        assert row.startswith(one.figure.name)
        *_, limit, verdict = row.split()
        assert float(limit) in LIMITS.values()
        assert verdict == ("over" if one.over else "ok")
    assert results["unit_us"] > 0


def test_every_peer_does_the_same_work_on_both_sides() -> None:
    with closing(asyncio.new_event_loop()) as loop, pairs(loop) as listed:
        compare(listed, rounds=1)
    rows = peers_as_text(peers_as_json(listed)).splitlines()[1:]
    for row, pair in zip(rows, listed, strict=True):
        assert row.startswith(pair.name)
        assert min(*pair.ours, *pair.theirs) > 0
        assert row.split()[-1] == ("-" if not pair.judged else "over" if pair.over else "ok")


@pytest.mark.parametrize(("judged", "ours", "over"), [(True, 0.9, False), (True, 1.1, True), (False, 1.1, False)])
def test_a_peer_is_judged_by_the_median_of_its_rounds(judged: bool, ours: float, over: bool) -> None:
    pair = Pair("toy", peer=nullcontext, work=float, times=1, judged=judged, ours=[9.0, ours, ours], theirs=[1.0, 1.0, 1.0])
    assert pair.over is over


@pytest.mark.parametrize(("ours", "over"), [(3.4e-4, False), (3.6e-4, True)])
def test_a_figure_is_over_when_the_median_of_its_rounds_is(ours: float, over: bool) -> None:
    figure = Figure("toy", floor=float, ours=float, limit=0.5, times=1, rounds=1, per=1)
    disturbed = Measured(figure, floor=[3e-4, 3e-4, 9e-4], ours=[9e-4, ours, ours], unit=[1e-4, 1e-4, 1e-4])
    assert disturbed.over is over
