"""Limits, as the real SDKs meet them: refusals in the provider's words, true waits, headers that count down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import openai
import pytest

from llm_intercept import Limits, disconnect, error, intercept, reply
from tests.limits.clients import ASYNC, SYNC, THROTTLED, aopenai, user

MODEL = "gpt-4o"


class Clock:
    """A clock that stands until it is set."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client() -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="one", max_retries=0) as client:
        yield client


def headers(client: Any, model: str = MODEL, **options: Any) -> dict[str, str]:
    """The headers of one answer that tell of limits, refused or not."""
    try:
        raw = client.chat.completions.with_raw_response.create(model=model, messages=user("Hi"), **options)
    except openai.RateLimitError as refused:
        raw = refused.response
    return {name: value for name, value in raw.headers.items() if "limit" in name or "retry" in name}


def refused(name: str, came_out: Exception) -> None:
    kind, words = THROTTLED[name]
    assert type(came_out).__name__ == kind
    assert words in str(came_out).replace("\\n", "\n")


@pytest.mark.parametrize("name", SYNC)
def test_an_sdk_meets_its_providers_own_refusal_and_is_let_in_after_the_wait(name: str, clock: Clock) -> None:
    with intercept("Yes.", limits=Limits(rpm=2), clock=clock) as llm:
        assert [SYNC[name]("Hi"), SYNC[name]("Hi")] == ["Yes.", "Yes."]
        with pytest.raises(Exception, match=r"(?s)limit|Too many") as came_out:
            SYNC[name]("Hi")
        refused(name, came_out.value)
        clock.now += 29.9
        with pytest.raises(Exception, match=r"(?s)limit|Too many"):
            SYNC[name]("Hi")
        clock.now += 0.1
        assert SYNC[name]("Hi") == "Yes."
    entry = llm.calls[2]
    assert (entry.rule, entry.outcome, entry.attempt) == (None, "complete", 1)
    assert repr(entry.reply).startswith("error(429")
    assert entry.response is not None
    assert dict(entry.response.headers)[b"retry-after"] == b"30"
    assert [call.at for call in llm.calls] == [1_790_000_000.0] * 3 + [1_790_000_029.9, 1_790_000_030.0]


@pytest.mark.parametrize("name", ASYNC)
def test_an_async_sdk_meets_the_same(name: str, clock: Clock) -> None:
    async def run() -> None:
        assert [await ASYNC[name]("Hi"), await ASYNC[name]("Hi")] == ["Yes.", "Yes."]
        with pytest.raises(Exception, match=r"(?s)limit") as came_out:
            await ASYNC[name]("Hi")
        refused(name, came_out.value)

    with intercept("Yes.", limits=Limits(rpm=2), clock=clock):
        asyncio.run(run())


def test_openais_headers_count_down_and_fill_again(client: openai.OpenAI, clock: Clock) -> None:
    with intercept(reply("Yes.", usage={"input": 30, "output": 20}), limits=Limits(rpm=2, tpm=100), clock=clock) as llm:
        told = [headers(client), headers(client), headers(client)]
        clock.now += 30
        told.append(headers(client))
        assert [entry.response and entry.response.status for entry in llm.calls] == [200, 200, 429, 200]
    of = "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"
    assert [[one[name] for name in of] for one in told] == [
        ["2", "1", "30s"],
        ["2", "0", "1m0s"],
        ["2", "0", "1m0s"],
        ["2", "0", "1m0s"],
    ]
    of = "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"
    assert [[one[name] for name in of] for one in told] == [
        ["100", "50", "30s"],
        ["100", "0", "1m0s"],
        ["100", "0", "1m0s"],
        ["100", "0", "1m0s"],
    ]
    assert {name: told[2][name] for name in told[2] if "retry" in name} == {"retry-after": "30", "retry-after-ms": "30000"}
    assert [dict(entry.response.headers)[b"x-ratelimit-remaining-requests"] for entry in llm.calls if entry.response] == [
        b"1",
        b"0",
        b"0",
        b"0",
    ]


def test_a_wait_below_a_second_is_told_to_the_millisecond(client: openai.OpenAI, clock: Clock) -> None:
    with intercept("Yes.", limits=Limits(rpm=600), clock=clock):
        for _ in range(600):
            headers(client)
        told = headers(client)
    assert (told["retry-after"], told["retry-after-ms"]) == ("1", "100")
    with intercept("Yes.", limits=Limits(rpm=600), clock=clock):
        assert headers(client)["x-ratelimit-reset-requests"] == "100ms"


SAID = [
    ("api.anthropic.com/v1/messages", "anthropic-ratelimit-requests-", {"remaining": "4", "reset": "2026-09-21T14:13:32Z"}),
    ("api.mistral.ai/v1/chat/completions", "x-ratelimit-", {"remaining-req-minute": "4", "limit-tokens-minute": "90"}),
    ("api.cerebras.ai/v1/chat/completions", "x-ratelimit-", {"remaining-requests-minute": "4", "reset-requests-minute": "12"}),
    ("api.together.xyz/v1/chat/completions", "x-", {"ratelimit-remaining": "4", "ratelimit-reset": "12", "tokenlimit-limit": "90"}),
    ("api.groq.com/openai/v1/chat/completions", "x-ratelimit-", {"remaining-requests": "4", "reset-requests": "12s"}),
    ("api.deepseek.com/chat/completions", "x-ratelimit-", {"remaining-requests": "4", "limit-tokens": "90"}),
]


