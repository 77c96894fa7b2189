"""Suites of users, run in this process with our plugin and no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

import openai  # noqa: F401  (a library that a suite imports first is forgotten at its end, and its patches with it)
import pytest

from llm_intercept import activation
from llm_intercept.keys import FAKE_KEY


class Suite(Protocol):
    """Runs a user's suite."""

    def __call__(
        self, code: str, *args: str, ini: str = "", conftest: str = "", plugins: tuple[str, ...] = (), apart: bool = False
    ) -> pytest.RunResult: ...


#: What every suite asks with.
ASKING = """
from functools import cache
from openai import AsyncOpenAI, OpenAI

@cache
def client():
    return OpenAI(max_retries=0)

def ask(text, model="gpt-5", **more):
    said = client().chat.completions.create(model=model, messages=[{"role": "user", "content": text}], **more)
    return said.choices[0].message.content

async def aask(text):
    async with AsyncOpenAI(max_retries=0) as client:
        said = await client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": text}])
    return said.choices[0].message.content

def body(text):
    return {"model": "gpt-5", "messages": [{"role": "user", "content": text}]}

URL = "https://api.openai.com/v1/chat/completions"

def swallow(text):
    try:
        ask(text)
    except BaseException:
        pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """Run a suite of one file, with ini lines, a conftest and other plugins; `apart`: in a process of its own."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(
        code: str, *args: str, ini: str = "", conftest: str = "", plugins: tuple[str, ...] = (), apart: bool = False
    ) -> pytest.RunResult:
        pytester.makepyfile(asking=ASKING, test_it="from asking import *\nimport pytest\n" + code)
        pytester.makeconftest(conftest)
        pytester.makeini(f"[pytest]\n{ini}\n")
        loaded = [word for name in ("llm_intercept.pytest_plugin", *plugins) for word in ("-p", name)]
        ask = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return ask(*loaded, "-p", "no:cacheprovider", *args)

    return run


@pytest.fixture(autouse=True)
def nothing_stays_behind() -> Iterator[None]:
    """After the last suite nobody is active, and no key is ours."""
    yield
    assert not activation.active()
    assert FAKE_KEY not in os.environ.values()
