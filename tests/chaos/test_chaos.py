"""Chaos: seeded, the same again, told call by call, and unnoticed by the rules."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anthropic
import openai
import pytest

from llm_intercept import Interceptor, Limits, intercept
from llm_intercept.call import Call
from llm_intercept.chaos import Chaos
from llm_intercept.chaos.kinds import KINDS
from llm_intercept.journal import Entry
from llm_intercept.replies.reply import ErrorReply, Reply
from llm_intercept.synthesis.stamp import Stamps
from llm_intercept.wire import Request
from tests.limits.clients import ASYNC, SYNC, aopenai, user

RATES = {"rate_limit": 0.1, "overloaded": 0.1, "server_error": 0.1, "timeout": 0.1, "disconnect": 0.1}


def ask(client: Any, prompt: str, **options: Any) -> str:
    """What came out, as one word or two."""
    try:
        said = client.chat.completions.create(model="gpt-4o", messages=user(prompt), **options)
        return "".join(chunk.choices[0].delta.content or "" for chunk in said) if options else said.choices[0].message.content
    except openai.APIError as failure:
        return type(failure).__name__


@pytest.fixture
def client() -> Any:
    with openai.OpenAI(api_key="key", max_retries=0) as client:
        yield client


def requests(count: int) -> list[Request]:
    return [Request("POST", "https", "api.openai.com", None, "/v1/x", (), f"{n % 7}".encode(), "httpx") for n in range(count)]


def struck(chaos: Chaos, asked: list[Request]) -> list[str | None]:
    """What befalls some requests of one run."""
    stamps, found = Stamps(0), []
    for request in asked:
        entry = Entry(request, "openai", None, stamps.next(request))
        chaos.strike(entry, Call(request, "openai", "chat", "chat"))
        found.append(entry.chaos)
    return found


def test_a_thousand_seeded_runs_replay_identically() -> None:
    asked = requests(20)
    for seed in range(1000):
        assert struck(Chaos(RATES, seed), asked) == struck(Chaos(dict(reversed(RATES.items())), seed), asked)
    assert len({tuple(struck(Chaos(RATES, seed), asked)) for seed in range(1000)}) > 990


def test_each_happens_as_often_as_it_is_said_to() -> None:
    found = Counter(struck(Chaos({"rate_limit": 0.3, "disconnect": 0.05}, 7), requests(20_000)))
    assert found["rate_limit"] == pytest.approx(6000, rel=0.05)
    assert found["disconnect"] == pytest.approx(1000, rel=0.15)
    assert set(struck(Chaos({"rate_limit": 1}, 0), requests(50))) == {"rate_limit"}
    assert set(struck(Chaos({"rate_limit": 0.0}, 0), requests(50))) == {None}


def test_the_same_calls_meet_the_same_in_any_order_and_from_any_thread(client: openai.OpenAI) -> None:
    prompts = [f"Question {number}" for number in range(40)]
    met = []
    for round_ in range(3):
        random.Random(round_).shuffle(prompts)
        with intercept("Yes.") as llm, llm.chaos(**RATES, seed=7), ThreadPoolExecutor(4) as pool:
            came = dict(zip(prompts, pool.map(lambda prompt: ask(client, prompt), prompts), strict=True))
            met.append((came, {entry.prompt: entry.chaos for entry in llm.calls}))
    assert met[0] == met[1] == met[2]
    assert len(set(met[0][0].values())) > 3


def test_tasks_meet_the_same_as_threads(client: openai.OpenAI) -> None:
    prompts = [f"Question {number}" for number in range(20)]

    async def run() -> None:
        async with aopenai() as client:
            await asyncio.gather(
                *(client.chat.completions.create(model="gpt-4o", messages=user(prompt)) for prompt in prompts),
                return_exceptions=True,
            )

    found = []
    for way in (lambda: asyncio.run(run()), lambda: [ask(client, prompt) for prompt in prompts]):
        with intercept("Yes.") as llm, llm.chaos(**RATES, seed=3):
            way()
            found.append({entry.prompt: entry.chaos for entry in llm.calls})
    assert found[0] == found[1]
    assert len(set(found[0].values())) > 3


RAISED = {
    "rate_limit": "RateLimitError",
    "overloaded": "InternalServerError",
    "server_error": "InternalServerError",
    "bad_request": "BadRequestError",
    "invalid_key": "AuthenticationError",
    "model_not_found": "NotFoundError",
    "timeout": "APITimeoutError",
    "read_timeout": "APITimeoutError",
    "connect_error": "APIConnectionError",
    "connect_timeout": "APITimeoutError",
    "disconnect": "APIConnectionError",
    "reset": "APIConnectionError",
    "pool_timeout": "APITimeoutError",
    "dns_error": "APIConnectionError",
    "tls_error": "APIConnectionError",
}

DEFAULT = "This is a mock request"

#: What is damaged and not broken: what becomes of it in a body, and in a stream.
DAMAGED = {
    "truncate": ("JSONDecodeError", DEFAULT),
    "corrupt": ("JSONDecodeError", "JSONDecodeError"),
    "stream_error": ("InternalServerError", "APIError"),
    "duplicate": ("JSONDecodeError", DEFAULT),
    "reorder": ("JSONDecodeError", DEFAULT),
    "unknown_event": (DEFAULT, DEFAULT),
    "drip": (DEFAULT, DEFAULT),
}


def test_every_kind_is_looked_at() -> None:
    assert {*RAISED} | {*DAMAGED} == {*KINDS}


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize("kind", DAMAGED)
def test_what_is_damaged_reaches_the_caller_as_what_it_is(client: openai.OpenAI, kind: str, stream: bool) -> None:
    with intercept("Yes.") as llm, llm.chaos(**{kind: 1}):
        try:
            said = client.chat.completions.create(model="m", messages=user("Hi"), stream=stream)
            pieces = [choice.delta.content or "" for chunk in said for choice in chunk.choices or ()] if stream else ""
            seen = "".join(pieces) if stream else said.choices[0].message.content
        except Exception as raised:
            seen = type(raised).__name__
    assert seen == DAMAGED[kind][stream]
    assert llm.calls[-1].chaos == kind


@pytest.mark.parametrize("kind", RAISED)
@pytest.mark.parametrize("options", [{}, {"stream": True}], ids=["body", "stream"])
def test_each_kind_reaches_the_caller_as_what_it_is(client: openai.OpenAI, kind: str, options: dict[str, Any]) -> None:
    with intercept("Yes.") as llm:
        with llm.chaos(**{kind: 1}):
            assert ask(client, "Hi", **options) == RAISED[kind]
        assert ask(client, "Hi", **options) == "Yes."
    assert [(entry.chaos, entry.rule is None) for entry in llm.calls] == [(kind, True), (None, False)]


@pytest.mark.parametrize("kind", RAISED)
@pytest.mark.parametrize("name", SYNC)
def test_every_sdk_fails(name: str, kind: str) -> None:
    with intercept("Yes.") as llm, llm.chaos(**{kind: 1}), pytest.raises(Exception):  # noqa: B017  (each SDK's own)
        SYNC[name]("Hi")
    assert {entry.chaos for entry in llm.calls} == {kind}


@pytest.mark.parametrize("name", ASYNC)
def test_every_async_sdk_fails(name: str) -> None:
    with intercept("Yes.") as llm, llm.chaos(server_error=1), pytest.raises(Exception, match=r".+"):
        asyncio.run(ASYNC[name]("Hi"))  # type: ignore[arg-type]
    assert {entry.chaos for entry in llm.calls} == {"server_error"}


def test_anthropic_is_overloaded_in_its_own_way() -> None:
    with intercept("Yes.") as llm, anthropic.Anthropic(api_key="key", max_retries=0) as client:
        llm.chaos(overloaded=1)
        with pytest.raises(anthropic.InternalServerError) as came_out:
            client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=user("Hi"))
    assert came_out.value.status_code == 529


def test_calls_that_want_no_completion_are_befallen_too(client: openai.OpenAI) -> None:
    with intercept("Yes.") as llm, llm.chaos(disconnect=0.5, rate_limit=0.5):
        for number in range(6):
            with pytest.raises((openai.RateLimitError, openai.APIConnectionError)):
                client.embeddings.create(model="text-embedding-3-small", input=f"{number}")
    assert {entry.chaos for entry in llm.calls} == {"disconnect", "rate_limit"}


def test_an_sdk_that_retries_comes_through_and_no_rule_notices() -> None:
    with intercept("One.", "Two.", "Three.") as llm, openai.OpenAI(api_key="key", max_retries=20) as client:
        llm.chaos(rate_limit=0.5, seed=1)
        assert [ask(client, "Hi") for _ in range(3)] == ["One.", "Two.", "Three."]
    assert llm.resilience().ok
    assert llm.resilience().retries == len(llm.calls) - 3 > 0
    assert "(chaos: rate_limit)" in str(llm.resilience())


def test_it_ends_where_its_block_ends_and_with_stop(client: openai.OpenAI) -> None:
    with intercept("Yes.") as llm:
        first = llm.chaos(server_error=1)
        with llm.chaos(rate_limit=1) as second:
            assert ask(client, "Hi") == "RateLimitError"
        assert (second.live, ask(client, "Hi")) == (False, "InternalServerError")
        first.stop()
        assert ask(client, "Hi") == "Yes."
        llm.chaos(invalid_key=1)
        llm.reset()
        assert ask(client, "Hi") == "AuthenticationError"


def test_what_is_given_before_a_block_holds_in_each_and_what_is_given_inside_ends_with_it(client: openai.OpenAI) -> None:
    llm = Interceptor("Yes.", limits=Limits(rpm=100))
    definition = llm.chaos(rate_limit=1)
    with llm:
        assert ask(client, "Hi") == "RateLimitError"
        llm.chaos(server_error=1)
        assert ask(client, "Hi") == "InternalServerError"
    with llm:
        assert ask(client, "Hi") == "RateLimitError"
    definition.stop()
    with llm:
        assert ask(client, "Hi") == "Yes."


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ({"rate_limits": 0.1}, TypeError, "chaos(rate_limits=...) is nothing that can happen; did you mean 'rate_limit'?"),
        ({"reset": 1.1}, ValueError, "chaos(reset=1.1): a probability from 0 to 1 is wanted"),
        ({"reset": -0.1}, ValueError, "chaos(reset=-0.1): a probability from 0 to 1 is wanted"),
        ({"reset": float("nan")}, ValueError, "chaos(reset=nan): a probability from 0 to 1 is wanted"),
        ({"reset": True}, TypeError, "chaos(reset=True): a probability from 0 to 1 is wanted"),
        ({"reset": "often"}, TypeError, "chaos(reset='often'): a probability from 0 to 1 is wanted"),
        ({"reset": 0.6, "timeout": 0.6}, ValueError, "chaos(...): the probabilities add up to 1.2, which is more than 1"),
        ({"reset": 0.6, "seed": "7"}, TypeError, "chaos(seed='7'): int is wanted"),
    ],
)
def test_what_cannot_happen_is_refused(given: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as came_out:
        Interceptor().chaos(**given)
    assert str(came_out.value) == text


def test_ten_tenths_are_one_and_the_repr_is_the_call() -> None:
    names = list(KINDS)[:10]
    assert repr(Chaos(dict.fromkeys(names, 0.1), 1)).count("=0.1") == 10
    assert repr(Interceptor().chaos(reset=0.5, rate_limit=0.25, seed=7)) == "llm.chaos(rate_limit=0.25, reset=0.5, seed=7)"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_an_error_or_a_fault(kind: str) -> None:
    said = KINDS[kind]()
    assert isinstance(said, ErrorReply) or (isinstance(said, Reply) and bool(said.said.opening or said.said.faults))
