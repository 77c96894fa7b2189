"""The guard of a whole suite, and the plugin that nobody asks."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Suite

pytest_plugins = ("pytester",)

ON = "llm_block = providers"


def test_no_test_reaches_a_provider_and_the_report_says_what_to_do(suite: Suite) -> None:
    result = suite("def test(): ask('Hi')", ini=ON)
    result.assert_outcomes(failed=1)
    assert result.stdout.str().partition("- LLM calls -")[2].splitlines()[1:6] == [
        "1. openai chat gpt-5, missed",
        "   user: Hi",
        *[line for line in result.stdout.str().splitlines() if "- LLM guard -" in line],
        (
            "llm_block is on, and nothing answered this call: give the test the fixture llm_mock or @pytest.mark.llm('a reply'), "
            "or let it out with @pytest.mark.llm_live."
        ),
        *[line for line in result.stdout.str().splitlines() if "short test summary" in line],
    ]


def test_a_swallowed_attempt_fails_its_own_test_alone(suite: Suite) -> None:
    suite("def test_a(): swallow('Hi')\ndef test_b(): pass", ini=ON).assert_outcomes(failed=1, passed=1)


def test_an_attempt_at_import_fails_the_collection(suite: Suite) -> None:
    result = suite("swallow('Hi')\ndef test(): pass", ini=ON)
    result.assert_outcomes(errors=1)
    assert "No rule answers this call:" in result.stdout.str()
    suite("ask('Hi')", ini=ON).assert_outcomes(errors=1)


@pytest.mark.parametrize("where", ["conftest", "code"])
def test_a_client_that_is_built_at_import_has_a_key(suite: Suite, where: str) -> None:
    built = "import openai\nclient = openai.OpenAI()\n"
    test = "def test(): pass"
    given = {"code": built + test} if where == "code" else {"code": test, "conftest": built}
    suite(**given, ini=ON).assert_outcomes(passed=1)


def test_without_it_a_client_that_is_built_at_import_has_none(suite: Suite) -> None:
    suite("import openai\nopenai.OpenAI()").assert_outcomes(errors=1)


def test_what_answers_inside_a_test_answers_as_ever(suite: Suite) -> None:
    code = "from llm_intercept import intercept\n@intercept('Ho')\ndef test(llm): assert ask('Hi') == 'Ho'"
    suite(code, ini=ON).assert_outcomes(passed=1)


def test_a_live_test_is_let_out_and_the_next_is_not(suite: Suite) -> None:
    code = (
        "from llm_intercept import activation\n"
        "@pytest.mark.llm_live\ndef test_live(): assert not activation.active()\n"
        "def test_other(): assert activation.active()"
    )
    suite(code, ini=ON).assert_outcomes(passed=2)
    suite("@pytest.mark.llm_live\ndef test(): pass").assert_outcomes(passed=1)


@pytest.mark.parametrize(("option", "closed"), [("providers", False), ("all", True)])
def test_all_closes_every_host_and_the_command_line_beats_the_ini_file(suite: Suite, option: str, closed: bool) -> None:
    code = f"from llm_intercept import activation\ndef test(): assert activation.state().closed is {closed}"
    suite(code, f"--llm-block={option}", ini="llm_block = off").assert_outcomes(passed=1)


def test_off_leaves_a_suite_as_it_is(suite: Suite) -> None:
    code = "from llm_intercept import activation\ndef test(): assert not activation.active()"
    suite(code, "--llm-block=off", ini=ON).assert_outcomes(passed=1)
    suite(code).assert_outcomes(passed=1)


def test_an_unknown_word_is_a_usage_error(suite: Suite) -> None:
    result = suite("", ini="llm_block = provider")
    assert "ERROR: llm_block = 'provider': providers, all or off is wanted" in result.stderr.str().splitlines()


@pytest.mark.parametrize(
    ("ini", "option", "virtual"),
    [
        ("", [], False),
        ("llm_clock = virtual", [], True),
        ("llm_clock = virtual", ["--llm-clock=real"], False),
        ("", ["--llm-clock=virtual"], True),
    ],
    ids=str,
)
def test_the_clock_of_the_fixtures_is_that_of_the_suite(suite: Suite, ini: str, option: list[str], virtual: bool) -> None:
    code = (
        "import pytest\n"
        f"def test_mock(llm_mock): assert llm_mock.clock.virtual is {virtual}\n"
        f"def test_session(llm_session): assert llm_session.clock.virtual is {virtual}\n"
        "@pytest.mark.llm('a', clock='virtual', assert_all_used=False)\n"
        "def test_marked(llm_mock): assert llm_mock.clock.virtual\n"
    )
    suite(code, *option, ini=ini).assert_outcomes(passed=3)


def test_an_unknown_clock_is_a_usage_error(suite: Suite) -> None:
    result = suite("", ini="llm_clock = fake")
    assert "ERROR: llm_clock = 'fake': real or virtual is wanted" in result.stderr.str().splitlines()


def test_a_conftest_can_load_the_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("pytest_plugins = ['llm_intercept.pytest_plugin']")
    pytester.makeini(f"[pytest]\n{ON}")
    pytester.makepyfile("from llm_intercept import activation\ndef test(): assert activation.active()")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_an_idle_plugin_loads_nothing_of_ours_that_works(suite: Suite) -> None:
    code = (
        "import sys\n"
        "def test(): assert sorted(n for n in sys.modules if n.startswith('llm_intercept')) == "
        "['llm_intercept', 'llm_intercept.pytest_plugin']"
    )
    suite(code, apart=True).assert_outcomes(passed=1)
