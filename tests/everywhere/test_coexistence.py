"""Active together with OpenTelemetry, pytest-httpx and `httpx2.alias_httpx()`, in either order."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from llm_intercept import UnknownEndpoint, intercept
from tests.interop.asking import ask
from tests.interop.bridges import theirs
from tests.interop.standing import changed, standing
from tests.interop.test_coexistence import MOCKED, THINGS, mix
from tests.transports.libraries import CHAT, chat, said

ORDERS = pytest.mark.parametrize("order", ["theirs first", "ours first"])
EXITS = pytest.mark.parametrize("leaving", ["nested", "crossed"])

#: Which instrumentation sees which libraries' calls.
INSTRUMENTED = {
    "httpx": "httpx:HTTPXClientInstrumentor",
    "httpx-asyncio": "httpx:HTTPXClientInstrumentor",
    "requests": "requests:RequestsInstrumentor",
    "urllib3": "urllib3:URLLib3Instrumentor",
    "aiohttp": "aiohttp_client:AioHttpClientInstrumentor",
}


@contextmanager
def instrumented(name: str) -> Iterator[Callable[[], list[Any]]]:
    """OpenTelemetry's instrumentation of a library; yields what tells the spans so far."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    module, _, kind = name.partition(":")
    instrumentor = getattr(import_module(f"opentelemetry.instrumentation.{module}"), kind)()
    instrumentor.instrument(tracer_provider=provider)
    try:
        yield lambda: list(spans.get_finished_spans())
    finally:
        instrumentor.uninstrument()


def urls(spans: list[Any]) -> list[str]:
    return [span.attributes.get("http.url") or span.attributes.get("url.full") for span in spans]


@pytest.mark.parametrize("library", list(INSTRUMENTED))
@ORDERS
@EXITS
def test_opentelemetry_yields_its_span_and_stays(library: str, order: str, leaving: str) -> None:
    before = standing()
    with ExitStack() as tracing, ExitStack() as block:
        if order == "theirs first":
            spans = tracing.enter_context(instrumented(INSTRUMENTED[library]))
        llm = block.enter_context(intercept("Ours."))
        if order == "ours first":
            spans = tracing.enter_context(instrumented(INSTRUMENTED[library]))
        assert said(ask(library)) == "Ours."
        assert urls(spans()) == [CHAT]
        assert llm.calls.one.request.header("traceparent") is not None
        if leaving == ("nested" if order == "theirs first" else "crossed"):
            block.close()
            still_traces(library, spans)
        else:
            tracing.close()
            assert said(ask(library)) == "Ours."
            assert len(spans()) == 1
    with intercept("Again."):
        assert said(ask(library)) == "Again."
    assert changed(before) == []


def still_traces(library: str, spans: Callable[[], list[Any]]) -> None:
    """Its wrapper survived our exit: a call that is none of ours has its span."""
    from tests.transports.loopback import serving

    def behave(connection: Any, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nreal")

    with serving(behave) as port:
        assert ask(library, f"http://127.0.0.1:{port}/v1/things") == b"real"
        assert urls(spans()) == [CHAT, f"http://127.0.0.1:{port}/v1/things"]


@ORDERS
def test_opentelemetry_yields_a_span_of_botocore(order: str) -> None:
    boto3 = pytest.importorskip("boto3")

    def call() -> None:
        client = boto3.client(
            "bedrock-runtime", region_name="us-east-1", aws_access_key_id="not-a-key", aws_secret_access_key="not-a-key"
        )
        client.list_async_invokes()

    tracing = instrumented("botocore:BotocoreInstrumentor")
    with ExitStack() as entered:
        if order == "theirs first":
            spans = entered.enter_context(tracing)
            llm = entered.enter_context(intercept())
        else:
            llm = entered.enter_context(intercept())
            spans = entered.enter_context(tracing)
        with llm.expect_failure() as refused:
            call()
        assert isinstance(refused.value, UnknownEndpoint)
        (span,) = spans()
        assert span.attributes["rpc.method"] == "ListAsyncInvokes"


@pytest.mark.parametrize("seed", range(4))
def test_after_any_comings_and_goings_of_all_neighbours_everything_stands_as_before(seed: int) -> None:
    def neighbours() -> dict[str, Callable[[], AbstractContextManager[Any]]]:
        kinds = {name: lambda name=name: instrumented(name) for name in sorted(set(INSTRUMENTED.values()))}
        return {**kinds, **{name: lambda name=name: theirs(name, THINGS) for name in ("httpx", "requests")}}

    mix(seed, neighbours())
    before = standing()
    mix(seed + 100, neighbours())
    assert changed(before) == []


# pytest-httpx

not_llm = pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "api.openai.com")
older = pytest.mark.parametrize("library", [name for name in MOCKED if name in ("httpx", "httpx-asyncio")])


