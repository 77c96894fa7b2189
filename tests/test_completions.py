"""The call-level mock: `completion`, `acompletion` and `mock_completion`, without any SDK."""

from __future__ import annotations

import copy
import inspect
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from typing import Any

import anyio
import litellm
import pytest

from llm_intercept import acompletion, completion, mock_completion

pytestmark = pytest.mark.anyio

MODEL = "gpt-4o"
MESSAGES = [{"role": "user", "content": "Hi"}]
TOOL_CALLS = [
    {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"city":"Paris"}'}},
    {"id": "call_2", "type": "function", "function": {"name": "buy", "arguments": "{}"}},
]

Ask = Callable[..., Any]


def ask_async(model: str, messages: Any, **more: Any) -> Any:
    """`acompletion`, run to its end; a stream becomes an iterator over what it gave."""

    async def run() -> Any:
        answer = await acompletion(model, messages, **more)
        return iter([chunk async for chunk in answer]) if more.get("stream") else answer

    return anyio.run(run)


@pytest.fixture(params=[completion, ask_async, mock_completion], ids=["completion", "acompletion", "mock_completion"])
def ask(request: pytest.FixtureRequest) -> Ask:
    function: Ask = request.param
    return function


def test_a_completion_has_litellms_shape(ask: Ask) -> None:
    r = ask(MODEL, MESSAGES, mock_response="Hello.")
    assert r.choices[0].finish_reason == "stop"
    assert r.choices[0].index == 0
    assert r.choices[0].message.content == "Hello."
    assert r.choices[0].message.role == "assistant"
    assert r.choices[0].logprobs is None
    assert r.choices[0].message.logprobs is None
    assert isinstance(r.created, int)
    assert r.model == "MockResponse"
    assert (r.usage.prompt_tokens, r.usage.completion_tokens, r.usage.total_tokens) == (None, None, None)
    assert len(r.choices) == 1


def test_items_and_attributes_are_the_same(ask: Ask) -> None:
    r = ask(MODEL, MESSAGES, mock_response="Hello.")
    assert r["choices"][0]["message"]["content"] == "Hello."
    assert r["choices"][0] is r.choices[0]
    assert r["usage"]["total_tokens"] is r.usage.total_tokens
    r.choices[0].message.content = "Changed."
    assert r["choices"][0]["message"]["content"] == "Changed."


def test_a_dump_is_plain_json(ask: Ask) -> None:
    r = ask(MODEL, MESSAGES, mock_response="Hello.", mock_tool_calls=TOOL_CALLS)
    dumped = r.model_dump()
    assert dumped == json.loads(r.model_dump_json()) == r
    assert {type(dumped), type(dumped["choices"][0]), type(dumped["choices"][0]["message"])} == {dict}
    assert set(dumped) == {"id", "object", "created", "model", "choices", "usage"}
    assert dumped["object"] == "chat.completion"
    assert dumped["id"].startswith("chatcmpl-")


def test_a_dump_keeps_a_text_as_it_is() -> None:
    text = 'é 👩‍👩‍👧 "quoted"\n\u2028\ud800'
    assert completion(MODEL, MESSAGES, mock_response=text).model_dump()["choices"][0]["message"]["content"] == text


def test_a_completion_can_be_copied() -> None:
    r = completion(MODEL, MESSAGES)
    assert copy.deepcopy(r) == r
    assert copy.deepcopy(r).choices[0].message.content == "This is a mock request"


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (completion(MODEL, MESSAGES), "a record has no 'text'; it has id, object, created, model, choices, usage"),
        (next(completion(MODEL, MESSAGES, stream=True)), "a chunk has no 'text'; it has choices"),
    ],
)
def test_a_name_that_is_not_there_is_an_attribute_error_that_lists_what_is(record: Any, text: str) -> None:
    with pytest.raises(AttributeError) as missing:
        _ = record.text
    assert str(missing.value) == text
    assert not hasattr(record, "text")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "This is a mock request"),
        ({"mock_response": None}, "This is a mock request"),
        ({"mock_response": True}, "This is a mock request"),
        ({"mock_response": ""}, ""),
        ({"mock_response": "Hi.", "temperature": 0, "tools": [], "api_key": "x", "user": None}, "Hi."),
        ({"n": None}, "This is a mock request"),
        ({"mock_timeout": None, "mock_delay": None, "mock_tool_calls": None, "timeout": None}, "This is a mock request"),
        ({"timeout": 5.0}, "This is a mock request"),
    ],
    ids=str,
)
def test_a_text_is_answered_as_given_or_the_default_one(ask: Ask, given: dict[str, Any], text: str) -> None:
    assert ask(MODEL, MESSAGES, **given).choices[0].message.content == text
    assert "".join(chunk.choices[0].delta.content for chunk in ask(MODEL, MESSAGES, stream=True, **given)) == text


