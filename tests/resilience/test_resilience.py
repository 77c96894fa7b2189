"""The verdict: what a journal tells of how failures were taken, by the real SDKs' own retries and by loops above them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from llm_intercept import Interceptor, disconnect, error, intercept, pause, read_timeout, reply, tool_call
from tests.limits.clients import aws, user


class Clock:
    """A clock that stands until it is set."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def once() -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="key", max_retries=0) as client:
        yield client


@pytest.fixture
def client() -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="key") as client:
        yield client


def ask(client: Any, prompt: str = "Hi", messages: list[Any] | None = None, **options: Any) -> None:
    with suppress(openai.APIError):
        answer = client.chat.completions.create(model="gpt-4o", messages=messages or user(prompt), **options)
        for _ in answer if options.get("stream") else ():
            pass


def kinds(llm: Interceptor) -> list[str]:
    return [problem.kind for problem in llm.resilience().problems]


def test_nothing_asked_and_everything_answered_is_ok(client: openai.OpenAI) -> None:
    with intercept("Yes.") as llm:
        assert llm.resilience().ok
        assert str(llm.resilience()) == "0 calls, 0 retries, 0 problems"
        ask(client)
    assert (str(llm.resilience()), repr(llm.resilience())) == ("1 call, 0 retries, 0 problems", "<Resilience, 0 problems>")


def test_an_sdk_that_retries_as_asked_is_ok(client: openai.OpenAI) -> None:
    with intercept(error(429, retry_after=0.05), error(503), "Yes.") as llm:
        ask(client)
    verdict = llm.resilience()
    assert verdict.ok, str(verdict)
    (call,) = verdict.calls
    assert (call.retries, [entry.attempt for entry in call.attempts], verdict.retries) == (2, [1, 2, 3], 2)
    assert next(call.waits)[2] >= 0.05


def test_every_retry_of_one_sdk_call_is_one_call(client: openai.OpenAI) -> None:
    with intercept(*(error(500), "Yes.") * 3) as llm:
        for _ in range(3):
            ask(client)
    verdict = llm.resilience()
    assert [call.retries for call in verdict.calls] == [1, 1, 1]
    assert [call.attempts for call in verdict.repeated] == [call.attempts for call in verdict.calls[1:]]


def test_botocore_tells_which_attempts_belong_together() -> None:
    bedrock = aws(retries={"total_max_attempts": 2})
    with intercept(error(500), "Yes.", error(500), "Yes.") as llm:
        for _ in range(2):
            bedrock.converse(modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "Hi"}]}])
    assert [call.retries for call in llm.resilience().calls] == [1, 1]


def test_an_upload_is_the_same_whatever_its_boundary(once: openai.OpenAI) -> None:
    with intercept() as llm:
        llm.on(operation="transcription").replies(error(429, retry_after=9), error(429, retry_after=9))
        for _ in range(2):
            with pytest.raises(openai.RateLimitError):
                once.audio.transcriptions.create(model="whisper-1", file=("a.wav", b"RIFF"))
    assert kinds(llm) == ["too_soon"]


def test_a_retry_before_its_time_is_a_problem_and_one_in_time_is_none(once: openai.OpenAI, clock: Clock) -> None:
    with intercept(error(429, retry_after=2), error(429, retry_after=2), "Yes.", clock=clock) as llm:
        ask(once)
        clock.now += 2
        ask(once)
        assert llm.resilience().ok
        clock.now += 1.5
        ask(once)
    assert str(llm.resilience()).splitlines() == [
        "1 call, 2 retries, 1 problem",
        "",
        "openai chat 'gpt-4o' 'Hi'",
        "  429, to be asked again after 2 s",
        "  2 s later: 429, to be asked again after 2 s",
        "  1.5 s later: answered, complete",
        "",
        "Problems:",
        "  - too_soon: openai chat 'Hi' was asked again after 1.5 s, and not after 2 s",
    ]
    assert repr(llm.resilience()) == "<Resilience, 1 problems; openai chat 'Hi' was asked again after 1.5 s, and not after 2 s>"
    assert repr(llm.resilience().problems[0]).startswith("<too_soon: openai chat 'Hi' was asked again")


