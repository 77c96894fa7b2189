"""Every body and every event is what the installed SDK's models say, and what is not stands in a table, with its reason."""

from __future__ import annotations

import pytest

from llm_intercept.doctor.wires.exceptions import MODELLED, REFUSED, UNKNOWN, UNSAID, Known, expected
from llm_intercept.doctor.wires.operations import WIRES
from llm_intercept.doctor.wires.replies import REPLIES
from tests.majors.judged import PARTS, Judged, installed, judged, major

each = pytest.mark.parametrize(("kind", "part"), [(name, part) for name, kind in WIRES.items() for part in kind.parts])


def found(kind: str, part: str) -> Judged:
    """What was found, where there is an SDK, of a major that has models of it."""
    sdk = WIRES[kind].sdk
    if not installed(sdk):
        pytest.skip(f"{sdk} is not installed")
    if major(sdk) not in MODELLED.get(kind, range(100)):
        pytest.skip(f"{sdk} {major(sdk)} has no models of it")
    return judged(kind, part)


def listed(table: tuple[Known, ...], kind: str, part: str) -> set[str]:
    """What a table has of it, for the major that is installed."""
    return expected(table, kind, part, major(WIRES[kind].sdk))


@each
def test_no_model_refuses_a_document(kind: str, part: str) -> None:
    refused = found(kind, part).refused
    assert {at: why for at, why in refused.items() if at not in listed(REFUSED, kind, part)} == {}
    assert listed(REFUSED, kind, part) - {*refused} == set(), "listed in vain"


@each
def test_no_model_misses_a_path(kind: str, part: str) -> None:
    unknown = found(kind, part).unknown
    assert {at: where for at, where in unknown.items() if at not in listed(UNKNOWN, kind, part)} == {}
    assert listed(UNKNOWN, kind, part) - {*unknown} == set(), "listed in vain"


@each
def test_what_cannot_be_said_is_known(kind: str, part: str) -> None:
    unsaid = found(kind, part).unsaid
    assert {said: why for said, why in unsaid.items() if said not in listed(UNSAID, kind, part)} == {}
    assert listed(UNSAID, kind, part) - {*unsaid} == set(), "listed in vain"


@each
def test_most_replies_were_judged(kind: str, part: str) -> None:
    said = WIRES[kind].said
    assert found(kind, part).documents >= len(REPLIES if said is None else said) / 4


@pytest.mark.parametrize("table", [UNKNOWN, REFUSED, UNSAID], ids=["unknown", "refused", "unsaid"])
def test_every_exception_names_kinds_that_are_there(table: tuple[Known, ...]) -> None:
    for entry in table:
        assert {*entry.kinds} <= {*WIRES}
        assert {*entry.parts} <= {*PARTS, "error"}
        assert entry.why
        assert entry.found
