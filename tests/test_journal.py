"""The journal: one entry an HTTP attempt, what each tells, and how the whole is asked."""

from __future__ import annotations

import json
from typing import Any

import anyio
import httpx2
import openai
import pytest

from llm_intercept import (
    CannotSay,
    Interceptor,
    UnansweredCall,
    disconnect,
    error,
    intercept,
    pause,
    reply,
    tool_call,
    wire,
)
from llm_intercept.wire import HeaderPairs
from tests.rules.asking import (
    CHAT_URL,
    anthropic_client,
    ask_anthropic,
    ask_openai,
    async_openai_client,
    openai_client,
    post,
    raw_client,
)

WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "description": "The weather now", "parameters": {"type": "object", "properties": {}}},
}
BODY: dict[str, Any] = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]}


def test_an_entry_of_openai_tells_all_of_its_call() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "weather?"},
        {
            "role": "assistant",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "18"},
    ]
    with intercept() as llm:
        rule = llm.on(step=1).reply("18 degrees.")
        client = openai_client()
        answer = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[WEATHER], temperature=0.5)  # type: ignore[call-overload]
    entry = llm.calls.one
    assert (entry.prompt, entry.system, entry.model) == ("weather?", "Be brief.", "gpt-4o")
    assert (entry.provider, entry.operation, entry.stream, entry.attempt) == ("openai", "chat", False, 1)
    assert [(message.role, message.text) for message in entry.messages] == [
        ("system", "Be brief."),
        ("user", "weather?"),
        ("assistant", ""),
        ("tool", "18"),
    ]
    assert [(use.id, use.name, use.arguments) for use in entry.messages[2].tool_uses] == [("c1", "get_weather", "{}")]
    assert entry.messages[3].tool_use_id == "c1"
    assert list(entry.tools) == ["get_weather"]
    assert entry.tools["get_weather"].description == "The weather now"
    assert entry.tools["get_weather"].parameters == {"type": "object", "properties": {}}
    assert entry.json == {"model": "gpt-4o", "messages": messages, "tools": [WEATHER], "temperature": 0.5}
    assert entry.url == CHAT_URL
    assert entry.headers["content-type"] == "application/json"
    assert (entry.request.method, entry.request.library) == ("POST", "httpx2")
    assert json.loads(entry.request.body) == entry.json
    assert entry.rule is rule
    assert entry.reply == rule.sources[0]
    assert entry.outcome == "complete"
    assert entry.response is not None
    assert (entry.response.status, entry.response.body) == (200, entry.delivered)
    assert json.loads(entry.delivered)["id"] == answer.id


def test_an_entry_of_anthropic_tells_the_same_in_the_same_words() -> None:
    tool = {"name": "get_weather", "description": "The weather now", "input_schema": {"type": "object"}}
    messages = [
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "get_weather", "input": {"city": "Paris"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "18"}]},
    ]
    with intercept("18 degrees.") as llm:
        client = anthropic_client()
        with client.messages.stream(
            model="claude-sonnet-5",
            max_tokens=9,
            system="Be brief.",
            messages=messages,  # type: ignore[arg-type]
            tools=[tool],  # type: ignore[list-item]
        ) as stream:
            assert stream.get_final_text() == "18 degrees."
    entry = llm.calls.one
    assert (entry.prompt, entry.system, entry.model) == ("weather?", "Be brief.", "claude-sonnet-5")
    assert (entry.provider, entry.operation, entry.stream) == ("anthropic", "chat", True)
    assert [(message.role, message.text) for message in entry.messages] == [
        ("system", "Be brief."),
        ("user", "weather?"),
        ("assistant", ""),
        ("tool", "18"),
    ]
    assert [(use.id, use.name, use.arguments) for use in entry.messages[2].tool_uses] == [("t1", "get_weather", {"city": "Paris"})]
    assert entry.tools["get_weather"].parameters == {"type": "object"}
    assert entry.json["messages"] == messages
    assert entry.rule is not None
    assert entry.outcome == "complete"
    assert entry.delivered.startswith(b"event: message_start\ndata: ")
    assert entry.delivered.endswith(b'event: message_stop\ndata: {"type":"message_stop"}\n\n')


