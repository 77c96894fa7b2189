"""The file of calls: what is dumped is loaded, in the documented form, and what is no such file says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llm_intercept import error, intercept, tool_call
from llm_intercept.ledger import load
from llm_intercept.redaction import HIDDEN
from tests.rules.asking import CHAT_URL, ask_openai, post

HEADER, QUERY, BODY, COOKIE = "sk-header-0123456789", "query-0123456789", "body-0123456789", "cookie-0123456789"


def test_what_is_dumped_is_loaded(tmp_path: Path) -> None:
    with intercept(tool_call("get_weather", city="Paris"), error(429), clock=lambda: 7.0) as llm:
        ask_openai("Hi")
        post({"model": "gpt-5", "messages": [{"role": "user", "content": "Hu"}], "stream": True})
    llm.calls.dump(tmp_path / "calls.jsonl")
    first, second = load(tmp_path / "calls.jsonl")
    assert first.pop("rule") == second.pop("rule") == llm.calls[0].rule.origin
    same = {"v": 1, "at": 7.0, "provider": "openai", "operation": "chat", "url": CHAT_URL, "attempt": 1, "outcome": "complete"}
    assert first == same | {
        "model": llm.calls[0].model,
        "messages": [{"role": "user", "text": "Hi"}],
        "tool_calls": [{"name": "get_weather", "arguments": '{"city":"Paris"}'}],
        "status": 200,
    }
    assert second == same | {"model": "gpt-5", "stream": True, "messages": [{"role": "user", "text": "Hu"}], "status": 429}


@pytest.mark.parametrize("nested", [lambda found: found, lambda found: {"user": "me", "deep": [found]}])
def test_no_secret_is_in_what_is_dumped_told_or_missed(tmp_path: Path, nested: Any) -> None:
    said = " ".join((HEADER, QUERY, BODY, COOKIE))
    body = {"model": "gpt-5", "messages": [{"role": "user", "content": said}], "metadata": nested({"api_key": BODY})}
    headers = {"Authorization": f"Bearer {HEADER}", "Cookie": f"a=b; session={COOKIE}"}
    with intercept(default=None, contract="off") as llm:
        llm.on(where=lambda call: len(llm.calls) == 0).reply(f"You said {said}")
        post(body, f"{CHAT_URL}?api_key={QUERY}", headers=headers)
        with llm.expect_failure() as missed:
            post(body, f"{CHAT_URL}?api_key={QUERY}", headers=headers)
    llm.calls.dump(tmp_path / "calls.jsonl")
    told = [(tmp_path / "calls.jsonl").read_text(), llm.calls.transcript(), repr(llm.calls.snapshot()), str(missed.value)]
    for text in told:
        assert [secret for secret in (HEADER, QUERY, BODY, COOKIE) if secret in text] == []
        assert " ".join([HIDDEN] * 4) in text


@pytest.mark.parametrize("name", ["max_tokens", "tokenizer", "keywords", "author", "token_type"])
def test_a_name_that_only_looks_like_a_secrets_hides_nothing(name: str) -> None:
    with intercept("Ho", contract="off") as llm:
        post({"model": "gpt-5", "messages": [{"role": "user", "content": "cl100k_base"}], "metadata": {name: "cl100k_base"}})
    assert "cl100k_base" in llm.calls.transcript()


def test_a_body_that_is_no_json_has_no_secrets(tmp_path: Path) -> None:
    with intercept() as llm:
        post_raw(b'{"api_key": "cut')
    llm.calls.dump(tmp_path / "calls.jsonl")
    assert load(tmp_path / "calls.jsonl")[0]["status"] == 400


def post_raw(content: bytes) -> None:
    import httpx2

    httpx2.post(CHAT_URL, content=content)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "{",
            "no JSON, so this is no journal of ours: Expecting property name enclosed in double quotes: line 2 column 1 (char 2)",
        ),
        ("[]", "no call in version 1 of the journal's format"),
        ('{"v": 2}', "no call in version 1 of the journal's format"),
    ],
)
def test_another_file_is_refused_by_line(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(f'{{"v": 1}}\n{line}\n')
    with pytest.raises(ValueError) as refused:
        load(path)
    assert str(refused.value) == f"{path}:2: {why}"
