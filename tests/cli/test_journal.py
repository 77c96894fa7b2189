"""`llm-intercept journal`: a table, a transcript, JSON, and what is looked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from llm_intercept import intercept, tool_call

Here = Callable[..., tuple[Any, str, str]]

SECRET = "sk-secret-0123456789"


@pytest.fixture
def journal(tmp_path: Path) -> str:
    """Three calls, one of which tells its key."""
    path = tmp_path / "calls.jsonl"
    with intercept() as llm:
        llm.on("weather").reply("Let [me]\nlook", tool_call("get_weather", city="Paris"))
        llm.on("Hi").reply("Hello")
        client = openai.OpenAI(api_key=SECRET)
        asked: list[Any] = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": f"The weather? {SECRET}"}]
        client.chat.completions.create(model="gpt-4o", messages=asked)
        client.embeddings.create(model="text-embedding-3-small", input="x")
        called: Any = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
        history: list[Any] = [
            {"role": "assistant", "content": None, "tool_calls": [called]},
            {"role": "tool", "tool_call_id": "c1", "content": "21"},
            {"role": "user", "content": "Hi"},
        ]
        client.chat.completions.create(model="gpt-4o", messages=history, stream=True).close()
        anthropic.Anthropic(api_key=SECRET).messages.create(
            model="claude-opus-4-8-of-a-long-name", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
        llm.calls.dump(path)
    return str(path)


TABLE = """\
    provider    operation    model              asked                outcome
──────────────────────────────────────────────────────────────────────────────
1   openai      chat         gpt-4o             The weather? [red…   complete
2   openai      embeddings   text-embedding-…   x                    complete
3   openai      chat         gpt-4o             Hi                   cancelled
4   anthropic   chat         claude-opus-4-8…   Hi                   complete
4 of 4 calls
"""

TOLD = """\
1. openai chat gpt-4o, complete
   system: Be kind
   user: The weather? [redacted]
   -> Let [me]
      look
   -> get_weather({"city":"Paris"})

2. openai embeddings text-embedding-3-small, complete
   user: x

3. openai chat gpt-4o, streamed, cancelled
   assistant:  [get_weather]
   tool: 21
   user: Hi
   -> Hello

4. anthropic chat claude-opus-4-8-of-a-long-name, complete
   user: Hi
   -> Hello
"""


def stripped(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def test_it_lists_the_calls_in_eighty_columns(here: Here, journal: str) -> None:
    status, out, _ = here("journal", journal)
    assert (status, stripped(out)) == (0, TABLE)
    assert max(map(len, out.splitlines())) <= 80


def test_it_tells_what_was_asked_and_said(here: Here, journal: str) -> None:
    status, out, _ = here("journal", journal, "--transcript")
    assert (status, out) == (0, TOLD)
    assert SECRET not in out


def test_a_call_of_a_test_tells_it(here: Here, tmp_path: Path) -> None:
    call = {"v": 1, "test": "tests/test_a.py::test_b", "provider": "openai", "outcome": "missed", "at": 0.0}
    (tmp_path / "one.jsonl").write_text(json.dumps(call))
    assert here("journal", str(tmp_path / "one.jsonl"), "--transcript")[1] == "1. openai, missed   (tests/test_a.py::test_b)\n"


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        (("--provider", "anthropic"), [4]),
        (("--model", "gpt-*"), [1, 3]),
        (("--operation", "embeddings"), [2]),
        (("--outcome", "c*"), [1, 2, 3, 4]),
        (("--contains", "PARIS"), [1]),
        (("--contains", "be kind"), [1]),
        (("--test", "tests/*"), []),
        (("--model", "gpt-*", "--contains", "hello"), [3]),
    ],
)
def test_it_finds_calls(here: Here, journal: str, looked_for: tuple[str, ...], found: list[int]) -> None:
    status, out, _ = here("journal", journal, *looked_for, "--json")
    every = json.loads(here("journal", journal, "--json")[1])
    assert (status, json.loads(out)) == (0, [every[number - 1] for number in found])


def test_what_is_no_journal_is_told_by_its_line(here: Here, journal: str) -> None:
    with open(journal, "a") as file:
        file.write("{}\n")
    told = f"{journal}:5: no call in version 1 of the journal's format\n"
    assert here("journal", journal) == (1, "", told)


def test_a_file_that_is_not_there_is_a_wrong_command_line(here: Here) -> None:
    status, out, told = here("journal", "nowhere.jsonl")
    assert (status, out) == (2, "")
    assert "nowhere.jsonl: No such file or directory" in told