def test_a_wait_told_as_a_date_is_not_judged(once: openai.OpenAI) -> None:
    with intercept(error(429, headers={"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}), "Yes.") as llm:
        ask(once)
        ask(once)
    assert llm.resilience().ok
    assert llm.resilience().retries == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_does_not_pass_is_not_to_be_asked_again(once: openai.OpenAI, status: int) -> None:
    with intercept(error(status), "Yes.") as llm:
        ask(once)
        assert llm.resilience().ok
        ask(once)
    assert kinds(llm) == ["hopeless"]
    assert f"asked again after a {status}, which does not pass" in str(llm.resilience())


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_what_may_pass_may_be_asked_again(client: openai.OpenAI, status: int) -> None:
    with intercept(error(status), "Yes.") as llm:
        ask(client)
    assert llm.resilience().ok
    assert llm.resilience().retries == 1


def test_a_fault_is_retried_and_a_pause_is_none(client: openai.OpenAI) -> None:
    with intercept(reply(read_timeout()), reply("Yes.", pause(0.001))) as llm:
        ask(client)
    verdict = llm.resilience()
    assert (verdict.ok, verdict.retries) == (True, 1)
    assert "  broke off" in str(verdict)


def test_parallel_calls_that_are_retried_by_their_sdk_are_not_mixed_up(client: openai.OpenAI) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with intercept() as llm, ThreadPoolExecutor(4) as pool:
        llm.on().replies(*[error(429, retry_after=0.05)] * 4, *["Yes."] * 4)
        list(pool.map(lambda _: ask(client), range(4)))
    assert [call.retries for call in llm.resilience().calls] == [1, 1, 1, 1]
    assert llm.resilience().ok, str(llm.resilience())


def test_a_retry_whose_first_attempt_is_not_in_the_journal_is_a_call_of_its_own(client: openai.OpenAI) -> None:
    with intercept(error(500), "Yes.", journal=1) as llm:
        ask(client)
    assert [call.retries for call in llm.resilience().calls] == [0]


def test_an_answer_that_the_client_gave_up_on_is_retried_by_its_sdk(client: openai.OpenAI) -> None:
    with intercept("Yes.") as llm:
        for number in "01":
            client.chat.completions.create(model="gpt-4o", messages=user("Hi"), extra_headers={"x-stainless-retry-count": number})
    assert [call.retries for call in llm.resilience().calls] == [1]


# answers that broke


def test_a_broken_answer_that_nobody_asked_for_again_is_in_doubt(client: openai.OpenAI) -> None:
    with intercept(reply("Once upon", disconnect())) as llm:
        ask(client, stream=True)
    assert llm.resilience().ok
    assert "In doubt:\n  - openai chat 'Hi' broke off with an error, and was not asked again" in str(llm.resilience())


def test_a_part_that_a_later_history_goes_on_from_was_taken_for_the_whole(client: openai.OpenAI) -> None:
    with intercept(reply("Once upon", disconnect()), "Yes.") as llm:
        ask(client, stream=True)
        ask(client, messages=[*user("Hi"), {"role": "assistant", "content": "Once u"}, *user("And then?")])
    assert kinds(llm) == ["taken_for_whole"]
    assert "a later history goes on from 'Once u'" in str(llm.resilience())
    assert llm.resilience().doubts == ()


def test_an_answer_that_ended_early_without_an_error_is_to_be_asked_for_again(client: openai.OpenAI) -> None:
    with intercept(reply("Once upon", disconnect()), "Once upon a time.") as llm:
        ask(client, stream=True)
        llm.calls.one.outcome = "complete"  # as where a library takes the end of the connection for the end of the answer
        assert kinds(llm) == ["taken_for_whole"]
        assert "was cut short without an error, and not asked again" in str(llm.resilience())
        ask(client, stream=True)
    assert llm.resilience().ok


def test_a_part_that_was_asked_for_again_was_not(client: openai.OpenAI) -> None:
    with intercept(reply("Once upon", disconnect()), "Once upon", "Yes.") as llm:
        ask(client, stream=True)
        ask(client, stream=True)
        ask(client, messages=[*user("Hi"), {"role": "assistant", "content": "Once upon"}, *user("And then?")])
    assert llm.resilience().ok
    assert (llm.resilience().doubts, llm.resilience().retries) == ((), 1)


# tools


def results(text: str, id_: str = "call_1") -> list[Any]:
    function = {"name": "get_weather", "arguments": "{}"}
    return [
        *user("Weather?"),
        {"role": "assistant", "content": None, "tool_calls": [{"id": id_, "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": id_, "content": text},
    ]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (error(500), results("20 C"), ["run_twice"]),
        (error(500), results("19 C"), []),
        ("Cold.", results("20 C"), []),
        (error(500), results("20 C", "call_2"), []),
    ],
    ids=["other result", "same result", "answered", "other step"],
)
def test_a_tool_that_ran_again_because_an_answer_failed_is_a_problem(
    once: openai.OpenAI, first: Any, second: list[Any], found: list[str]
) -> None:
    with intercept(first, "Warm.", contract="off") as llm:
        ask(once, messages=results("19 C"))
        ask(once, messages=second)
    assert kinds(llm) == found
    assert ("gave other results of get_weather" in str(llm.resilience())) is bool(found)


@pytest.mark.parametrize(("second", "found"), [("Other", ["key_reused"]), ("Hi", [])])
def test_one_idempotency_key_is_for_one_request(once: openai.OpenAI, second: str, found: list[str]) -> None:
    with intercept("Yes.") as llm:
        for prompt in ("Hi", second):
            ask(once, prompt, extra_headers={"Idempotency-Key": "one"})
    assert kinds(llm) == found


def test_anthropics_retries_are_read_alike() -> None:
    with intercept(error(529), tool_call("get_weather")) as llm, anthropic.Anthropic(api_key="key") as client:
        client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=user("Hi"))
    assert [call.retries for call in llm.resilience().calls] == [1]


def test_misses_are_no_attempts_and_secrets_are_not_shown(once: openai.OpenAI) -> None:
    with intercept(default=None) as llm:
        llm.on("key").replies(error(401), error(401))
        with llm.expect_failure():
            ask(once, "Nobody knows")
        with httpx2.Client() as http:
            for _ in range(2):
                http.post(
                    "https://api.openai.com/v1/chat/completions",
                    json={"model": "gpt-4o", "messages": user("My key is sk-12345678")},
                    headers={"authorization": "Bearer sk-12345678"},
                )
    assert kinds(llm) == ["hopeless"]
    assert "12345678" not in str(llm.resilience()) + repr(llm.resilience())
