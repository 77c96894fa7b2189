"""Same seed, rules and requests give the same bytes, in any order of arrival; another seed gives other ids."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import intercept
from tests.rules.asking import ask_anthropic, ask_openai, openai_client, post

URLS = (
    "https://api.openai.com/v1/chat/completions",
    "https://api.groq.com/openai/v1/chat/completions",
    "https://api.anthropic.com/v1/messages",
)

bodies = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["gpt-4o", "gpt-6"]),
        "stream": st.booleans(),
        "max_tokens": st.just(9),
        "messages": st.sampled_from("ab").map(lambda text: [{"role": "user", "content": text}]),
    }
)


def answers(seed: int, requests: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, bytes, tuple[tuple[bytes, bytes], ...]]]:
    """What each request gets: whom it asked, the body, the headers."""
    with intercept("Hello, world.", seed=seed):
        responses = [(url, post(body, url)) for url, body in requests]
    return [(url, response.content, tuple(response.headers.raw)) for url, response in responses]


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(0, 5), st.lists(st.tuples(st.sampled_from(URLS), bodies), max_size=6))
def test_the_order_of_arrival_does_not_matter(data: st.DataObject, seed: int, requests: list[tuple[str, dict[str, Any]]]) -> None:
    shuffled = data.draw(st.permutations(requests))
    assert Counter(answers(seed, requests)) == Counter(answers(seed, shuffled))


def test_what_one_provider_says_does_not_depend_on_whether_another_was_asked_before() -> None:
    body = {"model": "gpt-5", "messages": [{"role": "user", "content": "a"}]}
    there_and_back = [("https://api.openai.com/v1/chat/completions", body), ("https://api.x.ai/v1/chat/completions", body)]
    assert Counter(answers(0, there_and_back)) == Counter(answers(0, there_and_back[::-1]))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 50), st.integers(0, 50), st.sampled_from(URLS), bodies)
def test_another_seed_gives_other_ids(seed: int, other: int, url: str, body: dict[str, Any]) -> None:
    ((_, here, _),) = answers(seed, [(url, body)])
    ((_, there, _),) = answers(other, [(url, body)])
    assert (here == there) is (seed == other)


def test_the_same_question_asked_again_has_another_id() -> None:
    with intercept():
        ids = [
            openai_client().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "?"}]).id
            for _ in range(20)
        ]
    assert len(set(ids)) == 20


def test_threads_get_the_same_set_of_bytes_each_time() -> None:
    def round_() -> Counter[bytes]:
        got: list[bytes] = []
        start = threading.Barrier(6)

        def work(number: int) -> None:
            start.wait()
            body = {"model": "gpt-5", "messages": [{"role": "user", "content": str(number % 3)}]}
            got.extend(post(body).content for _ in range(3))

        with intercept("Hello."):
            threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return Counter(got)

    assert round_() == round_()


@pytest.mark.parametrize("ask_it", [ask_openai, ask_anthropic])
@pytest.mark.parametrize("stream", [False, True])
def test_the_real_sdk_gets_the_same_bytes_twice(ask_it: Any, stream: bool) -> None:
    bodies: list[bytes] = []
    for _ in range(2):
        with intercept("Hello, world.") as llm:
            ask_it("Hello", stream=stream)
        bodies.append(llm.calls.one.delivered)
    assert bodies[0] == bodies[1] != b""
