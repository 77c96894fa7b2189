"""Ids and timestamps: from the seed, the request and how often it was seen, and from nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_intercept.synthesis import stamp
from llm_intercept.synthesis.stamp import Stamp, Stamps
from llm_intercept.wire import Request


def request(**given: Any) -> Request:
    asked = {"host": "api.openai.com", "target": "/v1/chat/completions", "headers": (), "body": b'{"model":"m"}', **given}
    return Request(method="POST", scheme="https", port=None, library="httpx", **asked)


REQUEST = request()

#: Requests of which every one is another call.
OTHERS = {
    "body": request(body=b'{"model":"n"}'),
    "target": request(target="/v1/messages"),
    "host": request(host="api.groq.com"),
}

LABELS = ["completion", "request", "fingerprint", "tool 0", "tool 1", "anything"]


def test_the_same_requests_and_seed_give_the_same_stamps() -> None:
    first, second = Stamps(7), Stamps(7)
    assert [first.next(REQUEST) for _ in range(5)] == [second.next(REQUEST) for _ in range(5)]


def test_the_boundary_of_a_form_is_drawn_by_lot_and_makes_no_other_stamp() -> None:
    form = '--{0}\r\nContent-Disposition: form-data; name="model"\r\n\r\n{1}\r\n--{0}--\r\n'
    first, again, other = (request(body=form.format(*of).encode()) for of in (("4f1a", "m"), ("9c2b", "m"), ("4f1a", "n")))
    assert Stamps(7).next(first) == Stamps(7).next(again) != Stamps(7).next(other)


def test_a_request_seen_again_gets_another_stamp() -> None:
    stamps = Stamps(0)
    assert len({stamps.next(REQUEST) for _ in range(100)}) == 100


def test_another_seed_gives_another_stamp() -> None:
    assert len({Stamps(seed).next(REQUEST) for seed in (0, 1, -1, 10**70)}) == 4


@pytest.mark.parametrize("differs", OTHERS)
def test_another_request_gets_another_stamp(differs: str) -> None:
    assert Stamps(0).next(OTHERS[differs]) != Stamps(0).next(REQUEST)


@pytest.mark.parametrize("differs", OTHERS)
def test_stamps_do_not_depend_on_the_order_in_which_requests_arrive(differs: str) -> None:
    asked = {"one": REQUEST, "other": OTHERS[differs]}
    seen = []
    for order in permutations(asked):
        stamps = Stamps(0)
        seen.append({name: stamps.next(asked[name]) for name in order})
    assert seen[0] == seen[1]


def test_a_retry_is_the_same_request_seen_again_whatever_its_headers_say() -> None:
    stamps, retried = Stamps(0), request(headers=((b"x-stainless-retry-count", b"1"),))
    plain = Stamps(0)
    assert [stamps.next(REQUEST), stamps.next(retried)] == [plain.next(REQUEST), plain.next(REQUEST)]


def test_stamps_taken_by_many_threads_are_the_ones_taken_by_one() -> None:
    shared, alone = Stamps(3), Stamps(3)
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: shared.next(REQUEST), range(400)))
    assert set(taken) == {alone.next(REQUEST) for _ in range(400)}


@given(st.integers(), st.binary(max_size=50), st.sampled_from(LABELS), st.integers(1, 32))
def test_an_id_is_so_many_hexadecimal_digits(seed: int, body: bytes, label: str, length: int) -> None:
    made = Stamps(seed).next(request(body=body)).id(label, length)
    assert len(made) == length
    assert set(made) <= set("0123456789abcdef")


def test_ids_of_one_stamp_differ_by_their_label() -> None:
    stamp = Stamps(0).next(REQUEST)
    assert len({stamp.id(label, 32) for label in LABELS}) == len(LABELS)


@given(st.integers(), st.binary(max_size=50))
def test_a_timestamp_is_a_second_of_one_year(seed: int, body: bytes) -> None:
    created = Stamps(seed).next(request(body=body)).created
    assert 1_760_000_000 <= created < 1_760_000_000 + 365 * 24 * 3600


def test_a_stamp_is_a_value() -> None:
    assert Stamp("ab" * 64) == Stamp("ab" * 64)
    assert Stamp("0" * 128).id("completion") == "0" * 24


def test_how_often_a_request_was_seen_is_known_of_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "_MOST", 4)
    stamps, fresh = Stamps(0), Stamps(0)
    once, twice, thrice = fresh.next(request(body=b"0")), fresh.next(request(body=b"0")), fresh.next(request(body=b"0"))
    assert stamps.next(request(body=b"0")) == once
    for other in range(1, 7):
        stamps.next(request(body=b"%d" % other))
    assert stamps.next(request(body=b"0")) == twice  # six others came between
    for other in range(10, 20):
        stamps.next(request(body=b"%d" % other))
    assert len(stamps._seen) + len(stamps._earlier) <= 8
    assert stamps.next(request(body=b"0")) == once != thrice
