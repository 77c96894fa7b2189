"""What is right of a wire, and what is not: its models' findings, less those that are known and have their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_intercept.doctor.installed import major, ordered
from llm_intercept.doctor.judges import Judge
from llm_intercept.doctor.report import Wire
from llm_intercept.doctor.wires.exceptions import KNOWN, MODELLED, REFUSED, UNKNOWN, expected
from llm_intercept.doctor.wires.judged import Judged, findings, refusals
from llm_intercept.doctor.wires.kinds import Kind
from llm_intercept.doctor.wires.replies import BRIEF, REPLIES

__all__ = ["judged"]


def judged(name: str, kind: Kind, judges: Mapping[str, Judge], version: str) -> Iterator[Wire]:
    """A verdict on each part of a wire: its bodies, its events and its errors, as far as this version has models of them."""
    if major(version) not in MODELLED.get(name, range(100)):
        return
    for part in (*kind.parts, "error"):
        model = f"{kind.judge} {part}"
        if part == "error" and (model not in judges or not kind.refuses):
            continue
        try:
            yield _verdict(name, kind, part, judges[model], version)
        except Exception as error:  # whatever it is: it is what the user is told, in the place of a verdict
            yield Wire(name, part, wrong=(f"{type(error).__name__}: {error}",))


def _verdict(name: str, kind: Kind, part: str, judge: Judge, version: str) -> Wire:
    found: Judged = refusals(kind, judge) if part == "error" else findings(kind, part, judge, REPLIES, BRIEF)
    numbers = major(version)
    refused = {*found.refused} - expected(REFUSED, name, part, numbers)
    unknown = {*found.unknown} - expected(UNKNOWN, name, part, numbers)
    wrong = [f"its model refuses {found.refused[at]}" for at in sorted(refused)]
    # An older model may miss what has come since; one that is no older has lost it, or never had it.
    if ordered(version) < ordered(KNOWN[kind.sdk]):
        return Wire(name, part, found.documents, tuple(wrong), tuple(sorted(unknown)))
    wrong += [f"its model does not know {at}: {found.unknown[at]}" for at in sorted(unknown)]
    return Wire(name, part, found.documents, tuple(wrong))
