"""`python -m tests.bench [--quick] [--json FILE] [--plots FOLDER]`: exits with 1 where something is worse than it was."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from llm_intercept import intercept
from tests.bench import elsewhere
from tests.bench.figures import TEXT, figures
from tests.bench.foreign import foreign, pass_by
from tests.bench.growth import curves
from tests.bench.measure import measure
from tests.bench.peers import compare, pairs
from tests.bench.plots import plot
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
from tests.bench.sizes import QUICK, Scale, sizes
from tests.bench.suites import run_in_pairs, suites

#: By whether it shall be quick: seconds of measuring the figures, rounds of each comparison with another mock, rounds of the
#: foreign calls, which are some thousand times shorter, pairs of whole runs of pytest of 2,000 tests each, rounds of the
#: comparisons in environments of their own.
_SECONDS, _ROUNDS, _PASSING = {False: 70.0, True: 12.0}, {False: 60, True: 10}, {False: 2000, True: 300}
_PAIRS, _ELSEWHERE = {False: 30, True: 3}, {False: 40, True: 8}


def main() -> int:
    """Measure, print, and judge."""
    parser = ArgumentParser("python -m tests.bench", description="What llm_intercept adds to the SDKs, against its limits.")
    parser.add_argument("--quick", action="store_true", help="some minutes instead of twenty, and less exact")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw the sizes against their limits, and what grows, there")
    options = parser.parse_args()
    results = _measured(quick=options.quick, plots=options.plots)
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    worse = any(row["verdict"] == "worse" for row in results["figures"])
    return int(worse or any(row["over"] for name in ("peers", "foreign", "suites") for row in results[name]))


def _measured(*, quick: bool, plots: Path | None) -> dict[str, Any]:
    """Each part is printed when it is there."""
    with closing(asyncio.new_event_loop()) as loop, intercept(TEXT) as llm:
        results = as_json(measure(figures(llm, loop), llm, _SECONDS[quick]))
    _print(as_text(results))
    with closing(asyncio.new_event_loop()) as loop, pairs(loop) as listed:
        compare(listed, _ROUNDS[quick])
        results["peers"] = peers_as_json(listed)
    _print(peers_as_text(results["peers"]))
    with closing(asyncio.new_event_loop()) as loop, intercept():
        passing = list(foreign(loop))
        pass_by(passing, _PASSING[quick])
        results["foreign"] = rows_as_json([one.row for one in passing])
    _print(rows_as_text(results["foreign"]))
    measured, grown = list(sizes(QUICK if quick else Scale())), list(curves(quick=quick))
    results["sizes"] = rows_as_json([*measured, *[curve.row for curve in grown]])
    results["growth"] = {curve.name: dict(curve.points) for curve in grown}
    _print(rows_as_text(results["sizes"]))
    if plots is not None:
        plot([*measured, *[curve.row for curve in grown]], grown, plots)
    with TemporaryDirectory() as folder:
        paired = suites(Path(folder), tests=2000)
        run_in_pairs(paired, _PAIRS[quick], Path(folder))
        results["suites"] = suites_as_json(paired)
    _print(suites_as_text(results["suites"]))
    with TemporaryDirectory() as folder:
        outcomes = list(elsewhere.contend(elsewhere.PEERS, Path(folder), _ELSEWHERE[quick]))
    results["elsewhere"] = elsewhere.as_json(outcomes)
    _print(elsewhere.as_text(outcomes))
    return results


def _print(table: str) -> None:
    sys.stdout.write(f"{table}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
