"""The journal as a test's language: transcripts, snapshots and tokens, the same at every run, without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from llm_intercept import Interceptor, embedding, error, intercept, native, refusal, reply, thinking, tool_call
from llm_intercept.replies.reply import Usage
from tests.rules.asking import anthropic_client, ask_anthropic, ask_openai, openai_client, post

KEY = "sk-of-the-tests"
WHY: Any = [{"role": "user", "content": "Why?"}]


def weather_agent() -> Interceptor:
    """A conversation of two calls, and a call of its own."""
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]
    history: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": f"The weather\nin Paris? My key is {KEY}."},
    ]
    with intercept() as llm:
        llm.on("weather").converse(reply("Let me look.", tool_call("get_weather", city="Paris")), "Sunny.")
        llm.otherwise.replies(error(429), reply(thinking("Hm."), "Why not?"))
        message = openai_client().chat.completions.create(model="gpt-5", messages=history, tools=tools).choices[0].message
        history.append(message.model_dump(exclude_none=True))
        history.append({"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "18 degrees"})  # type: ignore[index]
        openai_client().chat.completions.create(model="gpt-5", messages=history, tools=tools)
        with pytest.raises(Exception, match="429"):
            ask_anthropic("Why?")
        list(anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=WHY, stream=True))
    return llm


def test_a_transcript_tells_what_is_new_in_each_call_and_what_was_said() -> None:
    assert weather_agent().calls.transcript() == (
        "1. openai chat gpt-5\n"
        "   system: Be brief.\n"
        "   user: The weather\n"
        "      in Paris? My key is [redacted].\n"
        "   ->: Let me look.\n"
        '   ->: get_weather({"city":"Paris"})\n'
        "\n"
        "2. openai chat gpt-5\n"
        "   ...: 2 earlier messages\n"
        "   tool get_weather: 18 degrees\n"
        "   ->: Sunny.\n"
        "\n"
        "3. anthropic chat claude-sonnet-5\n"
        "   user: Why?\n"
        "   ->: error(429)\n"
        "\n"
        "4. anthropic chat claude-sonnet-5, streamed\n"
        "   user: Why?\n"
        "   ->: (thinks) Hm.\n"
        "   ->: Why not?"
    )


def test_a_transcript_is_markdown_where_that_is_asked() -> None:
    assert weather_agent().calls[:2] != []
    assert weather_agent().calls.where(provider="openai").transcript(markdown=True) == (
        "### 1. openai chat gpt-5\n"
        "\n"
        "> **system:** Be brief.\n"
        ">\n"
        "> **user:** The weather\n"
        "> in Paris? My key is [redacted].\n"
        ">\n"
        "> **->:** Let me look.\n"
        ">\n"
        '> **->:** get_weather({"city":"Paris"})\n'
        "\n"
        "### 2. openai chat gpt-5\n"
        "\n"
        "> **...:** 2 earlier messages\n"
        ">\n"
        "> **tool get_weather:** 18 degrees\n"
        ">\n"
        "> **->:** Sunny."
    )


def test_every_kind_of_part_is_told() -> None:
    said = [refusal("No."), native({"type": "x"}), {"a": 1}, "x" * 2_001]
    with intercept() as llm:
        llm.on(operation="embeddings").reply({"data": []})
        llm.otherwise.replies(*said[:1], reply("Look", native({"type": "x"})), *said[2:])
        ask_openai("a")
        anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=[{"role": "user", "content": "b"}])
        ask_openai("c")
        ask_openai("d")
        post({"model": "m", "input": "e"}, "https://api.openai.com/v1/embeddings")
        llm.override("f").reply(embedding([1.0]))
        openai_client().embeddings.create(model="m", input="f")
    text = llm.calls.transcript()
    for part in (
        "->: (refuses) No.",
        "->: {'type': 'x'}",
        '->: {"a":1}',
        f"->: {'x' * 2_000}… (2001 characters)",
        "->: {'data': []}",
    ):
        assert part in text
    assert "->: embedding([1])" in llm.calls.where("f").transcript()


def test_a_miss_and_a_retry_are_told() -> None:
    with intercept("Hi", default=None) as llm:
        ask_openai("Hi", extra_headers={"x-stainless-retry-count": "2"})
    assert llm.calls.transcript() == "1. openai chat gpt-5, attempt 3\n   user: Hi\n   ->: Hi"
    with intercept(default=None) as llm, llm.expect_failure():
        ask_openai("Hi")
    assert llm.calls.transcript() == "1. openai chat gpt-5, missed\n   user: Hi"
    with intercept() as llm:
        openai_client().embeddings.create(model="m", input="e")
    assert llm.calls.transcript() == "1. openai embeddings m\n   user: e\n   ->: usual answer"


def test_a_picture_is_told() -> None:
    content: Any = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]
    with intercept("A cat.") as llm:
        openai_client().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": content}])
    assert "   with: <image https://example.org/a.png>\n" in llm.calls.transcript()


def test_a_snapshot_is_the_same_at_every_run_and_tells_no_secret() -> None:
    first, second = weather_agent().calls.snapshot(), weather_agent().calls.snapshot()
    assert first == second
    assert KEY not in repr(first)
    assert first[1] == {
        "provider": "openai",
        "operation": "chat",
        "model": "gpt-5",
        "system": "Be brief.",
        "messages": [
            {"role": "user", "text": "The weather\nin Paris? My key is [redacted]."},
            {"role": "assistant", "text": "Let me look.", "calls": ["get_weather"]},
            {"role": "tool", "text": "18 degrees"},
        ],
        "tools": ["get_weather"],
        "text": "Sunny.",
        "outcome": "complete",
    }
    assert first[0]["tool_calls"] == [{"name": "get_weather", "arguments": '{"city":"Paris"}'}]


def test_tokens_are_those_that_the_answers_tell() -> None:
    with intercept(reply("Hi", usage={"input": 10, "output": 3, "reasoning": 1})) as llm:
        made = openai_client().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "Hi"}])
        ask_openai("Hi")
        openai_client().embeddings.create(model="m", input="e")
    assert made.usage is not None
    assert (made.usage.prompt_tokens, made.usage.completion_tokens) == llm.calls[0].tokens[:2] == (10, 3)
    assert llm.calls[2].tokens == Usage(0, 0)
    assert llm.calls.tokens == Usage(20, 6, 2)
    assert intercept().calls.tokens == Usage(0, 0)
    with intercept("Hello there.") as llm:
        made = openai_client().chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "Hi"}])
    assert made.usage is not None
    assert llm.calls.tokens.total == made.usage.total_tokens


def test_an_entry_tells_what_was_said() -> None:
    llm = weather_agent()
    assert [entry.text for entry in llm.calls] == ["Let me look.", "Sunny.", "", "Why not?"]
    assert [[call.name for call in entry.tool_calls] for entry in llm.calls] == [["get_weather"], [], [], []]
