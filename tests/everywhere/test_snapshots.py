"""The journal in other people's snapshots: inline-snapshot and syrupy write it once, and find it the same at the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ASKED = """
from openai import OpenAI
from llm_intercept import intercept, tool_call

def asked():
    with intercept() as llm:
        llm.on("weather").reply(tool_call("get_weather", city="Paris"))
        OpenAI(api_key="sk-secret-of-mine").chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "The weather?"}]
        )
    return llm.calls
"""

INLINE = (
    ASKED
    + """
from inline_snapshot import snapshot

def test_calls():
    assert asked().snapshot() == snapshot()
    assert asked().transcript() == snapshot()
"""
)

AMBER = (
    ASKED
    + """
def test_calls(snapshot):
    assert asked().snapshot() == snapshot
    assert asked().transcript() == snapshot
"""
)


@pytest.mark.parametrize(
    ("test", "write", "plugin"),
    [(INLINE, "--inline-snapshot=create", "inline_snapshot"), (AMBER, "--snapshot-update", "syrupy")],
    ids=["inline-snapshot", "syrupy"],
)
def test_a_snapshot_is_written_once_and_found_again(pytester: pytest.Pytester, test: str, write: str, plugin: str) -> None:
    pytest.importorskip(plugin)
    written = pytester.makepyfile(test)
    pytester.runpytest_subprocess(write, "-p", "no:cacheprovider")
    again = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    again.assert_outcomes(passed=1)
    kept = "".join(one.read_text() for one in [written, *Path(pytester.path).rglob("*.ambr")])
    assert "get_weather" in kept.replace(test, "")
    assert "secret" not in kept.replace(ASKED.strip(), "")
