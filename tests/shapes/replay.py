"""Recorded calls asked again: the recorded request, posted to an interceptor that says what the recorded answer said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from llm_intercept import Interceptor
from llm_intercept.errors import CannotSay, InterceptFailure, UnknownEndpoint
from tests.shapes import meaning
from tests.shapes.kinds import shapes
from tests.shapes.recording import Document, Kind, Recording, documents, recordings
from tests.shapes.shape import Shape, compare
from tests.shapes.wires import Wire, elsewhere, wire_of

__all__ = ["LEAST", "Report", "Tally", "ask", "replayed", "told"]

#: The share of paths, either way, under which a replay fails.
LEAST = 0.97

NOTHING = Shape({}, {})


@dataclass
class Tally:
    """One kind: how many paths were looked for and lacked, how many ours has and nobody knows, and which, by recording."""

    answers: int = 0
    expected: int = 0
    ours: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    surplus: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def had(self) -> float:
        """The share of the paths that every real answer has which ours has."""
        return _share(self.expected - self.missing.total(), self.expected)

    @property
    def known(self) -> float:
        """The share of our paths that a real answer or the model has."""
        return _share(self.ours - self.surplus.total(), self.ours)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.answers + other.answers,
            self.expected + other.expected,
            self.ours + other.ours,
            self.missing + other.missing,
            self.surplus + other.surplus,
            self.refused + other.refused,
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


@dataclass
class Report:
    """What came of a directory's calls. `notes` are by recording; `lacking` and `more` count events, by kind."""

    tallies: dict[Kind, Tally] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    lacking: Counter[Kind] = field(default_factory=Counter)
    more: Counter[Kind] = field(default_factory=Counter)

    @property
    def whole(self) -> Tally:
        """All kinds together."""
        return sum(self.tallies.values(), Tally())

    @property
    def passed(self) -> bool:
        """Whether both shares are large enough."""
        return min(self.whole.had, self.whole.known) >= LEAST


def replayed(folder: Path, provider: str | None = None) -> Report:
    """Ask every recorded call of a directory again, and compare."""
    found = [one for one in recordings(folder) if provider in (None, one.provider)]
    real = shapes(found)
    report = Report()
    for recording in found:
        _replay(recording, real, report)
    report.tallies = dict(sorted(report.tallies.items()))
    return report


def _replay(recording: Recording, real: Mapping[Kind, Shape], report: Report) -> None:
    name = f"{recording.provider}/{recording.path.name}"
    wire = wire_of(recording.url)
    if wire is None and (elsewhere(recording.url) or recording.asked is None):
        report.elsewhere[f"{recording.provider} {recording.operation}"] += 1
        return
    ours: list[Document] = []
    try:
        ours = _answered(recording, wire, report, name)
    except UnknownEndpoint:
        if wire is None and elsewhere(recording.url):
            report.elsewhere[f"{recording.provider} {recording.operation}"] += 1
            return
        report.notes.append((name, "not answered: no dialect knows it"))
    except (InterceptFailure, Exception) as failure:
        # A bug of ours in one call must not hide what the other calls tell.
        report.notes.append((name, f"{type(failure).__name__}: {failure}"))
    _compare(recording, wire, ours, real, report)


def _answered(recording: Recording, wire: Wire | None, report: Report, name: str) -> list[Document]:
    """Our documents, said as recorded, or else the default."""
    values = [document.value for document in recording.documents]
    said: Any = None
    try:
        if recording.status >= 400:
            said = meaning.failure(recording.status, values)
        elif wire is not None and wire.reader is not None:
            said = meaning.saying(wire.reader, values)
    except (TypeError, ValueError, LookupError, AttributeError) as unread:
        report.notes.append((name, f"its meaning cannot be told, the default is said: {type(unread).__name__}: {unread}"))
    try:
        return ask(recording, said)
    except CannotSay as failure:
        report.notes.append((name, f"cannot say what was recorded, the default is said: {str(failure).splitlines()[0]}"))
        return ask(recording, None)


def ask(recording: Recording, said: Any) -> list[Document]:
    """The documents of our answer to a recorded request; None says the default."""
    llm = Interceptor(*(() if said is None else (said,)), contract="off")
    accept = str(recording.call["response"].get("content-type") or "*/*").partition(";")[0]
    headers = {"content-type": "application/json", "accept": accept}
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        response = client.request(recording.method, recording.url, content=_content(recording), headers=headers)
        return [*documents(response.status_code, response.headers.get("content-type", ""), response.content)]