@not_llm
@older
def test_pytest_httpx_and_we_keep_our_hosts(library: str, httpx_mock: Any) -> None:
    httpx_mock.add_response(url=THINGS, content=b"theirs")
    with intercept("Ours."):
        assert said(ask(library)) == "Ours."
        assert ask(library, THINGS) == b"theirs"


@not_llm
@older
def test_pytest_httpx_within_a_block_and_longer_and_we_keep_our_hosts(library: str, request: pytest.FixtureRequest) -> None:
    with intercept("Ours."):
        httpx_mock = request.getfixturevalue("httpx_mock")
        httpx_mock.add_response(url=THINGS, content=b"theirs", is_reusable=True)
        assert said(ask(library)) == "Ours."
        assert ask(library, THINGS) == b"theirs"
    assert ask(library, THINGS) == b"theirs"
    with intercept("Again."):
        assert said(ask(library)) == "Again."


def test_what_pytest_httpx_put_back_at_its_end_is_gone_with_the_next_block() -> None:
    """Runs after the one above, whose fixture ended when our block had."""
    with intercept("Again."):
        assert said(ask("httpx")) == said(ask("httpx-asyncio")) == "Again."
    assert "llm_intercept" not in httpx.HTTPTransport.handle_request.__code__.co_filename
    assert "llm_intercept" not in httpx.AsyncHTTPTransport.handle_async_request.__code__.co_filename


@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
@older
def test_pytest_httpx_above_us_says_that_it_knows_no_llm_call(library: str, httpx_mock: Any) -> None:
    with intercept("Ours.") as llm, pytest.raises(httpx.TimeoutException, match="No response can be found"):
        ask(library)
    assert len(llm.calls) == 0


# httpx2 under the name of httpx

ALIASED = """
import asyncio, json, httpx2
from llm_intercept import intercept

URL, ASKED = {url!r}, {{'content': {body!r}, 'headers': {{'authorization': 'Bearer not-a-key'}}}}

def ask():
    import httpx
    assert httpx is httpx2
    async def later():
        async with httpx.AsyncClient() as client:
            return (await client.post(URL, **ASKED)).json()
    said = [httpx.post(URL, **ASKED).json(), asyncio.run(later())]
    return [one["choices"][0]["message"]["content"] for one in said]

before = httpx2.HTTPTransport.handle_request
{script}
assert httpx2.HTTPTransport.handle_request is before
"""

WHEN = {
    "before": "httpx2.alias_httpx()\nwith intercept('Ours.') as llm: print(json.dumps([ask(), len(llm.calls)]))",
    "inside": "with intercept('Ours.') as llm:\n    httpx2.alias_httpx()\n    print(json.dumps([ask(), len(llm.calls)]))",
    "between": "with intercept('Ours.'): httpx2.post(URL, **ASKED)\n"
    "httpx2.alias_httpx()\nwith intercept('Ours.') as llm: print(json.dumps([ask(), len(llm.calls)]))",
}


@pytest.mark.parametrize("when", list(WHEN))
def test_httpx2_is_caught_once_under_the_name_of_httpx(when: str) -> None:
    script = ALIASED.format(url=CHAT, body=chat(), script=WHEN[when])
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2], timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == [["Ours.", "Ours."], 2]
