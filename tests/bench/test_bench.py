"""The bench runs, and says what it measured; how fast anything is, is not a test's business."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests

from llm_intercept import activation, intercept, reply
from tests.bench.contract import WIRES, costs
from tests.bench.figures import CHUNKS, GATES, LIMITS, TEXT, Figure, figures
from tests.bench.foreign import Foreign, foreign, pass_by
from tests.bench.measure import Measured, measure
from tests.bench.mocks import Mock, first_of, is_lazy
from tests.bench.peers import STREAMED, Pair, compare, pairs
from tests.bench.report import (
    as_json,
    as_text,
    peers_as_json,
    peers_as_text,
    rows_as_json,
    rows_as_text,
    suites_as_json,
    suites_as_text,
)
from tests.bench.suites import Paired, run_in_pairs, suites


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    with closing(asyncio.new_event_loop()) as loop, intercept(TEXT) as llm:
        return measure(figures(llm, loop), llm, seconds=0)


def test_every_figure_takes_time_on_both_sides(measured: list[Measured]) -> None:
    assert len(measured) == 14
    for one in measured:
        assert len(one.floor) == len(one.alike) == len(one.ours) == len(one.unit) == one.figure.rounds
        assert min(*one.floor, *one.alike, *one.ours, *one.unit) > 0
        assert one.error >= 0
        assert one.figure.per == (CHUNKS if one.figure.name.endswith("chunk") else 1)


def test_the_report_has_a_row_for_each_figure_with_its_limit_and_verdict(measured: list[Measured]) -> None:
    results = as_json(measured)
    rows = as_text(results).splitlines()[-14:]
    for row, one in zip(rows, measured, strict=True):
        assert row.startswith(one.figure.name)
        *_, limit, gate, verdict = row.split()
        assert (float(limit), float(gate)) in zip(LIMITS.values(), GATES.values(), strict=True)
        assert verdict == one.verdict
    assert results["unit_us"] > 0


def test_every_peer_does_the_same_work_on_both_sides() -> None:
    with closing(asyncio.new_event_loop()) as loop, pairs(loop) as listed:
        compare(listed, rounds=1)
    rows = peers_as_text(peers_as_json(listed)).splitlines()[1:]
    for row, pair in zip(rows, listed, strict=True):
        assert row.startswith(pair.name)
        assert min(*pair.ours, *pair.theirs) > 0
        assert row.split()[-1] == ("-" if not pair.lazy else "over" if pair.over else "ok")


@pytest.mark.parametrize(
    ("lazy", "ours", "over"), [(True, 1.05, False), (True, 1.2, True), (False, 1.2, False), (None, 1.2, False)]
)
def test_a_peer_is_judged_by_the_median_of_its_rounds(lazy: bool | None, ours: float, over: bool) -> None:
    pair = Pair("toy", peer=nullcontext, work=float, times=1, lazy=lazy, ours=[9.0, ours, ours], theirs=[1.0, 1.0, 1.0])
    assert pair.over is over


def eager(pieces: Callable[[], Iterator[bytes]], one_by_one: bool) -> Callable[[], AbstractContextManager[None]]:
    """A mock that makes all pieces before it gives any."""
    waiting[:] = pieces() if one_by_one else [b"".join(pieces())]
    return nullcontext


waiting: list[bytes] = []


@pytest.mark.parametrize("one_by_one", [True, False])
def test_who_makes_all_pieces_before_the_first_is_read_is_not_lazy(one_by_one: bool) -> None:
    mock = Mock("eager", lambda body: nullcontext, lambda pieces: eager(pieces, one_by_one))
    assert not is_lazy(mock, lambda: waiting[0])


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests", "aiohttp"])
def test_our_own_stream_is_as_lazy_as_is_asked_of_others(library: str) -> None:
    async def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    with closing(asyncio.new_event_loop()) as loop, intercept(reply(chunks=["one", "two", "three"])) as llm:
        makers = {"httpx": httpx.Client, "httpx2": httpx2.Client, "requests": requests.Session}
        client: Any = makers[library]() if library in makers else loop.run_until_complete(session())
        first = first_of(client, loop, STREAMED)()
        assert (first, llm.calls.one.played) == (next(iter(llm.calls.one.response.frames)), 1)
        left = client.close()
        if library == "aiohttp":
            loop.run_until_complete(left)


def test_every_foreign_call_goes_by_and_takes_time_on_both_sides() -> None:
    with closing(asyncio.new_event_loop()) as loop, intercept() as llm:
        listed = list(foreign(loop))
        pass_by(listed, rounds=1)
        assert {str(known[0]) for known in activation.foreign} == {"httpx", "httpcore", "urllib3", "http.client", "aiohttp"} - {
            "httpcore"
        }
        assert llm.calls.total == 0
    for row, one in zip(rows_as_text(rows_as_json([one.row for one in listed])).splitlines()[1:], listed, strict=True):
        assert row.startswith(f"foreign call, {one.name}")
        assert min(*one.without, *one.within, one.unit) > 0
        assert row.split()[-1] == ("over" if one.row.over else "ok")


@pytest.mark.parametrize(("within", "over"), [(1.4e-6, False), (1.6e-6, True)])
def test_a_foreign_call_is_judged_by_the_least_times(within: float, over: bool) -> None:
    assert Foreign("toy", float, float, without=[1e-6, 9e-6], within=[9e-6, within]).row.over is over


@pytest.mark.parametrize(("ours", "verdict"), [(3.4e-4, "ok"), (3.6e-4, "over"), (3.9e-4, "worse")])
def test_a_figure_is_judged_by_the_median_of_its_rounds(ours: float, verdict: str) -> None:
    figure = Figure("toy", floor=float, alike=float, ours=float, limit=0.5, gate=0.8, times=1, rounds=1, per=1)
    floor = [3e-4, 3e-4, 9e-4]
    disturbed = Measured(figure, floor=floor, alike=[4e-4, 4e-4, 1e-4], ours=[9e-4, ours, ours], unit=[1e-4, 1e-4, 1e-4])
    assert (disturbed.verdict, round(disturbed.headers, 3)) == (verdict, 1.0)


def test_every_suite_runs_and_takes_time_on_both_sides(tmp_path: Path) -> None:
    listed = suites(tmp_path, tests=2)
    run_in_pairs(listed[:1], rounds=2, folder=tmp_path)
    (row,) = suites_as_text(suites_as_json(listed[:1])).splitlines()[1:]
    assert row.startswith("llm_mock in each test")
    assert min(*listed[0].without, *listed[0].within) > 0


@pytest.mark.parametrize(
    ("limit", "within", "over"),
    [
        (0.1, [1.1, 1.1, 9.0], False),
        (0.1, [1.3, 1.3, 1.0], True),
        (None, [1.1, 0.9, 1.0], False),
        (None, [1.1, 1.1, 1.1], True),
        (None, [1.0], False),
    ],
)
def test_a_suite_is_judged_by_the_median_of_its_pairs_or_by_chance(limit: float | None, within: list[float], over: bool) -> None:
    assert Paired("toy", 2, (), (), limit, without=[1.0] * len(within), within=within).over is over


def test_the_check_of_a_request_is_measured_on_each_wire() -> None:
    measured = [*costs(rounds=1, size=20_000)]
    assert len(measured) == 3 * len(WIRES)
    assert all(ratio > 0 for _, ratio, _ in measured)
