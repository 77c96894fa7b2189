"""A minute's allowance: how it empties, how it fills again, and how long one has to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.limits.bucket import Bucket, Level


def test_a_fresh_one_is_full() -> None:
    assert Bucket(60, 0.0).level == Level(60, 60, 0.0, 0.0)


def test_what_is_taken_comes_back_a_share_of_a_minute_for_each() -> None:
    bucket = Bucket(3, 100.0)
    for left in (2, 1, 0):
        assert bucket.wait(1, 100.0) == 0
        bucket.take(1)
        assert bucket.level.left == left
    assert bucket.wait(1, 100.0) == pytest.approx(20)
    assert bucket.wait(1, 110.0) == pytest.approx(10)
    assert bucket.wait(1, 120.0) == 0
    assert bucket.level == Level(3, 1, 120.0, 40.0)


def test_it_never_holds_more_than_its_limit() -> None:
    bucket = Bucket(3, 0.0)
    bucket.take(1)
    assert bucket.wait(3, 1e9) == 0
    assert bucket.level.left == 3
    bucket.take(-5)
    assert bucket.level.left == 3


def test_what_is_more_than_its_limit_never_comes() -> None:
    assert Bucket(3, 0.0).wait(4, 1e9) is None


def test_what_is_owed_is_filled_up_first() -> None:
    bucket = Bucket(60, 0.0)
    bucket.take(90)
    assert bucket.level == Level(60, 0, 0.0, 90.0)
    assert bucket.wait(1, 0.0) == pytest.approx(31)


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = Bucket(60, 100.0)
    bucket.take(60)
    assert bucket.wait(1, 50.0) == pytest.approx(1)
    assert bucket.level.at == 100.0


@given(st.integers(1, 100_000), st.lists(st.floats(0, 30), max_size=60))
def test_who_waits_as_told_is_let_in_and_no_minute_has_more_than_its_share(limit: int, gaps: list[float]) -> None:
    now, bucket, taken = 1_790_000_000.0, Bucket(limit, 1_790_000_000.0), []
    for gap in gaps:
        now += gap
        wait = bucket.wait(1, now)
        assert wait is not None
        now += wait
        assert bucket.wait(1, now) == 0
        bucket.take(1)
        taken.append(now)
    spent = taken[-1] - taken[0] if taken else 0
    assert len(taken) <= limit + spent * limit / 60 + 1
