"""The clock: what waiting costs, really and virtually, and that the process's own clocks are nobody's business."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import openai
import pytest
import trio

from llm_intercept import Interceptor, Limits, Pace, error, intercept, pause, reply, wrap

HOUR = 3600.0
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "timeout": None}


@pytest.fixture
def client() -> openai.OpenAI:
    return openai.OpenAI(api_key="k", max_retries=0)


def test_a_virtual_pause_takes_no_time_and_is_told(client: openai.OpenAI) -> None:
    began = time.perf_counter()
    with intercept(reply("Once ", pause(HOUR), "upon a time.", delay=HOUR), clock="virtual") as llm:
        client.chat.completions.create(**ASKED)
        assert llm.clock.elapsed == 2 * HOUR
        for _ in client.chat.completions.create(**ASKED, stream=True):
            pass
    assert llm.clock.elapsed == 4 * HOUR
    assert time.perf_counter() - began < 60


def test_virtual_time_stands_still_but_for_what_is_waited_for(client: openai.OpenAI) -> None:
    with intercept(reply("Late.", delay=7), clock="virtual") as llm:
        began = llm.clock.now()
        assert abs(time.time() - began) < 60
        for _ in range(3):
            client.chat.completions.create(**ASKED)
        llm.clock.advance(1)
        client.chat.completions.create(**ASKED)
    assert [entry.at - began for entry in llm.calls] == [0, pytest.approx(7), pytest.approx(14), pytest.approx(22)]


def test_a_pace_on_the_real_clock_is_what_it_says() -> None:
    """Leniently, for a machine that is busy: half of the gaps may be late. Narrowly, in `nox -s bench`."""
    gaps: list[float] = []
    with intercept(reply("abc" * 21, pace=Pace(tokens_per_second=20))) as llm, httpx2.Client() as http:
        with http.stream("POST", "https://api.openai.com/v1/chat/completions", json=ASKED | {"stream": True}) as answer:
            before = time.perf_counter()
            for _ in answer.iter_raw():
                now = time.perf_counter()
                gaps, before = [*gaps, now - before], now
        waited = sorted(gap for gap in gaps if gap > 0.02)
        assert len(waited) == 20
        assert waited[0] >= 0.049
        assert waited[5] < 0.1
        assert llm.clock.elapsed == pytest.approx(1)


def test_a_real_clock_cannot_be_advanced() -> None:
    with pytest.raises(TypeError) as refused:
        Interceptor().clock.advance(1)
    assert str(refused.value) == "real time cannot be advanced: intercept(clock='virtual')"


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_time_does_not_go_back_nor_to_its_end(seconds: float) -> None:
    with pytest.raises(ValueError) as refused:
        Interceptor(clock="virtual").clock.advance(seconds)
    assert str(refused.value) == f"advance({seconds!r}): a time of 0 or more seconds is wanted"


def test_a_clock_tells_what_it_is() -> None:
    assert repr(Interceptor().clock) == "<real clock, 0 s elapsed>"
    llm = Interceptor(clock="virtual")
    llm.clock.advance(1.5)
    assert repr(llm.clock) == "<virtual clock, 1.5 s elapsed>"


def test_a_clock_of_ones_own_tells_the_time_and_waits_really(client: openai.OpenAI) -> None:
    with intercept(reply("a", delay=0.01), clock=lambda: 7.0) as llm:
        client.chat.completions.create(**ASKED)
    assert (llm.calls[0].at, llm.clock.now(), llm.clock.elapsed) == (7.0, 7.0, 0.01)


def test_time_goes_on_in_the_next_block_and_starts_over_at_a_reset(client: openai.OpenAI) -> None:
    llm = intercept(reply("a", delay=2), clock="virtual")
    for expected in (2, 4):
        with llm:
            client.chat.completions.create(**ASKED)
        assert llm.clock.elapsed == expected
    llm.reset()
    assert llm.clock.elapsed == 0


def test_calls_at_the_same_time_add_up(client: openai.OpenAI) -> None:
    with intercept(reply("a", delay=1), clock="virtual") as llm, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.chat.completions.create(**ASKED), range(64)))
    assert llm.clock.elapsed == 64


@pytest.mark.parametrize("run", [asyncio.run, trio.run], ids=["asyncio", "trio"])
def test_others_get_their_turn_in_a_virtual_pause(run: Any) -> None:
    async def ask() -> list[str]:
        happened: list[str] = []
        async with httpx2.AsyncClient(timeout=None) as http:

            async def asking() -> None:
                await http.post("https://api.openai.com/v1/chat/completions", json=ASKED)
                happened.append("answered")

            async def other() -> None:
                happened.append("other")

            if run is trio.run:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(asking)
                    await trio.lowlevel.checkpoint()
                    nursery.start_soon(other)
            else:
                await asyncio.gather(asking(), other())
        return happened

    with intercept(reply("a", delay=HOUR), clock="virtual") as llm:
        assert run(ask) == ["other", "answered"] if run is trio.run else asyncio.run(ask()) == ["other", "answered"]
        assert llm.clock.elapsed == HOUR


def test_the_innermost_interceptors_clock_is_the_one(client: openai.OpenAI) -> None:
    with intercept(clock="virtual") as outer:
        outer.on("Hi").reply("a", delay=5)
        with intercept(default=None, clock="virtual") as inner:
            client.chat.completions.create(**ASKED)
    assert (inner.clock.elapsed, outer.clock.elapsed) == (5, 0)


def test_a_wrapped_client_has_its_own(client: openai.OpenAI) -> None:
    with wrap(client, reply("a", delay=5), clock="virtual") as llm:
        client.chat.completions.create(**ASKED)
    assert llm.clock.elapsed == 5


def test_limits_fill_again_as_virtual_time_passes(client: openai.OpenAI) -> None:
    with intercept(clock="virtual", limits=Limits(rpm=1)) as llm:
        client.chat.completions.create(**ASKED)
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**ASKED)
        llm.clock.advance(60)
        client.chat.completions.create(**ASKED)


def test_waits_are_judged_by_virtual_time(client: openai.OpenAI) -> None:
    for waited, verdict in ((4, False), (7, True)):
        with intercept(error(429, retry_after=7), "a", clock="virtual") as llm:
            with pytest.raises(openai.RateLimitError):
                client.chat.completions.create(**ASKED)
            llm.clock.advance(waited)
            client.chat.completions.create(**ASKED)
            assert llm.resilience().ok is verdict


def test_the_process_keeps_its_own_clocks() -> None:
    names = ["sleep", "time", "monotonic", "perf_counter"]
    own = [getattr(time, name) for name in names] + [asyncio.sleep, trio.sleep]
    with intercept(clock="virtual"):
        assert [getattr(time, name) for name in names] + [asyncio.sleep, trio.sleep] == own
