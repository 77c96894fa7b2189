"""Active together with respx, responses and vcrpy: they keep their hosts and we keep ours, in any order of coming and going."""

# ruff: noqa: PT012  (what raises is the end of a block, and the block has a body)
from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import vcr
import yaml

from llm_intercept import BlockedNetwork, intercept
from tests.interop.asking import ASKS, ask
from tests.interop.bridges import mocking, theirs
from tests.interop.standing import changed, standing
from tests.transports.libraries import CHAT, chat, said

THINGS = "https://things.test/v1/things"

MOCKED = tuple(name for name in ASKS if name.startswith(("httpx", "requests")))
EACH = pytest.mark.parametrize("library", MOCKED)
EACH_RECORDED = pytest.mark.parametrize("library", list(ASKS))
ORDERS = pytest.mark.parametrize("order", ["theirs first", "ours first"])
EXITS = pytest.mark.parametrize("leaving", ["nested", "crossed"])


def together(library: str, neighbour: Any, order: str, leaving: str) -> None:
    """Both come and go in some order; each answers its own host for as long as it is there."""
    entered = [("theirs", neighbour), ("ours", intercept("Ours."))]
    if order == "ours first":
        entered.reverse()
    with ExitStack() as left:
        for _, one in entered:
            one.__enter__()
        if leaving == "nested":
            entered.reverse()
        (_, first), (last, second) = entered
        left.callback(second.__exit__, None, None, None)
        with ExitStack() as both:
            both.callback(first.__exit__, None, None, None)
            assert said(ask(library)) == "Ours."
            assert ask(library, THINGS) == b"theirs"
        assert said(ask(library)) == "Ours." if last == "ours" else ask(library, THINGS) == b"theirs"
    with intercept("Again."):
        assert said(ask(library)) == "Again."


@EACH
@ORDERS
@EXITS
def test_a_mock_and_we_keep_our_hosts(library: str, order: str, leaving: str) -> None:
    before = standing()
    together(library, theirs(library, THINGS), order, leaving)
    assert changed(before) == []


def cassette(path: Path, **options: Any) -> Any:
    """A cassette with the call to their host, that lets LLM calls by."""
    recorded = {
        "request": {"method": "POST", "uri": THINGS, "body": chat().decode(), "headers": {}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["text/plain"], "content-length": ["6"]},
            "body": {"string": "theirs"},
        },
    }
    path.write_text(yaml.safe_dump({"version": 1, "interactions": [recorded]}), encoding="utf-8")
    options = {"record_mode": "none", "ignore_hosts": ["api.openai.com"], "allow_playback_repeats": True, **options}
    return vcr.use_cassette(str(path), **options)


@EACH_RECORDED
@ORDERS
@EXITS
def test_a_cassette_and_we_keep_our_hosts(library: str, order: str, leaving: str, tmp_path: Path) -> None:
    before = standing()
    together(library, cassette(tmp_path / "tape.yaml"), order, leaving)
    assert changed(before) == []


