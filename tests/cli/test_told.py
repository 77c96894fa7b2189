"""The line that `llm-intercept run` ends with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llm_intercept.cli.told import Told

CALL = {"at": 0.0, "outcome": "complete"}
MISS = {"at": 0.0, "outcome": "missed"}


@pytest.mark.parametrize(
    ("calls", "swallowed", "told"),
    [
        ({}, 0, "0 LLM calls"),
        ({7: [CALL]}, 0, "1 LLM call"),
        ({7: [CALL, MISS]}, 0, "2 LLM calls, 1 of them not answered"),
        ({7: [CALL]}, 1, "1 LLM call, 1 failure swallowed"),
        (
            {7: [CALL, MISS], 8: [MISS]},
            2,
            "3 LLM calls in 2 processes, 2 of them not answered, 2 failures swallowed (2 in 7, 1 in 8)",
        ),
        (
            {number: [CALL] for number in range(1, 8)},
            0,
            "7 LLM calls in 7 processes (1 in 1, 1 in 2, 1 in 3, 1 in 4, 1 in 5, 2 more)",
        ),
    ],
)
def test_it_tells_what_happened(calls: dict[int, list[dict[str, Any]]], swallowed: int, told: str) -> None:
    happened = Told(0, calls, swallowed)
    assert str(happened) == told
    assert happened.wrong is ("answered" in told or "swallowed" in told)


def test_two_processes_of_one_number_are_told_together(tmp_path: Path) -> None:
    call = '{"v": 1, "at": 1.0, "outcome": "complete"}\n'
    for name in ("7-aa.calls", "7-bb.calls", "8-cc.calls"):
        (tmp_path / name).write_text(call)
    (tmp_path / "9-half").write_text(call[:9])
    assert Told.of(0, tmp_path).as_json()["processes"] == [{"pid": 7, "calls": 2}, {"pid": 8, "calls": 1}]
