"""`python -m tests.shapes`: see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.shapes.kinds import keep, shapes
from tests.shapes.recording import recordings


def main(argv: list[str]) -> int:
    """Run one of the commands; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.shapes", description="The shapes of recorded replies, and ours against them."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    extract = commands.add_parser("extract", help="write the shapes of a directory's recordings into tests/shapes/kinds")
    replay = commands.add_parser("replay", help="ask a directory's calls again, and compare what comes back")
    replay.add_argument("--provider", help="this provider's alone")
    replay.add_argument(
        "-v", "--verbose", action="store_true", help="every path that is missing or too many, with where it was seen"
    )
    for command in (extract, replay):
        command.add_argument("folder", type=Path, metavar="DIR")
    given = parser.parse_args(argv)
    if given.command == "extract":
        found = shapes(recordings(given.folder))
        keep(found)
        sys.stdout.write(f"{len(found)} kinds\n")
        return 0
    from tests.shapes.replay import replayed, told

    report = replayed(given.folder, given.provider)
    sys.stdout.write(told(report, verbose=given.verbose))
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
