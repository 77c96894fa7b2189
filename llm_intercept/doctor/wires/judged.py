"""Every reply posted to a wire, and what its judge said of every document."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_intercept.doctor.judges import Judge
from llm_intercept.doctor.wires.decoding import documents
from llm_intercept.doctor.wires.kinds import Kind
from llm_intercept.doctor.wires.posted import posted
from llm_intercept.errors import CannotSay
from llm_intercept.replies.reply import error

__all__ = ["PARTS", "STATUSES", "Judged", "findings", "refusals"]

PARTS = ("body", "event")

#: The statuses with which providers refuse.
STATUSES = (400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529)


@dataclass
class Judged:
    """What came of one kind's bodies, events or errors: each finding with where it was found first."""

    documents: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    unsaid: dict[str, str] = field(default_factory=dict)

    def judge(self, judge: Judge, document: Any, where: str) -> None:
        """One more document."""
        self.documents += 1
        try:
            unknown = judge.check(json.dumps(document).encode())
        except ValueError as why:
            # Where, and the value; not what stands there instead, which is longer with each release.
            self.refused.setdefault(str(why).splitlines()[0].partition(" is n")[0], f"{where}: {why}: {json.dumps(document)}")
            return
        for path in unknown:
            self.unknown.setdefault(path, f"{where}: {json.dumps(document)}")


def findings(kind: Kind, part: str, judge: Judge, replies: Mapping[str, Any], brief: Collection[str] | None = None) -> Judged:
    """Every reply to every request of a kind; where there are `brief` ones, only those to more than its plain request."""
    found = Judged()
    for said, given in ({**replies, **kind.own} if kind.said is None else kind.said).items():
        refused: dict[str, str] = {}
        for asked in ("plain", *kind.more) if brief is None or kind.said is not None or said in {*brief, *kind.own} else ("plain",):
            try:
                answered = _answered(kind, asked, part, given)
            except CannotSay as why:
                refused[asked] = str(why).splitlines()[0]
                continue
            for document in answered:
                found.judge(judge, document, f"{asked}, {said}")
        if refused:
            unless = [asked for asked in ("plain", *kind.more) if asked not in refused]
            found.unsaid[f"{said}, unless asked for: {', '.join(unless)}" if unless else said] = next(iter(refused.values()))
    return found


def refusals(kind: Kind, judge: Judge) -> Judged:
    """An error of every status, as a kind is told of it."""
    found = Judged()
    for status in STATUSES:
        for document in _answered(kind, "plain", "body", error(status), status):
            found.judge(judge, document, f"status {status}")
    return found


def _answered(kind: Kind, asked: str, part: str, said: Any, status: int = 200) -> list[Any]:
    """The documents of an answer."""
    url, body = kind.request(asked, part)
    response = posted(said, url, body, kind.accept)
    if response.status != status:
        raise ValueError(f"{url}, {asked}: status {response.status}, {response.body!r}")
    types = [value.decode() for name, value in response.headers if name.lower() == b"content-type"]
    return documents(types[0], response.body)