def test_the_journal_keeps_what_no_view_shows() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    content = [{"type": "text", "text": "What is it?"}, image]
    with intercept() as llm:
        ask_openai(messages=[{"role": "user", "content": content}], extra_body={"unheard_of": [1]}, extra_headers={"x-mine": "1"})
    entry = llm.calls.one
    assert entry.prompt == "What is it?"
    assert entry.messages[0].raw == {"role": "user", "content": content}
    assert entry.json["unheard_of"] == [1]
    assert entry.headers["X-Mine"] == "1"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not json", None), (b"", None), (b"\xff", None), (b"[1]", [1]), (b'{"model": "gpt-5"}', {"model": "gpt-5"})],
)
def test_a_malformed_call_is_an_entry_too(content: bytes, told: Any) -> None:
    with intercept() as llm:
        assert raw_client().post(CHAT_URL, content=content).status_code == 400
    entry = llm.calls.one
    assert (entry.prompt, entry.model, entry.messages, entry.rule, entry.outcome) == ("", "", (), None, "complete")
    assert entry.json == told
    assert entry.request.body == content
    assert entry.response is not None
    assert entry.response.status == 400


# one, last, where, clear, slices


def _talk(llm: Interceptor) -> None:
    llm.on("joke").replies("ha", "ho")
    llm.otherwise.reply("else")
    ask_openai("a joke")
    ask_anthropic("the weather")
    ask_openai("a joke", stream=True)


def test_the_journal_is_a_sequence_in_the_order_of_arrival() -> None:
    with intercept() as llm:
        _talk(llm)
    calls = llm.calls
    assert [entry.prompt for entry in calls] == ["a joke", "the weather", "a joke"]
    assert (len(calls), calls.total) == (3, 3)
    assert calls[0] is next(iter(calls))
    assert calls[-1] is calls[2] is calls.last
    assert isinstance(calls[0:2], list)
    assert calls[0:2] == [calls[0], calls[1]]
    assert calls[::-2] == [calls[2], calls[0]]
    assert calls[5:] == []
    assert calls[1] in calls
    assert calls.index(calls[1]) == 1
    with pytest.raises(IndexError):
        calls[3]


def test_where_takes_what_a_rule_takes() -> None:
    with intercept() as llm:
        _talk(llm)
    calls = llm.calls
    assert [entry.stream for entry in calls.where("joke")] == [False, True]
    assert calls.where("joke", stream=True).one is calls[2]
    assert calls.where(provider="anthropic").one.prompt == "the weather"
    assert calls.where(where=lambda call: call.model == "gpt-5").total == 2
    assert len(calls.where("pun")) == 0
    assert calls.where("joke").where(stream=False).last is calls[0]
    assert list(calls.where()) == list(calls)
    with pytest.raises(TypeError, match=r"did you mean 'model'\?"):
        calls.where(modle="x")


def test_one_and_last_say_what_there_is_instead() -> None:
    with intercept("Paris.") as llm:
        with pytest.raises(AssertionError) as none:
            _ = llm.calls.one
        with pytest.raises(AssertionError) as no_last:
            _ = llm.calls.last
        ask_openai("Capital?")
        assert llm.calls.one is llm.calls.last
        ask_openai("x" * 100)
        with pytest.raises(AssertionError) as two:
            _ = llm.calls.one
    assert str(none.value) == "expected one call, there are 0"
    assert str(no_last.value) == "no call was caught"
    assert str(two.value) == (
        "expected one call, there are 2\n"
        "  <openai chat 'gpt-5' 'Capital?' -> complete>\n"
        f"  <openai chat 'gpt-5' '{'x' * 59}…' -> complete>"
    )


def test_a_bounded_journal_keeps_the_last_and_counts_all() -> None:
    with intercept(journal=2) as llm:
        for number in range(5):
            ask_openai(str(number))
    assert [entry.prompt for entry in llm.calls] == ["3", "4"]
    assert (len(llm.calls), llm.calls.total) == (2, 5)
    assert llm.calls[-1].prompt == llm.calls.last.prompt == "4"
    assert llm.calls[0].prompt == "3"


def test_one_is_not_the_last_of_several_that_were_not_kept() -> None:
    with intercept(journal=1) as llm:
        ask_openai("a")
        assert llm.calls.one.prompt == "a"
        ask_openai("b")
    with pytest.raises(AssertionError, match="expected one call, there are 2"):
        _ = llm.calls.one


def test_clear_forgets_and_counts_from_the_start() -> None:
    with intercept("one", "two") as llm:
        ask_openai()
        llm.calls.clear()
        assert (list(llm.calls), llm.calls.total) == ([], 0)
        assert ask_openai() == "two"  # the rules stay where they are
    assert llm.calls.total == 1


def test_the_journal_may_be_read_while_it_grows() -> None:
    with intercept() as llm:
        ask_openai("a")
        for _ in llm.calls:
            ask_openai("b")
    assert llm.calls.total == 2


def test_the_journal_is_appended_at_arrival() -> None:
    seen: list[str] = []
    with intercept() as llm:
        llm.on().reply(lambda call: seen.append(llm.calls.last.outcome) or "ok")
        ask_openai()
    assert seen == ["pending"]