@EACH_RECORDED
@ORDERS
def test_a_recording_cassette_records_our_answer_and_nothing_leaves(library: str, order: str, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    recording = vcr.use_cassette(str(tape), record_mode="all")
    with ExitStack() as entered:
        for one in (recording, intercept("Ours.")) if order == "theirs first" else (intercept("Ours."), recording):
            entered.enter_context(one)
        assert said(ask(library)) == "Ours."
    if library in ("requests", "urllib3"):  # answered above the connection, which is where vcrpy stands
        assert not tape.exists()
    else:
        (one,) = yaml.safe_load(tape.read_text())["interactions"]
        assert said(one["response"]["body"]["string"].encode()) == "Ours."


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_recording_cassette_past_all_hooks_is_stopped_at_the_socket(library: str, tmp_path: Path) -> None:
    """It plays with the methods that it found at its import; what took our hook away from below them is a mock that has gone."""
    mock = mocking(library)
    mock.__enter__()
    with pytest.raises(BlockedNetwork, match=r"api\.openai\.com(.|\n)*allow="), intercept("Ours.") as llm:
        mock.__exit__(None, None, None)
        assert said(ask(library)) == "Ours."
        with vcr.use_cassette(str(tmp_path / "tape.yaml"), record_mode="all"):
            ask(library)
    assert [type(failure) for failure in llm.failures] == [BlockedNetwork]
    assert not (tmp_path / "tape.yaml").exists()


@EACH
def test_a_mock_that_came_later_and_knows_no_llm_call_says_so(library: str) -> None:
    with intercept("Ours.") as llm, mocking(library), pytest.raises((AssertionError, ConnectionError, OSError), match="mock"):
        ask(library)
    assert len(llm.calls) == 0


@EACH
def test_a_mock_that_came_first_is_not_asked_for_an_llm_call(library: str) -> None:
    if library == "requests":
        pytest.skip("responses stands above us in any order")
    with mocking(library) as router, intercept("Ours."):
        mocked = router.post(CHAT).respond(500)
        assert said(ask(library)) == "Ours."
        assert not mocked.called


# who put our hook back, and who took it away


@pytest.mark.parametrize("library", [name for name in MOCKED if name != "requests"])
def test_a_hook_that_a_neighbour_puts_back_after_the_end_goes_with_the_next_activation(library: str, tmp_path: Path) -> None:
    module = httpx2 if "2" in library else httpx
    owner, name = (
        (module.AsyncHTTPTransport, "handle_async_request") if "asyncio" in library else (module.HTTPTransport, "handle_request")
    )
    original = vars(owner)[name]
    tape = cassette(tmp_path / "tape.yaml")
    with intercept():
        ours = vars(owner)[name]
        tape.__enter__()
    tape.__exit__(None, None, None)
    assert vars(owner)[name] is ours is not original
    with theirs(library, THINGS):
        assert ask(library, THINGS) == b"theirs"  # it lets everything by
    with intercept("Caught again."):
        assert said(ask(library)) == "Caught again."
        assert vars(owner)[name] is not ours
    assert vars(owner)[name] is original


@EACH_RECORDED
def test_the_next_activation_catches_again_after_a_neighbour_overwrote_our_hook(library: str, tmp_path: Path) -> None:
    tape = cassette(tmp_path / "tape.yaml")
    tape.__enter__()
    with intercept("Outer."):
        tape.__exit__(None, None, None)
        with intercept("Inner."):
            assert said(ask(library)) == "Inner."
        assert said(ask(library)) == "Outer."


# everything at once

Neighbours = dict[str, Callable[[], Any]]


def mix(seed: int, neighbours: Neighbours) -> None:
    """Fifty comings and goings of neighbours and of blocks of ours, in any order, and an LLM call after each."""
    chance = random.Random(seed)
    makers: Neighbours = {**neighbours, **{f"ours {n}": lambda: intercept("Ours.") for n in range(3)}}
    there: dict[str, Any] = {}
    for _ in range(50):
        name = chance.choice(list(makers))
        if name in there:
            there.pop(name).__exit__(None, None, None)
        else:
            there[name] = makers[name]()
            there[name].__enter__()
        with intercept("Ours."):  # whatever was taken away is there again
            assert said(ask(chance.choice(list(ASKS)))) == "Ours.", (seed, list(there))
    for name in chance.sample(list(there), len(there)):
        there.pop(name).__exit__(None, None, None)
    with intercept("Ours."):  # and takes away what neighbours put back
        assert {said(ask(library)) for library in ASKS} == {"Ours."}


def mocks() -> Neighbours:
    """respx, over both of its libraries, and responses."""
    return {name: partial(theirs, name, THINGS) for name in ("httpx", "httpx2", "requests")}


@pytest.mark.parametrize("seed", range(4))
def test_after_any_comings_and_goings_of_mocks_everything_stands_as_before(seed: int) -> None:
    mix(seed, mocks())
    before = standing()
    mix(seed + 100, mocks())
    assert changed(before) == []


@pytest.mark.parametrize("seed", range(4))
def test_after_any_comings_and_goings_of_cassettes_everything_stands_as_before(seed: int, tmp_path: Path) -> None:
    neighbours: Neighbours = {"vcr": lambda: cassette(tmp_path / "tape.yaml")}
    mix(seed, neighbours)
    before = standing()
    mix(seed + 100, neighbours)
    assert changed(before) == []


def test_a_change_does_not_go_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    before = standing()
    with intercept():
        assert {"sys.meta_path", "socket.getaddrinfo", "httpx.HTTPTransport.handle_request"} <= set(changed(before))
    monkeypatch.setenv("LLM_INTERCEPT_TEST", "1")
    assert changed(before) == ["os.environ: LLM_INTERCEPT_TEST"]


FIRST_IN_A_CASSETTE = """
import sys, vcr, urllib3, warnings
from llm_intercept import CredentialWarning, intercept
warnings.simplefilter("ignore", CredentialWarning)
from tests.interop.asking import ask
from tests.transports.libraries import said
names = ["requests", "urllib3", "http.client"]
with vcr.use_cassette(sys.argv[1], record_mode="none", ignore_hosts=["api.openai.com"]), intercept("First."):
    print([said(ask(name)) for name in names])
with intercept("Second."):
    print([said(ask(name)) for name in names])
from llm_intercept.transports.urllib3 import _connection_class
print(_connection_class().__base__.__module__)
"""


def test_what_is_made_at_the_first_call_is_made_of_the_librarys_own_classes(tmp_path: Path) -> None:
    """In a process whose first activation and calls are inside a cassette, where vcrpy's connections stand for all others."""
    command = [sys.executable, "-c", FIRST_IN_A_CASSETTE, str(tmp_path / "tape.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=Path(__file__).parents[2])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [str(["First."] * 3), str(["Second."] * 3), "urllib3.connection"]
