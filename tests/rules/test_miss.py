"""What a miss says: the call, the nearest rules with the criterion that differed, and a rule to paste, which then answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import InterceptFailure, Interceptor, UnansweredCall, UnknownEndpoint, contains, intercept, words
from tests.rules.asking import ask_anthropic, ask_openai, post

TOOLS = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("get_weather", "get_time")]
LONG = "Tell me everything about the history of Paris, and then about Rome. " * 3
CALL = """No rule answers this call:
  openai chat, model 'gpt-5', not streamed
  POST https://api.openai.com/v1/chat/completions (caught in httpx2)
"""


def here(offset: int = 0) -> str:
    """`file:line` of the caller, `offset` lines on."""
    frame = inspect.currentframe().f_back  # type: ignore[union-attr]
    return f"{__file__}:{frame.f_lineno + offset}"  # type: ignore[union-attr]


def text_of_miss(llm: Interceptor, ask_it: Callable[[], Any]) -> str:
    with llm.expect_failure() as expected:
        ask_it()
    assert type(expected.value) is UnansweredCall
    return str(expected.value)


def test_without_rules_the_miss_says_so() -> None:
    with intercept(default=None) as llm:
        text = text_of_miss(llm, lambda: ask_openai("Capital of France?"))
    assert text == CALL + (
        "  message 1 of 1, user: 'Capital of France?'\n"
        "\n"
        "There are no rules, and default=None gives no default reply.\n"
        "\n"
        "To answer it:\n"
        "  llm.on(prompt='Capital of France?').reply('...')"
    )


def test_the_miss_of_a_call_without_messages_has_none_to_show() -> None:
    with intercept(default=None, contract="off") as llm:
        text = text_of_miss(llm, lambda: ask_openai(messages=[]))
    assert text == CALL + (
        "\n"
        "There are no rules, and default=None gives no default reply.\n"
        "\n"
        "To answer it:\n"
        "  llm.on(model='gpt-5', turn=0).reply('...')"
    )


def test_the_miss_shows_the_whole_call_in_few_lines() -> None:
    spoken = [("system", "Be\n\n  brief. " + "x" * 200), ("user", "weather?"), ("use", "get_weather"), ("result", "18\ndegrees")]
    with intercept(default=None) as llm:
        text = text_of_miss(llm, lambda: ask_openai(spoken=spoken, tools=TOOLS, stream=True, model="gpt-6"))
    assert text == (
        "No rule answers this call:\n"
        "  openai chat, model 'gpt-6', streamed\n"
        "  POST https://api.openai.com/v1/chat/completions (caught in httpx2)\n"
        f"  system: 'Be brief. {'x' * 89}…'\n"
        "  tools: get_weather, get_time\n"
        "  message 4 of 4, tool: '18 degrees'\n"
        "\n"
        "There are no rules, and default=None gives no default reply.\n"
        "\n"
        "To answer it:\n"
        "  llm.on(model='gpt-6', turn=1).reply('...')"
    )


def test_the_miss_shows_the_three_nearest_rules_and_what_differed() -> None:
    with intercept() as llm:
        lines = here(1)
        llm.on("joke", model="claude-*", turn=3).reply("a")
        llm.on("weather", turn=1).reply("b")
        llm.on("weather", system=words("brief")).reply("c")
        llm.on("joke", provider="anthropic").reply("d")
        llm.on("weather")
        text = text_of_miss(llm, lambda: ask_openai("What is the weather?"))
        llm.override("weather", prompt=re.compile("x")).reply("no warning at the end")
        llm.reset()
    first = int(lines.rpartition(":")[2])
    assert text == CALL + (
        "  message 1 of 1, user: 'What is the weather?'\n"
        "\n"
        "Nearest of 5 rules:\n"
        f"  llm.on('weather')   {__file__}:{first + 4}\n"
        "    was given no reply\n"
        f"  llm.on('weather', turn=1)   {__file__}:{first + 1}\n"
        "    turn: wanted 1, the call has 0\n"
        f"  llm.on('weather', system=words('brief'))   {__file__}:{first + 2}\n"
        "    system: wanted words('brief'), the call has ''\n"
        "\n"
        "To answer it:\n"
        "  llm.on(prompt='What is the weather?').reply('...')"
    )


def test_the_miss_shows_a_script_that_is_used_up() -> None:
    with intercept() as llm:
        lines = here(1)
        llm.on("weather").reply("a").once()
        llm.on("weather").replies("b", "c")
        answers = [ask_openai("weather?") for _ in range(3)]
        text = text_of_miss(llm, lambda: ask_openai("weather?"))
    first = int(lines.rpartition(":")[2])
    assert answers == ["a", "b", "c"]
    assert text == CALL + (
        "  message 1 of 1, user: 'weather?'\n"
        "\n"
        "Nearest of 2 rules:\n"
        f"  llm.on('weather')   {__file__}:{first}\n"
        "    exhausted: it answered 1 call, all it was given for\n"
        f"  llm.on('weather')   {__file__}:{first + 1}\n"
        "    exhausted: it answered 2 calls, all it was given for\n"
        "\n"
        "To answer it:\n"
        "  llm.on(prompt='weather?').reply('...')"
    )


def test_the_miss_shows_replies_of_intercept_that_are_used_up() -> None:
    line = here(1)
    with intercept("a", "b") as llm:
        ask_openai(), ask_anthropic()
        text = text_of_miss(llm, lambda: ask_openai("more?"))
        otherwise = repr(llm.otherwise)
    assert text == CALL + (
        "  message 1 of 1, user: 'more?'\n"
        "\n"
        "Nearest of 1 rule:\n"
        f"  {otherwise}   {line}\n"
        "    exhausted: it answered 2 calls, all it was given for\n"
        "\n"
        "To answer it:\n"
        "  llm.on(prompt='more?').reply('...')"
    )


def is_polite(call: Any) -> bool:
    return "please" in call.prompt


#: The rule's criteria, the line that tells what differed from a call whose prompt is "What is the weather?".
DIFFERING: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    (("joke",), {}, "'joke': not in 'What is the weather?'"),
    ((contains("joke"),), {}, "contains('joke'): not in 'What is the weather?'"),
    ((re.compile("joke"),), {}, "re.compile('joke'): not in 'What is the weather?'"),
    ((), {"prompt": "joke"}, "prompt: wanted 'joke', the call has 'What is the weather?'"),
    (
        (),
        {"prompt": re.compile("^j", re.IGNORECASE)},
        "prompt: wanted re.compile('^j', re.IGNORECASE), the call has 'What is the weather?'",
    ),
    ((), {"prompt": str.isupper}, "prompt: wanted <isupper>, the call has 'What is the weather?'"),
    ((), {"prompt": "x" * 90}, f"prompt: wanted '{'x' * 59}…{'x' * 18}', the call has 'What is the weather?'"),
    ((), {"system": words("brief")}, "system: wanted words('brief'), the call has ''"),
    ((), {"model": "claude-*"}, "model: wanted 'claude-*', the call has 'gpt-5'"),
    ((), {"model": {"o1"}}, "model: wanted {'o1'}, the call has 'gpt-5'"),
    ((), {"provider": "anthropic"}, "provider: wanted 'anthropic', the call has 'openai'"),
    ((), {"operation": re.compile("embed")}, "operation: wanted re.compile('embed'), the call has 'chat'"),
    ((), {"stream": True}, "stream: wanted True, the call has False"),
    ((), {"turn": 1}, "turn: wanted 1, the call has 0"),
    ((), {"step": 1}, "step: wanted 1, the call has 0"),
    ((), {"where": is_polite}, "where=<is_polite>: said no"),
    (("joke",), {"turn": 1, "model": "gpt-*", "stream": True}, "'joke': not in 'What is the weather?' (and 2 more)"),
]


@pytest.mark.parametrize(("said", "named", "reason"), DIFFERING)
def test_each_criterion_tells_why_it_did_not_fit(said: tuple[Any, ...], named: dict[str, Any], reason: str) -> None:
    with intercept() as llm:
        rule = llm.on(*said, **named).reply("no")
        text = text_of_miss(llm, lambda: ask_openai("What is the weather?"))
    assert text == CALL + (
        "  message 1 of 1, user: 'What is the weather?'\n"
        "\n"
        "Nearest of 1 rule:\n"
        f"  {rule!r}   {rule.origin}\n"
        f"    {reason}\n"
        "\n"
        "To answer it:\n"
        "  llm.on(prompt='What is the weather?').reply('...')"
    )


def test_after_a_tool_result_the_positional_words_say_why_they_did_not_fit(ask: Callable[..., str]) -> None:
    spoken = [("user", "What is the weather?"), ("use", "get_weather"), ("result", "18")]
    with intercept() as llm:
        llm.on("weather").reply("no")
        text = text_of_miss(llm, lambda: ask(spoken=spoken))
    assert "\n    'weather': the last thing said is not the user's\n" in text


PASTED: list[dict[str, Any]] = [
    {"prompt": "Capital of France?"},
    {"prompt": 'It\'s "quoted"\n\\ and 👩‍👩‍👧 שלום'},
    {"prompt": LONG},
    {"prompt": ""},
    {"prompt": " "},
    {"prompt": "x" * 80},
    {"prompt": "x" * 81},
    {"spoken": [("user", "weather?"), ("use", "get_weather"), ("result", "18")]},
    {"spoken": [("user", "Hi"), ("assistant", "Hello."), ("user", LONG)]},
    {"spoken": [("user", "Hi"), ("assistant", "Hello. I")]},
    {"prompt": LONG, "stream": True},
    {"prompt": LONG, "model": "ft:gpt-5:my-org::abc*"},
    {"prompt": LONG, "model": "claude-sonnet-5[1m]"},
    {"prompt": LONG, "model": "it's a ?"},
]


@pytest.mark.parametrize("asked", PASTED)
def test_the_rule_to_paste_answers_the_call(ask: Callable[..., str], asked: dict[str, Any]) -> None:
    with intercept(default=None, contract="off") as llm:  # not everybody takes an empty question
        text = text_of_miss(llm, lambda: ask(**asked))
        before, _, paste = text.partition("\n\nTo answer it:\n  ")
        assert before.startswith("No rule answers this call:\n")
        assert paste.endswith(".reply('...')")
        eval(paste, {"llm": llm})
        assert ask(**asked) == "..."


def test_the_rule_to_paste_answers_what_a_script_no_longer_does(ask: Callable[..., str]) -> None:
    with intercept("only", "these") as llm:
        ask(), ask()
        eval(text_of_miss(llm, ask).rpartition("\n  ")[2], {"llm": llm})
        assert ask() == "..."


def test_an_endpoint_that_no_dialect_knows_is_refused_by_name() -> None:
    with intercept() as llm, llm.expect_failure() as expected:
        post({"input": "x"}, "https://api.openai.com/v1/no-such-endpoint?key=sk-secret")
    assert type(expected.value) is UnknownEndpoint
    assert str(expected.value) == (
        "No dialect knows this endpoint of openai, and it is not let out to the network:\n"
        "  POST https://api.openai.com/v1/no-such-endpoint (caught in httpx2)\n"
        "Its operation cannot be mocked yet."
    )


def test_a_miss_passes_every_retry_and_wrapper_of_the_sdk(ask: Callable[..., str]) -> None:
    with pytest.raises(UnansweredCall) as missed, intercept(default=None) as llm:
        ask()
    assert isinstance(missed.value, InterceptFailure)
    assert not isinstance(missed.value, Exception)
    assert llm.failures == [missed.value]
    assert llm.calls.total == 1