def test_a_streams_chunks_are_litellms(ask: Ask) -> None:
    chunks = list(ask(MODEL, MESSAGES, stream=True))
    assert chunks[0] == {"choices": [{"delta": {"role": "assistant", "content": "Thi"}, "finish_reason": None}]}
    assert [chunk["choices"][0]["delta"]["content"] for chunk in chunks[:-1]] == [
        "Thi",
        "s i",
        "s a",
        " mo",
        "ck ",
        "req",
        "ues",
        "t",
    ]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * 8 + ["stop"]


@pytest.mark.parametrize("text", ["This is a mock request", "", "ab", "abc", "é👩‍👩‍👧🇫🇷 漢字", "a\n\n"])
def test_a_stream_adds_up_to_the_text_as_litellms_users_add_it_up(ask: Ask, text: str) -> None:
    complete_response = ""
    for chunk in ask(MODEL, MESSAGES, mock_response=text, stream=True):
        assert len(chunk.choices[0].delta.content) <= 3
        complete_response += chunk["choices"][0]["delta"]["content"]
    assert complete_response == text


def test_a_stream_of_several_choices_says_each_in_full(ask: Ask) -> None:
    said = {0: "", 1: ""}
    finishes = []
    for chunk in ask(MODEL, MESSAGES, mock_response="Hello.", stream=True, n=2):
        (choice,) = chunk.choices
        said[choice.index] += choice.delta.content
        finishes.append(choice.finish_reason)
    assert said == {0: "Hello.", 1: "Hello."}
    assert [finish for finish in finishes if finish] == ["stop", "stop"]


def test_several_choices_are_numbered_and_say_the_same(ask: Ask) -> None:
    r = ask(MODEL, MESSAGES, mock_response="Hello.", n=3)
    assert [(choice.index, choice.message.content) for choice in r.choices] == [(0, "Hello."), (1, "Hello."), (2, "Hello.")]


def test_tool_calls_are_answered_with_their_finish_reason(ask: Ask) -> None:
    r = ask(MODEL, MESSAGES, mock_tool_calls=TOOL_CALLS)
    assert r.choices[0].finish_reason == "tool_calls"
    assert r.choices[0].message.content is None
    assert [call.function.name for call in r.choices[0].message.tool_calls] == ["look", "buy"]
    assert r.choices[0].message.tool_calls == TOOL_CALLS
    assert (
        ask(MODEL, MESSAGES, mock_tool_calls=TOOL_CALLS, mock_response="Let me look.").choices[0].message.content == "Let me look."
    )


def test_streamed_tool_calls_have_their_index_and_every_content_is_a_text(ask: Ask) -> None:
    chunks = list(ask(MODEL, MESSAGES, mock_tool_calls=TOOL_CALLS, stream=True))
    assert all(isinstance(chunk.choices[0].delta.content, str) for chunk in chunks)
    calls = [call for chunk in chunks for call in chunk.choices[0].delta.get("tool_calls", ())]
    assert calls == [{**call, "index": index} for index, call in enumerate(TOOL_CALLS)]
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("raised", [ValueError("no"), RuntimeError, litellm.BudgetExceededError(2, 1)], ids=repr)
def test_an_exception_given_is_raised(ask: Ask, raised: Any, stream: bool) -> None:
    with pytest.raises(raised if isinstance(raised, type) else type(raised)) as caught:
        ask(MODEL, MESSAGES, mock_response=raised, stream=stream)
    assert isinstance(raised, type) or caught.value is raised


