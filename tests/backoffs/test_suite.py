"""Every named error and every fault, with every SDK and its own retries: on a virtual clock all of it takes next to no time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import llm_intercept
from llm_intercept import intercept, pause, reply
from llm_intercept.replies import failures, faults
from tests.backoffs.sdks import ASKS, made

ERRORS = {name: getattr(failures, name)() for name in failures.STATUSES}
FAULTS = {name: reply("Once upon a time.", getattr(faults, name)()) for name in faults.__all__ if name in llm_intercept.__all__}
SUITE = {**ERRORS, **FAULTS, "an hour": reply(pause(3600), "Late.")}


def test_the_whole_fault_suite_waits_for_nothing(record_property: Callable[[str, object], None]) -> None:
    attempts, passed = 0, 0.0
    with made() as asks:
        assert set(asks) == set(ASKS)
        with intercept(contract="off"):
            for ask in asks.values():
                ask(False)  # what is imported and made at the first call is no waiting
        began = time.perf_counter()
        for ask in asks.values():
            for name, said in SUITE.items():
                with intercept(said, clock="virtual", contract="off") as llm:
                    for stream in (False, True):
                        with suppress(Exception):  # each SDK's own; tests/errors and tests/transports look at them
                            ask(stream)
                    assert llm.calls.total >= 2, name
                    attempts, passed = attempts + llm.calls.total, passed + llm.clock.elapsed
        took = time.perf_counter() - began
    record_property("told", f"{attempts} attempts, {passed:.0f} s of virtual time, in {took:.1f} s")
    assert passed > 3600 * len(ASKS)
    assert took < 120  # leniently, for a machine that is busy: it is some four seconds, and one hour of it alone would be more
