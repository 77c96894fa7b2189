"""`python -m tests.bench.elsewhere [--quick] [--json FILE] [--folder FOLDER]`: against mocks that cannot be installed beside us.

Each peer has an environment of its own, with us in it: one process there does the same work through both, by turns (see
`elsewhere_child.py`). A peer is judged where it does the work that we do: the SDK's own request and parser, over its HTTP client's
own transport, streamed lazily. A server's times, and those of a mock that answers above the transport, are shown and not judged.
What does not run, in whole or in part, is told with its reason, and stops nobody. uv makes the environments, npm and node are
needed for what is from npm.

There are two llmock: PyPI's is a server that its fixture starts in a thread of the process, npm's is one of Node's. That one
streams a handful of pieces of random words, 50 ms apart, whatever it is told, so that its call alone can be compared.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.rows import Row
from tests.bench.tables import table

__all__ = ["PEERS", "Outcome", "Peer", "as_json", "as_text", "contend", "prepared"]

_ROOT = Path(__file__).parents[2]

#: Rounds of each work.
_ROUNDS, _QUICK_ROUNDS = 40, 8

#: Seconds that an installation, or a contest, may take.
_PATIENCE = 600.0

#: The most characters of what a tool says when it fails, from its start and from its end.
_SAID = 200


@dataclass(frozen=True, slots=True)
class Peer:
    """Another mock: the library that is asked through it, how it answers, and what is installed for it, with the versions wanted.

    `contest` is its name in the child's table, where it is not its own.
    """

    name: str
    library: str
    how: str
    needs: Mapping[str, str]
    npm: tuple[str, ...] = ()
    limit: float | None = None
    contest: str = ""


_NODE = "a server in Node"
_METHOD = "replaces the SDK's method"
_BY_HAND = "makes a response by hand, a stream as one piece"

PEERS = (
    Peer("openai-responses", "openai", "the same work", {"openai": ">=2,<3", "openai-responses": ""}, limit=1.0),
    Peer("pytest-mockllm", "openai", _METHOD, {"openai": ">=3", "pytest": "", "pytest-mockllm": ""}),
    Peer("llmock", "openai", "a server in a thread", {"openai": ">=3", "llmock": ""}),
    Peer("llmock-npm", "openai", _NODE, {"openai": ">=3"}, npm=("llmock",)),
    Peer("aimock", "openai", _NODE, {"openai": ">=3"}, npm=("@copilotkit/aimock",)),
    Peer("litellm", "litellm", "mock_response: before any request is made", {"litellm": "", "openai": ""}),
    Peer("aioresponses", "aiohttp", _BY_HAND, {"aiohttp": "", "aioresponses": ""}),
    Peer("aioresponses-aiohttp-3.13", "aiohttp", _BY_HAND, {"aiohttp": "<3.14", "aioresponses": ""}, contest="aioresponses"),
    Peer("aioresponses-ng", "aiohttp", _BY_HAND, {"aiohttp": "", "aioresponses-ng": ""}, contest="aioresponses"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a peer: a row for each work that was done, the reasons for what was not, and the versions that were measured."""

    peer: Peer
    rows: tuple[Row, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


class _Broken(Exception):
    """What a peer needs did not come to be; the text is the reason."""


#: Makes a peer's environment in a folder: its Python.
Prepare = Callable[[Peer, Path], Path]


def prepared(peer: Peer, folder: Path) -> Path:
    """Its environment, with the newest versions that it can have."""
    python = folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = [f"{name}{versions}" for name, versions in peer.needs.items()]
    overrides = _ROOT / "tests" / "overrides.txt"
    _run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(folder / ".venv"))
    _run("uv", "pip", "install", "--quiet", "--python", str(python), "-e", str(_ROOT), *wanted, "--override", str(overrides))
    if peer.npm:
        _run(
            "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder), *peer.npm
        )
    return python


def contend(peers: Iterable[Peer], folder: Path, rounds: int, prepare: Prepare = prepared) -> Iterator[Outcome]:
    """Each peer in its turn, so that they do not disturb each other."""
    for peer in peers:
        own = folder / peer.name
        own.mkdir(parents=True, exist_ok=True)
        try:
            python = str(prepare(peer, own))
            said = _run(python, "-m", "tests.bench.elsewhere_child", peer.contest or peer.name, str(own), str(rounds))
            told = json.loads(said.splitlines()[-1])
            yield Outcome(peer, tuple(_rows(peer, told["measured"])), told["refused"], _versions(peer, python, own))
        except _Broken as broken:
            yield Outcome(peer, refused={"all": str(broken)})


