"""gRPC cannot be answered: closed hosts are refused where a channel is made or used, all others are untouched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from llm_intercept import intercept
from llm_intercept.errors import BlockedNetwork

grpc = pytest.importorskip("grpc")
aio = pytest.importorskip("grpc.aio")

XAI = "api.x.ai:443"
METHOD = "/xai_api.Chat/GetCompletion"

CLOSED = {
    XAI: ("api.x.ai", 443),
    "dns:///api.x.ai:443": ("api.x.ai", 443),
    "dns:api.x.ai:443": ("api.x.ai", 443),
    "dns://8.8.8.8/api.x.ai": ("api.x.ai", None),
    "API.x.ai.:https": ("api.x.ai", None),
    "xds:///api.x.ai": ("api.x.ai", None),
    "us-central1-aiplatform.googleapis.com:443": ("us-central1-aiplatform.googleapis.com", 443),
}
OPEN = [
    "localhost:50051",
    "[::1]:50051",
    "ipv4:127.0.0.1:80,127.0.0.2:80",
    "unix:/tmp/api.x.ai",
    "pubsub.googleapis.com:443",
    "::1",
]

#: A call of each kind: what a channel gives for it, and how it is called.
CALLS = [
    ("unary_unary", "__call__"),
    ("unary_unary", "with_call"),
    ("unary_unary", "future"),
    ("unary_stream", "__call__"),
    ("stream_unary", "__call__"),
    ("stream_unary", "with_call"),
    ("stream_unary", "future"),
    ("stream_stream", "__call__"),
]
EACH_CALL = pytest.mark.parametrize(("kind", "how"), CALLS)


def ask(channel: Any, kind: str, how: str = "__call__") -> Any:
    """One call, of bytes."""
    return getattr(getattr(channel, kind)(METHOD), how)(b"asked" if kind.startswith("unary") else iter([b"asked"]))


async def build(target: str, asynchronous: bool) -> None:
    """A channel, and no more."""
    if asynchronous:
        await aio.insecure_channel(target).close()
    else:
        grpc.insecure_channel(target).close()


either = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "aio"])


@either
@pytest.mark.parametrize("target", CLOSED)
def test_a_channel_to_a_closed_host_is_refused(target: str, asynchronous: bool) -> None:
    with pytest.raises(BlockedNetwork) as refused, intercept():
        asyncio.run(build(target, asynchronous))
    host, port = CLOSED[target]
    where = host if port is None else f"{host}:{port}"
    assert str(refused.value) == (
        f"A connection to {where} was refused, before it was made: it was tried through grpc.\n"
        "  LLM hosts are closed while an interceptor is active, and no HTTP library that is caught made this call.\n"
        f"  To let it out on purpose: intercept(..., allow=['{host}'])."
    )


@either
@pytest.mark.parametrize("target", OPEN)
def test_a_channel_to_another_host_is_made(target: str, asynchronous: bool) -> None:
    with intercept():
        asyncio.run(build(target, asynchronous))


@either
def test_a_host_that_is_let_out_to_is_not_refused(asynchronous: bool) -> None:
    with intercept(allow=["api.x.ai"]):
        asyncio.run(build(XAI, asynchronous))


@either
def test_everything_closed_closes_other_hosts_too(asynchronous: bool) -> None:
    with pytest.raises(BlockedNetwork, match=r"pubsub\.googleapis\.com:443"), intercept(block_network="all"):
        asyncio.run(build("pubsub.googleapis.com:443", asynchronous))


@EACH_CALL
def test_a_channel_from_before_is_refused_where_it_is_used(kind: str, how: str) -> None:
    with grpc.insecure_channel(XAI) as channel:
        with pytest.raises(BlockedNetwork, match="through grpc"), intercept():
            ask(channel, kind, how)
        with intercept() as llm, llm.expect_failure():
            ask(channel, kind, how)


def test_a_single_threaded_stream_is_refused_too() -> None:
    options = [(grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1)]
    with grpc.insecure_channel(XAI, options) as channel, intercept() as llm, llm.expect_failure():
        ask(channel, "unary_stream")


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in CALLS}))
def test_an_aio_channel_from_before_is_refused_where_it_is_used(kind: str) -> None:
    async def script() -> None:
        async with aio.insecure_channel(XAI) as channel:
            with intercept() as llm, llm.expect_failure() as expected:
                ask(channel, kind)
            assert isinstance(expected.value, BlockedNetwork)

    asyncio.run(script())


class Echo(grpc.GenericRpcHandler):  # type: ignore[misc,name-defined]
    """A server that says what it was told."""

    def service(self, details: Any) -> Any:
        return grpc.unary_unary_rpc_method_handler(lambda request, context: request)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server on loopback; its target."""
    serving = grpc.server(ThreadPoolExecutor(2), handlers=[Echo()])
    port = serving.add_insecure_port("127.0.0.1:0")
    serving.start()
    yield f"127.0.0.1:{port}"
    serving.stop(None).wait()


@pytest.mark.parametrize("built", ["before", "inside"])
def test_a_call_to_another_host_works(server: str, built: str) -> None:
    channel = grpc.insecure_channel(server) if built == "before" else None
    with intercept():
        channel = channel or grpc.insecure_channel(server)
        assert ask(channel, "unary_unary") == b"asked"
        assert ask(channel, "unary_unary", "future").result() == b"asked"
    assert ask(channel, "unary_unary") == b"asked"
    channel.close()


@pytest.mark.parametrize("built", ["before", "inside"])
def test_an_aio_call_to_another_host_works(server: str, built: str) -> None:
    async def script() -> None:
        channel = aio.insecure_channel(server) if built == "before" else None
        with intercept():
            channel = channel or aio.insecure_channel(server)
            assert await ask(channel, "unary_unary") == b"asked"
        await channel.close()

    asyncio.run(script())