@pytest.mark.parametrize(("url", "prefix", "wanted"), SAID, ids=[url for url, _, _ in SAID])
def test_each_provider_tells_its_limits_in_its_own_headers(url: str, prefix: str, wanted: dict[str, str], clock: Clock) -> None:
    body = {"model": "some-model", "max_tokens": 9, "messages": user("Hi")}
    with intercept("Yes.", limits=Limits(rpm=5, tpm=90), clock=clock), httpx2.Client() as http:
        answer = http.post(f"https://{url}", json=body, headers={"x-api-key": "k", "anthropic-version": "2023-06-01"})
    assert answer.status_code == 200
    assert {name: answer.headers[prefix + name] for name in wanted} == wanted


WORDS = [
    ("api.groq.com/openai/v1/chat/completions", Limits(rpm=1), "for model `some-model` in organization"),
    (
        "me.openai.azure.com/openai/deployments/some-model/chat/completions?api-version=2024-10-21",
        Limits(rpm=1),
        "Please retry after",
    ),
    (
        "me.openai.azure.com/openai/deployments/some-model/chat/completions?api-version=2024-10-21",
        Limits(tpm=1),
        "token rate limit of",
    ),
    ("api.cohere.com/v2/chat", Limits(rpm=1), ""),
    ("api.openai.com/v1/chat/completions", Limits(tpm=12), "on tokens per min (TPM): Limit 12, Used"),
    ("api.openai.com/v1/chat/completions", Limits(tpm=1), "Request too large for some-model"),
    ("api.openai.com/v1/chat/completions", Limits(concurrent=1), "on concurrent requests: Limit 1, Used 1, Requested 1."),
    ("api.anthropic.com/v1/messages", Limits(tpm=1), "Please reduce the prompt length"),
    ("api.anthropic.com/v1/messages", Limits(concurrent=1), "Number of concurrent connections"),
    (
        "generativelanguage.googleapis.com/v1beta/models/some-model:generateContent",
        Limits(tpm=1),
        "generate_content_input_token_count, limit: 1, model: some-model",
    ),
    ("bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse", Limits(tpm=1), "Too many tokens"),
]


@pytest.mark.parametrize(("url", "limits", "words"), WORDS)
def test_a_refusal_is_in_the_providers_words(url: str, limits: Limits, words: str, clock: Clock) -> None:
    native = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    converse = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    chat = {"model": "some-model", "max_tokens": 9, "messages": user("Hi")}
    body = native if "google" in url else converse if "bedrock" in url else chat
    sent = {"json": body, "headers": {"x-api-key": "k", "anthropic-version": "2023-06-01"}}
    with (
        intercept("Yes.", limits=limits, clock=clock),
        httpx2.Client() as http,
        http.stream("POST", f"https://{url}", **sent),  # and while it is under way
    ):
        answer = http.post(f"https://{url}", **sent)
    assert answer.status_code == 429
    assert words in answer.text


def test_each_model_and_each_key_has_its_own(client: openai.OpenAI, clock: Clock) -> None:
    with intercept("Yes.", limits=Limits(rpm=1), clock=clock) as llm, client.with_options(api_key="two") as other:
        told = [headers(client), headers(client, "gpt-5"), headers(other), headers(client), headers(other)]
    assert ["retry-after" in one for one in told] == [False, False, False, True, True]
    assert "Bearer" not in repr(vars(type(llm.calls[0]))) + repr(llm.calls[0].quota)


def test_a_signed_call_is_known_by_its_key_and_a_key_in_the_query_is_one(clock: Clock) -> None:
    body = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    url = "https://generativelanguage.googleapis.com/v1beta/models/some-model:generateContent"
    with intercept("Yes.", limits=Limits(rpm=1), clock=clock), httpx2.Client() as http:
        assert [http.post(f"{url}?key={key}", json=body).status_code for key in "aabb"] == [200, 429, 200, 429]


def test_what_names_no_model_and_what_cannot_be_read_is_not_limited(client: openai.OpenAI, clock: Clock) -> None:
    with intercept("Yes.", limits=Limits(rpm=1), clock=clock) as llm:
        for _ in range(3):
            client.models.list()
            with pytest.raises(openai.BadRequestError):
                client.post("/chat/completions", body={"model": 3}, cast_to=object)
        headers(client)
        assert "retry-after" in headers(client)
    assert [entry.quota for entry in llm.calls[:6]] == [None] * 6


