"""`@intercept(...)` on a function."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import Any

import pytest

from llm_intercept import UnansweredCall, intercept
from llm_intercept.interceptor import Interceptor
from tests.activation.asking import aask, ask, process


@intercept("Paris.")
def plain(llm: Interceptor, question: str, *rest: str, punctuation: str = "?", **more: str) -> tuple[Any, ...]:
    """Ask."""
    return ask(question + punctuation), llm, rest, more


@intercept("Paris.")
async def asynchronous(question: str, llm: Interceptor, punctuation: str = "?") -> tuple[Any, ...]:
    """Ask, async."""
    return await aask(question + punctuation), llm


@intercept("Paris.")
def without(question: str = "Capital?") -> str:
    return ask(question)


def test_a_function_is_intercepted_while_it_runs() -> None:
    before = process()
    assert without() == "Paris."
    assert process() == before


def test_the_llm_parameter_is_filled_and_everything_else_passes() -> None:
    answer, llm, rest, more = plain("Capital", punctuation="!", country="France")
    assert (answer, rest, more) == ("Paris.", (), {"country": "France"})
    assert llm.calls.last.prompt == "Capital!"


def test_positional_arguments_fall_on_the_other_parameters() -> None:
    _, _, rest, _ = plain("Capital", "of", "France")
    assert rest == ("of", "France")


def test_an_async_function_is_intercepted_while_it_runs() -> None:
    assert inspect.iscoroutinefunction(asynchronous)
    answer, llm = asyncio.run(asynchronous("Capital", "!"))
    assert answer == "Paris."
    assert llm.calls.last.prompt == "Capital!"


def test_an_llm_that_is_given_is_kept() -> None:
    mine = Interceptor()
    assert plain(question="Capital", llm=mine)[1] is mine


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        (plain, "(question: 'str', *rest: 'str', punctuation: 'str' = '?', **more: 'str') -> 'tuple[Any, ...]'"),
        (asynchronous, "(question: 'str', punctuation: 'str' = '?') -> 'tuple[Any, ...]'"),
        (without, "(question: 'str' = 'Capital?') -> 'str'"),
    ],
)
def test_the_parameter_is_hidden_and_the_rest_of_the_signature_stays(function: Any, signature: str) -> None:
    assert str(inspect.signature(function)) == signature
    assert function.__module__ == __name__


def test_name_and_docstring_stay() -> None:
    assert (plain.__name__, plain.__doc__) == ("plain", "Ask.")


@intercept("From a fixture's test.")
def test_pytest_passes_its_fixtures_and_sees_no_llm(tmp_path: Any, llm: Interceptor, request: pytest.FixtureRequest) -> None:
    assert "llm" not in request.fixturenames
    assert tmp_path.is_dir()
    assert ask() == "From a fixture's test."
    assert len(llm.calls) == 1


@pytest.mark.parametrize("number", [1, 2])
@intercept("Parametrized.")
def test_pytest_parametrizes_a_decorated_test(number: int, llm: Interceptor) -> None:
    assert ask(str(number)) == "Parametrized."
    assert llm.calls.last.prompt == str(number)


@pytest.mark.anyio
@intercept("Async.")
async def test_an_async_test_is_decorated(llm: Interceptor) -> None:
    assert await aask() == "Async."
    assert llm.calls.last.outcome == "complete"


class TestMethods:
    """A test class's methods."""

    @intercept("A method.")
    def test_a_method_is_decorated(self, llm: Interceptor) -> None:
        assert ask() == "A method."
        assert len(llm.calls) == 1

    @staticmethod
    @intercept("Static.")
    def static(llm: Interceptor) -> str:
        return ask()

    @classmethod
    @intercept("Class.")
    def of_class(cls, llm: Interceptor) -> str:
        return ask()

    def test_static_and_class_methods_are_decorated_below_their_decorator(self) -> None:
        assert (self.static(), self.of_class()) == ("Static.", "Class.")


def test_each_call_starts_from_the_definition() -> None:
    @intercept("First.", "Second.")
    def twice(llm: Interceptor) -> list[str]:
        llm.on("rule of this call").reply("Mine.")
        return [ask(), ask()]

    assert twice() == twice() == ["First.", "Second."]


def test_a_recursive_call_has_a_script_of_its_own() -> None:
    @intercept("First.", "Second.")
    def deeper(depth: int) -> list[str]:
        return [ask(), *(deeper(depth - 1) if depth else []), ask()]

    assert deeper(1) == ["First.", "First.", "Second.", "Second."]


def test_what_the_function_raises_comes_out() -> None:
    @intercept()
    def failing() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()


@pytest.mark.parametrize("asynchronously", [False, True])
def test_a_miss_that_was_swallowed_is_raised_at_the_end(asynchronously: bool) -> None:
    @intercept(default=None)
    def swallowing() -> None:
        with pytest.raises(UnansweredCall):
            ask()

    @intercept(default=None)
    async def async_swallowing() -> None:
        with pytest.raises(UnansweredCall):
            await aask()

    with pytest.raises(UnansweredCall):
        asyncio.run(async_swallowing()) if asynchronously else swallowing()


def test_a_partial_is_decorated() -> None:
    assert intercept("Partial.")(functools.partial(ask, "hi"))() == "Partial."


def _generator() -> Any:
    yield


async def _async_generator() -> Any:
    yield


class _Class:
    pass


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (_generator, "intercept(...) cannot decorate the generator _generator: use a `with` block around its body"),
        (_async_generator, "intercept(...) cannot decorate the generator _async_generator: use a `with` block around its body"),
        (_Class, f"intercept(...) decorates functions, not {_Class!r}: decorate its methods, or use a `with` block"),
        (3, "intercept(...) decorates functions, not 3: decorate its methods, or use a `with` block"),
    ],
)
def test_what_is_no_function_is_refused(what: Any, text: str) -> None:
    with pytest.raises(TypeError) as refused:
        intercept("Hello.")(what)
    assert str(refused.value) == text


def test_a_plain_function_that_returns_an_awaitable_is_refused() -> None:
    async def later() -> str:
        return "after the block"

    with pytest.raises(TypeError, match="returned an awaitable: it would run after the block"):
        intercept("Paris.")(lambda question: later())("Capital?")
