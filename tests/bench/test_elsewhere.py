"""The comparison with mocks of other environments, as far as it needs no network."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.bench import elsewhere
from tests.bench.elsewhere import PEERS, Outcome, Peer, as_json, as_text, contend, prepared
from tests.bench.elsewhere_child import measured, told
from tests.bench.elsewhere_sides import CALL, CHUNKS, CONTESTS, PIECES, STREAM, TEXT, Contest, Side, _openai, _ours
from tests.bench.rows import Row

#: Not installed where the tests run, for it wants openai 2.
ABSENT = Peer("openai-responses", "openai", "the same work", {})


def side(stream: Callable[[], Any] = lambda: [*PIECES]) -> Side:
    return Side(lambda work: nullcontext(), {CALL: lambda: [TEXT], STREAM: stream})


def asynchronous(one: Side) -> Side:
    def turned(ask: Callable[[], Any]) -> Callable[[], Any]:
        async def asked() -> Any:
            return ask()

        return asked

    return Side(one.active, {work: turned(ask) for work, ask in one.asks.items()})


@contextmanager
def toy(folder: Path) -> Iterator[Contest]:
    yield Contest(side(), side(lambda: [TEXT]))


def test_every_peer_has_its_contest_and_every_contest_its_peer() -> None:
    assert {peer.contest or peer.name for peer in PEERS} == set(CONTESTS)
    assert len({peer.name for peer in PEERS}) == len(PEERS)
    assert all(peer.needs for peer in PEERS)
    assert [peer.name for peer in PEERS if peer.limit is not None] == ["openai-responses"]


def test_the_text_is_of_as_many_pieces_for_who_splits_at_words_as_for_who_counts_characters() -> None:
    assert len(set(PIECES)) == len(PIECES) == len(TEXT.split()) == CHUNKS
    assert {len(piece) for piece in PIECES} == {3}


def test_both_sides_of_a_contest_are_timed_in_each_round() -> None:
    with closing(asyncio.new_event_loop()) as loop:
        for contest in (Contest(side(), side()), Contest(asynchronous(side()), asynchronous(side()), loop)):
            result = measured(contest, rounds=2)
            assert result["refused"] == {}
            assert {work: {name: len(taken) for name, taken in sides.items()} for work, sides in result["measured"].items()} == {
                CALL: {"ours": 2, "theirs": 2},
                STREAM: {"ours": 2, "theirs": 2},
            }
            assert all(second > 0 for sides in result["measured"].values() for taken in sides.values() for second in taken)


def test_work_that_a_side_does_not_do_is_told_and_the_rest_is_measured() -> None:
    def broken() -> Any:
        raise ValueError("no\n  such " + "thing" * 99)

    result = measured(Contest(side(broken), side(lambda: [TEXT])), rounds=1)
    assert list(result["measured"]) == [CALL]
    said = ("no such " + "thing" * 99)[:200]
    assert result["refused"] == {STREAM: f"ours: ValueError: {said}...; theirs: gave 1 pieces of 600 characters, not 200 of 600"}


def test_through_the_sdk_we_give_what_is_asked_for() -> None:
    result = measured(Contest(_ours(_openai()), side()), rounds=1)
    assert result["refused"] == {}
    assert [*result["measured"]] == [CALL, STREAM]


def test_a_peer_that_cannot_be_installed_or_imported_is_told_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed_if_named(peer: Peer, folder: Path) -> Path:
        return Path(sys.executable) if peer is ABSENT else prepared(peer, folder)

    monkeypatch.setenv("PATH", str(tmp_path))
    uninstallable, absent = contend((PEERS[0], ABSENT), tmp_path, 1, installed_if_named)
    assert uninstallable == Outcome(PEERS[0], refused={"all": "uv is not installed"})
    why = "ModuleNotFoundError: No module named 'openai_responses'"
    assert absent == Outcome(ABSENT, refused={CALL: why, STREAM: why})
    assert as_text([uninstallable, absent]).splitlines()[1:] == [
        "not measured: openai-responses, all: uv is not installed",
        f"not measured: openai-responses, {CALL}: {why}",
        f"not measured: openai-responses, {STREAM}: {why}",
    ]


def test_a_tool_that_fails_or_hangs_is_told_with_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tool(peer: Peer, folder: Path) -> Path:
        elsewhere._run(sys.executable, "-c", peer.how)
        raise AssertionError("it ended well")

    monkeypatch.setattr(elsewhere, "_PATIENCE", 1.0)
    failing, hanging = (
        Peer(name, "toy", how, {})
        for name, how in (("a", "exit('no\\nsuch ' + 'l' * 300 + 'g' * 300)"), ("b", "import time; time.sleep(9)"))
    )
    name = Path(sys.executable).name
    assert [one.refused["all"] for one in contend((failing, hanging), tmp_path, 1, tool)] == [
        f"{name} -c ended with 1: no such {'l' * 192} ... {'g' * 200}",
        f"{name} -c took more than 1 seconds",
    ]


def test_what_a_child_prints_becomes_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(python: str, *arguments: str) -> str:
        if arguments[0] == "-c":
            return "1.2\n"
        *_, contest, folder, rounds = arguments
        return "something that a peer prints\n" + json.dumps(told(contest, Path(folder), int(rounds))) + "\n"

    monkeypatch.setitem(CONTESTS, "toy", toy)
    monkeypatch.setattr(elsewhere, "_run", run)
    peer = Peer("toy-ng", "openai", "as toys do", {"toy": ""}, npm=("@toy/toy",), contest="toy")
    package = tmp_path / "toy-ng" / "node_modules" / "@toy" / "toy" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "3.4"}')
    (outcome,) = contend([peer], tmp_path, 2, lambda peer, folder: Path(sys.executable))
    (row,) = outcome.rows
    assert (row.figure, row.unit, row.limit) == ("openai call, toy-ng", "x", None)
    assert min(row.value, row.beside["ours us"], row.beside["theirs us"]) > 0
    assert [*outcome.refused] == [STREAM]
    assert as_text([outcome]).splitlines()[-1] == "toy-ng: toy 1.2, @toy/toy 3.4"


def test_a_row_is_judged_where_it_has_a_limit() -> None:
    beside = {"ours us": 1100.4, "theirs us": 1000.0}
    rows = tuple(
        Row(name, 1.1004, "x", limit, beside) for name, limit in (("a call, b", 1.0), ("a stream, b", 1.2), ("a c, b", None))
    )
    outcome = Outcome(ABSENT, rows)
    assert [line.split() for line in as_text([outcome]).splitlines()[1:]] == [
        ["a", "call,", "b", "1100", "1000", "1.10", "1.00", "over", "the", "same", "work"],
        ["a", "stream,", "b", "1100", "1000", "1.10", "1.20", "ok", "the", "same", "work"],
        ["a", "c,", "b", "1100", "1000", "1.10", "the", "same", "work"],
    ]
    (one,) = json.loads(json.dumps(as_json([outcome])))
    assert [(row["over"], row["value"], row["beside"]) for row in one["rows"]] == [
        (True, 1.1004, beside),
        (False, 1.1004, beside),
        (False, 1.1004, beside),
    ]
