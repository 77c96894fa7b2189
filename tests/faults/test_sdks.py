"""What reaches a user through each SDK is what a server brings about that really goes wrong in the same way."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import (
    connect_error,
    connect_timeout,
    corrupt,
    disconnect,
    dns_error,
    drip,
    duplicate,
    intercept,
    read_timeout,
    reorder,
    reply,
    reset,
    stall,
    stream_error,
    tls_error,
    truncate,
    unknown_event,
)
from tests.faults.clients import CLIENTS, heard
from tests.faults.server import misbehaving
from tests.transports import loopback

every_sdk = pytest.mark.parametrize("sdk", CLIENTS)

TEXT = "Once upon a time there was."

#: What goes wrong, streamed or whole, with a connection that is made.
GIVEN: dict[str, tuple[Any, bool]] = {
    "no answer": (reply(disconnect(), TEXT), True),
    "reset at once": (reply(reset(), TEXT), True),
    "no answer in time": (reply(read_timeout(), TEXT), True),
    "disconnect": (reply(TEXT, disconnect(after=2)), True),
    "disconnect where it stands": (reply("Once upon", disconnect(), " a time"), True),
    "disconnect in an event": (reply(TEXT, disconnect(after_bytes=700)), True),
    "reset": (reply(TEXT, reset(after=2)), True),
    "read_timeout": (reply(TEXT, read_timeout(after=2)), True),
    "stall for a time": (reply(TEXT, stall(2, after=2)), True),
    "stall for a time in a body": (reply(TEXT, stall(2)), False),
    "truncate": (reply(TEXT, truncate(after=2)), True),
    "truncate in an event": (reply(TEXT, truncate(after_bytes=700)), True),
    "corrupt": (reply(TEXT, corrupt(after=2)), True),
    "stream_error": (reply(TEXT, stream_error("rate_limit", after=2)), True),
    "duplicate": (reply(TEXT, duplicate(after=2)), True),
    "reorder": (reply(TEXT, reorder(after=2)), True),
    "unknown_event": (reply(TEXT, unknown_event(after=2)), True),
    "drip": (reply(TEXT, drip(size=7)), True),
    "disconnect in a body": (reply(TEXT, disconnect()), False),
    "reset in a body": (reply(TEXT, reset()), False),
    "truncate in a body": (reply(TEXT, truncate()), False),
    "corrupt in a body": (reply(TEXT, corrupt()), False),
    "duplicate in a body": (reply(TEXT, duplicate()), False),
    "reorder in a body": (reply(TEXT, reorder()), False),
    "unknown_event in a body": (reply(TEXT, unknown_event()), False),
    "drip in a body": (reply(TEXT, drip(size=50)), False),
    "stream_error in a body": (reply(TEXT, stream_error("rate_limit")), False),
}


_SLEEPS = (("gemini, async", "no answer"), ("gemini, async", "reset at once"))


@every_sdk
@pytest.mark.parametrize("fault", GIVEN)
def test_what_reaches_the_user_is_what_a_misbehaving_server_brings_about(sdk: str, fault: str) -> None:
    if (sdk, fault) in _SLEEPS:
        pytest.skip("the SDK sleeps for seconds, and asks again")
    given, stream = GIVEN[fault]
    impatient = "time" in fault
    with misbehaving(given) as base:
        really = heard(sdk, base, stream, impatient)
        with intercept(given, hosts=base.removeprefix("http://")) as llm:
            assert heard(sdk, base, stream, impatient) == really
        assert len(llm.calls) == 1


#: What goes wrong before there is a connection, and where it really does.
UNCONNECTED: dict[str, tuple[Any, Any]] = {
    "connect_error": (connect_error(), loopback.refusing),
    "connect_timeout": (connect_timeout(), loopback.never_accepting),
    "dns_error": (dns_error(), loopback.nowhere),
    "tls_error": (tls_error(), loopback.without_tls),
}


@every_sdk
@pytest.mark.parametrize("fault", UNCONNECTED)
def test_what_reaches_the_user_without_a_connection_is_what_there_is_without_one(sdk: str, fault: str) -> None:
    if sdk == "gemini, async":
        pytest.skip("the SDK sleeps for seconds, and asks again")
    given, place = UNCONNECTED[fault]
    with place() as where:
        base = f"http://127.0.0.1:{where}" if isinstance(where, int) else where
        really = heard(sdk, base, stream=False, impatient="timeout" in fault)
        with intercept(reply(given), hosts=base.rpartition("/")[2]):
            assert heard(sdk, base, stream=False, impatient="timeout" in fault) == really
    assert really[1] != []


@every_sdk
def test_as_many_chunks_of_content_arrive_as_are_counted(sdk: str) -> None:
    pieces = ["Onc", "e u", "pon", " a ", "tim", "e t", "her", "e w", "as."]
    for count in (0, 1, 4, 8, 9, 99):
        for fault in (disconnect(after=count), truncate(after=count)):
            with intercept(reply(fault, TEXT), hosts="127.0.0.1:11434"):
                arrived, raised = heard(sdk, "http://127.0.0.1:11434", stream=True)
            assert arrived == pieces[:count]
            assert raised != [] or fault.kind == "truncate"