def test_the_journal_survives_the_block_and_shows_itself_short() -> None:
    with intercept("Paris.") as llm:
        ask_openai("Capital of France?")
        ask_anthropic("y" * 61)
    assert repr(llm.calls) == (
        f"[<openai chat 'gpt-5' 'Capital of France?' -> complete>, <anthropic chat 'claude-sonnet-5' '{'y' * 59}…' -> complete>]"
    )
    assert repr(llm) == "<Interceptor, 0 rules, 2 calls>"


# outcome and delivered


def _stream() -> openai.Stream[Any]:
    return openai_client().chat.completions.create(stream=True, **BODY)  # type: ignore[no-any-return]


def test_a_stream_is_pending_until_it_is_read_and_then_complete() -> None:
    with intercept("Hello, world.") as llm:
        stream = _stream()
        entry = llm.calls.one
        assert (entry.outcome, entry.delivered) == ("pending", b"")
        next(stream)
        assert entry.outcome == "pending"
        assert entry.delivered.count(b"data: ") == 1
        next(stream)
        assert entry.delivered.count(b"data: ") == 2
        assert entry.response is not None
        assert entry.response.body.startswith(entry.delivered)
        assert len(list(stream)) > 2
        assert (entry.outcome, entry.delivered) == ("complete", entry.response.body)


def test_a_pause_delivers_nothing_and_is_in_nobody_s_way() -> None:
    with intercept(reply("Hello, ", pause(0.001), "world.")) as llm:
        stream = _stream()
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "Hello, world."
    assert llm.calls.one.delivered == llm.calls.one.response.body  # type: ignore[union-attr]


def test_a_stream_that_the_client_closes_is_cancelled_and_what_it_took_is_told() -> None:
    with intercept("Hello, world.") as llm:
        stream = _stream()
        next(stream), next(stream)
        stream.close()
    entry = llm.calls.one
    assert entry.outcome == "cancelled"
    assert entry.delivered.count(b"data: ") == 2


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio warns of the generators that openai leaves to the collector
async def test_an_async_stream_is_told_alike() -> None:
    async with intercept("Hello, world.") as llm:
        whole = await async_openai_client().chat.completions.create(stream=True, **BODY)
        async for _ in whole:
            pass
        half = await async_openai_client().chat.completions.create(stream=True, **BODY)
        async for _ in half:
            break
        await half.close()
    assert [entry.outcome for entry in llm.calls] == ["complete", "cancelled"]
    assert llm.calls[0].delivered == llm.calls[0].response.body  # type: ignore[union-attr]
    assert llm.calls[1].delivered.count(b"data: ") == 1


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_while_it_streams_is_cancelled() -> None:
    async with intercept(reply("Hello", pause(30), "world")) as llm:
        with anyio.move_on_after(0.05) as scope:
            stream = await async_openai_client().chat.completions.create(stream=True, **BODY)
            try:
                async for _ in stream:
                    pass
            finally:
                with anyio.CancelScope(shield=True):
                    await stream.close()
        assert scope.cancelled_caught
    entry = llm.calls.one
    assert entry.outcome == "cancelled"
    assert b"Hel" in entry.delivered
    assert b"wor" not in entry.delivered


@pytest.mark.parametrize("stream", [False, True])
def test_a_broken_response_is_failed_and_what_arrived_is_told(stream: bool) -> None:
    with intercept(reply("Once upon a ", disconnect())) as llm, pytest.raises(httpx2.RemoteProtocolError):
        post({**BODY, "stream": stream})
    entry = llm.calls.one
    assert entry.outcome == "failed"
    assert entry.response is not None
    assert entry.delivered != b""
    assert entry.response.body.startswith(entry.delivered)
    assert b"[DONE]" not in entry.delivered
    assert b'"content":"Onc' in entry.delivered


@pytest.mark.parametrize("answer", [error(401), error(429), error(500), error(404, "No such model.")])
def test_a_provider_s_error_is_a_complete_response(answer: Any) -> None:
    with intercept(answer) as llm, pytest.raises(openai.APIStatusError) as refused:
        ask_openai()
    entry = llm.calls.one
    assert (entry.outcome, entry.reply) == ("complete", answer)
    assert entry.delivered == refused.value.response.content
    assert entry.response is not None
    assert entry.response.status == refused.value.status_code == answer.status


def test_a_miss_is_an_entry_without_reply_and_response() -> None:
    with intercept(default=None) as llm, llm.expect_failure() as expected:
        ask_openai("Capital?")
    assert type(expected.value) is UnansweredCall
    entry = llm.calls.one
    assert (entry.outcome, entry.rule, entry.reply, entry.response, entry.delivered) == ("missed", None, None, None, b"")
    assert entry.prompt == "Capital?"
    assert repr(entry) == "<openai chat 'gpt-5' 'Capital?' -> missed>"


