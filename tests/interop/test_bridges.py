"""A bridge answers as our own hook does: same bytes, same pieces, same errors; and it loads nothing before it is used."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
import requests
import responses
import respx

from llm_intercept import error, intercept, interop, pause, reply, tool_call
from llm_intercept.errors import UnansweredCall, UnknownEndpoint
from llm_intercept.interceptor import Interceptor
from tests.interop.bridges import BRIDGED, bridged
from tests.transports.libraries import CHAT, JSON, TLS, Library, chat, said
from tests.transports.test_faults import FAULTS, _behind

#: httpx, and httpx2 before 2.8, leave their own generators to the collector when a stream is left early, with real servers too.
pytestmark = pytest.mark.filterwarnings(r"ignore:Async generator 'httpx2?\.:ResourceWarning")

EACH = pytest.mark.parametrize("library", BRIDGED, ids=lambda library: library.name)

REPLIES: dict[str, tuple[Any, bool]] = {
    "a body": (reply("Once upon a time", headers={"x-mine": "1"}), False),
    "a stream": (reply("Once upon a time", headers={"x-mine": "1"}), True),
    "an object": ({"a": 1}, False),
    "a tool call": (tool_call("weather", city="Paris"), True),
    "an error": (error(429, retry_after=2), False),
    **{f"{name}, {'streamed' if stream else 'whole'}": (given, stream) for name, (given, stream, _) in FAULTS.items()},
}


@asynccontextmanager
async def reached(library: Library, way: str, given: Any) -> AsyncIterator[tuple[Any, Any]]:
    """An interceptor and a client, by our own hook or by a bridge."""
    client = library.client()
    if way == "hook":
        with intercept(given) as llm:
            yield llm, client
    else:
        llm = Interceptor(given)
        with bridged(library, llm):
            yield llm, client
    await library.shut(client)


async def _observe(library: Library, client: Any, body: bytes) -> tuple[Any, ...]:
    """All that a client sees of an answer, or how it failed."""
    seen: tuple[Any, ...] = ("at the head",)
    try:
        answer = await library.send(client, body)
        seen = (answer.status, answer.reason, answer.headers, answer.native.headers)
        return (*seen, [chunk async for chunk in answer._chunks] if library.name != "requests" else await answer.read())
    except Exception as raised:
        cause = raised.__cause__ if library.name == "requests" else None  # respx's own, where it passes an error on
        return (*seen, _behind(raised), re.sub(r"0x[0-9a-f]+", "0x", str(raised)), type(cause))


@EACH
@pytest.mark.parametrize("case", list(REPLIES))
def test_a_bridge_answers_as_our_own_hook_does(library: Library, case: str) -> None:
    given, stream = REPLIES[case]

    async def script(way: str) -> tuple[Any, ...]:
        async with reached(library, way, given) as (llm, client):
            seen = await _observe(library, client, chat(stream=stream))
            one = llm.calls.one
            return (*seen, one.outcome, one.delivered, one.prompt, one.request.library, one.url, one.request.header("host"))

    hook = library.run(lambda: script("hook"))
    assert library.run(lambda: script("bridge")) == hook


@EACH
def test_a_stream_over_a_bridge_is_as_lazy_as_its_library(library: Library) -> None:
    async def script() -> None:
        async with reached(library, "bridge", reply(*["piece"] * 400, chunk_size=5)) as (llm, client):
            answer = await library.send(client, chat(stream=True))
            if library.name == "requests":
                lines = answer.native.iter_lines(chunk_size=1)
                next(lines)
                assert llm.calls.one.played == 1
                for _ in range(4):
                    next(answer.native.iter_content(512))
                assert llm.calls.one.played < 20
            else:
                assert await answer.chunk() is not None
                assert llm.calls.one.played == 1
            assert llm.calls.one.outcome == "pending"
            await answer.close()
            assert llm.calls.one.outcome == "cancelled"

    library.run(script)


@EACH
@pytest.mark.parametrize("stream", [False, True])
def test_a_pause_holds_up_no_other_task(library: Library, stream: bool) -> None:
    import anyio

    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(time.perf_counter())
            await anyio.sleep(0.005)

    async def script() -> None:
        async with reached(library, "bridge", reply(pause(0.05), "Late.", delay=0.05)) as (_, client):
            start = time.perf_counter()
            if library.asynchronous:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(tick)
                    await library.post(client, chat(stream=stream))
                    tasks.cancel_scope.cancel()
                assert len(ticks) > 4
            else:
                await library.post(client, chat(stream=stream))
            assert time.perf_counter() - start >= 0.1

    library.run(script)


@EACH
def test_an_async_callable_answers_async_code_alone(library: Library) -> None:
    async def think(call: Any) -> str:
        return f"{call.prompt}!"

    async def script() -> None:
        async with reached(library, "bridge", think) as (_, client):
            if library.asynchronous:
                assert said(await (await library.send(client, chat())).read()) == "Hello!"
            else:
                with pytest.raises(TypeError, match="this call is not async"):
                    await library.send(client, chat())

    library.run(script)


@EACH
def test_a_bridge_into_a_block_answers_with_the_blocks_rules(library: Library) -> None:
    async def script() -> None:
        client = library.client()
        url = "https://gateway.test/v1/chat/completions"  # not caught by the block itself
        with intercept() as llm, bridged(library, llm, url):
            llm.on("weather").reply("Sunny.")
            assert said(await (await library.send(client, chat("weather"), url=url)).read()) == "Sunny."
            assert llm.calls.one.url == url
            with llm.expect_failure() as missed:
                await library.send(client, chat("news"), url=url)
            assert isinstance(missed.value, UnansweredCall)
        await library.shut(client)

    library.run(script)


@EACH
def test_a_miss_is_no_error_that_a_library_or_a_mock_swallows(library: Library) -> None:
    llm = Interceptor(default=None)

    async def script() -> None:
        client = library.client()
        with bridged(library, llm), pytest.raises(UnansweredCall):
            await library.send(client, chat())
        await library.shut(client)

    library.run(script)
    assert [type(failure) for failure in llm.failures] == [UnansweredCall]


@EACH
def test_what_is_no_llm_call_is_refused(library: Library) -> None:
    async def script() -> None:
        client, url = library.client(), "https://things.test/v1/things"
        with bridged(library, Interceptor(), url), pytest.raises(UnknownEndpoint, match=r"https://things\.test/v1/things"):
            await library.send(client, chat(), url=url)
        await library.shut(client)

    library.run(script)


def test_a_blocking_client_within_a_coroutine_is_answered_at_once() -> None:
    import anyio

    async def script() -> None:
        with respx.mock as router, httpx.Client(verify=TLS) as client:
            router.post(CHAT).mock(side_effect=interop.respx.side_effect(Interceptor("At once.")))
            assert said(client.post(CHAT, content=chat(), headers=JSON).content) == "At once."

    anyio.run(script)


@pytest.mark.parametrize("using", ["httpx", "httpcore"])
def test_a_route_with_named_groups_is_answered(using: str) -> None:
    with respx.mock(using=using) as router:
        route = router.post(url__regex=r"https://(?P<host>[^/]+)/v1/chat/completions")
        route.mock(side_effect=interop.respx.side_effect(Interceptor("Grouped.")))
        assert said(httpx.post(CHAT, content=chat(), headers=JSON).content) == "Grouped."
        assert route.call_count == 1


def test_a_side_effect_serves_a_mock_transport_as_well() -> None:
    answering = httpx.MockTransport(interop.respx.side_effect(Interceptor("Mine.")))
    with httpx.Client(transport=answering) as client:
        assert said(client.post(CHAT, content=chat(), headers=JSON).content) == "Mine."


def test_a_side_effect_asked_by_hand_answers() -> None:
    answer = interop.respx.side_effect(Interceptor("By hand."))(httpx.Request("POST", CHAT, content=chat(), headers=JSON))
    assert said(answer.read()) == "By hand."


def test_one_side_effect_serves_both_libraries() -> None:
    llm = Interceptor("Both.")
    effect = interop.respx.side_effect(llm)
    with respx.mock as older, respx.mock(using="httpcore2") as newer:
        older.post(CHAT).mock(side_effect=effect)
        newer.post(CHAT).mock(side_effect=effect)
        for module in (httpx, httpx2, httpx):
            assert said(module.post(CHAT, content=chat(), headers=JSON).content) == "Both."
    assert [entry.request.library for entry in llm.calls] == ["httpx", "httpx2", "httpx"]


def test_responses_repeats_what_its_adapter_would() -> None:
    llm = Interceptor(error(429), error(429), "Third time.")
    with requests.Session() as session, responses.RequestsMock() as mock:
        retries = requests.adapters.Retry(3, status_forcelist=[429], allowed_methods=None, backoff_factor=0)
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retries))
        mock.add_callback("POST", CHAT, callback=interop.responses.callback(llm))
        assert said(session.post(CHAT, data=chat(), headers=JSON).content) == "Third time."
    assert len(llm.calls) == 3


# installed or not

LOADED = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"


def test_interop_is_imported_without_its_libraries() -> None:
    code = "from llm_intercept import interop; interop.respx, interop.responses" + LOADED
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) & {"respx", "responses", "httpx", "requests"} == set()


@pytest.mark.parametrize(("extra", "make"), [("respx", "side_effect"), ("responses", "callback")])
def test_a_missing_library_names_the_extra_that_brings_it(extra: str, make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, extra, None)
    with pytest.raises(ImportError) as missing:
        getattr(getattr(interop, extra), make)(Interceptor())
    assert (
        str(missing.value) == f"llm_intercept.interop.{extra} needs {extra}. Install it with: pip install 'llm-intercept[{extra}]'"
    )
    assert missing.value.name == extra


@pytest.mark.parametrize("bridge", interop.__all__)
def test_a_bridge_is_loaded_when_it_is_first_named(bridge: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(interop, bridge, raising=False)  # as before anything named it
    assert getattr(interop, bridge) is sys.modules[f"llm_intercept.interop.{bridge}"]


def test_interop_has_no_other_bridge() -> None:
    with pytest.raises(AttributeError, match=r"module 'llm_intercept\.interop' has no attribute 'vcr'"):
        _ = interop.vcr
