"""`activate` and `deactivate`: the whole process, on and off."""

from __future__ import annotations

import threading

import pytest

from llm_intercept import UnansweredCall, activate, deactivate, intercept
from tests.activation.asking import ask, process


def test_activate_answers_until_deactivate() -> None:
    before = process()
    llm = activate("Paris.")
    assert ask() == "Paris."
    deactivate()
    assert process() == before
    assert len(llm.calls) == 1


def test_a_second_activate_replaces_the_first() -> None:
    before = process()
    first, second = activate("First."), activate("Second.")
    assert ask() == "Second."
    deactivate()
    assert process() == before
    assert (len(first.calls), len(second.calls)) == (0, 1)


def test_a_replaced_one_does_not_raise_what_was_pending() -> None:
    first = activate(default=None)
    with pytest.raises(UnansweredCall):
        ask()
    activate("Second.")
    assert len(first.failures) == 1
    deactivate()


def test_deactivate_when_off_does_nothing() -> None:
    before = process()
    deactivate()
    deactivate()
    assert process() == before


def test_deactivate_raises_what_nobody_has_seen_and_is_off_then() -> None:
    before = process()
    llm = activate(default=None)
    with pytest.raises(UnansweredCall):
        ask()
    with pytest.raises(UnansweredCall) as raised:
        deactivate()
    assert raised.value is llm.failures[0]
    assert process() == before
    deactivate()


def test_a_wrong_option_leaves_the_first_active() -> None:
    activate("First.")
    with pytest.raises(TypeError):
        activate("Second.", sope="task")
    assert ask() == "First."
    deactivate()


def test_a_block_within_is_asked_first() -> None:
    activate("Outer.")
    with intercept("Inner."):
        assert ask() == "Inner."
    assert ask() == "Outer."
    deactivate()


def test_activated_in_one_thread_and_deactivated_in_another() -> None:
    before = process()
    for step in (lambda: activate("Anywhere."), deactivate):
        thread = threading.Thread(target=step)
        thread.start()
        thread.join()
        if step is not deactivate:
            assert ask() == "Anywhere."
    assert process() == before


def test_activated_from_many_threads_the_last_one_remains_alone() -> None:
    before = process()
    threads = [threading.Thread(target=activate, args=(f"{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask() in {f"{number}" for number in range(8)}
    deactivate()
    assert process() == before
