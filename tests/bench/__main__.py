"""`python -m tests.bench [--quick] [--json FILE]`: exits with 1 where a figure is over its limit."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from llm_intercept import intercept
from tests.bench.figures import TEXT, figures
from tests.bench.foreign import foreign, pass_by
from tests.bench.measure import measure
from tests.bench.peers import compare, pairs
from tests.bench.report import (
    as_json,
    as_text,
    foreign_as_json,
    foreign_as_text,
    peers_as_json,
    peers_as_text,
    suites_as_json,
    suites_as_text,
)
from tests.bench.suites import run_in_pairs, suites

#: Seconds of measuring.
_WHOLE, _QUICK = 70.0, 12.0

#: Rounds of each comparison with another mock.
_ROUNDS, _QUICK_ROUNDS = 60, 10

#: Rounds of the foreign calls, which are some thousand times shorter.
_PASSING, _QUICK_PASSING = 2000, 300

#: Pairs of whole runs of pytest, of 2,000 tests each.
_PAIRS, _QUICK_PAIRS = 30, 3


def main() -> int:
    """Measure, print, and judge."""
    parser = ArgumentParser("python -m tests.bench", description="What llm_intercept adds to the SDKs, against its limits.")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK:g} seconds instead of {_WHOLE:g}, and less exact")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    options = parser.parse_args()
    with closing(asyncio.new_event_loop()) as loop, intercept(TEXT) as llm:
        results = as_json(measure(figures(llm, loop), llm, _QUICK if options.quick else _WHOLE))
    with closing(asyncio.new_event_loop()) as loop, pairs(loop) as listed:
        compare(listed, _QUICK_ROUNDS if options.quick else _ROUNDS)
        results["peers"] = peers_as_json(listed)
    with closing(asyncio.new_event_loop()) as loop, intercept():
        passing = list(foreign(loop))
        pass_by(passing, _QUICK_PASSING if options.quick else _PASSING)
        results["foreign"] = foreign_as_json(passing)
    with TemporaryDirectory() as folder:
        paired = suites(Path(folder), tests=2000)
        run_in_pairs(paired, _QUICK_PAIRS if options.quick else _PAIRS, Path(folder))
        results["suites"] = suites_as_json(paired)
    tables = (peers_as_text(results["peers"]), foreign_as_text(results["foreign"]), suites_as_text(results["suites"]))
    print(as_text(results), *tables, sep="\n\n")
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return int(any(row["over"] for row in (*results["figures"], *results["peers"], *results["foreign"], *results["suites"])))


if __name__ == "__main__":
    sys.exit(main())
