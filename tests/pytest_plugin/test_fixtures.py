"""The fixtures and the marker: what answers a test, and what fails it, in which phase."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import Suite

pytest_plugins = ("pytester",)

#: A test's code, and how it ends.
ENDS = {
    "a rule answers": ("def test(llm_mock):\n    llm_mock.on('Hi').reply('Ho')\n    assert ask('Hi') == 'Ho'", {"passed": 1}),
    "nothing is asked": ("def test(llm_mock): pass", {"passed": 1}),
    "a miss": ("def test(llm_mock): ask('Hi')", {"failed": 1}),
    "a swallowed miss": ("def test(llm_mock): swallow('Hi')", {"failed": 1}),
    "a swallowed miss before another failure": ("def test(llm_mock):\n    swallow('Hi')\n    assert 0", {"failed": 1}),
    "an expected miss": ("def test(llm_mock):\n    with llm_mock.expect_failure(): ask('Hi')", {"passed": 1}),
    "an unused rule": ("def test(llm_mock): llm_mock.on('Hi').reply('Ho')", {"failed": 1}),
    "an unused rule in a failed test": ("def test(llm_mock):\n    llm_mock.on('Hi').reply('Ho')\n    assert 0", {"failed": 1}),
    "an unused rule in a skipped test": ("def test(llm_mock):\n    llm_mock.on('Hi').reply('')\n    pytest.skip()", {"skipped": 1}),
    "a miss in a fixture": ("@pytest.fixture\ndef f(llm_mock): ask('Hi')\ndef test(f): pass", {"errors": 1}),
    "swallowed in a fixture": ("@pytest.fixture\ndef f(llm_mock): swallow('Hi')\ndef test(f): pass", {"failed": 1}),
    "a miss at teardown": (
        "@pytest.fixture\ndef f(llm_mock):\n    yield\n    ask('Hi')\ndef test(f): pass", {"passed": 1, "errors": 1}
    ),
    "swallowed at teardown": (
        "@pytest.fixture\ndef f(llm_mock):\n    yield\n    swallow('Hi')\ndef test(f): pass", {"passed": 1, "errors": 1}
    ),
    "expected to fail": ("@pytest.mark.xfail(strict=True)\ndef test(llm_mock): swallow('Hi')", {"xfailed": 1}),
    "marked": ("@pytest.mark.llm('Ho')\ndef test(): assert ask('Hi') == 'Ho'", {"passed": 1}),
    "marked, several replies": ("@pytest.mark.llm('a', 'b')\ndef test(): assert ask('') + ask('') == 'ab'", {"passed": 1}),
    "marked, replies left": ("@pytest.mark.llm('a', 'b')\ndef test(): ask('')", {"failed": 1}),
    "marked, left on purpose": ("@pytest.mark.llm('a', 'b', assert_all_used=False)\ndef test(): ask('')", {"passed": 1}),
    "marked by criteria": (
        "@pytest.mark.llm('A', model='gpt-*')\n@pytest.mark.llm('B')\ndef test(): assert ask('') + ask('', model='x') == 'AB'",
        {"passed": 1},
    ),
    "marked with the fixture": (
        "@pytest.mark.llm('Ho')\ndef test(llm_mock): assert (ask('Hi'), llm_mock.calls.one.prompt) == ('Ho', 'Hi')", {"passed": 1}
    ),
    "the nearest marker": (
        "@pytest.mark.llm('far')\nclass TestIt:\n    @pytest.mark.llm('near')\n    def test(self): assert ask('') == 'near'",
        {"passed": 1},
    ),
    "marked with options": (
        "@pytest.mark.llm('Ho', seed=7)\n@pytest.mark.llm(seed=8)\ndef test(llm_mock): assert ask('') == 'Ho'", {"passed": 1}
    ),
    "marked with a default": ("@pytest.mark.llm(default='D')\ndef test(): assert ask('') == 'D'", {"passed": 1}),
    "marked without a reply": ("@pytest.mark.llm(model='gpt-5')\ndef test(): pass", {"errors": 1}),
    "a TestCase": (
        ("import unittest\n@pytest.mark.llm('Ho')\nclass TestIt(unittest.TestCase):\n"
        "    def test_good(self): self.assertEqual(ask('Hi'), 'Ho')\n    def test_bad(self): self.assertEqual(ask('Hi'), 'No')"),
        {"passed": 1, "failed": 1},
    ),
    "a TestCase that swallows": (
        ("import unittest\nclass TestIt(unittest.TestCase):\n    @pytest.fixture(autouse=True)\n"
        "    def llm(self, llm_mock): self.llm = llm_mock\n    def test(self): swallow('Hi')"),
        {"failed": 1},
    ),
    "a doctest": (('def ask_it():\n    """\n    >>> llm = getfixture("llm_mock")\n    >>> _ = llm.otherwise.reply("Ho")\n'
                  '    >>> ask("Hi")\n    \'Ho\'\n    """'), {"passed": 1}),
    "anyio": (("@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n@pytest.mark.anyio\n@pytest.mark.llm('Ho')\n"
              "async def test():\n    from openai import AsyncOpenAI\n    async with AsyncOpenAI() as client:\n"
              "        said = await client.completions.create(model='m', prompt='Hi')\n    assert said.choices[0].text == 'Ho'"),
              {"passed": 1}),
    "a session": (
        ("@pytest.fixture(scope='session', autouse=True)\ndef all_of_it(llm_session): llm_session.on('Hi').reply('Ho')\n"
        "def test_a(): assert ask('Hi') == 'Ho'\n"
        "def test_b(llm_mock): llm_mock.on('Hu').reply('Ha'); assert ask('Hi') + ask('Hu') == 'HoHa'\n"
        "def test_c(): swallow('Nobody answers')\ndef test_d(llm_session): llm_session.calls.clear()\ndef test_e(): pass"),
        {"passed": 4, "failed": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("block", ["off", "providers"])
@pytest.mark.parametrize(("code", "ends"), ENDS.values(), ids=ENDS)
def test_a_test_ends_as_its_calls_were_answered(suite: Suite, code: str, ends: dict[str, int], block: str) -> None:
    result = suite(code, "--doctest-modules", "--tb=line", f"--llm-block={block}", plugins=("anyio",))
    result.assert_outcomes(**ends)


def test_an_ini_option_lets_replies_be_left(suite: Suite) -> None:
    suite("def test(llm_mock): llm_mock.on('Hi').reply('Ho')", ini="llm_assert_all_used = false").assert_outcomes(passed=1)


def test_an_exit_is_no_failure(suite: Suite) -> None:
    result = suite("def test(llm_mock):\n    swallow('Hi')\n    pytest.exit('enough')")
    result.stdout.fnmatch_lines(["*enough*"])
    assert "UnansweredCall" not in result.stdout.str()


def test_what_is_left_is_the_whole_text_of_the_failure(suite: Suite) -> None:
    result = suite("@pytest.mark.llm('Ho', model='gpt-*')\ndef test(): pass")
    text = result.stdout.str()
    begins = text.index("= FAILURES =")
    shown = [line for line in text[begins:].splitlines()[1:] if line][:4]
    assert shown[1:] == [
        "Not every rule was used:",
        f"  llm.on(model='gpt-*')   {_path(text)}/test_it.py:3",
        "    answered no call",
    ]


def _path(text: str) -> str:
    return next(line.removeprefix("rootdir: ") for line in text.splitlines() if line.startswith("rootdir: "))


def test_a_marker_without_a_reply_says_so(suite: Suite) -> None:
    result = suite("@pytest.mark.llm(model='gpt-5')\ndef test(): pass")
    assert f"{_path(result.stdout.str())}/test_it.py:3: @pytest.mark.llm(model=...) says no reply: give it first" in (
        result.stdout.str()
    )


def test_the_guides_own_tests_pass(suite: Suite) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    options = re.findall(r"```ini\n\[pytest\]\n(.*?)```", guide, re.DOTALL)
    result = suite("\n".join(blocks), ini="\n".join(options))
    result.assert_outcomes(passed=3)