def test_a_delay_is_waited_for(ask: Ask) -> None:
    start = time.perf_counter()
    assert ask(MODEL, MESSAGES, mock_delay=0.03).choices[0].message.content == "This is a mock request"
    assert time.perf_counter() - start >= 0.03


@pytest.mark.parametrize("timeout", [0.03, 0])
@pytest.mark.parametrize("stream", [False, True])
def test_a_timeout_is_raised_when_its_time_is_over(ask: Ask, timeout: float, stream: bool) -> None:
    start = time.perf_counter()
    with pytest.raises(TimeoutError) as late:
        ask(MODEL, MESSAGES, mock_timeout=True, timeout=timeout, stream=stream)
    assert time.perf_counter() - start >= timeout
    assert str(late.value) == f"mock_timeout: the call to 'gpt-4o' took longer than its timeout of {timeout} seconds"


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ({"mock_response": 7}, TypeError, "mock_response= is a text or an exception, not 7"),
        ({"mock_response": ["a"]}, TypeError, "mock_response= is a text or an exception, not ['a']"),
        ({"n": 0}, ValueError, "n=0: at least one choice"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_wrong_argument_is_refused_at_the_call(ask: Ask, stream: bool, given: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as refused:
        ask(MODEL, MESSAGES, stream=stream, **given)
    assert str(refused.value) == text


def test_ids_differ_from_call_to_call() -> None:
    assert len({completion(MODEL, MESSAGES).id for _ in range(10)}) == 10


def test_messages_may_be_anything_that_a_real_call_takes() -> None:
    class Message(dict[str, Any]):
        pass

    assert completion(MODEL, (Message(role="user", content=[{"type": "text", "text": object()}]),)).choices[0].index == 0


def test_the_arguments_of_mock_completion_stand_in_litellms_order() -> None:
    ours = list(inspect.signature(mock_completion).parameters.values())
    theirs = list(inspect.signature(litellm.mock_completion).parameters)
    positional = [one.name for one in ours if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert positional == theirs[: len(positional)]


def test_litellms_documented_examples_run_as_they_stand() -> None:
    assert mock_completion(MODEL, MESSAGES, True).__next__().choices[0].delta.content == "Thi"
    assert mock_completion(model=MODEL, messages=MESSAGES, mock_response="Ok.").choices[0].message.content == "Ok."
    assert completion(model=MODEL, messages=MESSAGES, mock_response="Ok.").choices[0].message.content == "Ok."


async def test_an_async_stream_is_read_with_async_for_on_any_loop() -> None:
    stream = await acompletion(MODEL, MESSAGES, mock_response="Hello.", stream=True)
    assert "".join([chunk.choices[0].delta.content async for chunk in stream]) == "Hello."


async def test_an_async_delay_lets_other_tasks_run_and_can_be_cancelled() -> None:
    with anyio.move_on_after(0.02) as scope:
        await acompletion(MODEL, MESSAGES, mock_delay=30)
    assert scope.cancelled_caught


FORBIDDEN = [
    "openai",
    "anthropic",
    "litellm",
    "httpx",
    "httpx2",
    "requests",
    "urllib3",
    "aiohttp",
    "http",
    "asyncio",
    "anyio",
    "trio",
]


def test_the_sync_form_needs_no_sdk_no_http_library_and_no_asyncio() -> None:
    code = textwrap.dedent(f"""
        import sys

        class Forbid:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {FORBIDDEN!r}:
                    raise AssertionError(f"{{name}} was imported")

        for name in {FORBIDDEN!r}:
            assert name not in sys.modules, name
        sys.meta_path.insert(0, Forbid())
        from llm_intercept import completion, mock_completion
        r = completion("gpt-4o", [{{"role": "user", "content": "Hi"}}], mock_response="Hello.", mock_delay=0.001)
        text = "".join(c["choices"][0]["delta"]["content"] for c in mock_completion("gpt-4o", [], stream=True))
        print(r.model_dump()["choices"][0]["message"]["content"], text)
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("Hello. This is a mock request\n", "", 0)
