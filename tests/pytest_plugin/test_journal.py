"""The journal of a session, of one process or several; and what a report shows of a test's calls. No secret in any of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_intercept.ledger import load
from tests.pytest_plugin.conftest import Suite

pytest_plugins = ("pytester",)

SECRETS = ("sk-header-0123456789", "query-0123456789", "body-0123456789", "cookie-0123456789")

LEAKS = f"""
def send(said):
    import httpx2
    url = "https://api.openai.com/v1/chat/completions?api_key={SECRETS[1]}"
    message = {{"role": "user", "content": said + " {" ".join(SECRETS)}"}}
    body = {{"model": "gpt-5", "messages": [message], "metadata": {{"api_key": "{SECRETS[2]}"}}}}
    headers = {{"Authorization": "Bearer {SECRETS[0]}", "Cookie": "a=b; session={SECRETS[3]}"}}
    return httpx2.post(url, json=body, headers=headers)
"""


def test_every_test_has_its_calls_in_the_journal(suite: Suite, pytester: pytest.Pytester) -> None:
    code = "@pytest.mark.llm('Ho')\ndef test_a(): ask('Hi')\ndef test_b(llm_mock): ask('Hu')\ndef test_c(): pass"
    suite(code, "--llm-journal=calls.jsonl").assert_outcomes(passed=2, failed=1)
    answered, missed = load(pytester.path / "calls.jsonl")
    assert answered.pop("at") > 0
    assert missed.pop("at") > 0
    same = {"v": 1, "provider": "openai", "operation": "chat", "model": "gpt-5", "attempt": 1,
            "url": "https://api.openai.com/v1/chat/completions"}  # fmt: skip
    where = f"{pytester.path / 'test_it.py'}:3"
    assert answered == same | {"test": "test_it.py::test_a", "messages": [{"role": "user", "text": "Hi"}], "text": "Ho",
                               "outcome": "complete", "status": 200, "rule": where}  # fmt: skip
    assert missed == same | {"test": "test_it.py::test_b", "messages": [{"role": "user", "text": "Hu"}], "outcome": "missed"}


@pytest.mark.parametrize("block", ["off", "providers"])
def test_the_workers_of_xdist_share_one_journal(suite: Suite, pytester: pytest.Pytester, block: str) -> None:
    code = "@pytest.mark.llm('Ho')\n@pytest.mark.parametrize('n', range(6))\ndef test(n): ask(str(n))"
    result = suite(code, "-n2", "--llm-journal=calls.jsonl", f"--llm-block={block}", plugins=("xdist",), apart=True)
    result.assert_outcomes(passed=6)
    calls = load(pytester.path / "calls.jsonl")
    assert sorted(call["test"] for call in calls) == [f"test_it.py::test[{n}]" for n in range(6)]


def test_with_the_guard_every_call_stands_in_it(suite: Suite, pytester: pytest.Pytester) -> None:
    code = "from llm_intercept import intercept\n@intercept('Ho')\ndef test(): ask('Hi')"
    suite(code, "--llm-journal=calls.jsonl", "--llm-block=providers").assert_outcomes(passed=1)
    assert [call["text"] for call in load(pytester.path / "calls.jsonl")] == ["Ho"]


def test_a_journal_that_cannot_be_written_is_a_usage_error(suite: Suite, pytester: pytest.Pytester) -> None:
    result = suite("", "--llm-journal=nowhere/calls.jsonl")
    path = pytester.path / "nowhere" / "calls.jsonl"
    assert f"ERROR: --llm-journal: [Errno 2] No such file or directory: '{path}'" in (result.stderr.str().splitlines())


@pytest.mark.parametrize("ends", ["assert 0", "send('unanswered')", "try: send('unanswered')\n    except BaseException: pass"])
def test_no_secret_is_in_a_failed_tests_report_or_in_the_journal(suite: Suite, pytester: pytest.Pytester, ends: str) -> None:
    code = (
        f"from leaks import send\ndef test(llm_mock):\n    llm_mock.on('answered').reply('You said {SECRETS[0]}')\n"
        f"    send('answered')\n    {ends}"
    )
    pytester.makepyfile(leaks=LEAKS)
    result = suite(code, "--llm-journal=calls.jsonl", "--tb=short")
    result.assert_outcomes(failed=1)
    journal = Path(pytester.path / "calls.jsonl").read_text(encoding="utf-8")
    shown = result.stdout.str() + result.stderr.str()
    assert [secret for secret in SECRETS if secret in journal or secret in shown] == []
    assert ("[redacted] [redacted] [redacted] [redacted]" in journal, "- LLM calls -" in shown) == (True, True)


def test_a_report_shows_the_last_calls_and_cuts_them(suite: Suite) -> None:
    result = suite("@pytest.mark.llm('Ho')\ndef test():\n    for n in range(12): ask(f'{n} ' + 'x' * 999)\n    assert 0")
    section = result.stdout.str().partition("- LLM calls -")[2].partition("\n====")[0].splitlines()
    assert section[1:4] == ["(2 earlier calls are left out)", "", "1. openai chat gpt-5"]
    assert section[4] == "   user: 2 " + "x" * 999
    assert section[-1].endswith("… (10431 characters)")


@pytest.mark.parametrize("options", [(), ("--llm-block=providers",)])
def test_a_failure_without_calls_shows_none(suite: Suite, options: tuple[str, ...]) -> None:
    result = suite("def test(llm_mock):\n    raise ValueError('of its own')", *options)
    result.assert_outcomes(failed=1)
    assert "LLM calls" not in result.stdout.str()
    assert "LLM guard" not in result.stdout.str()