def _content(recording: Recording) -> bytes:
    """The request's body. Where none was kept, one that asks for the same."""
    asked = recording.asked
    if asked is None and recording.method == "POST":
        answer = next((one.value for one in recording.documents if isinstance(one.value, dict)), {})
        streams = any(document.part.startswith("event") for document in recording.documents)
        asked = {"model": answer.get("model") or "model", "messages": [{"role": "user", "content": "?"}], "stream": streams}
    if asked is None:
        return b""
    return asked.encode() if isinstance(asked, str) else json.dumps(asked).encode()


def _parts(given: list[Document] | tuple[Document, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for document in given:
        found.setdefault(document.part, []).append(document.value)
    return found


def _compare(recording: Recording, wire: Wire | None, ours: list[Document], real: Mapping[Kind, Shape], report: Report) -> None:
    theirs, answered = _parts(recording.documents), _parts(ours)
    name = f"{recording.provider}/{recording.path.name}"
    if ours and ("error" in answered) != ("error" in theirs):
        report.notes.append((name, f"was answered {recording.status}, ours: {json.dumps(ours[0].value)[:200]}"))
    for part in theirs.keys() - answered.keys():
        kind = Kind(recording.provider, recording.operation, part)
        if part.startswith("event") and any(one.startswith("event") for one in answered):
            report.lacking[kind] += 1  # a ping, a pause: not every stream has each
            continue
        tally = report.tallies.setdefault(kind, Tally())
        lost = [path for path in real[kind].always if real[kind].expected(path, {"": {"object"}})]
        tally.expected += len(lost)
        tally.missing.update(lost)
    for part, values in answered.items():
        kind = Kind(recording.provider, recording.operation, part)
        judge = wire.judge(part) if wire else None
        if part not in theirs:
            report.more[kind] += 1
        if kind not in real and judge is None:
            continue  # nobody can tell
        compared = compare(real.get(kind, NOTHING), values, judge.check if judge else None)
        if kind not in real and compared.refused:
            report.notes.append((name, f"{part}: {compared.refused[0]}"))
            continue
        tally = report.tallies.setdefault(kind, Tally())
        tally.answers += 1
        tally.expected += compared.expected
        tally.ours += compared.had
        tally.missing.update(compared.missing)
        tally.surplus.update(compared.surplus)
        tally.refused.update({why.splitlines()[0] for why in compared.refused})


def told(report: Report, *, verbose: bool = False) -> str:
    """The report as text."""
    return "\n".join([*_told(report, verbose)]) + "\n"


def _told(report: Report, verbose: bool) -> Iterator[str]:
    yield f"{'kind':88} answers  had  known"
    for kind, tally in report.tallies.items():
        yield f"{kind!s:88} {tally.answers:7} {tally.had:5.0%} {tally.known:5.0%}"
        if verbose or (tally.answers and min(tally.had, tally.known) < LEAST):
            yield from (f"    lacks {path} ({count})" for path, count in sorted(tally.missing.items()))
            yield from (f"    alone {path} ({count})" for path, count in sorted(tally.surplus.items()))
        if verbose:
            yield from (f"    refused by the model: {why} ({count})" for why, count in tally.refused.items())
    if verbose:
        yield from (f"recorded, and not among ours: {kind} ({count})" for kind, count in sorted(report.lacking.items()))
        yield from (f"ours, and not in that recording: {kind} ({count})" for kind, count in sorted(report.more.items()))
    yield from (f"{name}: {note}" for name, note in report.notes)
    yield from (f"for other issues: {name} ({count})" for name, count in sorted(report.elsewhere.items()))
    by: dict[str, Tally] = {}
    for kind, tally in report.tallies.items():
        by[kind.provider] = by.get(kind.provider, Tally()) + tally
    for provider, tally in {**by, "all": report.whole}.items():
        yield f"{provider:20} of what real answers always have, ours has {tally.had:.1%}; of ours, known {tally.known:.1%}"
    yield "passed" if report.passed else f"failed: under {LEAST:.0%}"