def test_embeddings_are_limited_too_by_what_they_ask(client: openai.OpenAI, clock: Clock) -> None:
    with intercept(limits=Limits(tpm=20), clock=clock):
        raw = client.embeddings.with_raw_response.create(model="text-embedding-3-small", input="one two three")
        assert int(raw.headers["x-ratelimit-remaining-tokens"]) < 20
        with pytest.raises(openai.RateLimitError):
            client.embeddings.create(model="text-embedding-3-small", input="one two three " * 9)


def test_a_refused_call_takes_no_reply(client: openai.OpenAI, clock: Clock) -> None:
    with intercept("One.", "Two.", limits=Limits(rpm=1), clock=clock):
        headers(client)
        headers(client)
        clock.now += 60
        said = client.chat.completions.create(model=MODEL, messages=user("Hi")).choices[0].message.content
    assert said == "Two."


def test_a_rules_own_429_says_what_it_says(client: openai.OpenAI, clock: Clock) -> None:
    mine = {"x-ratelimit-remaining-requests": "0"}
    with intercept(error(429, retry_after=7, headers=mine), limits=Limits(rpm=9), clock=clock) as llm:
        told = headers(client)
    assert (told["retry-after"], told["x-ratelimit-remaining-requests"], told["x-ratelimit-limit-requests"]) == ("7", "0", "9")
    assert llm.calls.one.rule is not None


def test_a_run_starts_with_the_whole_and_so_does_reset(client: openai.OpenAI, clock: Clock) -> None:
    llm = intercept("Yes.", limits=Limits(rpm=2), clock=clock)
    for _ in range(2):
        with llm:
            assert [headers(client)["x-ratelimit-remaining-requests"] for _ in range(2)] == ["1", "0"]
            llm.reset()
            assert headers(client)["x-ratelimit-remaining-requests"] == "1"


# what is under way


def stream(client: Any, **options: Any) -> Any:
    return client.chat.completions.create(model=MODEL, messages=user("Hi"), stream=True, **options)


def read(stream: Any) -> None:
    for _ in stream:
        pass


def broken(stream: Any) -> None:
    with pytest.raises(Exception, match=r"Connection error"):
        read(stream)


@pytest.mark.parametrize(
    ("said", "ends"), [("Yes.", read), ("Yes.", lambda stream: stream.close()), ("break", broken)], ids=["read", "closed", "broken"]
)
def test_a_stream_counts_until_it_ends(client: openai.OpenAI, said: Any, ends: Any) -> None:
    with intercept(reply("Once upon a ", disconnect()) if said == "break" else said, limits=Limits(concurrent=2)) as llm:
        first, second = stream(client), stream(client)
        with pytest.raises(openai.RateLimitError):
            stream(client)
        ends(first)
        third = stream(client)
        with pytest.raises(openai.RateLimitError):
            stream(client)
        second.close()
        third.close()
    assert [entry.rule is None for entry in llm.calls] == [False, False, True, False, True]


def test_an_async_stream_counts_until_it_is_closed() -> None:
    async def run() -> None:
        async with aopenai() as client:
            first = await stream(client)
            with pytest.raises(openai.RateLimitError):
                await stream(client)
            await first.close()
            await (await stream(client)).close()

    with intercept("Yes.", limits=Limits(concurrent=1)):
        asyncio.run(run())


# races


def test_threads_share_exactly_the_limit(client: openai.OpenAI, clock: Clock) -> None:
    with intercept("Yes.", limits=Limits(rpm=20, tpm=100_000), clock=clock) as llm, ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: headers(client), range(40)))
    let_in = [one for one in told if "retry-after" not in one]
    assert sorted(int(one["x-ratelimit-remaining-requests"]) for one in let_in) == list(range(20))
    used = sum(entry.tokens.total for entry in llm.calls if entry.rule is not None)
    assert min(int(one["x-ratelimit-remaining-tokens"]) for one in told) == 100_000 - used


def test_tasks_share_exactly_the_limit(clock: Clock) -> None:
    async def run() -> list[dict[str, str]]:
        async def one(client: Any) -> dict[str, str]:
            try:
                raw = await client.chat.completions.with_raw_response.create(model=MODEL, messages=user("Hi"))
            except openai.RateLimitError as refused:
                raw = refused.response
            return dict(raw.headers)

        async with aopenai() as client:
            return await asyncio.gather(*(one(client) for _ in range(40)))

    with intercept("Yes.", limits=Limits(rpm=20), clock=clock):
        told = asyncio.run(run())
    let_in = [one for one in told if "retry-after" not in one]
    assert sorted(int(one["x-ratelimit-remaining-requests"]) for one in let_in) == list(range(20))


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ({}, TypeError, "Limits(): give at least one of rpm, tpm, concurrent"),
        ({"rpm": 0}, ValueError, "Limits(rpm=0): at least 1"),
        ({"tpm": 1.5}, TypeError, "Limits(tpm=1.5): a whole number is wanted"),
        ({"concurrent": True}, TypeError, "Limits(concurrent=True): a whole number is wanted"),
    ],
)
def test_what_is_no_limit_is_refused(given: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as came_out:
        Limits(**given)
    assert str(came_out.value) == text