def _rows(peer: Peer, measured: Mapping[str, Mapping[str, list[float]]]) -> Iterator[Row]:
    for work, seconds in measured.items():
        ratio = median(ours / theirs for ours, theirs in zip(seconds["ours"], seconds["theirs"], strict=True))
        beside = {f"{side} us": median(taken) * 1e6 for side, taken in seconds.items()}
        yield Row(f"{peer.library} {work}, {peer.name}", ratio, "x", peer.limit, beside)


def _versions(peer: Peer, python: str, folder: Path) -> dict[str, str]:
    """Of what was installed by its name."""
    asking = "import sys, importlib.metadata as of; print(*map(of.version, sys.argv[1:]))"
    versions = dict(zip(peer.needs, _run(python, "-c", asking, *peer.needs).split(), strict=True))
    for name in peer.npm:
        versions[name] = json.loads((folder / "node_modules" / name / "package.json").read_text(encoding="utf-8"))["version"]
    return versions


def _run(tool: str, *arguments: str) -> str:
    """What it prints."""
    found = shutil.which(tool)
    if found is None:
        raise _Broken(f"{tool} is not installed")
    try:
        done = subprocess.run(
            (found, *arguments),
            cwd=_ROOT,
            env=_environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _Broken(f"{Path(tool).name} {arguments[0]} took more than {_PATIENCE:g} seconds") from None
    if done.returncode:
        said = " ".join(done.stderr.split())
        cut = said if len(said) <= 2 * _SAID else f"{said[:_SAID]} ... {said[-_SAID:]}"
        raise _Broken(f"{Path(tool).name} {arguments[0]} ended with {done.returncode}: {cut}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Ours, without what turns an SDK elsewhere, and with a way past a proxy to this machine's own servers."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    local = ",".join(filter(None, ("127.0.0.1", kept.get("NO_PROXY", kept.get("no_proxy", "")))))
    # litellm fetches a price table at its import otherwise
    return {**kept, "NO_PROXY": local, "no_proxy": local, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


_HEADINGS = ("figure", "ours us", "theirs us", "ours / theirs", "limit", "", "how it answers")


def as_text(outcomes: Iterable[Outcome]) -> str:
    """The rows as an aligned table; below it what was not measured and why, and the versions."""
    outcomes = [*outcomes]
    cells = [(*_cells(row), one.peer.how) for one in outcomes for row in one.rows]
    lines = [table(_HEADINGS, cells, words=(0, -2, -1))]
    lines += [f"not measured: {one.peer.name}, {work}: {why}" for one in outcomes for work, why in one.refused.items()]
    lines += [f"{one.peer.name}: {', '.join(map(' '.join, one.versions.items()))}" for one in outcomes if one.versions]
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    limit, verdict = ("", "") if row.limit is None else (f"{row.limit:.2f}", "over" if row.over else "ok")
    return (row.figure, f"{row.beside['ours us']:.0f}", f"{row.beside['theirs us']:.0f}", f"{row.value:.2f}", limit, verdict)


def as_json(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The same, by peer."""
    return [
        {
            "peer": one.peer.name,
            "how": one.peer.how,
            "versions": dict(one.versions),
            "rows": [{**asdict(row), "over": row.over} for row in one.rows],
            "not_measured": dict(one.refused),
        }
        for one in outcomes
    ]


def main() -> int:
    """Install, measure, print, and judge; a peer that does not run is no fault of ours."""
    parser = ArgumentParser(
        "python -m tests.bench.elsewhere", description="llm_intercept beside mocks that need an environment of their own."
    )
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK_ROUNDS} rounds instead of {_ROUNDS}, and less exact")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--folder", type=Path, help="make the environments there, and leave them; a temporary folder if not told")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        outcomes = [*contend(PEERS, folder, _QUICK_ROUNDS if options.quick else _ROUNDS)]
    print(as_text(outcomes))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(outcomes), indent=2) + "\n", encoding="utf-8")
    return int(any(row.over for one in outcomes for row in one.rows))


if __name__ == "__main__":
    sys.exit(main())
