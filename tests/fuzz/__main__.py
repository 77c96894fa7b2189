"""`python -m tests.fuzz`: see the package. It exits with 1 where something of ours was raised."""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import CredentialWarning
from tests.fuzz.bodies import BODIES
from tests.fuzz.held import hold
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import SEEDS, Seed
from tests.shapes.recording import recordings

#: Examples of hypothesis, and mutations, between two looks at the clock.
_EXAMPLES, _MUTATIONS = 50, 500


def _recorded(folder: Path) -> Iterator[Seed]:
    for one in recordings(folder):
        yield Seed(one.url, one.call["request"]["body"])


def main() -> int:
    """Try until the time is over; what was raised is printed with the body that did it, once a place."""
    parser = ArgumentParser("python -m tests.fuzz", description="Bodies that are no requests, to every wire.")
    parser.add_argument("--seconds", type=float, default=600, help="how long (600)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (0)")
    parser.add_argument("--recorded", type=Path, metavar="DIR", help="recorded calls to start from, too")
    options = parser.parse_args()
    seeds = [*SEEDS.values(), *(_recorded(options.recorded) if options.recorded else ())]
    warnings.simplefilter("ignore", CredentialWarning)
    random, outcomes, raised = Random(options.seed), Counter[str](), dict[str, str]()

    def attempt(url: str, body: bytes) -> None:
        try:
            outcomes[hold(url, body)] += 1
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            raised.setdefault(f"{type(error).__name__} at {frame.filename}:{frame.lineno}", f"{error}\n  {url}\n  {body[:2000]!r}")

    @settings(max_examples=_EXAMPLES, database=None, deadline=None)
    @given(st.sampled_from(seeds), BODIES)
    def invented(seed: Seed, body: object) -> None:
        attempt(seed.url, json.dumps(body).encode("utf-8", "surrogatepass"))

    end = monotonic() + options.seconds
    while monotonic() < end:
        for _ in range(_MUTATIONS):
            seed = random.choice(seeds)
            attempt(seed.url, mutated(seed.body, random))
        invented()
    counts = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    sys.stdout.write(f"{sum(outcomes.values())} answered: {counts}\n")
    sys.stdout.writelines(f"\n{place}\n  {told}\n" for place, told in raised.items())
    return int(bool(raised))


if __name__ == "__main__":
    sys.exit(main())
