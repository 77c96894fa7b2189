"""A call is caught, refused, or not as it should be, and then told in words."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept.doctor.asked import asked
from llm_intercept.doctor.probes import PROBES, WAYS, Ask, Made, Probe
from llm_intercept.doctor.probes.probe import ways
from llm_intercept.doctor.sealed import sealed
from llm_intercept.errors import BlockedNetwork


def probe(name: str, **more: Any) -> Probe:
    """One of the clients that go wrong."""
    return Probe("mine", {name: {"sync": Ask(Made(f"tests.doctor.clients:{name}"), "ask", {})}}, **more)


#: What is told of each, searched.
WRONG: Mapping[str, str] = {
    "Deaf": r"caught, and the SDK made something else of the answer: 'Pardon\?'",
    "Silent": "not caught: it made no call that was seen",
    "Failing": "^ValueError: no field of that name in chat.completion$",
    "Waiting": "^RuntimeError: a sync call waited for an event loop",
    "Swallowing": "^not caught: BlockedNetwork: A connection to api.openai.com:443 was refused",
    "Escaping": r"^not caught: it would have left the process, to 203\.0\.113\.7:443$",
    "Local": r"^not caught: it would have left the process, to 127\.0\.0\.1:11434$",
    "Missing": "^AttributeError: module 'tests.doctor.clients' has no attribute 'Missing'",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_it_should_be_is_told(name: str) -> None:
    found = asked(probe(name), name, "sync")
    assert found.wrong is not None
    assert re.search(WRONG[name], found.wrong)


def test_what_an_sdk_keeps_to_itself_is_heard() -> None:
    found = asked(probe("Told"), "Told", "sync")
    assert (found.library, found.wrong) == ("httpx", None)


@pytest.mark.parametrize(
    ("name", "wrong"), [("Swallowing", None), ("Told", "not refused: it was answered"), ("Failing", "not refused: ValueError: ")]
)
def test_what_must_be_refused_is(name: str, wrong: str | None) -> None:
    found = asked(probe(name, state="refused"), name, "sync")
    assert found.wrong == wrong or (wrong is not None and str(found.wrong).startswith(wrong))


def test_the_users_settings_are_back_after_a_call() -> None:
    aside = {
        "tests.doctor.clients:CHAT": "https://api.groq.com/openai/v1/chat/completions",
        "tests.doctor.clients:ASKED": Made("builtins:dict"),
    }
    from tests.doctor import clients

    before = clients.CHAT, clients.ASKED
    found = asked(probe("Told", aside=aside), "Told", "sync")
    assert found.wrong is not None  # the body was empty, so that it was refused
    assert before == (clients.CHAT, clients.ASKED)
    assert clients.ASKED is before[1]


def test_a_sealed_process_lets_nothing_out_and_loops_run() -> None:
    before = socket.socket.connect, socket.getaddrinfo
    with sealed() as tried, socket.socket() as plain, socket.socket(socket.AF_UNIX) as unix:
        for attempt in (
            lambda: socket.getaddrinfo("api.openai.com", 443),
            lambda: socket.getaddrinfo(b"api.openai.com", 443),
            lambda: socket.gethostbyname("api.openai.com"),
            lambda: plain.connect_ex(("192.0.2.1", 80)),
        ):
            with pytest.raises(BlockedNetwork):
                attempt()
        assert socket.getaddrinfo("localhost", 80)
        assert socket.getaddrinfo(None, 80)
        with pytest.raises(OSError, match="No such file"):
            unix.connect("/nowhere/at/all")
        asyncio.run(asyncio.sleep(0))
    assert tried == ["api.openai.com:443", "api.openai.com:443", "api.openai.com:None", "192.0.2.1:80"]
    assert (socket.socket.connect, socket.getaddrinfo) == before


@pytest.mark.parametrize("probe", PROBES, ids=[probe.distribution for probe in PROBES])
def test_a_probe_says_where_its_clients_are_and_how_they_are_asked(probe: Probe) -> None:
    assert probe.modules
    assert {way for ways in probe.clients.values() for way in ways} <= {*WAYS}
    assert {"sync"} <= {way for ways in probe.clients.values() for way in ways} or probe.distribution == "aiobotocore"


def test_every_distribution_is_probed_once() -> None:
    names = [probe.distribution for probe in PROBES]
    assert len(names) == len({*names})


def test_a_pair_of_clients_is_asked_in_four_ways() -> None:
    found = ways(["m:Client", "m:AsyncClient"], "do", "do_stream", a="a{}", close=("", ".aclose"), model="m")
    assert {way: (ask.client, ask.method, ask.close) for way, ask in found.items()} == {
        "sync": ("m:Client", "do", ""),
        "stream": ("m:Client", "do_stream", ""),
        "async": ("m:AsyncClient", "ado", ".aclose"),
        "async stream": ("m:AsyncClient", "ado_stream", ".aclose"),
    }
    assert ways(["m:Client"], "do", {"stream": True}, model="m")["stream"].asked == {"model": "m", "stream": True}
