"""What a provider would have kept: found by id, gone only when it was deleted here, bounded."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from llm_intercept import memory
from llm_intercept.memory import Memory, Nested, Past


@dataclass
class Around:
    """One interceptor."""

    memory: Memory = field(default_factory=Memory)


@pytest.fixture(params=["alone", "nested"])
def past(request: pytest.FixtureRequest) -> Past:
    return Memory() if request.param == "alone" else Nested([Around(), Around()])


def test_what_was_kept_is_found_and_nothing_else(past: Past) -> None:
    past.keep("a", 1)
    assert (past.find("a"), past.find("b")) == (1, None)
    assert not past.gone("b")


def test_what_was_deleted_is_gone_known_or_not(past: Past) -> None:
    past.keep("a", 1)
    past.forget("a")
    past.forget("b")
    assert (past.find("a"), past.gone("a"), past.gone("b")) == (None, True, True)


def test_what_is_kept_again_is_there_again(past: Past) -> None:
    past.forget("a")
    past.keep("a", 2)
    assert (past.find("a"), past.gone("a")) == (2, False)


def test_a_call_finds_what_the_interceptors_around_its_own_have_kept() -> None:
    inner, outer = Around(), Around()
    Nested([outer]).keep("a", 1)
    past = Nested([inner, outer])
    assert past.find("a") == 1
    past.forget("a")
    assert (past.find("a"), past.gone("a")) == (None, True)
    assert Nested([outer]).find("a") == 1  # what was deleted inside a block is there after it


def test_a_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 2)
    kept = Memory()
    for number in range(4):
        kept.keep(f"kept {number}", number)
        kept.forget(f"gone {number}")
    assert [kept.find(f"kept {number}") for number in range(4)] == [None, None, 2, 3]
    assert [kept.gone(f"gone {number}") for number in range(4)] == [False, False, True, True]
