"""A wait before a retry is noted and skipped at its own place, exactly as long as was asked, and nowhere else."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import litellm
import openai
import pytest
import stamina
import tenacity
import trio
import urllib3
from mistralai.client import Mistral
from mistralai.client.utils import BackoffStrategy, RetryConfig

from llm_intercept import error, intercept, overloaded, rate_limit, wrap
from llm_intercept.transports import BACKOFFS
from llm_intercept.transports.backoffs import patches
from tests.backoffs.sdks import BODY, MESSAGES, URL, made

ASKED: dict[str, Any] = {"model": "m", "messages": MESSAGES}


def installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in BACKOFFS.items() for name in names])
def test_each_place_is_where_the_table_says(module: str, name: str) -> None:
    if not installed(module):
        pytest.skip("not installed; nox -s everywhere has it")
    owner: Any = import_module(module)
    for step in name.split("."):
        assert hasattr(owner, step), f"{module} has no {name} any more: its waits are elsewhere"
        owner = getattr(owner, step)
    if inspect.ismodule(owner) and module != "tenacity":
        assert f"{name}.sleep(" in inspect.getsource(import_module(module)), f"{module} does not wait by {name}.sleep any more"


def test_the_guide_lists_every_place() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
    rows = [f"| `{module}` | {', '.join(f'`{name}`' for name in names)} |" for module, names in BACKOFFS.items()]
    assert [line for line in guide.splitlines() if line in rows] == rows


@pytest.mark.parametrize("name", ["openai", "openai, async", "anthropic", "anthropic, async", "groq", "groq, async", "litellm"])
def test_what_is_asked_for_is_what_elapses(name: str) -> None:
    with made() as asks, intercept(rate_limit(30), rate_limit(40), "Sunny.", clock="virtual") as llm:
        asks[name](False)
        assert llm.calls.total == 3
        assert llm.clock.elapsed == pytest.approx(70, abs=0.5)
        assert llm.resilience().ok


@pytest.mark.parametrize(
    ("name", "attempts", "at_least"),
    [
        ("cohere", 3, 50), ("cohere, async", 3, 50), ("google-genai, retrying", 3, 2), ("google-genai, async", 3, 2),
        ("boto3", 3, 0), ("urllib3", 3, 59),
    ],
)  # fmt: skip
def test_the_others_wait_as_they_will(name: str, attempts: int, at_least: float) -> None:
    began = time.perf_counter()
    with made() as asks, intercept(overloaded(retry_after=30), overloaded(retry_after=30), "Sunny.", clock="virtual") as llm:
        asks[name](False)
        assert llm.calls.total == attempts
        assert llm.clock.elapsed > at_least
    assert time.perf_counter() - began < 15


def test_who_gives_up_after_a_time_does_so_by_virtual_time() -> None:
    config = RetryConfig("backoff", BackoffStrategy(500, 60_000, 2, 100_000), retry_connection_errors=True)
    with intercept(overloaded(retry_after=40), clock="virtual") as llm, Mistral(api_key="k", retry_config=config) as client:
        with pytest.raises(Exception, match="capacity exceeded"):
            client.chat.complete(**ASKED)
        assert llm.calls.total == 4
        assert llm.clock.elapsed == 120


def post() -> None:
    with httpx2.Client() as http:
        http.post(URL, json=BODY).raise_for_status()


async def post_async() -> None:
    async with httpx2.AsyncClient() as http:
        (await http.post(URL, json=BODY)).raise_for_status()


WAITING: dict[str, Any] = {"wait": tenacity.wait_fixed(600), "stop": tenacity.stop_after_attempt(3)}
#: Decorated before anything is active.
RETRIED, RETRIED_ASYNC = tenacity.retry(**WAITING)(post), tenacity.retry(**WAITING)(post_async)


@pytest.mark.parametrize(
    "ask", [RETRIED, lambda: asyncio.run(RETRIED_ASYNC()), lambda: trio.run(RETRIED_ASYNC)], ids=["sync", "asyncio", "trio"]
)
def test_tenacitys_waits_around_a_call_are_skipped(ask: Any) -> None:
    with intercept(error(500), error(500), "Sunny.", clock="virtual") as llm:
        ask()
        assert (llm.calls.total, llm.clock.elapsed) == (3, 1200)


STAMINA: dict[str, Any] = {
    "on": httpx2.HTTPStatusError, "attempts": 3, "timeout": None, "wait_initial": 600, "wait_max": 600, "wait_jitter": 0,
}  # fmt: skip
TRIED, TRIED_ASYNC = stamina.retry(**STAMINA)(post), stamina.retry(**STAMINA)(post_async)


def in_contexts() -> None:
    for attempt in stamina.retry_context(**STAMINA):
        with attempt:
            post()


@pytest.mark.parametrize(
    "ask", [TRIED, in_contexts, lambda: asyncio.run(TRIED_ASYNC()), lambda: trio.run(TRIED_ASYNC)],
    ids=["sync", "context", "asyncio", "trio"],
)  # fmt: skip
def test_staminas_waits_around_a_call_are_skipped(ask: Any) -> None:
    with intercept(error(500), error(500), "Sunny.", clock="virtual") as llm:
        ask()
        assert (llm.calls.total, llm.clock.elapsed) == (3, 1200)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a task that logs what an earlier loop did
@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_waits_of_litellms_router_are_skipped(asynchronous: bool) -> None:
    deployments = [{"model_name": "m", "litellm_params": {"model": "openai/m", "api_key": "k"}}]
    router: Any = litellm.Router(deployments, num_retries=2, retry_after=600)
    with intercept(error(500), error(500), "Sunny.", clock="virtual") as llm:
        if asynchronous:
            asyncio.run(router.acompletion("m", MESSAGES))
        else:
            router.completion("m", MESSAGES)
        assert llm.calls.total == 3
        assert llm.clock.elapsed > 2  # it backs off for longer each time, and by chance


def test_tenacity_gives_up_after_a_virtual_time() -> None:
    asking = tenacity.retry(wait=tenacity.wait_fixed(600), stop=tenacity.stop_after_delay(1000), reraise=True)(post)
    with intercept(error(500), clock="virtual") as llm:
        with pytest.raises(httpx2.HTTPStatusError):
            asking()
        assert llm.calls.total == 3


def test_a_sleep_of_the_users_own_gets_what_it_is_due() -> None:
    slept: list[float] = []

    async def own(seconds: float) -> None:
        slept.append(seconds)

    with intercept(error(500), "Sunny.", clock="virtual") as llm:
        asyncio.run(tenacity.retry(sleep=own, **WAITING)(post_async)())
        assert (slept, llm.clock.elapsed) == ([600], 0)


def test_others_get_their_turn_where_a_wait_is_skipped() -> None:
    happened: list[str] = []

    async def ask() -> None:
        async with openai.AsyncOpenAI(api_key="k") as client:

            async def asking() -> None:
                await client.chat.completions.create(**ASKED)
                happened.append("answered")

            async def other() -> None:
                happened.append("other")

            await asyncio.gather(asking(), other())

    with intercept(rate_limit(30), "Sunny.", clock="virtual"):
        asyncio.run(ask())
    assert happened == ["other", "answered"]


def test_a_wrapped_clients_waits_are_skipped_and_the_places_are_as_before() -> None:
    from openai import _base_client as place

    with openai.OpenAI(api_key="k") as client:
        with wrap(client, rate_limit(30), "Sunny.", clock="virtual") as llm:
            assert place.time is not time
            client.chat.completions.create(**ASKED)
        assert llm.clock.elapsed == 30
        assert place.time is time
        with llm:
            assert place.time is not time
        assert place.time is time


def test_only_a_virtual_clock_stands_in_and_only_until_it_ends() -> None:
    from openai import _base_client as place

    with intercept():
        assert place.time is time
        with intercept(clock="virtual"):
            assert place.time is not time
            assert place.time.time() <= time.time()
            assert place.time.perf_counter is time.perf_counter
            assert place.time.monotonic() <= time.monotonic()
    assert place.time is time


def real_sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def test_a_wait_that_belongs_to_a_real_clock_is_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = real_sleeps(monkeypatch)
    with openai.OpenAI(api_key="k") as client, intercept(clock="virtual") as llm, intercept(rate_limit(30), "Sunny."):
        client.chat.completions.create(**ASKED)
    assert (slept, llm.clock.elapsed) == ([30.0], 0)


def test_a_wait_that_belongs_to_a_foreign_call_is_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = real_sleeps(monkeypatch)
    with intercept("Sunny.", clock="virtual") as llm:
        post()
        with pytest.raises(urllib3.exceptions.HTTPError):
            urllib3.PoolManager().request("GET", "http://127.0.0.1:9/", retries=urllib3.Retry(2, backoff_factor=1))
    assert (slept, llm.clock.elapsed) == ([2.0], 0)


def test_an_async_wait_that_belongs_to_a_real_clock_is_a_real_one() -> None:
    async def ask() -> float:
        async with openai.AsyncOpenAI(api_key="k") as client:
            began = time.perf_counter()
            with intercept(clock="virtual"), intercept(rate_limit(0.05), "Sunny."):
                await client.chat.completions.create(**ASKED)
            return time.perf_counter() - began

    assert asyncio.run(ask()) >= 0.05


def test_a_place_that_is_imported_later_is_stood_in_for() -> None:
    code = (
        "from llm_intercept import intercept, rate_limit\n"
        "with intercept(rate_limit(50), 'Sunny.', clock='virtual') as llm:\n"
        "    import openai\n"
        "    openai.OpenAI(api_key='k').chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'Hi'}])\n"
        "    print(llm.clock.elapsed)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    assert told.strip() == "50.0"


@pytest.mark.parametrize("module", ["openai._base_client", "tenacity.asyncio"])
def test_a_place_that_a_version_does_not_have_is_left_alone(module: str) -> None:
    assert patches(ModuleType(module)) == []


def test_a_client_restored_inside_a_block_leaves_the_block_as_it_is() -> None:
    from openai import _base_client as place

    with openai.OpenAI(api_key="k") as client, intercept(clock="virtual"):
        with wrap(client, "Sunny.", clock="virtual"):
            assert place.time is not time
        assert place.time is not time
    assert place.time is time
