"""The public names: what is listed is there, nothing else is, and importing the package costs next to nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import llm_intercept

SOURCE = Path(llm_intercept.__file__)
ROOT = SOURCE.parents[1]

#: The names that the design fixes.
FIXED = {
    "intercept", "wrap", "activate", "deactivate", "reply", "tool_call", "error", "pause", "Interceptor", "InterceptFailure",
    "CannotSay", "Call", "Reply", "Rule", "Dialect", "Criterion", "completion", "acompletion", "mock_completion", "words",
    "contains", "disconnect", "thinking", "refusal", "image", "audio", "connect_error", "connect_timeout", "read_timeout", "reset",
}  # fmt: skip

LIBRARIES = {
    "httpx", "httpx2", "httpcore", "httpcore2", "urllib3", "requests", "aiohttp", "openai", "anthropic", "litellm",
    "asyncio", "trio", "anyio", "http", "ssl", "socket",
}  # fmt: skip


def typed() -> dict[str, str]:
    """Public name to module, as a type checker reads it."""
    found = {}
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for statement in node.body:
                assert isinstance(statement, ast.ImportFrom)
                for alias in statement.names:
                    assert alias.asname == alias.name
                    found[alias.name] = str(statement.module)
    return found


def test_all_lists_each_name_once_in_order() -> None:
    assert llm_intercept.__all__ == sorted(set(llm_intercept.__all__))


def test_all_is_what_a_type_checker_sees() -> None:
    assert set(typed()) == set(llm_intercept.__all__)


def test_every_name_that_the_design_fixes_is_public() -> None:
    assert set(llm_intercept.__all__) >= FIXED


@pytest.mark.parametrize("name", llm_intercept.__all__)
def test_a_public_name_is_the_one_that_a_type_checker_sees(name: str) -> None:
    __import__(typed()[name])
    value = getattr(llm_intercept, name)
    assert value is getattr(sys.modules[typed()[name]], name)
    assert name in sys.modules[typed()[name]].__all__
    assert value.__doc__


def test_a_star_import_brings_exactly_all() -> None:
    space: dict[str, Any] = {}
    exec("from llm_intercept import *", space)
    assert set(space) - {"__builtins__"} == set(llm_intercept.__all__)


def test_dir_shows_every_public_name() -> None:
    assert set(dir(llm_intercept)) >= {*llm_intercept.__all__, "__version__", "__all__"}
    assert dir(llm_intercept) == sorted(dir(llm_intercept))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError) as missing:
        _ = llm_intercept.interrcept
    assert str(missing.value) == "module 'llm_intercept' has no attribute 'interrcept'"
    with pytest.raises(ImportError):
        exec("from llm_intercept import interrcept")


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)


def loaded(code: str) -> set[str]:
    """Top-level modules that some code loads, beyond those that an interpreter has anyway."""
    show = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    return set(run(code + show).stdout.split()) - set(run("pass" + show).stdout.split())


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("import llm_intercept", LIBRARIES | {"pydantic", "pydantic_core", "json", "inspect"}),
        ("from llm_intercept import intercept", LIBRARIES | {"pydantic"}),
        ("from llm_intercept import reply, error, tool_call, completion", LIBRARIES | {"pydantic"}),
        ("from llm_intercept import *", LIBRARIES | {"pydantic"}),
    ],
)
def test_an_import_loads_no_library_of_the_users(code: str, forbidden: set[str]) -> None:
    assert loaded(code) & forbidden == set()


@pytest.mark.parametrize("code", ["from llm_intercept import intercept\nwith intercept(): pass"])
def test_an_activation_loads_no_http_library_and_no_sdk(code: str) -> None:
    show = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    new = set(run(code + show).stdout.split()) - set(run("pass" + show).stdout.split())
    assert new & (LIBRARIES - {"http", "ssl", "socket"}) == set()


def test_importing_the_package_costs_at_most_25_milliseconds() -> None:
    def seconds(code: str) -> float:
        start = time.perf_counter()
        run(code)
        return time.perf_counter() - start

    run("import llm_intercept")
    extra, bare = float("inf"), float("inf")
    for attempt in range(20):
        bare, extra = min(bare, seconds("pass")), min(extra, seconds("import llm_intercept"))
        if attempt >= 4 and extra - bare <= 0.025:
            break
    assert extra - bare <= 0.025


def test_no_module_takes_the_place_of_a_public_name() -> None:
    modules = {module.name for module in iter_modules(llm_intercept.__path__)}
    assert modules & {*llm_intercept.__all__} == set()  # an import of the module would