def test_a_call_in_which_a_predicate_fails_is_an_entry_too() -> None:
    with intercept("else") as llm:
        llm.on(where=lambda call: 1 / 0).reply("never")
        with llm.expect_failure() as expected:
            ask_openai("Capital?")
    assert type(expected.value) is ZeroDivisionError
    assert [(entry.prompt, entry.outcome) for entry in llm.calls] == [("Capital?", "failed")]


def test_an_answer_is_told_as_it_was_delivered_whatever_a_callable_says_next() -> None:
    said = iter(["one", "two", "three"])
    with intercept(lambda call: next(said)) as llm:
        assert ask_openai() == "one"
        assert ask_openai() == "two"
    assert [json.loads(entry.delivered)["choices"][0]["message"]["content"] for entry in llm.calls] == ["one", "two"]
    assert next(said) == "three"


# attempts


def _openai_attempts() -> str:
    answer = openai_client(max_retries=2).chat.completions.create(**BODY)
    return answer.choices[0].message.content or ""


def _anthropic_attempts() -> str:
    answer = anthropic_client(max_retries=2).messages.create(max_tokens=9, **BODY)
    return answer.content[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize("attempts", [_openai_attempts, _anthropic_attempts])
def test_each_retry_of_the_sdk_is_an_entry_with_its_number(attempts: Any) -> None:
    with intercept() as llm:
        rule = llm.on().replies(error(429), error(500), "ok", "more")
        assert attempts() == "ok"
        assert attempts() == "more"
    assert [entry.attempt for entry in llm.calls] == [1, 2, 3, 1]
    assert [entry.response.status for entry in llm.calls if entry.response] == [429, 500, 200, 200]
    assert [entry.rule for entry in llm.calls] == [rule] * 4
    assert [entry.outcome for entry in llm.calls] == ["complete"] * 4


@pytest.mark.parametrize(("header", "attempt"), [(None, 1), ("0", 1), ("2", 3), ("x", 1), ("-1", 1), ("", 1)])
def test_an_attempt_that_nobody_counts_is_the_first(header: str | None, attempt: int) -> None:
    with intercept() as llm:
        post(BODY, headers=None if header is None else {"x-stainless-retry-count": header})
    assert llm.calls.one.attempt == attempt


# replies in the journal


def test_the_entry_s_reply_reads_like_the_code_that_made_it() -> None:
    with intercept(reply("Let me look.", tool_call("get_weather", city="Paris"), finish="stop")) as llm:
        ask_openai()
    assert repr(llm.calls.one.reply) == "reply('Let me look.', tool_call('get_weather', '{\"city\":\"Paris\"}'), finish='stop')"


def test_a_reply_that_cannot_be_said_leaves_an_entry_that_can_be_read() -> None:
    with pytest.raises(CannotSay), intercept(reply("x", finish="pause")) as llm:
        ask_openai("Capital?")
    entry = llm.calls.one
    assert (entry.prompt, entry.reply, entry.response, entry.delivered) == ("Capital?", None, None, b"")
    assert entry.rule is not None


def test_an_unknown_endpoint_stands_in_the_journal_as_missed() -> None:
    with intercept() as llm, llm.expect_failure():
        httpx2.get("https://api.openai.com/v1/no/such/thing")
    entry = llm.calls.one
    assert (entry.operation, entry.outcome, entry.call.provider, entry.call.messages) == ("unknown", "failed", "openai", ())
    assert entry.response is None
    assert entry.delivered == b""


def test_a_response_read_after_it_was_closed_stays_cancelled() -> None:
    with intercept("Paris.") as llm:
        with httpx2.stream("POST", CHAT_URL, json={**BODY, "stream": True}) as response:
            frames = iter(response.stream._stream)  # type: ignore[attr-defined]
            next(frames)
        assert list(frames) == []
    assert llm.calls.one.outcome == "cancelled"


def test_headers_that_are_alike_are_kept_once() -> None:
    client = openai.OpenAI(api_key="k")
    with intercept("Paris.") as llm:
        for index in range(10):
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"Capital number {index}?"}])
        kept = [one for entry in llm.calls for one in entry.request.headers.kept]
        assert len(kept) == 10 * len({*kept}) > 100
        assert len({id(one) for one in kept}) == len({*kept})
        assert [entry.headers["authorization"] for entry in llm.calls] == ["[redacted]"] * 10
    assert not HeaderPairs._shared


def test_of_many_different_headers_the_last_are_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_MOST", 10)
    for index in range(100):
        HeaderPairs([(b"x-number", b"%d" % index)])
    assert 0 < len(HeaderPairs._shared) <= 11
    HeaderPairs.forget()
